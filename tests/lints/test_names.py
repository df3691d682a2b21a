"""Lints about names that nothing uses, and statements that never run."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdsl.checker import read_source
from netdsl.lints import lint_source
from tests.lints.found import findings, places, small

END = "flatten -> linear(10)"
BODY = "\nblock Body(channels, kernel = 3) {\n    conv(channels, kernel) -> relu\n}\n"

QUIET = {
    "blocks alone": "block A {\n    relu\n}\n",
    "block that a block uses": small("A", END, more="\nblock A {\n    B\n}\n\nblock B {\n    relu\n}\n"),
    "block that is a value": small("unit(3)", END, head="net Small(unit = Body)", more=BODY),
    "block that a setting can choose": small(
        "unit(3)", END, head="net Small(unit = Body)", more=BODY + BODY.replace("Body", "Other")
    ),
    "block of a variant": small(
        "unit", END, head="net Small(unit = relu)", more="\nnet Other = Small(unit=Body(8))\n" + BODY
    ),
    "parameter of a default": small("conv(b, 3) -> relu", END, head="net Small(a = 4, b = 2 * a)"),
    "parameter that is a step": small("act", END, head="net Small(act = relu)"),
    "parameter of a value": small(
        "unit(3, 4)",
        END,
        head="net Small(unit = One)",
        more="\nblock One(channels, extra) {\n    conv(channels, 3) -> relu\n}\n",
    ),
    "parameter with an underscore": small(END, head="net Small(_old = 3)"),
    "let of a branch below": small("let c = 8", "if c > 4 { conv(c, 3) -> relu }", END).replace(
        "if c > 4 ", "repeat 2 "
    ),
    "label": small("relu as head", END),
    "init of a layer that a setting brings in": small(
        "init(depthwise, zeros)", "if deep { depthwise(3) }", END, head="net Small(deep = false)"
    ),
    "init of a layer that another net has": small(
        "init(prelu, ones)",
        "act",
        END,
        head="net Small(act = relu)",
        more="\nnet Other = Small(act=prelu)\n",
    ),
    "condition of a parameter": small("if deep { relu }", END, head="net Small(deep = false)"),
    "condition of a shape": small("if in_channels == 4 { relu }", END),
    "condition of a loop": small("for n in [1, 2] { if n == 3 { relu } }", END),
    "loop over a parameter": small("for n in ns { relu }", END, head="net Small(ns = [])"),
}

FOUND = {
    "block": (small(END, more=BODY), "W301", "Body"),
    "block with other parameters": (
        small(
            "unit",
            END,
            head="net Small(unit = Plain)",
            more="\nblock Plain {\n    relu\n}\n" + BODY,
        ),
        "W301",
        "Body",
    ),
    "parameter": (small(END, head="net Small(width = 3)"), "W302", "width"),
    "parameter of a later default": (
        small("conv(b, 3)", "relu", END, head="net Small(b = 4, a = 2 * b)"),
        "W302",
        "a",
    ),
    "init of layers that learn nothing": (
        small("init(relu, zeros)", "relu", END),
        "W307",
        "init(relu, zeros)",
    ),
    "init of layers that are not there": (
        small("init(conv_transpose, zeros)", END),
        "W307",
        "init(conv_transpose, zeros)",
    ),
    "let": (small("let width = 3", END), "W303", "width"),
    "let of ended braces": (small("repeat 2 {\n    let width = 3\n    relu\n}", END), "W303", "width"),
    "condition": (small("if 1 > 2 { relu }", END), "W507", "1 > 2"),
    "condition of a let": (small("let deep = false", "if not deep { relu } else { tanh }", END), "W507", "{"),
    "condition asked twice": (
        small("if n == 1 { relu } else if n == 1 { tanh }", END, head="net Small(n = 1)"),
        "W507",
        "n == 1",
    ),
    "condition after one that holds": (
        small("if 1 < 2 { relu } else if true { tanh }", END),
        "W507",
        "true",
    ),
    "loop over nothing": (small("for n in [] { relu }", END), "W507", "[]"),
    "no turns": (small("repeat 0 { relu }", END), "W507", "0"),
    "in a block": (
        small("A", END, more="\nblock A {\n    residual { if false { relu } }\n}\n"),
        "W507",
        "false",
    ),
}


@pytest.mark.parametrize("name", QUIET)
def test_lets_be(name: str) -> None:
    assert not places(QUIET[name])


@pytest.mark.parametrize("name", FOUND)
def test_finds(name: str) -> None:
    text, code, words = FOUND[name]
    assert places(text) == [(code, words)]


def test_labels_where_asked() -> None:
    text = small("conv(3, 3, padding=1) as a -> relu as b", "add(a)", END)
    assert places(text, "W305") == [("W305", "b")]


def test_files_from_which_nothing_is_used(tmp_path: Path) -> None:
    (tmp_path / "a.net").write_text("block A {\n    relu\n}\n")
    (tmp_path / "b.net").write_text("block A {\n    tanh\n}\n\nblock B {\n    relu\n}\n")
    used = 'use "a.net"\nuse "b.net"\n\n' + small("A", END)
    (tmp_path / "c.net").write_text(used)
    source = read_source(str(tmp_path / "c.net"))
    (finding,) = lint_source(source, folder=str(tmp_path), every=True).diagnostics
    assert (finding.code.id, finding.span and finding.span.text) == ("W304", 'use "b.net"')
    assert finding.fix is not None
    assert finding.fix.safe
    assert finding.fix.edits[0].span.text == 'use "b.net"\n'


def test_a_long_file_is_looked_at_once() -> None:
    blocks = "".join(f"\nblock B{n}(a, b = a) {{\n    let c = a\n    relu\n}}\n" for n in range(2000))
    assert len(findings(small(END, more=blocks))) == 50
