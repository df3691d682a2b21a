"""The extension, the lexer, the hooks and the settings of the page go with the language and its commands."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from pygments import token as kinds

from netdsl import __version__
from netdsl.checker.expressions.functions import FUNCTIONS
from netdsl.cli.main import build_parser
from netdsl.editor.lexer import NetLexer
from netdsl.layers.table import BUILT_IN
from netdsl.syntax.tables import KEYWORDS
from tests.docs.markdown import ROOT, blocks
from tests.editor.mark import NET

EXTENSION = ROOT / "editors" / "vscode"
MANIFEST = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
SCOPES = {
    "net": "storage.type",
    "repeat": "keyword.control",
    "as": "keyword.control",
    "and": "keyword.operator.word",
    "true": "constant.language",
}


def is_command(words: list[str]) -> bool:
    """Whether the command line knows a command with these arguments."""
    name, *arguments = words[words.index("netdsl") + 1 :]
    return bool(build_parser(name).parse_args([name, *arguments]).command)


def test_what_the_tool_writes_is_what_is_there() -> None:
    done = subprocess.run([sys.executable, "tools/build_editors.py", "--check"], cwd=ROOT, check=False)
    assert done.returncode == 0


def test_every_file_of_the_manifest_is_there() -> None:
    parts = MANIFEST["contributes"]
    named = [parts["languages"][0]["configuration"], MANIFEST["main"]]
    named += [each["path"] for each in (*parts["grammars"], *parts["snippets"])]
    assert all((EXTENSION / name).is_file() for name in named)


def test_the_manifest_goes_with_the_package() -> None:
    assert __version__ == MANIFEST["version"]
    parts = MANIFEST["contributes"]
    language = parts["languages"][0]["id"]
    assert {each["language"] for each in (*parts["grammars"], *parts["snippets"])} == {language}
    text = (EXTENSION / "extension.js").read_text(encoding="utf-8")
    assert f'language: "{language}"' in text
    settings = set(re.findall(r'getConfiguration\("netdsl"\)\s*\.get\("(\w+)"\)', text))
    assert {f"netdsl.{each}" for each in settings} <= set(parts["configuration"]["properties"])
    assert all(f'"{each["command"]}"' in text for each in parts["commands"])
    assert is_command(parts["configuration"]["properties"]["netdsl.command"]["default"])


def scope(text: str) -> str:
    """The scope of a text's beginning by the grammar, whose first pattern wins."""
    for each in json.loads((EXTENSION / "syntaxes" / "netdsl.tmLanguage.json").read_text())["patterns"]:
        if re.match(each["match"], text):
            return str(each.get("name") or each["captures"]["1"]["name"])
    return ""


@pytest.mark.parametrize("word", [*KEYWORDS])
def test_every_word_has_a_colour(word: str) -> None:
    assert scope(f"{word} ").startswith(SCOPES.get(word, ("keyword", "storage", "constant")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# net", "comment.line"),
        ('"net"', "string.quoted"),
        ("3x32x32", "constant.numeric"),
        (".5", "constant.numeric"),
        ("padding=1", "variable.parameter"),
        ("conv(8)", "support.function.netdsl"),
        ("max(1)", "support.function.builtin"),
        ("in_channels", "variable.language"),
        ("Unit(8)", "entity.name.type"),
        ("-> relu", "keyword.operator.arrow"),
        ("inner", ""),
    ],
)
def test_the_scope_of_a_text(text: str, expected: str) -> None:
    assert scope(text).startswith(expected)
    assert bool(scope(text)) == bool(expected)


def test_the_lexer_knows_every_word_and_layer() -> None:
    found = {text: kind for kind, text in NetLexer().get_tokens(NET)}
    assert found["repeat"] is kinds.Keyword
    assert found["Small"] is kinds.Name.Class
    assert found["3x32x32"] is kinds.Number.Integer
    assert found["padding"] is kinds.Name.Attribute
    assert found["# A small net."] is kinds.Comment.Single
    for word in (*KEYWORDS, *BUILT_IN, *FUNCTIONS):
        ((kind, _), *_) = NetLexer().get_tokens(word)
        assert kind is not kinds.Name
    assert "".join(text for _, text in NetLexer().get_tokens(NET)) == NET
    assert not [text for kind, text in NetLexer().get_tokens(NET) if kind is kinds.Error]


def test_the_lexer_is_registered() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, name = project["entry-points"]["pygments.lexers"]["netdsl"].partition(":")
    assert getattr(import_module(module), name) is NetLexer


def test_the_hooks_are_commands_for_net_files() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [each["id"] for each in hooks] == ["netdsl-check", "netdsl-fmt"]
    for each in hooks:
        assert is_command([*each["entry"].split(), "a.net"])
        assert re.search(each["files"], "models/a.net")
        assert not re.search(each["files"], "a.network")


def test_the_settings_of_the_page_can_be_read() -> None:
    readers = {"json": json.loads, "toml": tomllib.loads, "yaml": yaml.safe_load}
    settings = [each for each in blocks(ROOT / "docs" / "editors.md") if "elsewhere" in each.words]
    for each in settings:
        readers.get(each.language, str)(each.text)
        assert "lsp" in each.text or each.language == "yaml"
    (hooks,) = (yaml.safe_load(each.text) for each in settings if each.language == "yaml")
    offered = yaml.safe_load(Path(ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [each["id"] for each in hooks["repos"][0]["hooks"]] == [each["id"] for each in offered]
