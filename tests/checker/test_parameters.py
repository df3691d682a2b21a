"""Parameters, settings, variants, and nets used as layers."""

from __future__ import annotations

import pytest

import netdsl
from tests.checker.helpers import found, names, net, network

BASE = """net Base(width = 8, depth = width // 4, act = relu) {
    input 3x32x32
    repeat depth { conv(width, 3) -> act }
}

net Wide = Base(width=16)

net WideTanh = Wide(act=tanh)
"""


def test_defaults_may_refer_to_earlier_parameters() -> None:
    assert names(BASE) == ["conv1", "relu1", "conv2", "relu2"]
    assert len(names(BASE, width=16)) == 8


def test_defaults_may_not_refer_to_later_ones() -> None:
    assert ("E307", "b") in found(net("relu", "net N(a = b, b = 1)"))


def test_variants_change_defaults_and_take_settings() -> None:
    wide = netdsl.check(BASE, "Wide").network
    tanh = netdsl.check(BASE, "WideTanh", depth=1).network
    assert wide is not None
    assert tanh is not None
    assert wide.output.channels == 16
    assert [name for name, _ in tanh.layers()] == ["conv1", "tanh1"]


def test_settings_take_any_value_of_the_language() -> None:
    text = net("for w in widths { conv(w, 3) -> act }", "net N(widths = [8], act = relu)")
    assert names(text, widths=[4, 6], act="leaky_relu(0.1)") == [
        "conv1",
        "leaky_relu1",
        "conv2",
        "leaky_relu2",
    ]


@pytest.mark.parametrize(
    ("unit", "use", "made"),
    [
        ("Unit", "unit(8)", "8x30x30"),
        ("Unit(kernel=5)", "unit(8)", "8x28x28"),
        ("conv(kernel_size=3, stride=2)", "unit(8)", "8x15x15"),
        ("Unit(8)", "unit(11)", "8x22x22"),
    ],
)
def test_arguments_by_position_follow_those_of_a_layer_in_a_parameter(unit: str, use: str, made: str) -> None:
    block = "block Unit(channels, kernel = 3) { conv(channels, kernel) }\n"
    assert str(network(net(use, f"net N(unit = {unit})") + block).output) == made


@pytest.mark.parametrize(
    ("settings", "code", "place"),
    [
        ({"widht": 3}, "E312", "widht"),
        ({"width": "[3"}, "E101", "[3"),
        ({"width": "3 +"}, "E101", "3 +"),
        ({"width": "nothing"}, "E307", "nothing"),
    ],
)
def test_wrong_settings_point_at_the_command_line(settings: dict[str, object], code: str, place: str) -> None:
    result = netdsl.check(BASE, **settings)
    (finding,) = result.diagnostics
    assert (finding.code.id, finding.span and finding.span.text) == (code, place)
    assert finding.span is not None
    assert finding.span.source.name == "<command line>"


def test_a_refused_setting_points_at_the_command_line_and_the_requirement() -> None:
    text = net('require width % 8 == 0, "width must be a multiple of 8"\nconv(width, 3)', "net N(width = 8)")
    (finding,) = netdsl.check(text, width=20).diagnostics
    assert finding.message == "width must be a multiple of 8"
    assert finding.span is not None
    assert finding.span.text == "width=20"
    assert [label.span.text for label in finding.labels] == ["width % 8 == 0"]


def test_a_net_used_as_a_layer_checks_its_input_like_an_expect() -> None:
    inner = "net Inner { input 8x30x30\n conv(4, 3) }\n"
    assert netdsl.check(net("conv(8, 3)\nInner") + inner).ok
    assert found(net("conv(8, 5)\nInner") + inner) == [("E204", "8x30x30")]


def test_blocks_take_arguments_by_position_or_name() -> None:
    block = "block B(channels, kernel = 3) { conv(channels, kernel) }"
    assert network(net("B(8, 5)") + block).output == network(net("B(kernel=5, channels=8)") + block).output
    assert found(net("B") + block) == [("E304", "B")]
    assert found(net("B(8, 3, 1)") + block) == [("E305", "1")]
    assert found(net("B(8, kernle=5)") + block) == [("E302", "kernle")]


def test_a_block_may_be_a_value() -> None:
    text = (
        net("unit(8)", "net N(unit = Small)") + "block Small(c) { conv(c, 1) }\nblock Large(c) { conv(c, 3) }"
    )
    assert network(text).output.shape == (8, 32, 32)
    assert network(text, unit="Large").output.shape == (8, 30, 30)


@pytest.mark.parametrize(
    "text",
    [
        net("A") + "block A { B }\nblock B { A }",
        net("A") + "block A { repeat 2 { A } }",
        "net A = B()\nnet B = A()\n",
        "net N { input 3x3x3\n N }",
    ],
)
def test_recursion_is_refused(text: str) -> None:
    assert "E506" in {code for code, _ in found(text)}


def test_a_missing_parameter_is_named() -> None:
    assert found(net("conv(width, 3)", "net N(width)")) == [("E511", "width")]
    assert netdsl.check(net("conv(width, 3)", "net N(width)"), width=4).ok


def test_python_settings_must_be_values() -> None:
    with pytest.raises(TypeError, match="a setting is a number"):
        netdsl.check(BASE, width=object())
