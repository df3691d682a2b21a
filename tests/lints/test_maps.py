"""Lints about maps: edges, kernels, what is seen, and what it takes."""

from __future__ import annotations

import pytest

import netdsl
from netdsl.diagnostics import Source
from netdsl.lints import LintOptions, lint_source
from tests.lints.found import findings, places, small

END = "relu -> avgpool(global) -> flatten -> linear(10)"

QUIET = {
    "pool that divides": small("conv(8, 3, padding=1) -> maxpool(2)", END),
    "pool that leaves out padding alone": small(
        "conv(8, 3, padding=1) -> maxpool(3, stride=2, padding=1)", END
    ),
    "pool with a partial window": small("conv(8, 4) -> maxpool(2, ceil_mode=true)", END),
    "pool that samples": small("conv(8, 4) -> avgpool(1, stride=2)", END),
    "adaptive pool": small("conv(8, 4) -> avgpool(adaptive=5)", END),
    "even kernel without padding": small("conv(8, 4)", END),
    "even kernel that steps": small("conv(8, 4, stride=4, padding=2)", END),
    "point over a point": small("avgpool(global) -> conv(8, 1) -> relu -> flatten -> linear(10)"),
    "wide kernel that sees all": small("input 3x4x4", "conv(8, 7, padding=3)", END),
    "mirrored padding": small("input 3x4x4", "conv(8, 9, padding=3, padding_mode=reflect)", END),
    "small flatten": small("conv(8, 3, padding=1) -> relu -> flatten -> linear(64) -> relu", "linear(10)"),
    "pooled flatten": small(
        "conv(9999, 1) -> relu -> avgpool(global) -> flatten -> linear(4000) -> relu", "linear(10)"
    ),
}

FOUND = {
    "channels last": (small("input 32x32x3", "conv(8, 3, padding=1)", END), "W210", "32x32x3"),
    "rows": (small("conv(8, 4) -> maxpool(2)", END), "W201", "maxpool(2)"),
    "rows of a signal": (
        small("input 2x33", "conv(8, 3, padding=1) -> maxpool(2)", END),
        "W201",
        "maxpool(2)",
    ),
    "several rows": (small("conv(8, 3, padding=1) -> avgpool(5)", END), "W201", "avgpool(5)"),
    "even kernel": (small("conv(8, 4, padding=1)", END), "W202", "conv(8, 4, padding=1)"),
    "even kernel of the same size": (
        small("conv(8, 2, padding=same)", END),
        "W202",
        "conv(8, 2, padding=same)",
    ),
    "kernel over a point": (
        small("conv(8, 32) -> relu", "conv(8, 3, padding=1)", END),
        "W203",
        "conv(8, 3, padding=1)",
    ),
    "wide kernel": (small("input 3x3x3", "depthwise(9, padding=4)", END), "W204", "depthwise(9, padding=4)"),
    "strided kernel at the edge": (
        small("input 3x2x2", "conv(8, 3, stride=2, padding=1)", END),
        "W204",
        "conv(8, 3, stride=2, padding=1)",
    ),
    "flatten": (
        small(
            "conv(64, 3, padding=1) -> relu -> flatten -> dropout(0.1)", "linear(200) -> relu", "linear(10)"
        ),
        "W205",
        "linear(200)",
    ),
}


@pytest.mark.parametrize("name", QUIET)
def test_lets_be(name: str) -> None:
    assert not places(QUIET[name])


@pytest.mark.parametrize("name", FOUND)
def test_finds(name: str) -> None:
    text, code, words = FOUND[name]
    assert places(text) == [(code, words)]


def labels(text: str, *select: str) -> list[str]:
    """What stands below each finding."""
    return [each.label for each in findings(text, *select)]


def test_says_what_is_left_out() -> None:
    assert labels(small("conv(8, 4) -> maxpool(2)", END)) == [
        "the last row and column of a 29x29 map are in no window"
    ]
    assert labels(small("conv(8, 3, padding=1) -> avgpool(1x5)", END)) == [
        "the last 2 columns of a 32x32 map are in no window"
    ]
    assert labels(small("input 2x33", "conv(8, 3, padding=1) -> maxpool(2)", END)) == [
        "the last position of a 33 map is in no window"
    ]


def test_says_where_the_map_shrank() -> None:
    (finding,) = findings(small("conv(8, 3, stride=2) -> avgpool(15) -> relu", "conv(8, 3, padding=1)", END))
    assert [label.text for label in finding.labels] == ["8x15x15 became 8x1x1 here"]


def test_what_is_seen_where_asked() -> None:
    text = small("conv(8, 3, padding=1)", END)
    assert not places(text)
    assert labels(text, "W206") == ["each sees 3x3 of 32x32"]
    deep = small(
        "input 3x8x8", "repeat 4 { conv(8, 3, stride=2, padding=1) -> relu }", "conv(9, 5, padding=2)", END
    )
    assert places(deep, "W207") == [("W207", "conv(9, 5, padding=2)")]


def test_a_flatten_of_one_known_shape_where_asked() -> None:
    text = small("conv(8, 3) -> relu", "flatten", "linear(10)")
    (finding,) = findings(text, "W208")
    assert finding.fix is not None
    (edit,) = finding.fix.edits
    mended = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    assert "    expect 8x30x30\n    flatten\n" in mended
    assert not findings(mended, "W208")
    varied = small(
        "conv(width, 3) -> relu",
        "flatten",
        "linear(10)",
        head="net Small(width = 8)",
        more="\nnet B = Small(width=9)\n",
    )
    assert not findings(varied, "W208")


def test_memory_of_a_batch() -> None:
    source = Source("small.net", small("conv(64, 3, padding=1)", END))
    network = netdsl.check(source.text).network
    assert network is not None
    taken = network.activation_bytes * 100

    def found(memory: int) -> list[str]:
        options = LintOptions(memory=memory, batch_size=100)
        result = lint_source(source, options=options)
        assert result.ok == (memory >= taken)
        return [f"{each.code.id} {each.label}" for each in result.diagnostics]

    assert found(taken) == []
    assert found(taken - 1) == ["W209 those of a batch of 100 take 50.03 MiB"]
