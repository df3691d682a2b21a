from __future__ import annotations

import pytest

from netdsl.editor import symbols as kinds
from netdsl.editor.navigation import places_in, symbol_at
from netdsl.editor.symbols import Symbol
from tests.editor.mark import NET, at, inside, opened, split


def means(text: str) -> Symbol | None:
    plain, offset = split(text)
    return symbol_at(opened(plain), offset)


@pytest.mark.parametrize(
    ("word", "within", "kind", "given"),
    [
        ("width", "2 * width", kinds.PARAMETER, "width = 16"),
        ("double", "Unit(double", kinds.LET, "double = 2"),
        ("Unit", "Unit(double", kinds.BLOCK, "Unit(channels"),
        ("stride", "Unit(double, stride=2", kinds.PARAMETER, "stride = 1"),
        ("stride", "stride=stride", kinds.PARAMETER, "stride = 1"),
        ("act", "act as stem", kinds.PARAMETER, "act = relu"),
        ("size", "size * width", kinds.VARIABLE, "size in"),
        ("stem", "branch(stem)", kinds.LABEL, "stem\n"),
        ("Small", "Small(width=32)", kinds.NET, "Small(width = 16"),
        ("width", "width=32", kinds.PARAMETER, "width = 16"),
    ],
)
def test_a_name_means_what_the_language_says(word: str, within: str, kind: str, given: str) -> None:
    document = opened(NET)
    # `stride=stride` names conv's option first, the parameter after the sign.
    offset = at(NET, word, within) + (len("stride=") if within == "stride=stride" else 0)
    symbol = symbol_at(document, offset)
    assert symbol is not None
    assert (symbol.kind, symbol.span.start) == (kind, at(NET, given))


def test_an_option_of_a_layer_is_no_parameter() -> None:
    found = opened(NET).names.at(at(NET, "stride", "stride=stride"))
    assert found is not None
    assert (found.kind, found.symbol) == (kinds.OPTION, None)


def test_a_name_holds_to_the_end_of_its_braces() -> None:
    assert means(inside("    repeat 2 { let a = 1\n    conv(|a, 1) }")) is not None
    assert means(inside("    repeat 2 { let a = 1 }\n    conv(|a, 1)")) is None
    assert means(inside("    conv(|a, 1)\n    let a = 1")) is None


def test_a_label_holds_to_the_end_of_its_braces() -> None:
    assert means(inside("    conv(8, 1) as skip\n    residual { add(|skip) }")) is not None
    assert means(inside("    residual { conv(3, 1) as skip }\n    add(|skip)")) is None


def test_a_block_sees_nothing_of_its_user() -> None:
    assert means(inside("    B") + "block B { conv(|width, 1) }\n") is None


def test_a_choice_is_no_layer_where_the_option_has_it() -> None:
    text, offset = split(inside("    conv(8, 3, padding=|same)"))
    found = opened(text).names.at(offset)
    assert found is not None
    assert found.kind == kinds.CHOICE


def test_the_variable_of_a_list_holds_in_it() -> None:
    symbol = means(inside("    let xs = [|x * 2 for x in [1, 2]]"))
    assert symbol is not None
    assert symbol.kind == kinds.VARIABLE
    assert means(inside("    let xs = [x * 2 for x in [1, 2]]\n    conv(|x, 1)")) is None


def test_a_parameter_that_holds_a_block_passes_named_arguments_on() -> None:
    text = (
        inside("    unit(8, |stride=2)").replace("act = relu", "unit = B") + "block B(channels, stride) { }\n"
    )
    plain, offset = split(text)
    symbol = symbol_at(opened(plain), offset)
    assert symbol is not None
    assert symbol.owner == "B"


def test_every_place_of_a_parameter_is_found() -> None:
    document = opened(NET)
    symbol = symbol_at(document, at(NET, "width"))
    assert symbol is not None
    assert len(places_in(document, symbol)) == NET.count("width")


def test_labels_of_a_merge_that_a_parameter_holds() -> None:
    text = inside("    conv(8, 1) as skip\n    join(|skip)").replace("act = relu", "join = add")
    symbol = means(text)
    assert symbol is not None
    assert symbol.kind == kinds.LABEL


def test_the_scheme_and_the_choices_of_an_init() -> None:
    names = opened(NET).names
    found = [names.at(at(NET, word)) for word in ("kaiming_normal", "mode", "fan_out")]
    assert [each.kind for each in found if each] == [kinds.SCHEME, kinds.OPTION, kinds.CHOICE]
