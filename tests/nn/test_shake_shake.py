"""Shake-Shake's coefficients, recovered from what comes out and from the gradients that come back."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from netdsl.nn import ShakeShake

IMAGES = 4000


def coefficients(module: ShakeShake, count: int = 2, images: int = IMAGES) -> tuple[Tensor, Tensor]:
    """The forward and backward weights of each input (count x images).

    The inputs are one-hot over their channels, so the output's channels are the forward weights; the
    gradient of the outputs' sum is, in each element of an input, its backward weight.
    """
    inputs = []
    for number in range(count):
        value = torch.zeros(images, count, 2, 3, dtype=torch.float64)
        value[:, number] = 1
        inputs.append(value.requires_grad_())
    output = module(*inputs)
    output.sum().backward()
    for each in (output, *(value.grad for value in inputs)):
        # One weight for all pixels of an image.
        assert torch.allclose(each, each[:, :, :1, :1].expand_as(each), rtol=0, atol=1e-15)
    gradients = torch.stack([value.grad[:, 0, 0, 0] for value in inputs])
    return output.detach()[:, :, 0, 0].T, gradients


def correlation(left: Tensor, right: Tensor) -> float:
    return float(torch.corrcoef(torch.stack([left, right]))[0, 1])


def assert_uniform(draws: Tensor) -> None:
    """Kolmogorov and Smirnov's distance from the uniform distribution, at about one false alarm in 10^5."""
    ordered = draws.sort().values
    steps = torch.arange(1, len(ordered) + 1, dtype=torch.float64) / len(ordered)
    assert (steps - ordered).abs().max() < 2.5 / len(ordered) ** 0.5


@pytest.mark.parametrize("count", [2, 3, 5])
def test_weights_sum_to_one_and_are_none_below_zero(count: int) -> None:
    for weights in coefficients(ShakeShake(), count):
        torch.testing.assert_close(weights.sum(0), torch.ones(IMAGES, dtype=torch.float64))
        assert weights.min() > -1e-12


def test_forward_and_backward_are_drawn_independently() -> None:
    ahead, back = coefficients(ShakeShake())
    assert_uniform(ahead[0])
    assert_uniform(back[0])
    assert abs(correlation(ahead[0], back[0])) < 5 / IMAGES**0.5
    # Independent, not just uncorrelated: neither do their distances from the middle go together.
    assert abs(correlation((ahead[0] - 0.5).abs(), (back[0] - 0.5).abs())) < 5 / IMAGES**0.5


@pytest.mark.parametrize("level", ["image", "batch"])
@pytest.mark.parametrize("backward_mode", ["shake", "keep", "even"])
def test_draws_are_two_of_torch_rand(level: str, backward_mode: str) -> None:
    x, y = torch.randn(2, 5, 3, 2, 2, dtype=torch.float64).unbind()
    upstream = torch.randn_like(x)
    torch.manual_seed(7)
    rows = 5 if level == "image" else 1
    a = torch.rand(rows, 1, 1, 1, dtype=torch.float64)
    b = torch.rand(rows, 1, 1, 1, dtype=torch.float64)
    b = {"shake": b, "keep": a, "even": torch.full_like(a, 0.5)}[backward_mode]
    torch.manual_seed(7)
    x.requires_grad_(), y.requires_grad_()
    output = ShakeShake("shake", backward_mode, level)(x, y)
    output.backward(upstream)
    torch.testing.assert_close(output, a * x + (1 - a) * y, rtol=0, atol=1e-15)
    assert torch.equal(x.grad, b * upstream)
    assert torch.equal(y.grad, (1 - b) * upstream)


def test_nothing_of_an_input_is_kept_for_the_backward_pass() -> None:
    inputs = [torch.randn(4, 8, 6, 6, requires_grad=True) for _ in range(3)]
    kept: list[int] = []

    def note(value: Tensor) -> Tensor:
        kept.append(value.numel())
        return value

    with torch.autograd.graph.saved_tensors_hooks(note, lambda value: value):
        ShakeShake()(*inputs)
    assert max(kept) == 4


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_draws_on_a_fine_grid(dtype: torch.dtype) -> None:
    x, y = torch.ones(20_000, dtype=dtype), torch.zeros(20_000, dtype=dtype)
    draws = ShakeShake(backward_mode="keep")(x, y)
    # Of 20,000 draws a few lie below 1/1024; drawn in bfloat16, those that do are 0.
    small = draws[draws < 2**-10]
    assert small.count_nonzero() > len(small) / 2


