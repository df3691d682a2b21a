"""Programs on which the check and torch, or the check and its comparison, once did not agree."""

from __future__ import annotations

import pytest

from conformance.programs.comparison import ACCEPTED, REFUSED, compare
from conformance.programs.program import Program

# By what was wrong: the body of a net, and what the check says of it.
FOUND = {
    "a local response norm after a permutation of three axes": (
        "input 3x2x3x5\npermute([2, 1, 4, 3]) -> local_response_norm(1)",
        ACCEPTED,
    ),
    "paddings of the last axes alone": ("input 6x3x6x4\npad([4, 1, 3, 2])", REFUSED),
    "a list in a list of sizes": ("input 3x10x11\ndepthwise(1, padding=[[1, 2]])", REFUSED),
    "a list in a list of sides": ("input 8\npad([[1, 2]], mode=circular)", REFUSED),
    "an empty list as a number": ("input 6x5x5x5\nprelu(num_parameters=[])", REFUSED),
    "a value without axes": ("input 1\nreshape([])\nlinear(in_channels)", REFUSED),
    "a number too large for float32 where there may be none": ("input 4\nbn(momentum=1e300)", REFUSED),
    "a value overwritten beside an init that starts nothing": (
        "input 3x11\ntokens\ninit(attention, zeros, parameter=bias)\nattention(1)\n"
        "position_embedding as skip -> dropout(inplace=true)\nmultiply(skip)",
        REFUSED,
    ),
    "a norm that counts its batches, too large to be run": (
        "input 12x60x60\nconv(64, 9, padding=4) -> bn(momentum=none)",
        ACCEPTED,
    ),
    "gradients that are rounding in single precision": (
        "input 3\nconcat { branch { } branch { groupnorm(3) -> layernorm -> selu(inplace=true) } }",
        ACCEPTED,
    ),
    "nearest neighbours by a scale that is no fraction": ("input 12x6x6\nupsample(2.001)", ACCEPTED),
    "a loop of more turns than there may be": ("input 4\nrepeat 1000000000 { }\nrelu", REFUSED),
    "a dropout after zeros, on values that don't lie in the order of their axes": (
        "input 4x11x2\npermute([3, 1, 2]) -> pad_channels(3) -> dropout",
        ACCEPTED,
    ),
    "a dropout after windows and zeros, in place": (
        "input 12x3x3\nreshape([-1, 2, 6]) -> window_attention(3)\n"
        "pad_channels(19) -> alpha_dropout(inplace=true)",
        ACCEPTED,
    ),
    "a dropout after a local response norm over one axis": (
        "input 3x6x4\nlayernorm(channels) -> local_response_norm(2) -> alpha_dropout",
        ACCEPTED,
    ),
    "a norm that makes much of rounding after windows": (
        "input 4x8x7\nwindow_attention(1) -> local_response_norm(2) -> conv(1, 1) -> instancenorm",
        ACCEPTED,
    ),
    "gradients that are no numbers": (
        "input 1x11x11\nhardtanh -> pad_channels(7) -> groupnorm(7, eps=0) -> conv(1, 1)",
        ACCEPTED,
    ),
    "a map beside tokens of its shape": (
        "input 3x3x3\ntokens -> identity as other\nreshape(9x3) -> concat(other)",
        REFUSED,
    ),
    "a map beside tokens of its shape, in branches": (
        "input 4x11x3\ntokens\nconcat { branch { permute(1x2) } branch { } }",
        REFUSED,
    ),
    "one padding for two axes": ("input 8x9x9\nconv(8, 1, padding=(0,))", REFUSED),
    "one padding for three axes": ("input 12x4x4x4\ndepthwise(1, padding=(0,))", REFUSED),
    "a scale for each axis": ("input 12x11x11\nupsample([1.5, 1])", REFUSED),
    "no paddings at all": ("input 8x5x9\npad([])", REFUSED),
    "parts that differ, of a layer in a name": (
        "input 3x10x10\nlet half = channel_split(16)\nhalf()",
        REFUSED,
    ),
    "a probability that is a list": ("input 1x6\nresidual(drop_path=(0, 3)) { }", REFUSED),
    "an axis that is a list, before branches that are none": (
        "input 1x2x4\nconcat(dim=(1, 1)) {\nconv(1, 1)\n}",
        REFUSED,
    ),
    "more list items than there may be": (
        "input 4\nlet z = range(200000)\nlet y = range(200000)\nrelu",
        REFUSED,
    ),
    "a tensor that no machine holds": ("input 4x9x9\nrepeat 45 { upsample(2) }", REFUSED),
}


@pytest.mark.parametrize("name", FOUND)
def test_they_agree_now(name: str) -> None:
    body, verdict = FOUND[name]
    made = compare(Program(f"net Main {{\n{body}\n}}\n", "Main"))
    assert made.disagreements == []
    assert made.verdict == verdict


def test_a_variant_of_a_net_without_an_input() -> None:
    made = compare(Program("net Main(n) {\n}\n\nnet Variant = Main(n=2)\n", "Variant"))
    assert made.disagreements == []
    assert made.codes == ["E501"]


def test_a_variant_of_a_net_that_needs_a_value() -> None:
    made = compare(Program("net Main(needed) {\n    input 4\n}\n\nnet Variant = Main()\n", "Variant"))
    assert made.disagreements == []
    assert made.codes == ["E511"]


def test_large_programs_are_run_without_values() -> None:
    for body, device in (
        ("input 4x9x9\nconv(4, 3)", "cpu"),
        ("input 4x9x9\nconv(4000, 8, padding=4)", "meta"),
        ("input 10001\nrelu", "meta"),
        ("input 2000\nrepeat 12 { linear(1000) -> linear(2000) }", "meta"),
        ("input 2x30x30\nconv(2, 1) -> tokens -> attention(1)", "meta"),
    ):
        run = compare(Program(f"net Main {{\n{body}\n}}\n", "Main")).run
        assert run is not None
        assert (run.refused, run.device) == (None, device), body
