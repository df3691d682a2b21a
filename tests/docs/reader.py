"""Follows a page: writes its files, runs its commands, and compares what it says is printed."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest

from netdsl.api import check_file
from netdsl.cli.main import build_parser, main
from netdsl.diagnostics import Diagnostic, Source
from netdsl.diagnostics.render import render_text
from netdsl.experiments.check import check_networks
from netdsl.experiments.load import load_experiment
from netdsl.experiments.plan import make_plan
from netdsl.lints import LintOptions, lint_source
from netdsl.lints.config import read_config
from netdsl.training import load_recipe
from tests.docs.markdown import ROOT, Block

CODE = re.compile(r"\b[EW]\d{3}\b")

# Commands that are no netdsl command: what they install or test is what runs these tests.
NOT_RUN = (
    "pip install",
    "python -m venv",
    "python -m pytest",
    "python tools/",
    "python benchmarks/",
    "ruff",
    "mypy",
    "lint-imports",
    "git ",
    "source ",
    ".ci/run",
)

# Options of commands that need images which no page can bring along; these commands are only parsed.
# So is one that serves a page until it is ended.
NEEDS_IMAGES = (
    "--data FOLDER",
    "--data cifar10-jpeg",
    "--data cifar10",
    "--data photos",
    "--data digits.npz",
    "IMAGE.jpg",
)


class Reader:
    """Runs the blocks of one page in order."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capture = capture
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.printed: str | None = None
        self.previous: Block | None = None
        self.failed = False

    def follow(self, block: Block) -> None:
        """Do what a block asks for."""
        if "elsewhere" in block.words:
            # A file of another program, such as the settings of an editor.
            return
        shows = block.language in ("text", "json")
        assert shows or not self.failed, f"the command above fails: {self.printed}"
        self.failed = False
        act = getattr(self, f"do_{block.language or 'nothing'}", None)
        assert act is not None, f"no rule for blocks of {block.language}"
        act(block)
        self.previous = block

    def do_net(self, block: Block) -> None:
        """A network without mistakes, or with those that the page names."""
        path = self.folder / (block.file or f"line{block.line}.net")
        if "wrong" in block.words:
            self.do_wrong_net(block, path)
            return
        path.write_text(block.text, encoding="utf-8")
        result = check_file(path.name, every=True)
        assert not result.diagnostics, render_text(result.diagnostics)

    def do_wrong_net(self, block: Block, path: Path) -> None:
        """A network with the mistakes whose codes stand above it."""
        codes = set(CODE.findall(block.before))
        assert codes, "no code above"
        if block.file:
            path.write_text(block.text, encoding="utf-8")
        name = block.file or "wrong.net"
        lints = [code for code in codes if code.startswith("W")]
        result = lint_source(
            Source(name, block.text),
            folder=str(self.folder),
            every="E603" not in codes,
            options=LintOptions(("default", *lints)),
        )
        found = [each for each in result.diagnostics if each.code.id in codes]
        assert found, f"{codes} not found, but {[each.code.id for each in result.diagnostics]}"
        self.printed = render_text(found if block.file else found[:1])

    def do_sh(self, block: Block) -> None:
        """Commands; what the last one prints is kept for the text below."""
        for line in block.text.splitlines():
            for command in line.removeprefix("$ ").split("&&"):
                self.run(command.strip())

    def run(self, command: str) -> None:
        """One command."""
        if not command or command.startswith(("#", *NOT_RUN)):
            return
        words = [
            str(ROOT / word) if word.startswith("examples/") else word
            for word in shlex.split(command, comments=True)
        ]
        if words[0] == "cat":
            self.printed = "".join((self.folder / word).read_text(encoding="utf-8") for word in words[1:])
            return
        if words[0] == "python":
            self.run_script(words[1])
            return
        assert words[0] == "netdsl", f"can't run {command}"
        serves = words[1] == "play" and "--export" not in words
        if serves or any(f" {each} " in f" {' '.join(words)} " for each in NEEDS_IMAGES):
            build_parser(words[1]).parse_args(words[1:])
            return
        words += one_epoch(words)
        self.capture.readouterr()
        code = main(words[1:])
        out = self.capture.readouterr()
        self.printed = out.out + out.err
        self.failed = code != 0
        assert code in (0, 1), self.printed
        # That two networks differ is an answer, not a mistake.
        assert CODE.search(self.printed) or code == 0 or words[1] == "diff", self.printed
        assert "error[" not in out.err or code == 1

    def run_script(self, name: str) -> None:
        """A script that the page wrote before."""
        self.capture.readouterr()
        exec(
            compile((self.folder / name).read_text(encoding="utf-8"), name, "exec"), {"__name__": "__main__"}
        )
        self.printed = self.capture.readouterr().out

    def do_text(self, block: Block) -> None:
        """What was printed: by the command above, by the check of the text above, or by `explain`."""
        if "about" in block.words:
            return
        before = self.previous
        if before is None or before.language not in ("sh", "net", "python") or self.printed is None:
            code = CODE.search(block.text)
            assert code is not None, "no command above, and no code in the text"
            self.capture.readouterr()
            main(["explain", code[0]])
            printed = self.capture.readouterr().out
            assert stripped(block.text).strip() in "\n".join(
                line[4:] for line in stripped(printed).splitlines()
            )
            return
        assert stripped(self.printed).strip("\n") == stripped(block.text).strip("\n")

    def do_python(self, block: Block) -> None:
        """A script, or lines that go on from those before."""
        if block.file:
            (self.folder / block.file).write_text(block.text, encoding="utf-8")
            if "file=" in " ".join(block.words):
                return
        self.capture.readouterr()
        exec(compile(block.text, f"line {block.line}", "exec"), self.names)
        self.printed = self.capture.readouterr().out

    def do_yaml(self, block: Block) -> None:
        """A recipe or an experiment, right or with the mistake that the page names."""
        if block.file:
            (self.folder / block.file).write_text(block.text, encoding="utf-8")
        found = self.findings(block)
        if "wrong" in block.words:
            assert set(CODE.findall(block.before)) & {each.code.id for each in found}
        else:
            assert not found, render_text(found)

    def findings(self, block: Block) -> list[Diagnostic]:
        """What is wrong with a block of YAML."""
        if "experiment" not in block.words:
            return load_recipe(block.text, "recipe.yaml")[1]
        experiment, found = load_experiment(block.text, "experiment.yaml", self.folder)
        if experiment is None:
            return found
        planned, found = make_plan(experiment)
        return [*found, *check_networks(planned)[1]]

    def do_json(self, block: Block) -> None:
        """JSON: what the command above printed (`...` stands for more), or on its own."""
        self.compare_json(block, [block.text], [self.printed or ""])

    def do_jsonl(self, block: Block) -> None:
        """Lines of JSON."""
        self.compare_json(block, block.text.splitlines(), (self.printed or "").splitlines())

    def compare_json(self, block: Block, texts: list[str], printed: list[str]) -> None:
        """Whether the values are those that were printed; of a block with `keys` only the keys count."""
        for shown, made in zip(texts, printed, strict=False):
            # After it may stand what the command said on standard error.
            expected, (actual, _) = json.loads(shown), json.JSONDecoder().raw_decode(made)
            if "keys" in block.words:
                assert keys(expected) == keys(actual)
            else:
                assert agrees(expected, actual), made

    def do_toml(self, block: Block) -> None:
        """A configuration of lints, or entry points as those of an installed package."""
        if "[project" not in block.text:
            path = self.folder / "netdsl.toml"
            wrong = read_config(Source(str(path), block.text))[1]
            assert bool(wrong) == ("wrong" in block.words), render_text(wrong)
            if "wrong" not in block.words and block.file:
                path.write_text(block.text, encoding="utf-8")
            return
        project = tomllib.loads(block.text)["project"]
        information = self.folder / "example-1.0.dist-info"
        information.mkdir()
        (information / "METADATA").write_text("Metadata-Version: 2.1\nName: example\nVersion: 1.0\n")
        lines = []
        for group, points in project["entry-points"].items():
            lines += [f"[{group}]", *(f"{name} = {target}" for name, target in points.items())]
        (information / "entry_points.txt").write_text("\n".join(lines) + "\n")

    def do_nothing(self, block: Block) -> None:
        """A block without a language: a layout of files, or commands of which some are wrong."""
        for line in block.text.splitlines():
            if line.startswith("netdsl "):
                words = shlex.split(line, comments=True)
                build_parser(words[1]).parse_args(words[1:])