@pytest.mark.parametrize("mode", [True, False], ids=["train", "eval"])
def test_one_input_passes_unchanged(mode: bool) -> None:
    x = torch.randn(4, 3, requires_grad=True)
    output = ShakeShake().train(mode)(x)
    output.sum().backward()
    assert torch.equal(output, x)
    assert torch.equal(x.grad, torch.ones_like(x))


def test_images_draw_independently() -> None:
    for weights in coefficients(ShakeShake()):
        assert abs(correlation(weights[0, :-1], weights[0, 1:])) < 5 / IMAGES**0.5


def test_batch_level_draws_once_and_anew_each_time() -> None:
    module = ShakeShake(level="batch")
    rows = [coefficients(module, images=3) for _ in range(300)]
    for weights in (torch.stack([row[side] for row in rows]) for side in (0, 1)):
        assert torch.allclose(weights, weights[:, :, :1].expand_as(weights), rtol=0, atol=1e-15)
        assert_uniform(weights[:, 0, 0])
    ahead, back = (torch.stack([row[side][0, 0] for row in rows]) for side in (0, 1))
    assert abs(correlation(ahead, back)) < 5 / 300**0.5


@pytest.mark.parametrize("level", ["image", "batch"])
def test_keep_passes_back_by_the_forward_weights(level: str) -> None:
    ahead, back = coefficients(ShakeShake(backward_mode="keep", level=level))
    assert torch.equal(ahead, back)
    assert level == "batch" or ahead[0].std() > 0.2


@pytest.mark.parametrize("count", [2, 3])
def test_even_weighs_alike(count: int) -> None:
    even = torch.full((count, IMAGES), 1 / count, dtype=torch.float64)
    ahead, back = coefficients(ShakeShake("even", "shake"), count)
    torch.testing.assert_close(ahead, even)
    assert back[0].std() > 0.2
    ahead, back = coefficients(ShakeShake("shake", "even"), count)
    assert ahead[0].std() > 0.2
    torch.testing.assert_close(back, even)


def test_three_weights_are_uniform_on_the_simplex() -> None:
    for weights in coefficients(ShakeShake(), 3):
        for one in weights:
            # A coordinate of the uniform distribution on the triangle is more than t with (1 - t)^2.
            assert_uniform(1 - (1 - one) ** 2)
        # So are the ratios within the rest, whatever the first one is.
        assert_uniform(weights[1] / (weights[1] + weights[2]))
        assert abs(correlation(weights[0], weights[1]) + 0.5) < 5 / IMAGES**0.5


@pytest.mark.parametrize("count", [2, 3])
def test_evaluation_takes_the_mean(count: int) -> None:
    inputs = [torch.randn(4, 3, 2, 2, requires_grad=True) for _ in range(count)]
    output = ShakeShake().eval()(*inputs)
    torch.testing.assert_close(output, sum(inputs[1:], inputs[0]) / count)
    output.sum().backward()
    for value in inputs:
        torch.testing.assert_close(value.grad, torch.full_like(value, 1 / count))


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("count", [2, 3])
def test_keeps_the_type_of_its_inputs(dtype: torch.dtype, count: int) -> None:
    inputs = [torch.ones(2, 3, dtype=dtype) for _ in range(count)]
    for mode in (True, False):
        output = ShakeShake().train(mode)(*inputs)
        assert output.dtype == dtype
        torch.testing.assert_close(output, inputs[0], rtol=0.02, atol=0)


def test_weights_vectors_and_tokens() -> None:
    for shape in ((5,), (5, 3), (5, 3, 2), (5, 3, 2, 2, 2)):
        x = torch.randn(shape)
        torch.testing.assert_close(ShakeShake()(x, x), x)


@pytest.mark.parametrize(
    ("arguments", "wrong"), [(("keep",), "keep"), (("shake", "none"), "none"), (("even", "even", "x"), "x")]
)
def test_refuses_unknown_modes(arguments: tuple[str, ...], wrong: str) -> None:
    with pytest.raises(ValueError, match=f"'{wrong}' is none of"):
        ShakeShake(*arguments)
