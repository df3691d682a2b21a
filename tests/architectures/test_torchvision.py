"""The packaged ImageNet networks equal torchvision's: parameters and, to the bit, outputs."""

from __future__ import annotations

import pytest
import torch
import torchvision
from torch import nn

import netdsl
from tests.architectures.compare import assert_same_network, count, randomize


@pytest.mark.parametrize(
    ("spec", "name", "settings"),
    [
        ("vgg", "vgg16", {"size": 64}),
        ("vgg:VGG11", "vgg11_bn", {"size": 64, "batch_norm": True}),
        ("resnet", "resnet18", {"size": 64}),
        ("resnet:ResNet34", "resnet34", {"size": 64}),
        ("resnet:ResNet50", "resnet50", {"size": 64}),
        ("mobilenet_v2", "mobilenet_v2", {"size": 64}),
        ("densenet", "densenet121", {"size": 64}),
    ],
)
def test_equals_torchvision(spec: str, name: str, settings: dict[str, object]) -> None:
    module, reference = netdsl.load(spec, **settings), torchvision.models.get_model(name)
    assert_same_network(module, reference, torch.randn(2, 3, 64, 64, dtype=torch.float64))


@pytest.mark.parametrize(
    ("settings", "reference"),
    [
        ({"size": 32}, lambda: torchvision.models.vit_b_16(image_size=32)),
        (
            {"size": 64, "dim": 96, "depth": 2, "heads": 3},
            lambda: torchvision.models.VisionTransformer(64, 16, 2, 3, 96, 384),
        ),
    ],
    ids=["vit_b_16", "small"],
)
def test_vit_equals_torchvision(settings: dict[str, int], reference: object) -> None:
    assert callable(reference)
    module, vit = netdsl.load("vit", **settings).double().eval(), reference().double().eval()
    # torchvision registers the class token first and the position embedding inside the encoder.
    state = vit.state_dict()
    nn.init.normal_(state["heads.head.weight"])
    randomize(state)
    keys = ["conv_proj.weight", "conv_proj.bias", "class_token", "encoder.pos_embedding"]
    keys += [key for key in state if key not in keys]
    module.load_state_dict(
        {mine: state[theirs] for mine, theirs in zip(module.state_dict(), keys, strict=True)}
    )
    inputs = torch.randn(2, 3, settings["size"], settings["size"], dtype=torch.float64)
    with torch.inference_mode():
        assert (module(inputs) - vit(inputs)).abs().max() == 0


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("vgg:VGG13", "vgg13"),
        ("vgg:VGG19", "vgg19"),
        ("resnet:ResNet101", "resnet101"),
        ("resnet:ResNet152", "resnet152"),
        ("densenet:DenseNet169", "densenet169"),
        ("densenet:DenseNet201", "densenet201"),
        ("vit", "vit_b_16"),
    ],
)
def test_counts_parameters_as_torchvision(spec: str, name: str) -> None:
    with torch.device("meta"):
        module, reference = netdsl.load(spec), torchvision.models.get_model(name)
    assert count(module) == count(reference)
