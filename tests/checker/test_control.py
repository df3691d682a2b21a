"""Values, operators and functions, and `repeat`, `for`, `if` and `require`."""

from __future__ import annotations

import pytest

from tests.checker.build import built, codes, finding, names, net, place


def value(expression: str) -> int:
    """What an expression of the size of a layer comes to."""
    return built(net(f"conv({expression}, 1)")).output.channels


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 // 2", 3),
        ("-7 // 2 + 5", 1),
        ("7 % 4", 3),
        ("2 ** 3 ** 2", 512),
        ("-2 ** 2 + 5", 1),
        ("2 ** -1 * 4 == 2 and true", None),
        ("10 - 3 - 2", 5),
        ("min(3, 4) + max([5, 6])", 9),
        ("ceil(7 / 2) + floor(7 / 2) + round(2.5) + int(2.9)", 11),
        ("len([1, 2, 3]) + sum([1, 2])", 6),
        ("range(5)[-1] + range(2, 9, 3)[1]", 9),
        ("enumerate([7, 8])[1][0] + zip([1, 2], [3, 4])[1][1]", 5),
        ("divisible(33) + divisible(10, 8)", 48),
        ("8 if 1 < 2 <= 2 < 3 else 9", 8),
        ("8 if 3 in [1, 2] else 9", 9),
        ("8 if not true or 1 == 1 and 2 != 2 else 9", 9),
        ("([1] + [2, 3])[2] + ([4] * 2)[1]", 7),
        ("3x5x7[1]", 5),
        ("(4, 6)[1]", 6),
        ("abs(-3)", 3),
    ],
)
def test_arithmetic_is_as_in_python(expression: str, expected: int | None) -> None:
    if expected is None:
        assert codes(net(f"if {expression} {{ relu }}\nconv(4, 1)")) == []
    else:
        assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("1 + true", "E401"),
        ('1 + "2"', "E401"),
        ("not 1", "E405"),
        ("1 and true", "E405"),
        ("[1] < [2]", "E401"),
        ("1 in 2", "E401"),
        ("relu + 1", "E401"),
        ("1 / 0", "E403"),
        ("1 // 0", "E403"),
        ("1 % 0", "E403"),
        ("0 ** -1", "E403"),
        ("(-8) ** 0.5", "E403"),
        ("1e308 * 10", "E403"),
        ("2 ** 100", "E403"),
        ("[1, 2][2]", "E404"),
        ("[][0]", "E404"),
        ("3[0]", "E401"),
        ("[1][true]", "E401"),
        ("[1][0.0]", "E401"),
        ("min()", "E401"),
        ("len(3)", "E401"),
        ("range(0, 1, 0)", "E401"),
        ("zip([1], [1, 2])", "E401"),
        ("min(a=1)", "E302"),
        ("min", "E307"),
        ("nothing(1)", "E307"),
        ("1 if 2 else 3", "E405"),
    ],
)
def test_expressions_without_a_value(expression: str, code: str) -> None:
    found = finding(net(f"let x = {expression}\nconv(4, 3)"), code)
    assert place(found) in expression


def test_fraction_where_an_integer_is_wanted_offers_integer_division() -> None:
    found = finding(net("conv(width / 3, 3)", "net N(width = 16)"), "E402")
    assert place(found) == "width / 3"
    assert found.fix is not None
    assert found.fix.edits[0].replacement == "width // 3"
    found = finding(net("repeat 4 / 2 { relu }"), "E402")
    assert "//" in (found.help or "")


def test_whole_fraction_is_a_fraction_all_the_same() -> None:
    assert codes(net("conv(16 / 2, 3)")) == ["E402"]


def test_repeat_and_for() -> None:
    body = (
        "repeat 2 { relu }\nrepeat 0 { tanh }\nfor x in [] { tanh }\n"
        "for a, b in [(1, 2), [3, 4]] { conv(a * b, 1) }"
    )
    network = built(net(body))
    assert names(network) == ["relu1", "relu2", "conv1", "conv2"]
    assert network.output.channels == 12


