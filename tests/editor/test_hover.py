from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from netdsl.checker import packaged_folder
from netdsl.checker.expressions.functions import FLOWING, FUNCTIONS
from netdsl.editor.hover import hover
from netdsl.editor.keywords import WORDS
from netdsl.editor.session import Session
from netdsl.layers.table import BUILT_IN
from netdsl.syntax.tables import KEYWORDS
from tests.editor.mark import NET, at, inside, opened, split


def about(text: str) -> str:
    plain, offset = split(text)
    found = hover(opened(plain), offset)
    return found.text if found is not None else ""


def test_a_layer_with_what_it_made() -> None:
    text = about(inside("    |conv(8, 5, padding=2, stride=2) -> flatten"))
    assert "makes **8x16x16**, 608 parameters, 155,648 multiply-adds, sees 5x5" in text
    assert "nn.Conv2d(3, 8, 5, stride=2, padding=2)" in text
    assert "conv(out_channels, kernel_size, stride=1" in text
    assert BUILT_IN["conv"].doc in text


def test_each_use_of_a_block_is_listed_once() -> None:
    text = about(NET.replace("repeat 2 { Unit", "repeat 2 { |Unit"))
    assert "makes **32x16x16**" in text
    assert "makes **32x8x8**" in text
    assert "block Unit(channels, stride = 1)" in text
    assert "Two convolutions." in text


def test_a_parameter_with_the_value_it_has() -> None:
    text = about("net A(width = 8, wide = 2 * width) { input 4\n    linear(w|ide) }\n")
    assert "wide = 2 * width" in text
    assert "Its value is `16`." in text


@pytest.mark.parametrize("name", [*FUNCTIONS])
def test_every_function_is_described(name: str) -> None:
    assert FUNCTIONS[name].signature in about(inside(f"    let a = |{name}(1)"))


@pytest.mark.parametrize("name", [*FLOWING])
def test_what_flows_in_is_described(name: str) -> None:
    assert FLOWING[name] in about(inside(f"    let a = |{name}"))


def test_every_word_of_the_grammar_is_described() -> None:
    assert set(WORDS) == set(KEYWORDS)


@pytest.mark.parametrize("word", ["net", "input", "repeat", "residual", "let", "concat", "branch"])
def test_words_of_a_net_are_described(word: str) -> None:
    found = hover(opened(NET), at(NET, word, "net Small"))
    assert found is not None
    assert word in found.text
    assert found.span.text == word


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("padding=1", "`padding`: `same` or `valid`"),
        ("global", "size of the window"),
        ("mode=fan_out", "keep the variance"),
        ("fan_out", "keep the variance"),
        ("kaiming_normal", "torch.nn.init.kaiming_normal_"),
        ("stem\n", "act as stem"),
    ],
)
def test_options_choices_and_labels(word: str, said: str) -> None:
    found = hover(opened(NET), at(NET, word))
    assert found is not None
    assert said.lower() in found.text.lower()


def test_a_layer_in_a_line_that_can_not_be_read() -> None:
    assert BUILT_IN["conv"].doc in about(inside("    |conv(8, 3"))


def test_a_file_that_is_used(tmp_path: Path) -> None:
    shutil.copy(Path(packaged_folder()) / "squeeze_excite.net", tmp_path / "own.net")
    text, offset = split('use "ow|n.net"\nnet A { input 3x8x8\n    SqueezeExcite }\n')
    found = hover(opened(text, tmp_path), offset)
    assert found is not None
    assert "block SqueezeExcite(" in found.text


def test_a_file_that_is_used_is_told_of_as_it_stands_in_the_editor(tmp_path: Path) -> None:
    own = tmp_path / "own.net"
    own.write_text("block Saved { relu }\n")
    session = Session(lambda uri: uri)
    session.update(str(own), "block Written { relu }\n")
    text, offset = split('use "ow|n.net"\nnet A { input 3x8x8\n    Written }\n')
    found = hover(session.update(str(tmp_path / "main.net"), text), offset)
    assert found is not None
    assert "block Written" in found.text
    assert hover(session.update(str(tmp_path / "main.net"), text.replace("own", "one")), offset) is None


def test_nothing_is_said_of_a_number_or_an_empty_line() -> None:
    assert about(inside("    conv(8, |3)\n")) == ""
    assert about("|") == ""
