"""`output` statements: where they may stand, what they make, and what is counted of them."""

from __future__ import annotations

import pytest

from tests.checker.helpers import found, names, net, network

HEAD = "output side { avgpool(global) -> flatten -> linear(5) }"


def test_what_flows_goes_on_unchanged() -> None:
    made = network(net(f"conv(4, 3)\n{HEAD}\nconv(6, 3)"))
    assert made.output.shape == (6, 28, 28)
    (side,) = made.root.output_nodes
    assert (side.name, side.output.shape) == ("side", (5,))


def test_names_are_those_of_modules() -> None:
    assert names(net(f"conv(4, 3)\n{HEAD}\nconv(6, 3)")) == [
        "conv1", "side.avgpool1", "side.flatten1", "side.linear1", "conv2",
    ]  # fmt: skip
    made = network(
        net(f"for c in [4, 6] {{\nconv(c, 3)\nif c > 4 {{ {HEAD} }}\n{HEAD.replace('side', 'all')}\n}}")
    )
    assert [node.name for node in made.root.output_nodes] == ["all1", "side2", "all2"]


def test_evaluation_is_counted_without_them_and_parameters_with() -> None:
    plain, headed = network(net("conv(4, 3)\nconv(6, 3)")), network(net(f"conv(4, 3)\n{HEAD}\nconv(6, 3)"))
    assert headed.parameter_count == plain.parameter_count + 5 * 4 + 5
    assert headed.multiply_adds == plain.multiply_adds
    assert headed.activation_bytes == plain.activation_bytes


def test_an_output_may_be_of_a_labelled_value_and_of_a_branch() -> None:
    body = "conv(4, 3, padding=1) as a\nresidual {\nrelu\noutput inner { add(a) -> flatten -> linear(2) }\n}"
    made = network(net(body))
    (inner,) = made.root.output_nodes
    assert len(inner.inputs) == 2
    assert made.output.shape == (4, 32, 32)


def test_an_init_inside_holds_for_it_alone() -> None:
    made = network(net("flatten\noutput side {\ninit(linear, zeros)\nlinear(2)\n}\nlinear(3)"))
    (side,) = made.root.output_nodes
    assert len(side.initializations) == 1  # type: ignore[attr-defined]
    assert made.root.initializations == ()


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        (net("Part") + "block Part {\n    conv(4, 3)\n    output side { relu }\n}\n", "E512", "output side"),
        (net("Part") + net("output side { relu }", "net Part"), "E512", "output side"),
        (net("residual {\noutput side { relu }\nrelu\n} as part"), "E512", "output side"),
        (net("output side { relu }", start=""), "E501", "output side"),
        (net("output side { conv(4, 99) }"), "E203", "conv(4, 99)"),
        (net("output side { relu }\noutput side { relu }"), "E308", "side"),
        (net("relu as side\noutput side { relu }"), "E308", "side"),
        (net("output train { relu }"), "E316", "train"),
        (net("add {\noutput side { relu }\nbranch { }\n}"), "E503", "output side"),
        (net("add {\nbranch { }\nbranch { }\n} -> add(side)\noutput side { relu }"), "E310", "side"),
        ("net Output {\n    input 3x8x8\n    relu as output\n}\n", "E105", "output"),
    ],
)
def test_what_is_wrong_is_found_at_its_place(text: str, code: str, place: str) -> None:
    assert found(text)[0] == (code, place)
