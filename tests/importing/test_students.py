"""Hand-written modules become the text that a person would write, or a message."""

from __future__ import annotations

from pathlib import Path

import pytest
from torch import nn

from netdsl.diagnostics.diagnostic import DiagnosticError
from netdsl.diagnostics.render import render_text
from netdsl.importing.importer import import_model
from tests.importing import mistakes, models

GOLDEN = Path(__file__).parent / "golden"
IMAGE = (3, 16, 16)


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (models.LeNet, (1, 28, 28)),
        (models.Reused, IMAGE),
        (models.UNet, IMAGE),
        (models.SmallResNet, IMAGE),
    ],
)
def test_writes_exactly(model: type[nn.Module], shape: tuple[int, ...], bless: bool) -> None:
    made = import_model(model(), shape, model.__name__, f"models:{model.__name__}").text
    golden = GOLDEN / f"{model.__name__}.net"
    if bless:
        golden.write_text(made, encoding="utf-8")
    assert made == golden.read_text(encoding="utf-8")


def test_reserved_words_are_no_parameters() -> None:
    made = import_model(models.Reserved(), (4, 8, 8), "Net", "models").text
    assert "block Named(channels_input, channels_sum)" in made


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (models.ChannelsLast, "layernorm(channels) conv(32, 1) gelu conv(8, 1) layer_scale"),
        (models.Casts, "conv(8, 3) relu conv(4, 1)"),
        (
            models.Encoder,
            "tokens class_token position_embedding residual { layernorm attention(2) }",
        ),
        (
            models.Gated,
            "multiply { branch { } branch { avgpool(global) flatten linear(8) sigmoid reshape(8x1x1) } }",
        ),
        (models.CumulativeNorm, "bn(momentum=none) reshape(1x3x8x8)"),
        (
            models.WithAuxiliary,
            "output early { avgpool(global) flatten linear(10) } conv(6, 3) relu",
        ),
    ],
)
def test_says_it_by_layers(model: type[nn.Module], said: str) -> None:
    text = import_model(model(), (3, 8, 8), "Net", "models").text
    assert said in " ".join(text.replace("->", " ").split()), text


@pytest.mark.parametrize(
    ("model", "code", "said"),
    [
        (models.Shared, "E653", ["`conv` runs twice", "return self.conv(F.relu(self.conv(x)))"]),
        (models.Recurrent, "E653", ["(in `lstm`)", "return self.lstm(x.flatten(2))[0]"]),
        (models.Depends, "E652", ["if x.sum() > 0", "shapes alone"]),
        (models.StaysLast, "E653", ["only for its channels"]),
        (models.TwoResults, "E652", ["gives a tuple"]),
        (models.AlwaysDropping, "E654", ["something else each time", "training=self.training"]),
        (mistakes.Asks, "E652", ["x.max().item()", "without numbers"]),
        (mistakes.Numpy, "E652", ["numpy()", "torch's functions"]),
        (mistakes.WrittenBatch, "E652", [".view(4, 8 * 6 * 6)", "torch.flatten(x, 1)"]),
        (mistakes.AddsNumber, "E653", ["no layer adds a number", "self.conv(x) + 1.0"]),
        (mistakes.AddsParameter, "E653", ["`add` with the parameter `shift`", "self.shift"]),
        (mistakes.Assigns, "E653", ["assigned to in place"]),
        (mistakes.InList, "E653", ["`conv2d`", "nn.ModuleList"]),
        (mistakes.TwoValues, "E652", ["'y'", "takes one value"]),
        (mistakes.Tied, "E653", ["`second.weight` is the same parameter as `first.weight`"]),
        (mistakes.AttendsTwice, "E653", ["`attention` runs twice", "return x + self.attention(x, x, x)[0]"]),
        (mistakes.NormalizesTwice, "E653", ["`norm` runs twice"]),
        (mistakes.ScalesTwice, "E653", ["the parameter `factor` is used twice"]),
        (mistakes.OutputsShare, "E653", ["two outputs share `shared`", "shared = self.shared(x)"]),
        (mistakes.Insists, "E652", ["float64", "assert x.dtype == torch.float32", "AssertionError"]),
        (mistakes.GivesMoreInEvaluation, "E652", ["gives a tuple in evaluation"]),
        (mistakes.Rounds, "E653", ["`to` makes a value that is not of floating point"]),
        (mistakes.KeepsCalculated, "E652", ["can't be copied", "register_buffer"]),
    ],
)
def test_says_what_is_in_the_way(model: type[nn.Module], code: str, said: list[str]) -> None:
    with pytest.raises(DiagnosticError) as caught:
        import_model(model(), (3, 8, 8), "Net", "models")
    assert caught.value.diagnostic.code.id == code
    printed = render_text([caught.value.diagnostic])
    assert all(each in printed for each in said), printed
