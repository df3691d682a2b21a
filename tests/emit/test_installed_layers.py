"""A module of an installed package stands in `.net` files as a layer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from torch import nn

from netdsl.emit.custom import module_layer

MODULE = """
import torch
from torch import nn

from netdsl.emit.custom import module_layer


class GatedConv(nn.Module):
    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, padding: int = 0):
        super().__init__()
        self.value = nn.Conv2d(in_channels, out_channels, kernel_size, padding=padding)
        self.gate = nn.Conv2d(in_channels, out_channels, kernel_size, padding=padding)

    def forward(self, x):
        return self.value(x) * torch.sigmoid(self.gate(x))


gated_conv = module_layer("gated_conv", GatedConv, "A gate.", positional=("out_channels", "kernel_size"))
"""
NET = """net Own {
    input 3x32x32
    gated_conv(8, 3, padding=1) -> relu
    gated_conv(4, KERNEL) -> avgpool(global) -> flatten
    linear(10)
}
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A folder that Python takes for an installed package with an entry point."""
    (tmp_path / "mylayers.py").write_text(MODULE)
    information = tmp_path / "mylayers-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: mylayers\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[netdsl.layers]\ngated_conv = mylayers:gated_conv\n")
    return tmp_path


def run(package: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Python in which the package is installed."""
    path = os.pathsep.join([str(package), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=package,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )


def test_is_checked_built_and_rendered(package: Path) -> None:
    (package / "own.net").write_text(NET.replace("KERNEL", "3"))
    code = """
import torch, netdsl
from netdsl.api import check_file
from netdsl.emit import render
network = check_file("own.net").network
module = netdsl.load("own.net")
assert sum(p.numel() for p in module.parameters()) == network.parameter_count == 2 * (224 + 292) + 50
layer = dict(network.layers())["gated_conv1"]
assert layer.output.shape == (8, 32, 32) and layer.multiply_adds == 2 * 224 * 32 * 32
source = {}
exec(render(network), source)
other = source["Own"]()
other.load_state_dict(module.state_dict())
inputs = torch.randn(2, 3, 32, 32)
assert torch.equal(module(inputs), other(inputs))
"""
    finished = run(package, code)
    assert finished.returncode == 0, finished.stderr


def test_what_the_module_refuses_is_a_finding(package: Path) -> None:
    (package / "own.net").write_text(NET.replace("KERNEL", "99"))
    finished = run(package, "from netdsl.cli.main import main; raise SystemExit(main(['check', 'own.net']))")
    assert finished.returncode == 1
    assert "error[E211]: `gated_conv` can't take this input" in finished.stderr
    assert "own.net:4:5" in finished.stderr


def test_a_parameter_of_another_type_is_refused() -> None:
    class Odd(nn.Module):
        def __init__(self, layers: list[int]) -> None:
            super().__init__()

    with pytest.raises(ValueError, match="must be annotated"):
        module_layer("odd", Odd, "Odd.")


def test_a_package_that_fails_to_import_is_a_finding(package: Path) -> None:
    (package / "mylayers.py").write_text("raise RuntimeError('no such device')")
    (package / "own.net").write_text(NET.replace("KERNEL", "3"))
    checked = run(package, "from netdsl.cli.main import main; raise SystemExit(main(['check', 'own.net']))")
    assert checked.returncode == 1
    assert "error[E606]: layer `gated_conv` can't be loaded" in checked.stderr
    assert "RuntimeError: no such device" in checked.stderr
    listed = run(package, "from netdsl.cli.main import main; raise SystemExit(main(['layers']))")
    assert listed.returncode == 0
    assert "warning: layer gated_conv can't be loaded" in listed.stderr


def test_a_broken_package_does_not_hide_a_misspelling(package: Path) -> None:
    (package / "mylayers.py").write_text("raise RuntimeError")
    (package / "own.net").write_text(NET.replace("gated_conv(4, KERNEL)", "cnov(3, 3)").replace("gated_", ""))
    checked = run(package, "from netdsl.cli.main import main; raise SystemExit(main(['check', 'own.net']))")
    assert "no layer or block `cnov`" in checked.stderr
