"""Lints about the order of layers: what they find, and what they let be."""

from __future__ import annotations

import pytest

from tests.lints.found import findings, places, small

END = "avgpool(global) -> flatten -> linear(10)"

QUIET = {
    "log_softmax": small("flatten -> linear(10) -> log_softmax"),
    "softmax of attention": small(f"multiply {{ branch {{ }} branch {{ conv(3, 1) -> softmax }} }} {END}"),
    "tanh at the end": small("flatten -> linear(10) -> tanh"),
    "activation of a map at the end": small("conv(10, 1) -> relu -> avgpool(global) -> flatten"),
    "map at the end": small("conv(10, 1) -> relu"),
    "net that is a layer": small(
        "Part -> linear(10)", more=small("flatten -> linear(64) -> relu", head="\nnet Part")
    ),
    "activation": small("conv(8, 3) -> relu", "conv(16, 3) -> relu", END),
    "largest of each window": small("conv(8, 3) -> maxpool(2)", "conv(16, 3) -> relu", END),
    "bottleneck": small("conv(16, 3) -> relu -> conv(8, 1)", "conv(16, 1) -> relu", END),
    "low rank": small("flatten -> linear(8) -> linear(100) -> relu -> linear(10)"),
    "separable": small("conv(16, 3) -> relu -> depthwise(3, bias=false) -> bn -> conv(16, 1) -> relu", END),
    "rows and columns": small("conv(16, 3) -> relu -> conv(16, 1x3)", "conv(16, 3x1) -> relu", END),
    "value that is taken twice": small(
        "conv(8, 3, padding=1) as a", "conv(8, 3, padding=1) -> relu -> add(a)", END
    ),
    "merged": small("residual { conv(3, 3, padding=1) }", "conv(8, 3) -> relu", END),
    "no bias": small("conv(8, 3, bias=false) -> bn -> relu", END),
    "activation before bn": small("conv(8, 3) -> relu -> bn", END),
    "bias that others need": small("conv(8, 3) as a -> bn -> add(a) -> relu", END),
    "bias of another net": small(
        "conv(8, 3)",
        "if norm { bn }",
        f"relu -> {END}",
        head="net Small(norm = true)",
        more="\nnet B = Small(norm=false)\n",
    ),
    "layernorm": small("conv(8, 3) -> layernorm(channels) -> relu", END),
    "dropout after bn": small("conv(8, 3, bias=false) -> bn -> relu -> dropout(0.2)", END),
    "weights between dropout and bn": small("dropout(0.2) -> conv(8, 3, bias=false) -> bn -> relu", END),
    "dropout of nothing": small("conv(8, 3) -> relu -> dropout(0.0) -> bn", END),
}

FOUND = {
    "softmax": (small("flatten -> linear(10) -> softmax"), "W501", "softmax"),
    "softmax and dropout": (small("flatten -> linear(10) -> softmax -> dropout(0.1)"), "W501", "softmax"),
    "softmax of an output": (
        small(f"output early {{ flatten -> linear(10) -> softmax }} {END}"),
        "W501",
        "softmax",
    ),
    "relu": (small("flatten -> linear(10) -> relu"), "W502", "relu"),
    "relu after bn": (small("flatten -> linear(10, bias=false) -> bn -> relu"), "W502", "relu"),
    "gelu of a block": (
        small("flatten -> Head", more="\nblock Head {\n    linear(10)\n    gelu\n}\n"),
        "W502",
        "gelu",
    ),
    "convolutions": (small("conv(8, 3)", "conv(16, 3) -> relu", END), "W503", "conv(16, 3)"),
    "convolutions of one width": (
        small("conv(8, 3) -> relu -> conv(8, 3, padding=1)", "conv(8, 5) -> relu", END),
        "W503",
        "conv(8, 5)",
    ),
    "mean between": (small("conv(8, 3) -> avgpool(2)", "conv(16, 3) -> relu", END), "W503", "conv(16, 3)"),
    "linear layers": (small("flatten -> linear(64) -> dropout(0.1) -> linear(10)"), "W503", "linear(10)"),
    "convolution and linear layer": (small("conv(8, 3) -> flatten -> linear(10)"), "W503", "linear(10)"),
    "in a loop": (small("repeat 2 { conv(8, 3) }", f"relu -> {END}"), "W503", "conv(8, 3)"),
    "across blocks": (
        small("Body -> Body", f"relu -> {END}", more="\nblock Body {\n    conv(8, 3)\n}\n"),
        "W503",
        "conv(8, 3)",
    ),
    "bias": (small("conv(8, 3) -> bn -> relu", END), "W504", "conv(8, 3)"),
    "bias of a linear layer": (
        small("flatten -> linear(8) -> bn -> relu -> linear(10)"),
        "W504",
        "linear(8)",
    ),
    "dropout": (small("conv(8, 3) -> relu -> dropout(0.2) -> bn", END), "W505", "bn"),
    "dropout and pool": (small("conv(8, 3) -> dropout(0.2) -> maxpool(2) -> bn -> relu", END), "W505", "bn"),
}


@pytest.mark.parametrize("name", QUIET)
def test_lets_be(name: str) -> None:
    assert not places(QUIET[name])


@pytest.mark.parametrize("name", FOUND)
def test_finds(name: str) -> None:
    text, code, words = FOUND[name]
    assert places(text) == [(code, words)]


def test_finds_batch_norm_behind_an_activation_where_asked() -> None:
    text = small("conv(8, 3) -> relu -> bn", END)
    assert places(text, "norm-after-activation") == [("W506", "bn")]
    assert places(text, "all")[0] == ("W506", "bn")


def test_names_the_net_that_has_it() -> None:
    more = "\nnet Wrong = Small(last=relu)\n"
    (finding,) = findings(
        small("flatten -> linear(10) -> last", head="net Small(last = identity)", more=more)
    )
    assert [label.text for label in finding.labels] == ["makes the scores", "in this net"]
    assert finding.labels[-1].span.text == "net Wrong = Small(last=relu)"


def test_one_place_is_told_once() -> None:
    more = "\nnet A = Small(width=16)\n\nnet B = Small(width=32)\n"
    text = small("conv(width, 3)", "conv(9, 3) -> relu", END, head="net Small(width = 8)", more=more)
    assert places(text) == [("W503", "conv(9, 3)")]
