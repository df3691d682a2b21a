"""Tokens and merges make what the table says, where it says that they can."""

from __future__ import annotations

import torch
from against_torch import REFUSALS, Shape, maps, modest, net, refused, run
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torchvision.models.swin_transformer import ShiftedWindowAttention

from netdsl.api import check

TAILS = (
    "mean_tokens",
    "class_token -> position_embedding",
    "attention({})",
    "attention({}, bias=false)",
    "class_token -> select_token({})",
    "layernorm -> linear({}) -> gelu",
    "layer_scale -> softmax -> prelu -> drop_path(0.5)",
)


@given(maps(3), st.sampled_from(TAILS), st.integers(0, 6))
@modest
def test_tokens(shape: Shape, tail: str, number: int) -> None:
    tokens = torch.randn(2, *shape).flatten(2).transpose(1, 2)
    result = check(net(shape, f"tokens -> {tail.format(number)}"))
    expected = expected_tokens(tail.partition("(")[0], number, tokens)
    if result.ok:
        _, output = run(result, shape)
        assert result.network is not None
        assert result.network.output.shape == tuple(output.shape[1:]) == expected
    else:
        refused("tokens", result, expected, tail)


def expected_tokens(kind: str, number: int, tokens: Tensor) -> Shape | None:
    """What torch.nn's own parts make of the tokens; None where they refuse."""
    count, features = tokens.shape[1:]
    try:
        if kind == "attention":
            nn.MultiheadAttention(features, number, batch_first=True)(tokens, tokens, tokens)
        if kind == "class_token -> select_token":
            torch.cat([tokens[:, :1], tokens], dim=1)[:, number]
    except REFUSALS:
        return None
    if kind in ("mean_tokens", "class_token -> select_token"):
        return (features,)
    if kind == "layernorm -> linear":
        return (count, number) if number else None
    return (count + 1, features) if kind == "class_token -> position_embedding" else (count, features)


@st.composite
def branches(draw: st.DrawFn) -> tuple:
    """A map and what some branches make of it, in sizes that may or may not go together."""
    shape = (draw(st.integers(1, 3)), *draw(st.lists(st.integers(2, 5), min_size=1, max_size=3)))
    branch = st.one_of(
        st.just(("", shape)),
        st.just(("avgpool(global)", (shape[0], *[1] * (len(shape) - 1)))),
        st.integers(1, 3).map(lambda c: (f"conv({c}, 3, padding=1)", (c, *shape[1:]))),
        st.just(("conv(1, 1)", (1, *shape[1:]))),
        st.just(("maxpool(2)", (shape[0], *(each // 2 for each in shape[1:])))),
        st.just(("flatten", (torch.zeros(shape).numel(),))),
        st.integers(1, 3).map(lambda n: (f"flatten -> linear({n})", (n,))),
    )
    return shape, draw(st.lists(branch, min_size=2, max_size=4))


def written(merge: str, shape: Shape, steps: list[str]) -> str:
    """A merge over branches of these steps."""
    return net(shape, merge + " {", *(f"branch {{ {each} }}" for each in steps), "}")


def combined(merge: str, dim: int, values: list[Tensor]) -> Shape | None:
    """The shape that torch makes of these values, None where it refuses."""
    try:
        if merge == "concat":
            return tuple(torch.cat(values, dim=dim).shape[1:])
        if merge == "shake":
            return tuple(torch.stack(values).shape[2:])
        total = values[0]
        for value in values[1:]:
            # Torch lines up the last axes, and so would take a vector's features for a map's columns.
            if value.dim() != total.dim():
                return None
            total = total + value
        return tuple(total.shape[1:])
    except REFUSALS:
        return None


@given(branches(), st.sampled_from(["add", "multiply", "shake", "concat", "concat"]), st.integers(1, 4))
@modest
def test_merges(case: tuple, merge: str, dim: int) -> None:
    shape, parts = case
    head = f"concat(dim={dim})" if merge == "concat" else merge
    text = written(head, shape, [steps for steps, _ in parts])
    result = check(text)
    expected = combined(merge, dim, [torch.zeros(2, *size) for _, size in parts])
    if result.ok:
        _, output = run(result, shape)
        assert result.network is not None
        assert result.network.output.shape == tuple(output.shape[1:]) == expected, text
    else:
        refused(merge, result, expected, text)


@given(branches(), st.sampled_from([0, 0.5, 1]))
@modest
def test_residual(case: tuple, drop_path: float) -> None:
    shape, ((body, made), (shortcut, around), *_) = case
    text = net(shape, f"residual(drop_path={drop_path}) {{ {body} }} shortcut {{ {shortcut} }}")
    result = check(text)
    expected = combined("add", 0, [torch.zeros(2, *made), torch.zeros(2, *around)])
    if result.ok:
        _, output = run(result, shape)
        assert result.network is not None
        assert result.network.output.shape == tuple(output.shape[1:]) == expected, text
    else:
        refused("residual", result, expected, text)


KINDS = ("", ", cosine=true", ", grid=true", ", scale=0.3", ", cosine=true, scale=0.3", ", scale=0.0")


@given(maps(9), st.integers(0, 4), st.integers(0, 4), st.integers(0, 4), st.sampled_from(KINDS))
@modest
def test_window_attention(shape: Shape, heads: int, window: int, shift: int, kind: str) -> None:
    result = check(net(shape, f"window_attention({heads}, {window}, shift_size={shift}{kind})"))
    try:
        reference = ShiftedWindowAttention(shape[0], [window, window], [shift, shift], heads)
        expected = reference(torch.randn(2, *shape).movedim(1, -1)).movedim(-1, 1).shape[1:]
        possible = len(shape) == 3 and shift < window and shape[0] % heads == 0
        possible = possible and kind not in KINDS[4:] and not (shift and "grid" in kind)
    except (*REFUSALS, OverflowError):
        possible = False
    assert result.ok == possible
    if result.network is not None:
        _, output = run(result, shape)
        assert result.network.output.shape == tuple(output.shape[1:]) == tuple(expected)


@given(maps(6))
@modest
def test_patch_merge(shape: Shape) -> None:
    result = check(net(shape, "patch_merge"))
    assert result.ok == (len(shape) == 3)
    if result.network is not None:
        _, output = run(result, shape)
        assert result.network.output.shape == tuple(output.shape[1:])


@given(maps(6), st.integers(0, 6), st.integers(0, 3))
@modest
def test_shift_shortcut(shape: Shape, channels: int, stride: int) -> None:
    result = check(net(shape, f"shift_shortcut({channels}, stride={stride})"))
    possible = len(shape) == 3 and channels > 0 and channels % 2 == 0 and stride > 0
    assert result.ok == possible
    if result.network is not None:
        _, output = run(result, shape)
        assert result.network.output.shape == tuple(output.shape[1:])
