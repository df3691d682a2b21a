"""Scopes of `let`, loops and parameters, and what a bare word means."""

from __future__ import annotations

import pytest

from netdsl.diagnostics import Diagnostic
from tests.checker.build import built, codes, finding, findings, layer, names, net, place, shapes


def channels(text: str, **settings: object) -> int:
    """The channels that come out of a net."""
    return built(text, **settings).output.channels


def test_let_ends_with_its_braces() -> None:
    found = finding(net("if true { let width = 8 }\nconv(width, 3)"), "E307")
    assert place(found) == "width"


def test_loop_variable_ends_with_its_braces() -> None:
    assert codes(net("for width in [8] { conv(width, 3) }\nconv(width, 3)")) == ["E307"]


def test_sibling_braces_may_use_a_name_again() -> None:
    both = net("for w in [4] { conv(w, 3) }\nfor w in [6] { conv(w, 3) }")
    assert channels(both) == 6


def test_let_is_seen_inside_braces() -> None:
    assert (
        channels(net("let w = 8\nrepeat 2 { residual { if true { conv(w, 1) } } shortcut { conv(w, 1) } }"))
        == 8
    )


@pytest.mark.parametrize(
    ("body", "header", "word"),
    [
        ("let width = 8\nconv(width, 3)", "net N(width = 4)", "width"),
        ("let w = 8\nlet w = 9\nconv(w, 3)", "net N", "w"),
        ("let w = 8\nfor w in [1] { conv(w, 3) }", "net N", "w"),
        ("for w in [1] { for w in [2] { conv(w, 3) } }", "net N", "w"),
        ("let conv = 8", "net N", "conv"),
        ("let min = 8", "net N", "min"),
        ("let in_channels = 8", "net N", "in_channels"),
    ],
)
def test_shadowing_is_an_error(body: str, header: str, word: str) -> None:
    found = finding(net(body, header), "E309")
    assert place(found) == word
    if word not in ("conv", "min", "in_channels"):
        assert found.labels[0].span.text.startswith(word)
        assert found.labels[0].span.start < found.span.start  # type: ignore[union-attr]


def test_blocks_do_not_see_the_names_of_their_user() -> None:
    text = net("let w = 8\nBody", more="block Body { conv(w, 3) }\n")
    assert place(finding(text, "E307")) == "w"


def test_defaults_refer_to_earlier_parameters() -> None:
    text = net("conv(wide, 3)", "net N(width = 8, wide = width * 2)")
    assert channels(text) == 16
    assert channels(text, width=5) == 10
    assert channels(text, wide=3) == 3


def test_defaults_do_not_refer_to_later_parameters() -> None:
    found = finding(net("conv(wide, 3)", "net N(wide = width * 2, width = 8)"), "E307")
    assert place(found) == "width"


def test_names_are_not_visible_before_their_let() -> None:
    assert codes(net("conv(w, 3)\nlet w = 8")) == ["E307"]


def test_parameter_named_as_a_layer_is_refused() -> None:
    assert place(finding(net("conv(8, 3)", "net N(dropout = 0.1)"), "E309")) == "dropout"


def test_two_parameters_of_one_name() -> None:
    found = finding(net("conv(w, 3)", "net N(w = 1, w = 2)"), "E308")
    assert found.span is not None
    assert found.span.start > found.labels[0].span.start


@pytest.mark.parametrize("given", ['"same"', "same"])
def test_choice_as_word_or_string(given: str) -> None:
    assert shapes(built(net(f"conv(8, 3, padding={given})"))) == ["8x32x32"]


def test_word_that_is_a_parameter_and_a_choice_is_ambiguous() -> None:
    found = finding(net("conv(8, 3, padding=same)", "net N(same = 2)"), "E311")
    assert place(found) == "same"
    assert found.labels[0].span.text == "same = 2"
    assert codes(net('conv(8, 3, padding="same")', "net N(same = 2)")) == []


def test_word_that_is_a_parameter_and_no_choice_there_is_its_value() -> None:
    assert shapes(built(net("conv(same, 3)", "net N(same = 2)"))) == ["2x30x30"]


def test_layer_as_value() -> None:
    text = net("conv(8, 3) -> act\nBody(act)", "net N(act = leaky_relu(0.1))", more="block Body(f) { f }\n")
    assert names(built(text)) == ["conv1", "leaky_relu1", "body1.leaky_relu1"]
    assert names(built(text, act="relu")) == ["conv1", "relu1", "body1.relu1"]


def test_block_as_value() -> None:
    text = net("unit(8)", "net N(unit = Wide)", more="block Wide(c) { conv(c * 2, 3) }\n")
    assert shapes(built(text)) == ["16x30x30"]


def test_layer_value_takes_more_arguments_where_it_is_used() -> None:
    text = net("let c = conv(8, 3)\nc(padding=1)\nc(stride=2)")
    assert shapes(built(text)) == ["8x32x32", "8x15x15"]


def test_value_that_is_no_layer_in_layer_position() -> None:
    found = finding(net("act", "net N(act = 3)"), "E315")
    assert place(found) == "act"
    assert found.labels[0].span.text == "act = 3"
    assert "3" in found.labels[0].text


def test_flowing_values_are_those_of_the_very_step() -> None:
    network = built(net("conv(8, 3) -> conv(in_channels * 2, 3) -> conv(in_channels * 2, 3)"))
    assert shapes(network) == ["8x30x30", "16x28x28", "32x26x26"]


def test_flowing_values_at_the_head_of_a_branch_are_the_merges_input() -> None:
    body = (
        "conv(8, 3)\nconcat {\nbranch { conv(in_channels, 1) -> conv(4, 1) }\n"
        "branch { conv(in_channels * 2, 1) }\n}"
    )
    network = built(net(body))
    assert [str(layer(network, f"conv{n}").output) for n in (2, 3, 4)] == ["8x30x30", "4x30x30", "16x30x30"]


def test_in_features_of_a_map_is_all_of_it() -> None:
    network = built(net("let n = in_features\nlet c = in_channels\nflatten -> linear(n // 32 + c)"))
    assert network.output.channels == 3 * 32 + 3


def test_in_shape_is_a_list() -> None:
    assert channels(net("conv(in_shape[1] // 2 + len(in_shape), 3)")) == 19


def test_unknown_names_suggest_the_closest() -> None:
    found: Diagnostic = finding(net("conv(widht, 3)", "net N(width = 4)"), "E307")
    assert found.fix is not None
    assert found.fix.edits[0].replacement == "width"


def test_label_is_no_value() -> None:
    (found,) = findings(net("conv(8, 3) as skip\nconv(skip, 3)"))
    assert "label" in (found.help or "")
