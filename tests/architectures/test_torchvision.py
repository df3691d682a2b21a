"""The packaged ImageNet networks equal torchvision's: state dict by order, outputs to the bit."""

from __future__ import annotations

import pytest
import torch
import torchvision
from torch import nn

import netdsl
from tests.architectures.compare import assert_same_network

ROWS = [
    ("vgg:VGG11", "vgg11", {"size": 64}),
    ("vgg", "vgg16_bn", {"size": 32, "batch_norm": True}),
    ("resnet", "resnet18", {"size": 64}),
    ("resnet:ResNet34", "resnet34", {"size": 64}),
    ("resnet:ResNet50", "resnet50", {"size": 64}),
    ("mobilenet_v2", "mobilenet_v2", {"size": 64}),
    ("densenet", "densenet121", {"size": 64}),
]


@pytest.mark.parametrize(("spec", "name", "settings"), ROWS, ids=[row[0] + "-" + row[1] for row in ROWS])
def test_equals_torchvision(spec: str, name: str, settings: dict[str, object]) -> None:
    size = settings["size"]
    assert isinstance(size, int)
    module = netdsl.load(spec, **settings)
    reference = torchvision.models.get_model(name)
    assert_same_network(module, reference, torch.randn(2, 3, size, size, dtype=torch.float64))


def test_vit_equals_torchvision() -> None:
    module = netdsl.load("vit", size=64, dim=96, depth=2, heads=3)
    reference = torchvision.models.VisionTransformer(64, 16, 2, 3, 96, 384)
    mine, theirs = module.state_dict(), reference.state_dict()
    # torchvision registers the class token first and the position embedding inside the encoder.
    order = [key for key in theirs if key != "class_token"]
    order.insert(order.index("encoder.pos_embedding"), "class_token")
    order.insert(0, order.pop(order.index("conv_proj.weight")))
    order.insert(1, order.pop(order.index("conv_proj.bias")))
    state = {key: theirs[wanted] for key, wanted in zip(mine, order, strict=True)}
    nn.init.normal_(reference.heads.head.weight)
    module.load_state_dict(state)
    inputs = torch.randn(2, 3, 64, 64, dtype=torch.float64)
    with torch.inference_mode():
        difference = module.double().eval()(inputs) - reference.double().eval()(inputs)
    assert difference.abs().max() == 0


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
        reference = torchvision.models.get_model(name)
        module = netdsl.load(spec)
    assert sum(p.numel() for p in module.parameters()) == sum(p.numel() for p in reference.parameters())
