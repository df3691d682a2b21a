"""Cells of notebooks, run by a real IPython shell."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from torch import nn
from traitlets.config import Config

import netdsl
from netdsl.network.nodes import Network

SMALL = """net Small(width = 4, act = relu) {
    input 3x8x8
    conv(width, 3) -> act
    flatten -> linear(2)
}
"""


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> InteractiveShell:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    made = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    made.run_line_magic("load_ext", "netdsl")
    return made


def test_a_cell_makes_a_module(shell: InteractiveShell) -> None:
    shown = shell.run_cell_magic("net", "model --set width=6", SMALL)
    model = shell.user_ns["model"]
    assert isinstance(model, nn.Module)
    assert model(torch.zeros(1, 3, 8, 8)).shape == (1, 2)
    assert isinstance(shown, Network)
    assert "6x6x6" in shown._repr_html_()


def test_a_cell_alone_shows_the_network(shell: InteractiveShell) -> None:
    shown = shell.run_cell_magic("net", "--net Small", SMALL + SMALL.replace("Small", "Other"))
    assert shown.name == "Small"
    assert "model" not in shell.user_ns


def test_mistakes_are_printed_and_nothing_is_made(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shell.run_cell_magic("net", "model", SMALL.replace("conv(width, 3)", "conv(width, 9)")) is None
    assert "error[E203]" in capsys.readouterr().err
    assert "model" not in shell.user_ns


@pytest.mark.parametrize("line", ["--width 3", "--set width", "3x", "'", "a b"])
def test_a_wrong_line_is_told_of(
    line: str, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shell.run_cell_magic("net", line, SMALL) is None
    assert capsys.readouterr().err.startswith("%%net: ")


def test_texts_are_escaped() -> None:
    network = netdsl.check(SMALL, act="leaky_relu(0.1)").network
    assert network is not None
    table = network.replace(name="<b>")._repr_html_()
    assert "<b><b>" not in table
    assert "&lt;b&gt;" in table
    assert table.count("<tr>") == 1 + len(list(network.layers()))