def test_for_over_enumerate_and_zip() -> None:
    body = (
        "for i, c in enumerate([4, 5]) { conv(c + i, 1) }\n"
        "for i, p in enumerate(zip([1], [2])) { conv(p[1] + i, 1) }"
    )
    assert [layer.output.channels for _, layer in built(net(body)).layers()] == [4, 6, 2]


@pytest.mark.parametrize("count", ["-1", "true", '"3"', "[3]", "relu"])
def test_counts_that_repeat_does_not_take(count: str) -> None:
    assert place(finding(net(f"repeat {count} {{ relu }}"), "E406")) == count


def test_for_over_a_number_offers_range() -> None:
    assert "range(3)" in (finding(net("for x in 3 { relu }"), "E406").help or "")


def test_names_that_do_not_match_the_items() -> None:
    found = finding(net("for a, b in [(1, 2), (1, 2, 3)] { conv(a, 1) }"), "E407")
    assert place(found) == "a, b"


def test_if_takes_the_first_arm_that_is_true() -> None:
    text = net(
        "if n == 1 { relu } else if n < 3 { tanh } else if n < 3 { sigmoid } else { elu }", "net N(n = 1)"
    )
    assert [names(built(text, n=n)) for n in (1, 2, 3)] == [["relu1"], ["tanh1"], ["elu1"]]


def test_arms_that_are_not_taken_are_not_run() -> None:
    assert codes(net("if false { conv(1 // 0, 3) }\nconv(4, 3)")) == []


def test_condition_on_the_shape() -> None:
    body = "repeat 4 { if in_shape[1] > 8 { maxpool(2) } }"
    assert str(built(net(body)).output) == "3x8x8"


def test_number_is_no_condition() -> None:
    assert place(finding(net("if in_channels { relu }"), "E405")) == "in_channels"


def test_and_or_do_not_evaluate_what_does_not_matter() -> None:
    assert codes(net("if false and 1 // 0 == 1 or true { relu }")) == []


def test_require_shows_its_message_and_the_values() -> None:
    text = net('require width % 8 == 0, "width must be a multiple of 8"\nconv(width, 3)', "net N(width = 20)")
    found = finding(text, "E408")
    assert found.message == "width must be a multiple of 8"
    assert place(found) == "width % 8 == 0"
    assert [(label.span.text, label.text) for label in found.labels] == [("width = 20", "`width` is 20")]
    assert codes(text, width=24) == []


def test_require_in_a_block_points_at_the_use_too() -> None:
    more = 'block Body(c) {\n    require c > 4, "too few"\n    conv(c, 3)\n}\n'
    found = finding(net("Body(3)", more=more), "E408")
    assert "3" in [label.span.text for label in found.labels]


def test_require_without_a_message() -> None:
    assert finding(net("require 1 > 2"), "E408").message == "a requirement does not hold"


def test_expect() -> None:
    assert codes(net("conv(4, 3)\nexpect 4x30x30\nexpect (4, 30, 30)\nflatten\nexpect 3600")) == []
    found = finding(net("conv(4, 3)\nexpect 4x32x32"), "E204")
    assert place(found) == "4x32x32"
    assert [label.span.text for label in found.labels] == ["conv(4, 3)"]
    assert found.fix is not None
    assert found.fix.edits[0].replacement == "4x30x30"


@pytest.mark.parametrize("shape", ["3x0x32", "(3, -1)", "1x2x3x4x5", "true", '"3x32x32"', "[]", "relu"])
def test_things_that_are_no_shape(shape: str) -> None:
    assert codes(f"net N {{\n    input {shape}\n    relu\n}}\n") == ["E410"]


def test_input_made_of_parameters() -> None:
    text = net("conv(4, 3)", "net N(size = 16, channels = 1)", "(channels, size, size)")
    assert str(built(text, size=20).output) == "4x18x18"
    assert codes(net("relu", "net N(size = 15)", "(3, size / 2, size)")) == ["E402"]
