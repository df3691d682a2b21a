"""What a position sees of the input, the order of inits, and the totals of known nets."""

from __future__ import annotations

import pytest

import netdsl
from netdsl.checker import check_source, read_source
from netdsl.network.statements import statements
from tests.checker.build import built, codes, finding, layer, net, place


def sees(body: str, shape: str = "3x224x224") -> tuple[int, ...]:
    """The receptive field of the last layer."""
    return statements(built(net(body, shape=shape)))[-1].receptive_field


VGG16 = "\n".join(
    f"repeat {count} {{ conv(8, 3, padding=1) -> relu }}\nmaxpool(2)" for count in (2, 2, 3, 3, 3)
)
ALEXNET = (
    "conv(8, 11, stride=4, padding=2) -> maxpool(3, stride=2)\n"
    "conv(8, 5, padding=2) -> maxpool(3, stride=2)\n"
)
ALEXNET += "repeat 3 { conv(8, 3, padding=1) }\nmaxpool(3, stride=2)"


@pytest.mark.parametrize(
    ("body", "size"),
    [
        ("conv(8, 3)", 3),
        ("conv(8, 3) -> conv(8, 3)", 5),
        ("conv(8, 3, stride=2) -> conv(8, 3)", 7),
        ("conv(8, 3, dilation=2) -> relu -> bn", 5),
        ("conv(8, 5) -> maxpool(2) -> conv(8, 5)", 14),
        ("conv(8, 1)", 1),
        # The figures of Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural
        # Networks", Distill 2019.
        (VGG16, 212),
        (ALEXNET, 195),
        ("residual { conv(3, 3, padding=1) -> conv(3, 3, padding=1) }", 5),
        ("concat { branch { conv(8, 1) } branch { conv(8, 5, padding=2) } branch { } }", 5),
        ("avgpool(global)", 224),
        ("flatten -> linear(3)", 224),
    ],
)
def test_receptive_field(body: str, size: int) -> None:
    assert sees(body) == (size, size)


def test_receptive_field_of_each_axis() -> None:
    assert sees("conv(8, 3x5)\nconv(8, 3x1)") == (5, 5)
    assert sees("conv(8, 7)", "3x64") == (7,)
    assert sees("conv(8, (1, 3, 3))", "3x16x16x16") == (1, 3, 3)


def test_receptive_field_has_a_bound() -> None:
    """A stride of 2 doubles it 1,100 times, which is more than a float holds."""
    assert sees("repeat 1100 { conv(8, 3, stride=2, padding=1) }", "3x6") == (2**53,)
    assert sees("repeat 50 { conv(8, 3, stride=2, padding=1) }", "3x6") == (2**51 - 1,)


def test_totals_are_the_sums_of_the_rows() -> None:
    for name in ("lenet5", "densenet", "vit", "mobilenet_v2"):
        from netdsl.api import check_file

        network = check_file(name).network
        assert network is not None
        rows = statements(network)
        assert network.parameter_count == sum(row.parameters for row in rows)
        assert network.multiply_adds == sum(row.multiply_adds for row in rows)
        assert network.activation_bytes == sum(row.activation_bytes for row in rows)
        assert len({row.name for row in rows}) == len(rows)
        known = {"input"}
        for row in rows:
            assert set(row.inputs) <= known
            known.add(row.name)


def test_known_parameter_counts() -> None:
    assert layer(built(net("conv(18, 5)")), "conv1").parameter_count == 18 * 3 * 25 + 18
    assert layer(built(net("conv(18, 5, bias=false)")), "conv1").parameter_count == 18 * 3 * 25
    assert built(net("flatten -> linear(10)")).parameter_count == 3072 * 10 + 10
    assert built(net("bn")).parameter_count == 6
    assert built(net("conv(6, 3, groups=3)")).parameter_count == 6 * 9 + 6


def weights(text: str) -> dict[str, float]:
    """The mean of each weight, by name, of the module of a text."""
    from netdsl.emit import instantiate

    module = instantiate(built(text))
    return {name: float(value.detach().mean()) for name, value in module.named_parameters()}


def test_inner_init_wins_over_outer_and_later_over_earlier() -> None:
    more = "block Unit {\n    init(conv, constant, val=3)\n    conv(4, 1)\n}\n"
    more += "block Plain { conv(4, 1) }\n"
    body = "init(conv, constant, val=1)\ninit(conv, constant, val=2)\nconv(4, 1)\nUnit\nPlain\nconv(4, 1)"
    means = weights(net(body, more=more))
    assert means["conv1.weight"] == means["conv2.weight"] == means["plain1.conv1.weight"] == 2
    assert means["unit1.conv1.weight"] == 3


def test_init_of_biases_and_of_one_kind_alone() -> None:
    means = weights(net("init(linear, zeros, parameter=bias)\nconv(4, 3) -> flatten -> linear(5)"))
    assert means["linear1.bias"] == 0
    assert means["linear1.weight"] != 0
    assert means["conv1.bias"] != 0


@pytest.mark.parametrize(
    ("statement", "code", "text"),
    [
        ("init(conv)", "E509", "init(conv)"),
        ("init(cnov, zeros)", "E307", "cnov"),
        ("init(3, zeros)", "E509", "3"),
        ("init(conv, kaming_normal)", "E509", "kaming_normal"),
        ("init(conv, 3)", "E509", "3"),
        ("init(conv, zeros, sdt=3)", "E302", "sdt"),
        ("init(conv, normal, std=true)", "E303", "true"),
        ("init(conv, zeros, parameter=wieght)", "E307", "wieght"),
        ("init(bn, kaiming_normal)", "E509", "init(bn, kaiming_normal)"),
        ("init(Unit, zeros)", "E509", "Unit"),
    ],
)
def test_inits_that_can_not_be_followed(statement: str, code: str, text: str) -> None:
    found = finding(net(f"{statement}\nconv(4, 3) -> bn\nUnit", more="block Unit { relu }\n"), code)
    assert place(found) == text


def test_every_packaged_file_is_clean() -> None:
    from pathlib import Path

    from netdsl.checker import packaged_folder

    for path in sorted(Path(packaged_folder()).glob("*.net")):
        result = check_source(read_source(str(path)), folder=packaged_folder(), every=True)
        assert not result.diagnostics, path


def test_check_result_without_errors_has_the_network() -> None:
    result = netdsl.check(net("relu"))
    assert result.ok
    assert result.network is result.networks[0]
    assert codes(net("relu")) == []
