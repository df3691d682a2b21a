from __future__ import annotations

from pathlib import Path

import pytest

from netdsl.checker.expressions.functions import FUNCTIONS
from netdsl.editor.completion import complete
from netdsl.layers.initialization import SCHEMES
from netdsl.layers.kinds import words_of
from netdsl.layers.table import BUILT_IN
from tests.editor.mark import completed, inside, opened, split

BLOCK = "block Unit(channels, stride = 1) { conv(channels, 3, stride=stride) }\n"


@pytest.mark.parametrize("statements", ["    |", "    co|", "    conv(8, 3) -> |", "    conv(8, 3) -> re|"])
def test_layers_blocks_and_parameters_where_a_step_begins(statements: str) -> None:
    offered = completed(inside(statements) + BLOCK)
    assert set(BUILT_IN) <= set(offered)
    assert {"Unit", "Outer", "act"} <= set(offered)


def test_words_of_statements_only_where_one_begins() -> None:
    assert {"repeat", "let", "if"} <= set(completed(inside("    |")))
    assert "repeat" not in completed(inside("    relu -> |"))
    assert completed("|") == ["net", "block", "use"]


def test_a_merge_holds_branches() -> None:
    assert set(completed(inside("    concat {\n        |\n    }"))) == {
        *("repeat", "for", "if", "let", "require", "branch"),
    }
    offered = completed(inside("    concat { branch { | } }"))
    assert "conv" in offered
    assert "branch" not in offered


@pytest.mark.parametrize(
    "call", ["conv(8, 3, |)", "conv(8, 3, pad|)", "conv(8, 3, |", "conv(8, 3, |\n    relu"]
)
def test_options_that_are_not_given_yet(call: str) -> None:
    offered = completed(inside(f"    {call}"))
    assert {"stride=", "padding=", "bias="} <= set(offered)
    assert not {"out_channels=", "kernel_size="} & set(offered)


def test_a_named_option_is_not_offered_again() -> None:
    offered = completed(inside("    conv(8, 3, stride=2, |)"))
    assert "stride=" not in offered
    assert "padding=" in offered


def test_choices_of_the_option_that_is_written() -> None:
    option = BUILT_IN["conv"].option("padding_mode")
    assert option is not None
    assert completed(inside("    conv(8, 3, padding_mode=|)"))[: len(words_of(option.kind))] == [
        *words_of(option.kind)
    ]
    assert completed(inside("    avgpool(|)"))[:2] == ["global", "none"]


def test_values_name_parameters_functions_and_what_flows() -> None:
    offered = completed(inside("    let half = 2\n    conv(|, 3)"))
    assert {"width", "half", "in_channels", *FUNCTIONS} <= set(offered)


def test_a_value_that_is_not_yet_named_is_not_offered() -> None:
    assert "half" not in completed(inside("    conv(|, 3)\n    let half = 2"))
    assert "inner" not in completed(inside("    repeat 2 { let inner = 1 }\n    conv(|, 3)"))


@pytest.mark.parametrize("merge", ["add(|)", "concat(sk|)", "add(|", "add {\n        branch(|) { }\n    }"])
def test_labels_in_merges(merge: str) -> None:
    assert "skip" in completed(inside(f"    conv(8, 3) as skip\n    {merge}"))


def test_labels_only_there() -> None:
    assert "skip" not in completed(inside("    conv(8, 3) as skip\n    conv(|)"))


def test_parameters_of_a_block_by_name() -> None:
    assert completed(inside("    Unit(8, |)") + BLOCK)[0] == "stride="
    assert completed("net A = |\nnet B(n = 1) { input 3\n linear(n) }\n") == ["B"]
    assert completed("net B(n = 1) { input 3\n linear(n) }\nnet A = B(|)\n")[0] == "n="


def test_init_takes_a_layer_a_scheme_and_its_options() -> None:
    assert "conv" in completed(inside("    init(|"))
    assert completed(inside("    init(conv, |")) == [*SCHEMES]
    assert completed(inside("    init(conv, kaiming_normal, |)")) == [
        "a=",
        "mode=",
        "nonlinearity=",
        "parameter=",
    ]
    assert completed(inside("    init(conv, kaiming_normal, mode=|)"))[:2] == ["fan_in", "fan_out"]


@pytest.mark.parametrize(
    "text",
    [
        "# a com|ment\n",
        inside("    conv(8, 3) as |"),
        inside("    let |"),
        inside("    conv(1|)"),
        "net |",
        "net A(|) { }",
        inside('    require true, "mes|sage"'),
    ],
)
def test_nothing_where_a_person_names_something_new(text: str) -> None:
    assert completed(text) == []


def test_else_and_shortcut_behind_a_brace() -> None:
    assert {"else", "shortcut"} <= set(completed(inside("    residual { relu } |")))


def test_files_that_can_be_used(tmp_path: Path) -> None:
    (tmp_path / "mine.net").write_text(BLOCK)
    text, offset = split('use "|"\n')
    found = complete(opened(text, tmp_path, str(tmp_path / "other.net")), offset)
    assert found.candidates[0].label == "mine.net"
    assert "squeeze_excite.net" in [each.label for each in found.candidates]
    assert {each.insert for each in found.candidates if each.label == "mine.net"} == {"mine.net"}


def test_what_is_begun_is_replaced() -> None:
    text, offset = split(inside("    conv(8, 3, pad|)"))
    assert text[complete(opened(text), offset).start : offset] == "pad"


def test_names_of_the_last_readable_text_stand_in() -> None:
    before = opened(inside("    let half = 2"))
    text, offset = split(
        "net Outer(width = 16, act = relu {\n    input 3x32x32\n    let half = 2\n    conv(|"
    )
    assert "half" in [each.label for each in complete(opened(text), offset, before).candidates]
