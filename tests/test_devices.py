"""The same on every device: on the CPU always, on a GPU where there is one."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

import netdsl
from netdsl.training import ImageDataset, Split, load_recipe, train

CUDA = pytest.param(
    "cuda",
    marks=[pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")],
)
NETWORKS = [
    "lenet5",
    "six_conv:RegularizedSixConv",
    "conv_pairs",
    "three_conv:BestThreeConv",
    "conv_bn_dropout",
]


@pytest.fixture
def dataset() -> ImageDataset:
    """Two classes of images that their brightness tells apart."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(64) % 2
    noise = torch.randint(0, 60, (64, 3, 32, 32), generator=generator)
    part = Split((noise + labels.view(-1, 1, 1, 1) * 150).to(torch.uint8), labels)
    return ImageDataset("bright", part, None, part, ("dark", "bright"))


@pytest.mark.parametrize("device", ["cpu", CUDA])
@pytest.mark.parametrize("spec", NETWORKS)
def test_networks_train_a_step(spec: str, device: str) -> None:
    module = netdsl.load(spec).to(device).train()
    inputs = torch.randn(4, 3, 32, 32, device=device)
    nn.functional.cross_entropy(module(inputs), torch.arange(4, device=device)).backward()
    assert all(
        parameter.grad is not None and parameter.grad.isfinite().all() for parameter in module.parameters()
    )


@pytest.mark.parametrize("device", ["cpu", CUDA])
def test_shake_shake_trains_a_compiled_step(device: str) -> None:
    module = netdsl.load("shake_shake", width=8).to(device).train()
    compiled = torch.compile(module, fullgraph=True, backend="inductor" if device == "cuda" else "aot_eager")
    with torch.autocast(device, torch.bfloat16):
        loss = compiled(torch.randn(2, 3, 32, 32, device=device)).float().square().mean()
    loss.backward()
    assert all(parameter.grad is not None for parameter in module.parameters())


@pytest.mark.parametrize("device", ["cpu", CUDA])
def test_training_learns_and_leaves_weights_for_any_device(
    device: str, dataset: ImageDataset, tmp_path: Path
) -> None:
    recipe, _ = load_recipe(None, "<recipe>", {"epochs": "4", "batch_size": "8", "validation": "0"})
    assert recipe is not None
    torch.manual_seed(0)
    run = train(netdsl.load("conv_bn_dropout"), dataset, recipe, tmp_path / "run", device=device)
    assert run.result.test_accuracy is not None
    assert run.result.test_accuracy > 0.9
    from safetensors.torch import load_file

    netdsl.load("conv_bn_dropout").load_state_dict(load_file(tmp_path / "run" / "best.safetensors"))