def one_epoch(words: list[str]) -> list[str]:
    """What makes a command that trains short enough for a test."""
    if words[1] == "train":
        return ["--epochs", "1"]
    trains = words[1] == "sweep" and not {"--dry-run", "--schema", "--epochs", "--partial"} & set(words)
    return ["--epochs", "1"] if trains else []


def stripped(text: str) -> str:
    """The text without blanks at the ends of its lines."""
    return "\n".join(line.rstrip() for line in text.splitlines())


def keys(value: object) -> object:
    """The form of a JSON value: the keys of its objects, and of the first item of its lists."""
    if isinstance(value, dict):
        return {key: keys(each) for key, each in value.items() if key != "per_class_accuracy"}
    if isinstance(value, list):
        return [keys(value[0])] if value and isinstance(value[0], dict) else []
    return None


def agrees(expected: object, actual: object) -> bool:
    """Whether a value is the one shown, where `"..."` stands for any value, or for any further items."""
    if expected == "...":
        return True
    if isinstance(expected, dict) and isinstance(actual, dict):
        return expected.keys() == actual.keys() and all(agrees(expected[k], actual[k]) for k in expected)
    if isinstance(expected, list) and isinstance(actual, list):
        if expected and expected[-1] == "...":
            return len(actual) >= len(expected) - 1 and all(map(agrees, expected[:-1], actual))
        return len(expected) == len(actual) and all(map(agrees, expected, actual))
    return expected == actual
