"""`# netdsl: allow CODE`: where it stands and what it allows."""

from __future__ import annotations

from pathlib import Path

import pytest

import netdsl
from netdsl.checker import read_source
from netdsl.lints import lint_source
from tests.lints.found import findings, places, small

END = "relu -> avgpool(global) -> flatten -> linear(10)"

ALLOWED = {
    "after the line": small("conv(8, 4) -> maxpool(2)  # netdsl: allow W201", END),
    "by name": small("conv(8, 4) -> maxpool(2)  # netdsl: allow pool-drops-edge", END),
    "with a reason": small("conv(8, 4) -> maxpool(2)  # netdsl: allow W201: as in the paper", END),
    "with a reason in brackets": small("conv(8, 4) -> maxpool(2)  # netdsl: allow W201 (as published)", END),
    "several": small("conv(8, 4, padding=1) -> maxpool(2)  # netdsl: allow W202, W201", END),
    "without blanks": small("conv(8, 4) -> maxpool(2) #netdsl:allow W201", END),
    "above the statement": small("# netdsl: allow W201", "conv(8, 4) -> maxpool(2)", END),
    "above braces": small("# netdsl: allow W201", "repeat 1 {\n    conv(8, 4)\n    maxpool(2)\n}", END),
    "above a net": "# netdsl: allow W201\n" + small("conv(8, 4) -> maxpool(2)", END),
    "above a net that uses a block": "# netdsl: allow W201\n"
    + small("Body", END, more="\nblock Body {\n    conv(8, 4) -> maxpool(2)\n}\n"),
    "above a block": small(
        "Body", END, more="\n# netdsl: allow W201\nblock Body {\n    conv(8, 4) -> maxpool(2)\n}\n"
    ),
    "above a variant": small(
        "conv(8, kernel) -> maxpool(2)",
        END,
        head="net Small(kernel = 3)",
        more="\n# netdsl: allow W201\nnet Even = Small(kernel=4)\n",
    ),
    "a file's finding": small(
        "flatten -> linear(10)", head="net Small(old = 1)  # netdsl: allow W302\n"
    ).replace("# netdsl: allow W302\n {", "{  # netdsl: allow W302"),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_allows(name: str) -> None:
    assert not places(ALLOWED[name])


LONG = " -> ".join(
    ("conv(3, 3, padding=1) -> bn -> relu", "relu", "conv(3, 3, bias=false) -> bn", *["relu"] * 9)
)
BROKEN = f"""net Broken {{
    input 3x32x32
    repeat 2 {{ {LONG} }}  # netdsl: allow W504
    {LONG} -> flatten -> linear(10)  # netdsl: allow W504
}}

net Short {{ input 784
    linear(10) -> softmax }}  # netdsl: allow W501
"""


def test_allows_the_same_in_another_layout() -> None:
    assert not places(BROKEN)
    laid_out = netdsl.format(BROKEN)
    assert laid_out.count("\n") == BROKEN.count("\n") + 6
    assert not places(laid_out)
    # The last line of braces belongs to all that is in them, the header of a net to that alone.
    behind_header = laid_out.replace("  # netdsl: allow W501", "").replace(
        "net Short {", "net Short {  # netdsl: allow W501"
    )
    assert [code for code, _ in places(behind_header)] == ["W306", "W501"]


def test_allows_no_more_than_it_says() -> None:
    text = small(
        "conv(8, 4, padding=1) -> relu -> maxpool(2)  # netdsl: allow W201",
        "conv(8, 2) -> relu -> maxpool(4)",
        END,
    )
    assert places(text) == [("W202", "conv(8, 4, padding=1)"), ("W201", "maxpool(4)")]


def test_a_net_allows_nothing_for_others() -> None:
    more = "\n# netdsl: allow W201\nnet A = Small(kernel=4)\n\nnet B = Small(kernel=2)\n"
    text = small("conv(8, kernel) -> maxpool(2)", END, head="net Small(kernel = 3)", more=more)
    (finding,) = findings(text)
    assert finding.labels[-1].span.text == "net B = Small(kernel=2)"


USELESS = {
    "nothing there": (small("relu  # netdsl: allow W201", END), "W201", "finds nothing here"),
    "wrong line": (
        small("relu  # netdsl: allow W503", "conv(8, 3) -> relu", END),
        "W503",
        "finds nothing here",
    ),
    "misspelt": (small("relu  # netdsl: allow W2001", END), "W2001", "did you mean W201?"),
    "an error's code": (small("relu  # netdsl: allow E203", END), "E203", None),
    "one of two": (
        small("conv(8, 4) -> maxpool(2)  # netdsl: allow W201, W505", END),
        "W505",
        "finds nothing here",
    ),
    "at the end": (small(END, more="# netdsl: allow W201\n"), "W201", "finds nothing here"),
}


@pytest.mark.parametrize("name", USELESS)
def test_tells_of_an_allow_of_nothing(name: str) -> None:
    text, words, label = USELESS[name]
    (finding,) = findings(text)
    assert finding.code.id == "W306"
    assert finding.span is not None
    assert finding.span.text == words
    assert label is None or finding.label == label


def test_lints_that_do_not_run_are_not_useless() -> None:
    text = small("conv(8, 4) -> maxpool(2)  # netdsl: allow W201", END)
    assert not netdsl.lint(text, ignore=["W201"]).diagnostics
    assert not netdsl.lint(text, settings={}).diagnostics


def test_a_part_of_a_file_says_nothing_of_what_is_allowed() -> None:
    more = "\nnet Even = Small(kernel=4)\n"
    line = "conv(8, kernel) -> maxpool(2)  # netdsl: allow W201"
    text = small(line, END, head="net Small(kernel = 3)", more=more)
    assert not netdsl.lint(text).diagnostics
    assert not netdsl.lint(text, "Small").diagnostics
    assert not netdsl.lint(text, settings={"kernel": 5}).diagnostics


def test_a_used_file_allows_for_itself(tmp_path: Path) -> None:
    (tmp_path / "a.net").write_text("block A {\n    conv(8, 4) -> maxpool(2)  # netdsl: allow W201\n}\n")
    (tmp_path / "b.net").write_text('use "a.net"\n\n' + small("A", END))
    source = read_source(str(tmp_path / "b.net"))
    assert not lint_source(source, folder=str(tmp_path), every=True).diagnostics


def test_it_is_no_documentation() -> None:
    text = "# Small.\n# netdsl: allow W201\n# Really.\n" + small("conv(8, 4) -> maxpool(2)", END)
    network = netdsl.lint(text).network
    assert network is not None
    assert network.doc == "Small.\nReally."
