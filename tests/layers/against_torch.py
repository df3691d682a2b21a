"""Compares what the check says of a layer with what torch.nn does, on tensors of a few elements."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping

import torch
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from netdsl.api import check
from netdsl.checker import CheckResult
from netdsl.emit import instantiate

Value = int | float | bool | str | tuple[int, ...] | None
Options = Mapping[str, Value]
Shape = tuple[int, ...]
Make = Callable[[], nn.Module]

# Derandomized: a run of the suite says the same on every machine.
modest = settings(
    max_examples=250,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

# What torch runs and the check refuses on purpose: the layer, words of the message, and why.
STRICTER = (
    ("linear", "needs a vector or tokens", "over the width of a map it is nearly always a missing flatten"),
    ("conv", "`padding` must be", "with a padding_mode torch takes a negative padding to cut the map"),
    ("depthwise", "`padding` must be", "with a padding_mode torch takes a negative padding to cut the map"),
    ("upsample", "`scale_factor` must be", "torch takes a factor of 0 for none"),
    ("celu", "`alpha` must be", "with a negative scale it grows without bound below zero"),
    ("elu", "in place", "torch raises in the backward pass alone"),
    ("leaky_relu", "in place", "torch raises in the backward pass alone"),
    ("channel_split", "can't be divided", "parts of different sizes are no equal parts"),
    ("pixel_shuffle", "spatial axes", "torch takes the batch of a sequence for its channels"),
    ("pixel_unshuffle", "spatial axes", "torch takes the batch of a sequence for its channels"),
)

# How torch says no: its own checks raise any of these.
REFUSALS = (RuntimeError, ValueError, TypeError, IndexError, AssertionError, ZeroDivisionError)


def text_of(value: Value) -> str:
    """A value as the language writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "none"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(str, value)) + ")"
    if isinstance(value, str) and not value.isidentifier():
        return f'"{value}"'
    return str(value)


def step(layer: str, options: Options, positional: tuple[str, ...] = ()) -> str:
    """The use of a layer as text, some of its options by position."""
    by_position = [text_of(options[name]) for name in positional]
    named = [f"{name}={text_of(value)}" for name, value in options.items() if name not in positional]
    return f"{layer}({', '.join(by_position + named)})"


def net(shape: Shape, *steps: str) -> str:
    """A net of these steps."""
    written = "x".join(map(str, shape))
    return "\n".join(["net Tried {", f"    input {written}", *(f"    {each}" for each in steps), "}"])


def torch_output(make: Make, shape: Shape) -> tuple[nn.Module, Tensor] | None:
    """Torch's module and what it makes in training of two samples; None where torch refuses.

    An empty tensor is a refusal too: nothing can be learned from it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            module = make().train()
            output = module(torch.randn(2, *shape))
        except REFUSALS:
            return None
    return (module, output) if output.numel() > 0 else None


def run(result: CheckResult, shape: Shape) -> tuple[nn.Module, Tensor]:
    """The module of a checked network, and what it makes in training of two samples."""
    assert result.network is not None
    module = instantiate(result.network).train()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return module, module(torch.randn(2, *shape))


def agree(layer: str, shape: Shape, options: Options, make: Make, *by_position: str) -> None:
    """Assert that the check accepts exactly what torch runs, with torch's shape, parameters and values."""
    written = net(shape, step(layer, options, by_position))
    result = check(written)
    expected = torch_output(make, shape)
    if not result.ok:
        refused(layer, result, expected, written)
        return
    assert expected is not None, f"torch refuses what the check accepts:\n{written}"
    module, output = run(result, shape)
    assert result.network is not None
    assert result.network.output.shape == tuple(output.shape[1:]) == tuple(expected[1].shape[1:]), written
    same_values(module, expected[0], shape, written)


def refused(layer: str, result: CheckResult, expected: object, written: str) -> None:
    """Assert that a refusal is one of the shape or an option, and torch's too or meant to be stricter."""
    for each in result.diagnostics:
        assert each.code.id.startswith(("E2", "E303", "E307", "E402")), (written, each)
    mended(result, written)
    if expected is None:
        return
    messages = " ".join(each.message for each in result.diagnostics)
    assert any(layer == name and words in messages for name, words, _ in STRICTER), (
        f"torch runs what the check refuses ({messages}):\n{written}"
    )


def mended(result: CheckResult, written: str) -> None:
    """Assert that the fixes which the table offers mend what they are offered for."""
    for each in result.diagnostics:
        if each.fix is None or not each.code.id.startswith("E2"):
            continue
        text = written
        for edit in sorted(each.fix.edits, key=lambda edit: -edit.span.start):
            text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
        again = [other.message for other in check(text).diagnostics]
        assert each.message not in again, f"{each.fix.title} mends nothing of:\n{written}"


def same_values(module: nn.Module, expected: nn.Module, shape: Shape, written: str) -> None:
    """Assert that both make the same of the same input, with the same parameters, in evaluation."""
    (own,) = module.children()
    for name in ("momentum", "inplace", "p"):  # of which values in evaluation say nothing
        assert getattr(own, name, None) == getattr(expected, name, None), written
    own.load_state_dict(expected.state_dict())
    sample = torch.randn(2, *shape)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.testing.assert_close(
            own.eval()(sample.clone()), expected.eval()(sample.clone()), equal_nan=True, msg=written
        )


def maps(most: int = 8, channels: st.SearchStrategy[int] | None = None) -> st.SearchStrategy[Shape]:
    """Shapes of maps with one to three spatial axes."""
    number = channels if channels is not None else st.integers(1, 6)
    return st.integers(1, 3).flatmap(
        lambda rank: st.tuples(number, *[st.integers(1, most if rank < 3 else 5)] * rank)
    )


def size(rank: int, low: int, high: int) -> st.SearchStrategy[int | tuple[int, ...]]:
    """A size for all spatial axes or one for each, sometimes one too many."""
    each = st.integers(low, high)
    if rank == 1:
        return st.one_of(each, each, each, st.tuples(each, each))
    return st.one_of(each, each, each, st.tuples(*[each] * rank), st.tuples(*[each] * (rank + 1)))


def rank_class(name: str, shape: Shape) -> type[nn.Module]:
    """`Conv` of a map with two spatial axes is torch.nn.Conv2d."""
    found: type[nn.Module] = getattr(nn, f"{name}{len(shape) - 1}d")
    return found
