"""Each module computes what its paper, or torch, says."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from netdsl.nn import (
    Add,
    ChannelLayerNorm,
    ChannelSplit,
    ClassToken,
    Concat,
    DropPath,
    LayerScale,
    MeanTokens,
    Multiply,
    PadChannels,
    Permute,
    PositionEmbedding,
    Reshape,
    Scale,
    SelectToken,
    SelfAttention,
    ShiftBatchNorm,
    ShiftShortcut,
    Tokens,
)


def test_add_and_multiply_stretch_axes_of_size_1() -> None:
    x, y, z = torch.randn(2, 3, 4, 5), torch.randn(2, 3, 1, 1), torch.randn(2, 1, 4, 5)
    assert torch.equal(Add()(x, y, z), x + y + z)
    assert torch.equal(Multiply()(y, x, z), y * x * z)
    assert Add()(y, z).shape == (2, 3, 4, 5)


def test_add_and_multiply_leave_their_inputs_alone() -> None:
    for module, neutral in ((Add(), 0), (Multiply(), 1)):
        x, y = torch.randn(2, 3), torch.full((2, 3), float(neutral))
        before = x.clone()
        assert torch.equal(module(x, y), before)
        module(x, x, x)
        assert torch.equal(x, before)
        assert torch.equal(module(x), x)


@pytest.mark.parametrize("dim", [1, 2, 3, -1])
def test_concat_joins_along_its_axis(dim: int) -> None:
    parts = torch.randn(2, 3, 4, 5), torch.randn(2, 3, 4, 5)
    assert torch.equal(Concat(dim)(*parts), torch.cat(parts, dim))


def test_concat_joins_channels_by_default() -> None:
    assert Concat()(torch.zeros(2, 3, 4), torch.zeros(2, 5, 4)).shape == (2, 8, 4)


def shortcut_pixel_by_pixel(module: ShiftShortcut, x: Tensor) -> Tensor:
    """The shortcut, written out: each output pixel from one input pixel, and from that beyond it."""
    count, _, height, width = x.shape
    step = module.stride
    rows, columns = -(-height // step), -(-width // step)
    half = module.conv1.out_channels
    result = torch.zeros(count, 2 * half, rows, columns, dtype=x.dtype)
    for row in range(rows):
        for column in range(columns):
            here = x[:, :, row * step, column * step].clamp(min=0)
            result[:, :half, row, column] = here @ module.conv1.weight[:, :, 0, 0].T
            if row * step + 1 < height and column * step + 1 < width:
                beyond = x[:, :, row * step + 1, column * step + 1].clamp(min=0)
                result[:, half:, row, column] = beyond @ module.conv2.weight[:, :, 0, 0].T
    return module.bn(result)


@pytest.mark.parametrize("size", [(8, 8), (7, 7), (5, 8), (1, 1), (1, 4)], ids=str)
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_shift_shortcut_pixel_by_pixel(size: tuple[int, int], stride: int) -> None:
    module = ShiftShortcut(3, 6, stride).double().eval()
    nn.init.uniform_(module.bn.running_mean)
    x = torch.randn(2, 3, *size, dtype=torch.float64)
    expected = shortcut_pixel_by_pixel(module, x)
    assert module(x).shape == (2, 6, -(-size[0] // stride), -(-size[1] // stride))
    torch.testing.assert_close(module(x), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("size", [(8, 8), (7, 7), (5, 8), (1, 4)], ids=str)
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_shift_shortcut_equals_pooling_of_padded_maps(
    size: tuple[int, int], stride: int, training: bool
) -> None:
    module = ShiftShortcut(3, 6, stride).double().train(training)
    reference = copy.deepcopy(module)
    x = torch.randn(2, 3, *size, dtype=torch.float64)
    h = F.relu(x)
    straight = reference.conv1(F.avg_pool2d(h, 1, stride))
    shifted = reference.conv2(F.avg_pool2d(F.pad(h, (-1, 1, -1, 1)), 1, stride))
    assert torch.equal(module(x), reference.bn(torch.cat((straight, shifted), 1)))
    for buffer, expected in zip(module.buffers(), reference.buffers(), strict=True):
        assert torch.equal(buffer, expected)


def test_shift_shortcut_refuses_odd_channels() -> None:
    with pytest.raises(ValueError, match="even, not 5"):
        ShiftShortcut(3, 5)


def test_drop_path_drops_whole_samples_and_keeps_the_mean() -> None:
    samples = 20_000
    result = DropPath(0.3).train()(torch.ones(samples, 2, 3))
    assert torch.equal(result, result[:, :1, :1].expand_as(result))
    kept = result[:, 0, 0] != 0
    torch.testing.assert_close(result[kept], torch.full_like(result[kept], 1 / 0.7))
    assert abs(kept.double().mean() - 0.7) < 5 * (0.21 / samples) ** 0.5


def test_drop_path_weighs_gradients_as_values() -> None:
    x = torch.ones(64, 3, requires_grad=True)
    result = DropPath(0.5).train()(x)
    result.sum().backward()
    assert torch.equal(x.grad, result.detach())


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16])
def test_drop_path_of_another_type(dtype: torch.dtype) -> None:
    samples, p = 200_000, 0.001
    result = DropPath(p).train()(torch.ones(samples, 1, dtype=dtype))
    assert result.dtype == dtype
    dropped = (result == 0).double().mean()
    # On bfloat16's own grid of 1/256, four times as many samples would fall below 0.001.
    assert abs(dropped - p) < 5 * (p / samples) ** 0.5


def test_drop_path_ends() -> None:
    x = torch.randn(8, 3)
    assert torch.equal(DropPath(0.0).train()(x), x)
    assert torch.equal(DropPath(1.0).train()(x), torch.zeros_like(x))
    for p in (0.0, 0.5, 1.0):
        assert torch.equal(DropPath(p).eval()(x), x)


@pytest.mark.parametrize("p", [-0.1, 1.1])
def test_drop_path_refuses_no_probability(p: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        DropPath(p)


def test_layer_scale_weighs_channels() -> None:
    module = LayerScale(3, 0.1)
    assert torch.equal(module.weight, torch.full((3,), 0.1))
    nn.init.uniform_(module.weight)
    for spatial in ((), (4,), (4, 5), (2, 4, 5)):
        x = torch.randn(2, 3, *spatial)
        expected = torch.stack([x[:, channel] * module.weight[channel] for channel in range(3)], 1)
        assert torch.equal(module(x), expected)


def test_layer_scale_weighs_features_of_tokens() -> None:
    module = LayerScale(3, channels_last=True)
    nn.init.uniform_(module.weight)
    x = torch.randn(2, 5, 3)
    assert torch.equal(module(x), torch.einsum("ntc,c->ntc", x, module.weight))


@pytest.mark.parametrize("spatial", [(), (4,), (4, 5), (2, 3, 4)], ids=str)
@pytest.mark.parametrize(("affine", "bias"), [(True, True), (True, False), (False, True)])
def test_channel_layer_norm_equals_layer_norm_of_the_last_axis(
    spatial: tuple[int, ...], affine: bool, bias: bool
) -> None:
    module = ChannelLayerNorm(6, 1e-3, affine, bias).double()
    reference = nn.LayerNorm(6, 1e-3, affine, bias=bias).double()
    for parameter in module.parameters():
        nn.init.uniform_(parameter)
    reference.load_state_dict(module.state_dict())
    x = torch.randn(2, 6, *spatial, dtype=torch.float64)
    result = module(x)
    assert result.shape == x.shape
    torch.testing.assert_close(result.movedim(1, -1), reference(x.movedim(1, -1)), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("bias", [True, False])
def test_self_attention_equals_multihead_attention(bias: bool) -> None:
    module = SelfAttention(8, 2, bias=bias)
    reference = nn.MultiheadAttention(8, 2, bias=bias, batch_first=True)
    reference.load_state_dict(module.state_dict())
    x = torch.randn(3, 5, 8)
    for mode in (True, False):
        assert torch.equal(module.train(mode)(x), reference.train(mode)(x, x, x, need_weights=False)[0])


def test_self_attention_written_out() -> None:
    module = SelfAttention(8, 2).double()
    x = torch.randn(3, 5, 8, dtype=torch.float64)
    q, k, v = F.linear(x, module.in_proj_weight, module.in_proj_bias).chunk(3, dim=-1)
    heads = []
    for part in (slice(0, 4), slice(4, 8)):
        weights = torch.softmax(q[..., part] @ k[..., part].transpose(1, 2) / 2, dim=-1)
        heads.append(weights @ v[..., part])
    expected = module.out_proj(torch.cat(heads, dim=-1))
    torch.testing.assert_close(module(x), expected, rtol=1e-12, atol=1e-12)


def test_self_attention_drops_in_training_alone() -> None:
    module = SelfAttention(8, 2, dropout=0.5)
    x = torch.randn(3, 5, 8)
    assert not torch.equal(module.train()(x), module(x))
    assert torch.equal(module.eval()(x), module(x))


def test_tokens_are_positions_row_by_row() -> None:
    x = torch.randn(2, 3, 4, 5)
    tokens = Tokens()(x)
    assert tokens.shape == (2, 20, 3)
    for row in range(4):
        for column in range(5):
            assert torch.equal(tokens[:, row * 5 + column], x[:, :, row, column])


def test_class_token_comes_first_and_is_learned() -> None:
    module = ClassToken(3)
    assert not module.token.any()
    nn.init.uniform_(module.token)
    x = torch.randn(2, 4, 3)
    result = module(x)
    assert torch.equal(result[:, 1:], x)
    assert torch.equal(result[:, 0], module.token[0].expand(2, 3))
    result.sum().backward()
    assert torch.equal(module.token.grad, torch.full((1, 1, 3), 2.0))


def test_position_embedding_adds_the_same_to_each_sample() -> None:
    module = PositionEmbedding(50, 40, std=0.1)
    assert abs(module.embedding.std() - 0.1) < 0.01
    x = torch.randn(2, 50, 40)
    assert torch.equal(module(x), x + module.embedding.expand(2, -1, -1))


def test_mean_and_select_tokens() -> None:
    x = torch.randn(2, 4, 3)
    torch.testing.assert_close(MeanTokens()(x), (x[:, 0] + x[:, 1] + x[:, 2] + x[:, 3]) / 4)
    assert torch.equal(SelectToken()(x), x[:, 0])
    assert torch.equal(SelectToken(-1)(x), x[:, 3])


def test_reshape_permute_and_split_leave_the_batch() -> None:
    x = torch.randn(2, 6, 4, 5)
    assert torch.equal(Reshape(4, 30)(x), x.view(2, 4, 30))
    assert torch.equal(Permute(2, 0, 1)(x), torch.einsum("nchw->nwch", x))
    parts = [ChannelSplit(3, index)(x) for index in range(3)]
    assert [part.shape[1] for part in parts] == [2, 2, 2]
    assert torch.equal(torch.cat(parts, 1), x)


@pytest.mark.parametrize("dims", [(1, 2), (0, 0), (0, -1)])
def test_permute_refuses_axes_that_are_not_all(dims: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="in some order"):
        Permute(*dims)


@pytest.mark.parametrize("index", [-1, 2])
def test_channel_split_refuses_a_part_that_is_not_there(index: int) -> None:
    with pytest.raises(ValueError, match=f"from 0 to 1, not {index}"):
        ChannelSplit(2, index)


def test_channel_split_refuses_unequal_parts() -> None:
    split = ChannelSplit(2, 0)
    x = torch.zeros(1, 5, 4, 4)
    with pytest.raises(ValueError, match="5 channels don't make 2 equal parts"):
        split(x)


def test_reshape_infers_one_axis() -> None:
    assert Reshape(-1, 4)(torch.zeros(2, 3, 8)).shape == (2, 6, 4)


def test_reshape_takes_a_value_that_is_not_contiguous() -> None:
    x = torch.randn(2, 4, 5)
    assert torch.equal(Reshape(20)(Permute(1, 0)(x)), x.transpose(1, 2).flatten(1))


def test_padded_channels_are_zeros_behind_the_others() -> None:
    for shape in ((2, 3), (2, 3, 4), (2, 3, 4, 5), (2, 3, 4, 5, 6)):
        x = torch.randn(shape)
        padded = PadChannels(5)(x)
        assert torch.equal(padded[:, :3], x)
        assert padded.shape[1] == 5
        assert not padded[:, 3:].any()
    with pytest.raises(ValueError, match="3 channels are more than 2"):
        PadChannels(2)(x)


@pytest.mark.parametrize(
    ("axes", "kind"), [(0, nn.BatchNorm1d), (1, nn.BatchNorm1d), (2, nn.BatchNorm2d), (3, nn.BatchNorm3d)]
)
def test_shift_batch_norm_is_batch_norm_whose_scale_stays_one(axes: int, kind: type[nn.Module]) -> None:
    module, expected = ShiftBatchNorm(3, axes, 1e-3, 0.4), kind(3, 1e-3, 0.4)
    assert [name for name, _ in module.named_parameters()] == ["bias"]
    with torch.no_grad():
        expected.bias.copy_(torch.randn(3))
        module.bias.copy_(expected.bias)
    for _ in range(2):
        x = torch.randn(4, 3, *(5 for _ in range(axes)))
        torch.testing.assert_close(module(x), expected(x))
    torch.testing.assert_close(module.norm.running_var, expected.running_var)
    torch.testing.assert_close(module.eval()(x), expected.eval()(x))


def test_shift_batch_norm_can_be_synchronised() -> None:
    module = nn.SyncBatchNorm.convert_sync_batchnorm(ShiftBatchNorm(3, 2))
    assert isinstance(module.norm, nn.SyncBatchNorm)
    assert module.bias.shape == (3,)


def test_scale_is_a_fixed_factor() -> None:
    x = torch.randn(2, 3)
    assert torch.equal(Scale(0.25)(x), x * 0.25)
