"""A check ends soon on any text, and says what was too much."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netdsl
from tests.checker.helpers import found, net

HUGE = [
    "repeat 1000000000 { relu }",
    "repeat 1000000000 { }",
    "repeat 100000 { repeat 100000 { } }",
    "for i in range(200000) { relu }",
    "let a = [0] * 200000\nlet b = [0] * 200000",
    "let a = range(200000)\nlet b = a + a",
]


@pytest.mark.parametrize("body", HUGE)
def test_expansion_is_bounded(body: str) -> None:
    assert [code for code, _ in found(net(body))] == ["E507"]


def test_lists_that_double_are_bounded() -> None:
    doubling = "\n".join(f"let a{i + 1} = a{i} + a{i}" for i in range(64))
    assert [code for code, _ in found(net(f"let a0 = [1]\n{doubling}"))] == ["E507"]


def test_lists_that_nest_print_and_compare_in_bounds() -> None:
    nesting = "\n".join(f"let a{i + 1} = [a{i}, a{i}]" for i in range(40))
    assert [code for code, _ in found(net(f"let a0 = [1]\n{nesting}\nconv(a40, 3)"))] == ["E303"]
    assert len(found(net(f"let a0 = [1]\n{nesting}\nconv(1 if a40 == a40 else 2, 3)"))) <= 1
    apart = f"let a0 = [1]\n{nesting}\nlet b0 = [1]\n{nesting.replace('a', 'b')}"
    assert found(net(f"{apart}\nconv(1 if a30 == b30 else 0, 3)")) == []
    deep = [f"let {name}{i + 1} = [{name}{i}]" for i in range(1500) for name in "ab"]
    assert (
        found(net("\n".join(["let a0 = 1", "let b0 = 1", *deep, "conv(1 if a1500 == b1500 else 0, 3)"])))
        == []
    )


def test_chains_of_blocks_are_bounded() -> None:
    blocks = "".join(f"block B{i} {{ B{i + 1} }}\n" for i in range(200)) + "block B200 { relu }\n"
    assert [code for code, _ in found(net("B0") + blocks)] == ["E507"]


def test_many_layers_are_fine() -> None:
    assert netdsl.check(net("\n".join(["relu"] * 10_000))).ok


def test_one_mistake_in_a_loop_is_reported_once() -> None:
    assert found(net("repeat 50 { cnov(3) }")) == [("E301", "cnov")]


def test_an_unknown_shape_silences_what_follows() -> None:
    assert found(net("conv(8, 99)\nconv(8, 99) -> maxpool(50)\nexpect 3x3x3\nlinear(3)")) == [
        ("E203", "conv(8, 99)")
    ]


def test_mistakes_that_shapes_do_not_matter_for_are_still_found() -> None:
    assert found(net("conv(8, 99)\ncnov(3)\nif in_channels > 3 { tahn }")) == [
        ("E203", "conv(8, 99)"),
        ("E301", "cnov"),
        ("E301", "tahn"),
    ]


def test_unused_blocks_are_looked_at() -> None:
    assert found(net("relu") + "block Unused(c) { conv(c, 3) -> cnov(c)\n repeat c { tahn } }") == [
        ("E301", "cnov"),
        ("E301", "tahn"),
    ]


WORDS = [
    *"net block use input expect let require init repeat for in".split(),
    *"if else branch shortcut as and or not true".split(),
    *"conv linear relu add concat residual N B x y in_channels min range 3 0 1.5 3x32x32 -1".split(),
    *(
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ",",
        "=",
        "==",
        "->",
        "+",
        "-",
        "*",
        "**",
        "//",
        "\n",
        '"a"',
        "#",
        "@",
        "é",
    ),
]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(WORDS), max_size=60))
def test_no_soup_of_words_raises(words: list[str]) -> None:
    netdsl.check(net(" ".join(words)))
    netdsl.check(" ".join(words))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(alphabet=string.printable + "éß\0\u2028", max_size=200))
def test_no_text_raises(text: str) -> None:
    netdsl.check(text)
    netdsl.check(net(text))
