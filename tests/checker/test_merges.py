"""Branches, residuals, and what a merge says of shapes that don't go together."""

from __future__ import annotations

import pytest

from tests.checker.build import built, codes, finding, layer, names, net, place


def test_empty_branch_is_the_identity() -> None:
    network = built(net("concat { branch { } branch { conv(4, 1) } }"))
    assert network.output.channels == 7
    assert layer(network, "concat1").inputs == (0, 1)


def test_branch_begins_with_a_labelled_value() -> None:
    body = (
        "conv(4, 3, padding=1) as wide\nmaxpool(2) -> conv(5, 1) as deep\nmaxpool(2)\n"
        "concat { branch(wide) { maxpool(2) -> conv(in_channels * 2, 1) }\nbranch(deep) { }\n"
        "branch { upsample(2) } }"
    )
    network = built(net(body))
    # Eight channels made of the four labelled ones, the five as they are, and the five that flow.
    assert str(network.output) == "18x16x16"
    assert layer(network, "maxpool3").inputs == (1,)
    assert layer(network, "concat1").inputs == (6, 3, 7)


def test_branches_of_labels_need_no_value_that_flows() -> None:
    network = built(net("conv(4, 3) as a\nrelu as b\nconv(7, 1)\nadd { branch(a) { } branch(b) { } }"))
    assert layer(network, "add1").inputs == (1, 2)
    labelled = built(net("relu as a\ntanh as b\nconv(7, 1)\nadd { branch(a) { } branch(b) { } } as both"))
    assert str(labelled.output) == "3x32x32"
    in_loop = built(net("repeat 2 {\nrelu as a\nconv(3, 1)\nadd { branch(a) { tanh } branch { } }\n}"))
    assert layer(in_loop, "tanh2").inputs == (5,)


def test_branch_of_an_unknown_label_is_an_error() -> None:
    found = finding(net("conv(4, 3)\nadd { branch(skip) { conv(9, 1) } branch { } }"), "E310")
    assert place(found) == "skip"


def test_branches_come_out_of_loops_and_conditions() -> None:
    body = (
        "concat {\nlet w = 4\nfor k in [1, 3] { branch { conv(w, k, padding=same) } }\n"
        "if w > 3 { branch { } } else { branch { relu } }\n}"
    )
    assert built(net(body)).output.channels == 11


def test_residual_without_a_shortcut_is_the_identity() -> None:
    network = built(net("residual { conv(3, 1) -> bn }"))
    assert names(network) == ["conv1", "bn1", "residual1"]
    assert layer(network, "residual1").inputs == (2, 0)
    empty = built(net("residual { conv(3, 1) } shortcut { }"))
    assert layer(empty, "residual1").inputs == (1, 0)


def test_drop_path_of_a_residual() -> None:
    assert names(built(net("residual(drop_path=0.2) { conv(3, 1) }"))) == ["conv1", "drop_path1", "residual1"]
    assert names(built(net("residual(drop_path=0) { conv(3, 1) }"))) == ["conv1", "residual1"]


def test_add_and_multiply_broadcast_axes_of_size_one() -> None:
    body = "{ branch { } branch { avgpool(global) -> conv(3, 1) -> sigmoid } }"
    for merge in ("multiply", "add"):
        assert str(built(net(merge + body)).output) == "3x32x32"


def test_a_merge_in_a_name_keeps_its_options() -> None:
    joined = built(
        net("let join = concat(dim=2)\nrelu as skip\njoin { branch { } branch { relu } }\njoin(skip)")
    )
    assert str(joined.output) == "3x96x32"
    assert names(built(net("let around = residual(drop_path=0.5)\naround { relu }"))) == [
        "relu1",
        "drop_path1",
        "residual1",
    ]
    assert codes(net("let join = concat(dim=2)\njoin(dim=3) { branch { } branch { } }")) == ["E306"]


def test_concat_of_differing_sizes_shows_both() -> None:
    found = finding(net("conv(4, 3) as skip\nmaxpool(3)\nconcat(skip)"), "E202")
    assert place(found) == "concat(skip)"
    assert "4x10x10" in found.label
    assert "4x30x30" in found.label
    assert [label.span.text for label in found.labels] == ["maxpool(3)", "skip"]


