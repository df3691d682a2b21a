"""The Python interface, as a person uses it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

import netdsl
from netdsl.training import ImageDataset, Split

TEXT = "net N(width = 4) {\n    input 3x8x8\n    conv(width, 3) -> flatten -> linear(2)\n}\n"


@pytest.fixture
def dataset() -> ImageDataset:
    """Forty images of two classes that their brightness tells apart."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(40) % 2
    noise = torch.randint(0, 60, (40, 3, 8, 8), generator=generator)
    images = (noise + labels.view(-1, 1, 1, 1) * 150).to(torch.uint8)
    part = Split(images, labels)
    return ImageDataset("bright", part, None, part, ("dark", "bright"))


def test_check_returns_diagnostics_and_the_network() -> None:
    result = netdsl.check(TEXT, width=8)
    assert result.ok
    assert result.network is not None
    assert result.network.output.shape == (2,)
    assert [each.code.id for each in netdsl.check("net N { input 3x8x8\n cnov(3) }").diagnostics] == ["E301"]


def test_load_returns_a_plain_module(tmp_path: Path) -> None:
    path = tmp_path / "n.net"
    path.write_text(TEXT)
    module = netdsl.load(path, width=8)
    assert type(module) is nn.Sequential
    assert [type(child).__module__.startswith("torch.nn") for child in module] == [True] * 3
    assert module(torch.zeros(2, 3, 8, 8)).shape == (2, 2)


def test_load_raises_with_the_diagnostics(tmp_path: Path) -> None:
    path = tmp_path / "n.net"
    path.write_text(TEXT.replace("conv", "cnov"))
    with pytest.raises(netdsl.NetError, match="did you mean `conv`") as caught:
        netdsl.load(path)
    assert [each.code.id for each in caught.value.diagnostics] == ["E301"]
    with pytest.raises(netdsl.NetError, match="no file"):
        netdsl.load(tmp_path / "nothing.net")
    with pytest.raises(netdsl.NetError, match="no parameter"):
        netdsl.load("lenet5", widht=3)


def test_train_takes_a_file_and_the_keys_of_a_recipe(tmp_path: Path, dataset: ImageDataset) -> None:
    path = tmp_path / "n.net"
    path.write_text(TEXT)
    run = netdsl.train(
        path, dataset, out=tmp_path / "run", epochs=8, batch_size=8, learning_rate=0.01, validation=0
    )
    assert run.result.parameters == netdsl.check(TEXT).network.parameter_count  # type: ignore[union-attr]
    assert run.result.test_accuracy is not None
    assert run.result.test_accuracy > 0.9
    assert (tmp_path / "run" / "best.safetensors").is_file()


def test_train_takes_any_module(tmp_path: Path, dataset: ImageDataset) -> None:
    module = nn.Sequential(nn.Flatten(), nn.Linear(192, 2))
    run = netdsl.train(module, dataset, out=tmp_path / "run", epochs=1)
    assert run.module is module


def test_train_raises_with_the_diagnostics(tmp_path: Path, dataset: ImageDataset) -> None:
    with pytest.raises(netdsl.NetError, match="E704"):
        netdsl.train("lenet5", dataset, epochs=0)
    with pytest.raises(netdsl.NetError, match="no key"):
        netdsl.train("lenet5", dataset, epohcs=1)
    with pytest.raises(netdsl.NetError, match="3x8x8"):
        netdsl.train("lenet5", dataset, out=tmp_path / "run")
    with pytest.raises(netdsl.NetError, match="no folder"):
        netdsl.train("lenet5", tmp_path / "nothing", out=tmp_path / "run")


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import netdsl, sys; print([m for m in ('torch', 'pydantic', 'rich', 'lark') if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )
