"""The other commands that need no torch: shapes, list, layers and explain."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from netdsl.diagnostics.catalogue import all_codes
from netdsl.layers.table import BUILT_IN
from tests.cli.run import ROOT, environment, run, run_json, run_process, run_python

Capture = pytest.CaptureFixture[str]


def test_shapes_json(small: str, capsys: Capture) -> None:
    table = run_json(capsys, "shapes", "--format", "json", small)
    assert {"net", "parameters", "multiply_adds", "activation_bytes", "statements"} <= set(table)
    row = table["statements"][0]
    assert {
        "name",
        "layer",
        "file",
        "line",
        "inputs",
        "output",
        "parameters",
        "multiply_adds",
        "receptive_field",
    } <= set(row)
    assert (row["name"], row["layer"], row["line"], row["inputs"], row["output"]) == (
        "conv1",
        "conv",
        3,
        ["input"],
        [8, 16, 16],
    )
    assert row["multiply_adds"] == 8 * 16 * 16 * 3 * 9
    assert row["receptive_field"] == [3, 3]
    residual = next(row for row in table["statements"] if row["layer"] == "residual")
    assert residual["inputs"] == ["conv2", "stem"]
    for total in ("parameters", "multiply_adds", "activation_bytes"):
        assert table[total] == sum(row[total] for row in table["statements"])


def test_shapes_text(small: str, capsys: Capture) -> None:
    code, out, err = run(capsys, "shapes", small)
    assert (code, err) == (0, "")
    assert "stem" in out
    assert "8x16x16" in out
    assert "906 parameters" in out


def test_shapes_names_another_file(small: str, capsys: Capture) -> None:
    """A variant's lines are those of the file that its net stands in."""
    variants = Path(small).with_name("variants.net")
    variants.write_text('use "small.net"\n\nnet Other = Small(width=4)\n')
    assert "small.net:3" in run(capsys, "shapes", str(variants))[1]
    assert "small.net:" not in run(capsys, "shapes", small)[1]


def test_shapes_of_a_file_with_errors(bad: str, capsys: Capture) -> None:
    code, out, err = run(capsys, "shapes", bad, "--format", "json")
    assert (code, out) == (1, "")
    assert "E301" in err


def test_list(capsys: Capture) -> None:
    rows = run_json(capsys, "list", "--format", "json")
    assert all({"name", "file", "net", "parameters"} <= set(row) for row in rows)
    assert next(row for row in rows if row["name"] == "lenet5")["parameters"] == 744_328
    text = run(capsys, "list")[1]
    header, *lines = text.splitlines()
    assert header.split() == ["name", "parameters", "what", "it", "is"]
    assert len(lines) == len(rows)
    assert len({row["name"] for row in rows}) == len(rows)


def test_names_of_the_list_are_taken_by_the_commands(capsys: Capture) -> None:
    for row in run_json(capsys, "list", "--format", "json"):
        table = run_json(capsys, "shapes", row["name"], "--format", "json")
        assert (table["net"], table["parameters"]) == (row["net"], row["parameters"])


@pytest.mark.parametrize("name", list(BUILT_IN))
def test_layers_describes_every_layer(name: str, capsys: Capture) -> None:
    code, out, err = run(capsys, "layers", name)
    assert (code, err) == (0, "")
    assert out.startswith(name)
    assert all(option.name in out for option in BUILT_IN[name].options)


def test_layers_lays_its_examples_out(capsys: Capture) -> None:
    assert run(capsys, "layers", "add")[1].endswith(
        "    input 16x8x8\n    add {\n        branch { }\n        branch { conv(16, 3, padding=1) }\n    }\n"
    )


def test_layers_lists_all(capsys: Capture) -> None:
    code, out, _ = run(capsys, "layers")
    assert code == 0
    assert all(f"  {name} " in out for name in BUILT_IN)


def test_unknown_layer_is_suggested(capsys: Capture) -> None:
    for word, hint in {
        **dict.fromkeys(("cnov", "Conv2d", "conv_2d"), "did you mean conv?"),
        "BatchNorm2d": "did you mean bn?",
        "flat": "did you mean flatten?",
        "Dropout2d": "written dropout(p, spatial=true) here",
        "SqueezeExcite": 'it is a packaged block: use "squeeze_excite.net"',
        "LSTM": "there are no recurrent layers: a net is a graph that each input goes through once",
        "nothing_like_it": "netdsl layers lists them",
    }.items():
        assert run(capsys, "layers", word) == (1, "", f"error: no layer {word}; {hint}\n")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("train lenet5 --optmizer sgd", "train takes no option --optmizer; did you mean --optimizer?"),
        ("check lenet5 --fx=1", "check takes no option --fx; did you mean --fix?"),
        ("check lenet5 -z", "check takes no option -z; netdsl check --help lists what it takes"),
        ("play --set classes=3", "play takes no option --set; netdsl play --help lists what it takes"),
        ("train lenet5 30", "train takes no argument 30; netdsl train --help lists what it takes"),
    ],
)
def test_what_a_command_does_not_take_is_said_in_a_line(given: str, said: str, capsys: Capture) -> None:
    assert run(capsys, *given.split()) == (2, "", f"error: netdsl {said}\n")


