"""The Python source is what a careful person writes, and standalone source needs torch alone."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from netdsl.emit import instantiate, render
from netdsl.emit.literals import docstring, literal
from tests.emit.compare import inputs_of, network_of, output_of, stir
from tests.emit.test_agreement import PACKAGED, packaged
from tests.emit.texts import NAMED, NAMES, TEXTS

FORBID = """
import sys

class Forbid:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "netdsl":
            raise ImportError(f"{name} is forbidden")

sys.meta_path.insert(0, Forbid())
"""
RUN = """
import importlib, pathlib, pickle, torch

for line in pathlib.Path("made.txt").read_text().splitlines():
    module_name, class_name = line.split()
    made = getattr(importlib.import_module(module_name), class_name)()
    saved = torch.load(f"{module_name}.pt")
    made.double().load_state_dict(saved["state"])
    made = pickle.loads(pickle.dumps(made)).eval()
    with torch.no_grad():
        assert torch.equal(made(saved["inputs"]).nan_to_num(7), saved["outputs"].nan_to_num(7)), module_name
assert not [name for name in sys.modules if name.partition(".")[0] == "netdsl"]
print("all ran")
"""


def test_standalone_source_runs_where_netdsl_is_forbidden(tmp_path: Path) -> None:
    """One process runs all of them, each from its own file, as its own module."""
    lines = []
    for number, text in enumerate((*TEXTS.values(), *(NAMED.format(name=name) for name in NAMES))):
        network = network_of(text)
        source = render(network, standalone=True)
        (tmp_path / f"made{number}.py").write_text(source, encoding="utf-8")
        module = instantiate(network).double()
        stir(module)
        inputs = inputs_of(network)
        saved = {"state": module.state_dict(), "inputs": inputs, "outputs": output_of(module.eval(), inputs)}
        torch.save(saved, tmp_path / f"made{number}.pt")
        classes = [node.name for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
        lines.append(f"made{number} {classes[-1]}")
    (tmp_path / "made.txt").write_text("\n".join(lines))
    (tmp_path / "run.py").write_text(FORBID + RUN)
    environment = {**os.environ, "PYTHONPATH": "", "OMP_NUM_THREADS": "1"}
    finished = subprocess.run(
        [sys.executable, "run.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert finished.stdout == "all ran\n", finished.stderr


def test_all_source_passes_a_linter(tmp_path: Path) -> None:
    """Names are all defined and used, lines are short, and files are laid out as pycodestyle wants."""
    pytest.importorskip("ruff")
    networks = [*map(network_of, TEXTS.values()), *map(packaged, PACKAGED)]
    networks += [network_of(NAMED.format(name=name)) for name in NAMES]
    for number, network in enumerate(networks):
        for standalone in (False, True):
            source = render(network, standalone=standalone)
            (tmp_path / f"made{number}_{standalone}.py").write_text(source, encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--line-length", "110"]
    select = ["--select", "E,F,W,I,RET505,UP", "--target-version", "py311", "--output-format", "concise"]
    isort = ["--config", 'lint.isort.known-first-party = ["netdsl"]']
    finished = subprocess.run(
        [*command, *select, *isort, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.parametrize("standalone", [False, True])
def test_source_of_torch_layers_mentions_no_netdsl_but_as_its_maker(standalone: bool) -> None:
    source = render(network_of(TEXTS["nested blocks"]), standalone=standalone)
    assert source.count("netdsl") == source.count("Made by netdsl from") == 1


def test_arguments_stand_in_the_order_of_torch() -> None:
    network = network_of(
        "net A { input 3x8x8\n conv(4, 3, bias=false, padding_mode=circular, padding=1, stride=2) }"
    )
    expected = 'nn.Conv2d(3, 4, 3, stride=2, padding=1, bias=False, padding_mode="circular")'
    assert f"self.conv1 = {expected}\n" in render(network)


def test_parameters_are_typed_and_shared_only_where_they_mean_the_same() -> None:
    source = render(network_of(TEXTS["one block, other numbers"]))
    signature = source.partition("def __init__(")[2].partition(")")[0]
    assert " ".join(signature.split()) == (
        "self, in_channels: int, out_channels: int, kernel_size: int | tuple[int, ...], "
        "stride: int, padding: int, dilation: int, p: float, negative_slope: float"
    )
    assert "bool" in render(network_of(TEXTS["one block, other types"]))


def test_identical_blocks_are_one_class_and_different_ones_are_numbered() -> None:
    source = render(network_of(TEXTS["one block, other structure"]))
    classes = [node.name for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    assert classes == ["B", "B2", "C", "C2", "C3", "A"]


def test_an_empty_block_is_the_identity() -> None:
    source = render(network_of(TEXTS["empty branches and blocks"]))
    assert "self.nothing1 = nn.Identity()" in source
    assert "class Nothing" not in source


def test_starts_are_written_as_a_loop_over_classes() -> None:
    source = render(network_of(TEXTS["init"].replace("init(conv, xavier_uniform, gain=2.0)", "")))
    loop = """\
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
                nn.init.constant_(module.bias, val=0.25)
            elif isinstance(module, nn.BatchNorm2d):
                nn.init.uniform_(module.weight, a=0.5, b=1.5)
            elif isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=0.01)
"""
    assert loop in source


def test_long_lists_are_broken() -> None:
    for text in (TEXTS["many branches"], TEXTS["init of a part"]):
        assert max(map(len, render(network_of(text)).splitlines())) <= 100


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, "1"), (0.5, "0.5"), (1e-06, "1e-06"), (True, "True"), (None, "None"), ("same", '"same"'),
        ('say "x"', "'say \"x\"'"), ((1, 2), "(1, 2)"), ((3,), "(3,)"), (float("inf"), 'float("inf")'),
        (float("-inf"), 'float("-inf")'), ("a\\b'c", '"a\\\\b\'c"'),
    ],
)  # fmt: skip
def test_literals(value: object, expected: str) -> None:
    assert literal(value) == expected  # type: ignore[arg-type]
    assert eval(expected) == value


@pytest.mark.parametrize("text", ["\0", "a\r\x0cb", "\udcff", "\x1b[31m"])
def test_docstrings_hold_what_source_can_hold(text: str) -> None:
    source = docstring([text, "more"])
    assert source.isprintable() or "\n" in source
    compile(source, "source.py", "exec")
    source.encode()


@pytest.mark.parametrize("text", ['"', 'a "b"', '"""', "a\\", "\\n", '\\"', "x" * 300, 'a """" b', '""""'])
@pytest.mark.parametrize("level", [0, 2])
def test_docstrings_hold_any_text(text: str, level: int) -> None:
    source = docstring([text], level)
    assert "".join(ast.literal_eval(source.strip()).split()) == "".join(text.split())
    assert max(map(len, source.splitlines())) <= 110
