"""One finding for one cause: it points at what is wrong and at what made it so, and silences the rest."""

from __future__ import annotations

import pytest

from tests.checker.build import codes, finding, findings, net, place


@pytest.mark.parametrize(
    "first",
    [
        "cnov(8, 3)",
        "conv(8)",
        'conv(8, "3")',
        "conv(8, 3, paddign=1)",
        "conv(8, 99)",
        "linear(3) -> linear(4)",
    ],
)
def test_unknown_shape_silences_what_follows(first: str) -> None:
    text = net(
        f"{first} as skip\nconv(8, 77) -> flatten -> conv(8, 3)\nexpect 3x3\n"
        "let c = in_channels\nconv(c, 3) as other\nconcat(skip, other)"
    )
    assert len(codes(text)) == 1


def test_mistakes_that_do_not_depend_on_the_shape_are_found_behind_one() -> None:
    assert codes(net("cnov(8, 3)\nconv(8, 3, paddign=1)\nrleu\nconv(widht, 3)")) == [
        "E301",
        "E302",
        "E301",
        "E307",
    ]


def test_wrong_labels_and_missing_arguments_are_found_behind_an_unknown_shape() -> None:
    more = "block Unit(c) { conv(c, 3) }\n"
    assert codes(net("Unit(3)\ncnov(8, 3)\nrelu as class\nUnit", more=more)) == ["E301", "E316", "E304"]


def test_one_cause_in_a_loop_is_one_finding() -> None:
    assert codes(net("repeat 5 { conv(8, 3, paddign=1) }")) == ["E302"]


def test_block_used_often_is_wrong_once_for_each_place_in_it() -> None:
    text = net("Unit\nUnit\nUnit", more="block Unit {\n    cnov(8, 3)\n}\n")
    assert codes(text) == ["E301"]


def test_broken_statement_silences_shapes_but_not_names() -> None:
    assert codes(net("conv(8 3)\nconv(8, 99)\nrleu")) == ["E101", "E301"]


def test_unknown_let_is_silent_where_it_is_used() -> None:
    assert codes(net("let w = widht\nconv(w, 3)\nlinear(w)\nrepeat w { relu }\nif w > 3 { relu }")) == [
        "E307"
    ]


def test_unknown_argument_of_a_block_is_silent_in_it() -> None:
    text = net("Unit(widht)", more="block Unit(c) {\n    conv(c, 3)\n    conv(c * 2, 3)\n}\n")
    assert codes(text) == ["E307"]


def test_both_arms_of_an_unknown_condition_are_looked_at() -> None:
    assert codes(net("if widht > 3 { cnov(1, 1) } else { rleu }")) == ["E307", "E301", "E301"]


def test_cause_of_a_small_map_is_the_last_step_that_shrank_it() -> None:
    found = finding(net("maxpool(8) as pool\nbn -> relu\nconv(16, 1)\nconv(16, 5)"), "E203")
    assert place(found) == "conv(16, 5)"
    assert [(label.span.text, label.text) for label in found.labels] == [
        ("maxpool(8)", "3x32x32 became 3x4x4 here")
    ]


def test_cause_of_an_odd_number_of_channels_is_what_made_them() -> None:
    found = finding(net("conv(9, 3) -> relu -> maxpool(2)\nconv(8, 3, groups=2)"), "E205")
    assert place(found) == "groups=2"
    assert [label.span.text for label in found.labels] == ["conv(9, 3)"]


def test_cause_of_a_lost_map_is_the_flatten() -> None:
    found = finding(net("flatten\nlinear(100) -> relu\nmaxpool(2)"), "E201")
    assert place(found) == "maxpool(2)"
    assert "flatten" in [label.span.text for label in found.labels]


def test_cause_may_be_the_input() -> None:
    found = finding(net("conv(16, 5)", shape="3x4x4"), "E203")
    assert [label.span.text for label in found.labels] == ["input 3x4x4"]


def test_cause_in_a_block_names_its_use() -> None:
    found = finding(net("Unit", more="block Unit {\n    maxpool(16)\n    conv(8, 3)\n}\n"), "E203")
    assert [label.span.text for label in found.labels] == ["maxpool(16)", "Unit"]


def test_option_to_blame_is_underlined_rather_than_the_step() -> None:
    for options, text in (("stride=2, padding=same", "padding=same"), ("groups=7", "groups=7")):
        assert place(findings(net(f"conv(21, 3, {options})"))[0]) == text


def test_forgotten_flatten_is_the_fix() -> None:
    text = net("conv(8, 3)\nlinear(10)")
    found = finding(text, "E201")
    assert found.fix is not None
    (edit,) = found.fix.edits
    assert codes(text[: edit.span.start] + edit.replacement + text[edit.span.end :]) == []


def test_a_file_of_mistakes_says_no_more_than_fifty() -> None:
    body = "\n".join(f"cnov{n}(8, 3)" for n in range(300))
    assert len(codes(net(body))) == 50
    assert len(codes(net("\n".join("conv(8 3)" for _ in range(300))))) == 50