@pytest.mark.parametrize("name", list(all_codes()))
def test_explain_tells_of_every_code(name: str, capsys: Capture) -> None:
    code, out, err = run(capsys, "explain", name)
    assert (code, err) == (0, "")
    known = all_codes()[name]
    assert out.startswith(f"{name}: {known.title}")
    assert "Wrong:" in out
    assert "Right:" in out
    if known.example_kind == "net":
        assert f"[{name}]" in out
    assert all(len(line) <= 250 for line in out.splitlines())


def test_explain_takes_what_people_paste(capsys: Capture) -> None:
    assert run(capsys, "explain", "e203")[1] == run(capsys, "explain", "[E203]")[1]
    assert len(run(capsys, "explain")[1].splitlines()) == len(all_codes())
    code, _, err = run(capsys, "explain", "E2033")
    assert code == 1
    assert "E203" in err
    assert run(capsys, "explain", "softmax-last")[1] == run(capsys, "explain", "W501")[1]
    assert "did you mean softmax-last?" in run(capsys, "explain", "sofmax-last")[2]


def test_wrong_usage_says_what_is_meant(capsys: Capture) -> None:
    assert run(capsys, "chekc", "x.net") == (2, "", "error: no command chekc; did you mean check?\n")
    assert run(capsys, "lenet") == (2, "", "error: no command lenet; netdsl --help lists them\n")


SLOW = [
    "torch",
    "torchvision",
    "pydantic",
    "rich",
    "lark",
    "dataclasses",
    "inspect",
    "numpy",
    "yaml",
    "pathlib",
    "typing",
]


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (["check", "lenet5"], []),
        (["check", "tests/golden/bad/merges.net"], []),
        (["check", "lenet5", "--format", "json"], ["dataclasses", "inspect", "typing", "pathlib"]),
        (["list"], ["typing"]),
        (["layers", "conv"], ["typing", "dataclasses", "inspect", "pathlib"]),
        (["explain", "E203"], ["typing", "dataclasses", "inspect"]),
        (["shapes", "lenet5", "--format", "json"], ["dataclasses", "inspect", "typing", "pathlib"]),
        (["shapes", "lenet5"], ["rich", "dataclasses", "inspect", "typing", "pathlib"]),
    ],
)
def test_nothing_slow_is_imported(arguments: list[str], allowed: list[str]) -> None:
    code = (
        "import sys; before = set(sys.modules)\n"
        "from netdsl.cli.main import main\n"
        "main(sys.argv[1:])\n"
        "print('\\n', ' '.join(set(sys.modules) - before), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code, *arguments],
        cwd=ROOT,
        env=environment(PYTHONPATH=":".join([str(ROOT), *sys.path])),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stderr.splitlines()[-1].split())
    assert "netdsl.checker.check" in loaded or arguments[0] == "layers"
    assert not loaded & (set(SLOW) - set(allowed))


def test_a_reader_that_leaves_is_no_error() -> None:
    for command in ("netdsl list", "netdsl shapes vgg16_cifar", "netdsl shapes densenet --format json"):
        done = subprocess.run(
            [
                "bash",
                "-c",
                f"set -o pipefail; {sys.executable} -m {command} | head -n 1; echo ${{PIPESTATUS[0]}}",
            ],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        assert done.stdout.splitlines()[-1] == "0"


def test_process_exits_with_the_commands_code(small: str, bad: str) -> None:
    assert run_process("check", small).returncode == 0
    assert run_process("check", bad).returncode == 1
    assert run_process("chekc").returncode == 2
    assert "Traceback" not in run_process("check", bad).stderr


def test_version_and_help(capsys: Capture) -> None:
    import netdsl

    assert run(capsys, "--version") == (0, f"netdsl {netdsl.__version__}\n", "")
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert "shapes" in out


def test_importing_the_package_imports_nothing() -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); before = set(sys.modules); import netdsl, json\n"
    code += "print(json.dumps([name for name in set(sys.modules) - before if name.startswith('netdsl.')]))"
    assert json.loads(run_python(code).stdout) == []
