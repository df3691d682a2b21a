"""Expressions: arithmetic, lists, functions, and what has no value."""

from __future__ import annotations

import pytest

from tests.checker.helpers import found, net, network


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("7 // 2", 3),
        ("7 % 4", 3),
        ("2 ** 3 ** 1", 8),
        ("-3 + 10", 7),
        ("10 if 1 < 2 <= 2 else 20", 10),
        ("5 if not true or 3 in [1, 2] else 6", 6),
        ("[4, 5, 6][1]", 5),
        ("[4, 5, 6][-1]", 6),
        ("[4, 5, 6][1:][0]", 5),
        ("[4, 5, 6][:-1][1]", 5),
        ("len([4, 5, 6][1:2])", 1),
        ("len([4, 5, 6][:])", 3),
        ("1 + sum([4, 5][5:])", 1),
        ("sum([x * x for x in [1, 2]])", 5),
        ("[y for x, y in [(1, 2), (3, 4)]][1]", 4),
        ("sum([sum([1, 2, 3][:i]) for i in range(3)])", 4),
        ("len([1, 2] + [3])", 3),
        ("sum([1, 2] * 2)", 6),
        ("min(4, 9)", 4),
        ("max([4, 9])", 9),
        ("ceil(7 / 2)", 4),
        ("floor(3.7)", 3),
        ("round(2.5)", 2),
        ("int(9.9)", 9),
        ("abs(-4)", 4),
        ("range(3, 6)[2]", 5),
        ("enumerate([7, 8])[1][0]", 1),
        ("zip([1, 2], [3, 4])[1][1]", 4),
        ("divisible(33)", 32),
        ("divisible(11, 8)", 16),
        ("in_channels", 3),
        ("in_shape[1]", 32),
        ("in_features // 1024", 3),
        ("5x7[1]", 7),
        ("1 if act == relu else 2", 1),
        ("1 if [act, 2] == [relu, 2] else 2", 1),
        ("1 if [true] == [1] else 2", 2),
        ("1 if [[1, true]] in [[[1, 1]]] else 2", 2),
        ("1 if leaky_relu(0.1) == leaky_relu(0.2) else 2", 2),
        ("1 if [leaky_relu(0.1)] == [leaky_relu(0.1)] else 2", 1),
        ("1 if relu(inplace=true) == relu(inplace=1) else 2", 2),
    ],
)
def test_expressions_have_values(expression: str, value: int) -> None:
    assert network(net(f"conv({expression}, 1)", "net N(act = relu)")).output.channels == value


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ('1 + "a"', "E401"),
        ("1 + true", "E401"),
        ("[1] < [2]", "E401"),
        ("1 in 2", "E401"),
        ("3[0]", "E401"),
        ("3[1:]", "E401"),
        ("[1][true:]", "E401"),
        ("[1][:0.5]", "E401"),
        ("[1][1:][0]", "E404"),
        ("[x for x in 3][0]", "E406"),
        ("[x for x in [true + 1]][0]", "E401"),
        ("[x for x, y in [(1, 2, 3)]][0]", "E407"),
        ("[act for act in [1]][0] + x", "E307"),
        ("[1][1]", "E404"),
        ("[1][true]", "E401"),
        ("1 // 0", "E403"),
        ("2 ** 10 ** 10", "E403"),
        ("sum([2 ** 62, 2 ** 62])", "E403"),
        ("sum([1e308, 1e308])", "E403"),
        ("int(1e300)", "E403"),
        ("ceil(1e20)", "E403"),
        ("(0 - 2) ** 0.5", "E403"),
        ("1e999", "E403"),
        ("1 if 2 else 3", "E405"),
        ("1 and true", "E405"),
        ("nothing", "E307"),
        ("min", "E307"),
        ("min()", "E401"),
        ("len(3)", "E401"),
        ("range(1, 2, 0)", "E401"),
        ("zip([1], [1, 2])", "E401"),
        ("minn(1)", "E307"),
        ("min(a=1)", "E302"),
        ("8 / 2", "E402"),
        ("4.0", "E402"),
    ],
)
def test_what_has_no_value_is_refused_once(expression: str, code: str) -> None:
    assert [each for each, _ in found(net(f"conv({expression}, 1)"))] == [code]


def test_a_word_that_means_two_things_is_refused() -> None:
    assert found(net("conv(8, 3, padding=same)", "net N(same = 1)")) == [("E311", "same")]
    assert network(net('conv(8, 3, padding="same")', "net N(same = 1)")).output.shape == (8, 32, 32)


def test_what_flows_in_is_that_of_the_very_step() -> None:
    assert network(net("conv(8, 1) -> conv(in_channels * 2, 1)")).output.channels == 16
    branches = (
        "conv(8, 1)\nconcat { branch { conv(in_channels, 1) -> conv(2, 1) } branch { conv(in_channels, 1) } }"
    )
    assert network(net(branches)).output.channels == 10


def test_loops_unpack() -> None:
    assert network(net("for i, (c) in enumerate([4, 6]) { relu }".replace("(c)", "c"))).output.channels == 3
    assert found(net("for a, b in [1] { relu }")) == [("E407", "a, b")]
    assert found(net("for a in 3 { relu }")) == [("E406", "3")]
    assert found(net("repeat 1.5 { relu }")) == [("E402", "1.5")]
    assert found(net("repeat -1 { relu }")) == [("E406", "-1")]
