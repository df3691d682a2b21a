"""No text raises anything but diagnostics; test_bounds.py has those that would take long."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import netdsl
from netdsl.checker import packaged_folder
from netdsl.diagnostics.render import render_github, render_json, render_text
from netdsl.syntax.tables import KEYWORDS, LITERALS
from tests.golden.test_golden import BAD, GOOD

QUICK = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
SAMPLES = [path.read_text() for path in (*BAD, *GOOD, *sorted(Path(packaged_folder()).glob("*.net")))]
WORDS = [
    *KEYWORDS,
    *LITERALS.values(),
    *"\n \n \n conv linear relu bn maxpool avgpool flatten concat add shake multiply residual".split(" "),
    *"N Unit x y width global same in_channels in_shape range len min zip enumerate padding stride".split(),
    *'0 1 2 3 16 -1 0.5 1e3 3x32x32 3x3 "text" # 1000000000 999999999999 drop_path dropout'.split(),
]


def check_anything(text: str) -> None:
    """Check a text and print what was found in every way; nothing may be raised."""
    result = netdsl.check(text)
    assert result.network is None or not [each for each in result.diagnostics if each.severity == "error"]
    assert result.diagnostics or result.network is not None
    for found in result.diagnostics:
        for span in [found.span, *(label.span for label in found.labels)]:
            assert span is None or 0 <= span.start <= span.end <= len(span.source.text)
        if found.fix is not None:
            for edit in found.fix.edits:
                assert 0 <= edit.span.start <= edit.span.end <= len(text)
    for show in (render_text, render_json, render_github):
        show(result.diagnostics)
    assert len(result.diagnostics) <= 100


@QUICK
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    check_anything(text)


@QUICK
@given(st.lists(st.sampled_from(WORDS), max_size=60))
def test_soup_of_words(words: list[str]) -> None:
    check_anything(" ".join(words))


@QUICK
@given(st.lists(st.sampled_from(WORDS), max_size=25))
def test_soup_in_a_net(words: list[str]) -> None:
    check_anything(
        f"net N(x = 2, width = 16) {{\n    input 3x32x32\n"
        f"{' '.join(words)}\n}}\nblock Unit(c = 3) {{ relu }}\n"
    )


STATEMENTS = st.sampled_from(
    [line.strip() for text in SAMPLES for line in text.splitlines() if line.strip() and "#" not in line]
)


@QUICK
@given(st.lists(STATEMENTS, max_size=14))
def test_lines_of_other_files(lines: list[str]) -> None:
    check_anything("net N {\n    input 3x32x32\n" + "\n".join(lines) + "\n}\n")


@QUICK
@given(st.sampled_from(SAMPLES), st.data())
def test_samples_with_words_changed(text: str, data: st.DataObject) -> None:
    pieces = re.findall(r"\w+|\s+|[^\w\s]", text)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(pieces) - 1))
        word = data.draw(st.sampled_from([*WORDS, ""]))
        action = data.draw(st.sampled_from(["replace", "insert", "delete", "swap"]))
        if action == "replace":
            pieces[at] = word
        elif action == "insert":
            pieces.insert(at, f" {word} ")
        elif action == "delete":
            pieces[at] = ""
        else:
            other = data.draw(st.integers(0, len(pieces) - 1))
            pieces[at], pieces[other] = pieces[other], pieces[at]
    check_anything("".join(pieces))


@QUICK
@given(st.sampled_from(SAMPLES), st.data())
def test_samples_cut_short(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    check_anything(text[:start])
    check_anything(text[start:])


EXPRESSIONS = st.recursive(
    st.sampled_from(
        [
            "0",
            "1",
            "-1",
            "7",
            "0.5",
            "1e300",
            "true",
            "relu",
            "[]",
            '"a"',
            "3x4",
            "x",
            "10 ** 18",
            "in_shape",
            "conv(3, 3)",
        ]
    ),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+ - * / // % ** < <= == != in and or".split()), inner).map(
            lambda parts: f"({' '.join(parts)})"
        ),
        st.tuples(
            st.sampled_from(
                ["min", "max", "len", "sum", "int", "round", "ceil", "floor", "abs", "divisible"]
            ),
            inner,
        ).map(lambda parts: f"{parts[0]}({parts[1]})"),
        st.tuples(st.sampled_from(["range", "enumerate", "zip"]), inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(inner, inner).map(lambda parts: f"[{parts[0]}, {parts[1]}]"),
        st.tuples(inner, inner).map(lambda parts: f"({parts[0]})[{parts[1]}]"),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} if {parts[1]} else {parts[2]})"),
        inner.map(lambda one: f"(not {one})"),
        inner.map(lambda one: f"(-{one})"),
    ),
    max_leaves=8,
)


@settings(QUICK, max_examples=300)
@given(
    EXPRESSIONS,
    st.sampled_from(
        [
            "conv({}, 3)",
            "conv(4, {})",
            "repeat {} {{ relu }}",
            "for y in {} {{ relu }}",
            "expect {}",
            "if {} {{ relu }}",
            "dropout({})",
            "reshape({})",
            "upsample({})",
            "linear({})",
            "pad({})",
            "layernorm -> attention({})",
            "init(conv, normal, std={})",
            "require {}, {}",
        ]
    ),
)
def test_any_expression_anywhere(expression: str, statement: str) -> None:
    body = statement.format(expression, expression)
    check_anything(f"net N(x = 3) {{\n    input 4x16x16\n    {body}\n}}\n")


@pytest.mark.parametrize("kind", ["conv", "maxpool", "upsample", "reshape", "conv_transpose", "permute"])
@settings(QUICK, max_examples=40)
@given(data=st.data())
def test_any_size_for_any_option(kind: str, data: st.DataObject) -> None:
    from netdsl.layers.table import BUILT_IN

    value = st.sampled_from(
        ["0", "1", "2", "3", "5x1", "(1, 2)", "17", "10 ** 17", "-3", "true", "same", "[1, 2, 3]", "global"]
    )
    options = [option.name for option in BUILT_IN[kind].options]
    chosen = data.draw(st.lists(st.sampled_from(options), unique=True))
    given_options = ", ".join(f"{name}={data.draw(value)}" for name in chosen)
    shape = data.draw(st.sampled_from(["3x8", "4x8x8", "2x5x5x5", "16", "999999999x1000000x2"]))
    check_anything(f"net N {{\n    input {shape}\n    {kind}({given_options})\n}}\n")