@pytest.mark.parametrize("merge", ["concat", "add", "multiply", "shake"])
def test_tokens_beside_a_map_of_the_same_shape_are_told_apart(merge: str) -> None:
    found = finding(net(f"tokens\n{merge} {{ branch {{ permute([1, 2]) }} branch {{ }} }}"), "E202")
    assert found.message == f"the branches of `{merge}` have different axes"
    assert found.label == "1024x3 (map) from branch 1, 1024x3 (tokens) from branch 2"
    assert [label.text for label in found.labels] == ["makes 1024x3 (map)", "makes 1024x3 (tokens)"]
    assert found.help is not None
    assert "`reshape`" in found.help


def test_residual_of_odd_sizes_shows_both() -> None:
    found = finding(net("residual { maxpool(2) -> upsample(2) }", shape="3x31x31"), "E202")
    assert "3x30x30" in found.label
    assert "3x31x31" in found.label


def test_shortcut_that_would_fit_is_the_fix() -> None:
    text = net("residual { conv(8, 3, stride=2, padding=1) }", shape="4x16x16")
    found = finding(text, "E202")
    assert found.fix is not None
    (edit,) = found.fix.edits
    mended = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    assert str(built(mended).output) == "8x8x8"


def test_shortcut_that_can_not_fit_is_not_offered() -> None:
    text = net("residual { conv(8, 3, stride=2, padding=1) } shortcut { conv(8, 1) }", shape="4x16x16")
    assert finding(text, "E202").fix is None


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        ("add { }", "E504", "add"),
        ("add { branch { } }", "E504", "add"),
        ("concat { conv(4, 1) }", "E503", "conv(4, 1)"),
        ("concat { branch { } relu }", "E503", "relu"),
        ("concat { branch { } } shortcut { }", "E505", "{"),
        ("branch { relu }", "E503", "branch"),
        ("relu { }", "E505", "{"),
        ("add", "E504", "add"),
        ("add(1)", "E310", "1"),
        ("residual(1) { relu }", "E305", "1"),
        ("residual", None, "residual"),
    ],
)
def test_misplaced(body: str, code: str | None, text: str) -> None:
    if code is None:
        assert len(codes(net(body))) == 1
        return
    found = finding(net(body), code)
    assert place(found).startswith(text)
    assert found.span is not None
    assert "\n" not in found.span.text


def test_unknown_branch_silences_the_merge() -> None:
    assert codes(net("concat { branch { cnov(3, 1) } branch { conv(4, 5) } }\nconv(4, 99)")) == ["E301"]


def test_mistakes_in_every_branch_are_found() -> None:
    body = "concat { branch { cnov(3, 1) } branch { conv(4, 1, sride=2) } }"
    assert codes(net(body)) == ["E301", "E302"]


def test_shake_of_three_branches_and_its_modes() -> None:
    body = "shake(forward=even, backward=keep, level=batch) { repeat 3 { branch { conv(4, 1) } } }"
    assert built(net(body)).output.channels == 4
    found = finding(net(body.replace("keep", "kepe")), "E307")
    assert found.fix is not None
    assert found.fix.edits[0].replacement == "keep"


def test_merge_of_values_made_far_apart_names_both_places() -> None:
    found = finding(net("conv(4, 1) as a\nconv(8, 1)\nrelu\nadd(a)"), "E202")
    assert [label.text for label in found.labels] == ["makes 8x32x32", "`a` is 4x32x32"]


@pytest.mark.parametrize(
    ("body", "help"),
    [
        ("residual { conv(3, 3) }", "padding=1 in `conv(3, 3)` keeps the size"),
        # A stride is meant, and an even kernel has no padding that keeps the size.
        ("residual { conv(3, 3, stride=2, padding=1) }", "give it a shortcut"),
        ("residual { conv(3, 4) }", None),
        ("conv(8, 3) as a -> conv(8, 5, dilation=2) -> add(a)", "padding=4 in `conv(8, 5, dilation=2)`"),
        ("conv(8, 3) as a -> conv(9, 1) -> conv(in_channels, 1) -> add(a)", "after `a`, `let width = in_"),
        # The width is what was meant where it is the one that flows into the merge.
        ("residual { conv(in_channels, 1) -> conv(9, 1) }", "give it a shortcut"),
        ("conv(3, 1) as a -> conv(3, 2) -> maxpool(2) -> upsample(2) -> concat(a)", "all sizes but"),
        ("pad((0, 0, 0, 1)) as a -> maxpool(2) -> upsample(2) -> concat(a)", "all sizes but"),
        ("conv(3, 6) as a -> maxpool(2) -> upsample(2) -> concat(a)", "all sizes but"),
    ],
)
def test_what_to_do_about_values_that_differ(body: str, help: str | None) -> None:
    found = finding(net(body), "E202")
    assert found.help is None if help is None else help in (found.help or "")
