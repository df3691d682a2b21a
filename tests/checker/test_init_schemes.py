"""`init` statements that torch.nn.init could not follow are refused; what is accepted can be followed."""

from __future__ import annotations

import pytest

from netdsl.emit import instantiate
from tests.checker.helpers import found, net, network

BODY = "conv(4, 3) -> bn -> relu\nflatten -> linear(2)"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("init(conv, constant)", "E304"),
        ("init(conv, uniform, a=1, b=0)", "E509"),
        ("init(conv, uniform, a=2)", "E509"),
        ("init(conv, trunc_normal, b=-3)", "E509"),
        ("init(conv, dirac, groups=3)", "E509"),
        ("init(conv, kaiming_normal, parameter=bias)", "E509"),
        ("init(bn, orthogonal)", "E509"),
        ("init(linear, dirac)", "E509"),
        ("init(conv, normal, std=-1)", "E303"),
        ("init(conv, trunc_normal, std=0)", "E303"),
        ("init(conv, xavier_uniform, gain=-0.5)", "E303"),
        ("init(conv, xavier_normal, gain=-0.5)", "E303"),
        ("init(conv(8, 3), zeros)", "E509"),
        ("init(conv, normal, sdt=1)", "E302"),
        ("init(conv, nothing)", "E509"),
        ("init(conv)", "E509"),
    ],
)
def test_is_refused(statement: str, code: str) -> None:
    assert [each for each, _ in found(net(f"{statement}\n{BODY}", start="input 3x8x8"))] == [code]


@pytest.mark.parametrize(
    "statement",
    [
        "init(conv, constant, val=0.5,)",
        "init(conv, uniform, a=-1)",
        "init(conv, normal, std=0)",
        "init(conv, xavier_normal, gain=0)",
        "init(conv, orthogonal, gain=-0.5)",
        "init(conv, trunc_normal, std=0.02)",
        "init(conv, dirac, groups=2)",
        "init(conv, kaiming_uniform, a=0.1, mode=fan_out, nonlinearity=leaky_relu)",
        "init(conv, orthogonal, gain=2)",
        "init(linear, xavier_normal)",
        "init(bn, constant, val=0, parameter=weight)",
        "init(conv, zeros, parameter=bias)",
    ],
)
def test_can_be_followed(statement: str) -> None:
    instantiate(network(net(f"{statement}\n{BODY}", start="input 3x8x8")))
