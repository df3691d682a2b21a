"""What holds for every class: it travels, compiles without a break, exports, and needs torch alone."""

from __future__ import annotations

import copy
import inspect
import io
import pickle

import pytest
import torch
from torch import Tensor, nn

import netdsl.nn
from netdsl.nn import (
    Add,
    ChannelLayerNorm,
    ChannelSplit,
    ClassToken,
    Concat,
    DropPath,
    Graph,
    LayerScale,
    LocalResponseNorm3d,
    MeanTokens,
    Multiply,
    PadChannels,
    PatchMerge,
    Permute,
    PositionEmbedding,
    Reshape,
    Scale,
    SelectToken,
    SelfAttention,
    ShakeShake,
    ShiftBatchNorm,
    ShiftShortcut,
    Tokens,
    WindowAttention,
)

MAP, TOKENS = (2, 4, 6, 6), (2, 5, 8)
WIRING = [("conv", (0,), 2), ("shake", (2, 1), 1), ("add", (1, 0), 0)]


def graph() -> Graph:
    return Graph({"conv": nn.Conv2d(4, 4, 1), "shake": ShakeShake(), "add": Add()}, WIRING)


# A module of each class, and the shapes that it takes.
CASES = {
    "Add": (Add(), MAP, MAP, MAP),
    "ChannelLayerNorm": (ChannelLayerNorm(4), MAP),
    "ChannelSplit": (ChannelSplit(2, 1), MAP),
    "ClassToken": (ClassToken(8), TOKENS),
    "Concat": (Concat(), MAP, MAP),
    "DropPath": (DropPath(0.5), MAP),
    "Graph": (graph(), MAP, MAP),
    "LayerScale": (LayerScale(4), MAP),
    "LayerScale of tokens": (LayerScale(8, channels_last=True), TOKENS),
    "LocalResponseNorm3d": (LocalResponseNorm3d(3), (2, 4, 3, 5, 6)),
    "MeanTokens": (MeanTokens(), TOKENS),
    "Multiply": (Multiply(), MAP, MAP),
    "PadChannels": (PadChannels(7), MAP),
    "PatchMerge": (PatchMerge(), MAP),
    "Permute": (Permute(2, 0, 1), MAP),
    "PositionEmbedding": (PositionEmbedding(5, 8), TOKENS),
    "Reshape": (Reshape(2, 72), MAP),
    "Scale": (Scale(0.5), MAP),
    "SelectToken": (SelectToken(), TOKENS),
    "SelfAttention": (SelfAttention(8, 2, dropout=0.1), TOKENS),
    "ShakeShake": (ShakeShake(), MAP, MAP),
    "ShakeShake of three": (ShakeShake(level="batch"), MAP, MAP, MAP),
    "ShakeShake even": (ShakeShake("even", "keep"), MAP, MAP),
    "ShiftBatchNorm": (ShiftBatchNorm(4, 2), MAP),
    "ShiftShortcut": (ShiftShortcut(4, 6, 2), MAP),
    "Tokens": (Tokens(), MAP),
    "WindowAttention": (WindowAttention(4, 2, 3), MAP),
    "WindowAttention shifted": (WindowAttention(4, 2, (3, 4), (1, 2), dropout=0.1), MAP),
    "WindowAttention of a grid": (WindowAttention(4, 2, 3, grid=True, scale=0.3), MAP),
    "WindowAttention of cosines": (WindowAttention(4, 2, 3, 1, cosine=True), MAP),
}
cases = pytest.mark.parametrize("name", CASES)


def case(name: str) -> tuple[nn.Module, list[Tensor]]:
    module, *shapes = CASES[name]
    return copy.deepcopy(module), [torch.randn(shape) for shape in shapes]


def test_every_class_has_a_case() -> None:
    assert {name.partition(" ")[0] for name in CASES} == set(netdsl.nn.__all__)


@cases
def test_pickles_and_copies(name: str) -> None:
    module, inputs = case(name)
    module.eval()
    expected = module(*inputs)
    saved = io.BytesIO()
    torch.save(module, saved)
    saved.seek(0)
    copies = (
        pickle.loads(pickle.dumps(module)),
        copy.deepcopy(module),
        torch.load(saved, weights_only=False),
    )
    for each in copies:
        assert type(each) is type(module)
        assert repr(each) == repr(module)
        assert torch.equal(each(*inputs), expected)


@cases
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_compiles_in_one_graph(name: str, training: bool) -> None:
    # A value that the host must wait for breaks the graph, so this also shows that none is waited for.
    module, inputs = case(name)
    module.train(training)
    before = copy.deepcopy(module)
    compiled = torch.compile(module, fullgraph=True, backend="aot_eager")
    inputs = [value.requires_grad_() for value in inputs]
    torch.manual_seed(1)
    result = compiled(*inputs)
    result.square().sum().backward()
    gradients = [value.grad.clone() for value in inputs]
    for value in inputs:
        value.grad = None
    torch.manual_seed(1)
    expected = before(*inputs)
    expected.square().sum().backward()
    torch.testing.assert_close(result, expected)
    for value, gradient in zip(inputs, gradients, strict=True):
        torch.testing.assert_close(gradient, value.grad)


@cases
def test_exports_with_a_free_batch(name: str) -> None:
    module, inputs = case(name)
    module.eval()
    batch = torch.export.Dim("batch")
    takes_any_number = "others" in inspect.signature(module.forward).parameters
    variadic = any(p.kind is p.VAR_POSITIONAL for p in inspect.signature(module.forward).parameters.values())
    free = {0: batch}
    shapes: tuple[object, ...] = (tuple(free for _ in inputs),)
    if takes_any_number:
        shapes = (free, tuple(free for _ in inputs[1:]))
    elif not variadic:
        shapes = (free,)
    program = torch.export.export(module, tuple(inputs), dynamic_shapes=shapes)
    more = [torch.cat([value, value[:1]]) for value in inputs]
    torch.testing.assert_close(program.module()(*more), module(*more))


@cases
def test_moves_to_another_type_and_device(name: str) -> None:
    module, inputs = case(name)
    module.double()
    assert module.train()(*[value.double() for value in inputs]).dtype == torch.float64
    module.to("meta")
    output = module(*[value.double().to("meta") for value in inputs])
    assert output.device.type == "meta"


@cases
def test_double_precision_is_as_exact(name: str) -> None:
    module, inputs = case(name)
    module.double().eval()
    exact = module(*[value.double() for value in inputs])
    torch.testing.assert_close(module.float()(*inputs), exact.float(), rtol=1e-4, atol=1e-5)


# How many numbers each learns; the others learn none.
PARAMETERS = {
    "ChannelLayerNorm": 2 * 4,
    "ClassToken": 8,
    "Graph": 4 * 4 + 4,
    "LayerScale": 4,
    "LayerScale of tokens": 8,
    "PositionEmbedding": 5 * 8,
    "SelfAttention": 3 * (8 * 8 + 8) + 8 * 8 + 8,
    "ShiftBatchNorm": 4,
    "ShiftShortcut": 4 * 6 + 2 * 6,
    "WindowAttention": 5 * 5 * 2 + 3 * (4 * 4 + 4) + 4 * 4 + 4,
    "WindowAttention shifted": 5 * 7 * 2 + 3 * (4 * 4 + 4) + 4 * 4 + 4,
    "WindowAttention of a grid": 5 * 5 * 2 + 3 * (4 * 4 + 4) + 4 * 4 + 4,
    "WindowAttention of cosines": 2 + 3 * (4 * 4 + 4) + 4 * 4 + 4 + 512 * 3 + 512 * 2,
}


@cases
def test_counts_of_parameters(name: str) -> None:
    module, _ = case(name)
    assert sum(parameter.numel() for parameter in module.parameters()) == PARAMETERS.get(name, 0)


SHOWN = {
    "ChannelLayerNorm": "4, eps=1e-05, elementwise_affine=True, bias=True",
    "ChannelSplit": "parts=2, index=1",
    "ClassToken": "8",
    "Concat": "dim=1",
    "DropPath": "p=0.5",
    "LayerScale": "4, channels_last=False",
    "LayerScale of tokens": "8, channels_last=True",
    "LocalResponseNorm3d": "3, alpha=0.0001, beta=0.75, k=1.0",
    "PadChannels": "7",
    "Permute": "2, 0, 1",
    "PositionEmbedding": "5, 8",
    "Reshape": "2, 72",
    "Scale": "0.5",
    "SelectToken": "index=0",
    "SelfAttention": "8, 2, dropout=0.1",
    "ShakeShake": "forward_mode='shake', backward_mode='shake', level='image'",
    "ShakeShake of three": "forward_mode='shake', backward_mode='shake', level='batch'",
    "ShakeShake even": "forward_mode='even', backward_mode='keep', level='image'",
    "ShiftShortcut": "stride=2",
    "WindowAttention": "4, 2, (3, 3), (0, 0), dropout=0.0",
    "WindowAttention shifted": "4, 2, (3, 4), (1, 2), dropout=0.1",
    "WindowAttention of a grid": "4, 2, (3, 3), (0, 0), dropout=0.0, grid=True",
    "WindowAttention of cosines": "4, 2, (3, 3), (1, 1), dropout=0.0, cosine=True",
}


@cases
def test_shows_its_options(name: str) -> None:
    module, _ = case(name)
    if name != "Graph":
        assert module.extra_repr() == SHOWN.get(name, "")


@cases
def test_same_seed_same_draws(name: str) -> None:
    module, inputs = case(name)
    results = []
    for _ in range(2):
        torch.manual_seed(5)
        results.append(copy.deepcopy(module).train()(*inputs))
    assert torch.equal(*results)


@pytest.mark.parametrize("name", netdsl.nn.__all__)
def test_source_needs_torch_alone(name: str) -> None:
    """`export --standalone` copies the source of a class after these imports."""
    head = "\n".join(
        [
            "from __future__ import annotations",
            "from collections.abc import Mapping, Sequence",
            "import torch",
            "import torch.nn.functional as F",
            "from torch import Tensor, nn",
        ]
    )
    source = inspect.getsource(getattr(netdsl.nn, name))
    assert "netdsl" not in source
    space: dict[str, object] = {"__name__": "copied"}
    exec(compile(f"{head}\n\n\n{source}", "copied.py", "exec"), space)
    module, inputs = case(name)
    arguments = {
        "ChannelLayerNorm": (4,), "ChannelSplit": (2, 1), "ClassToken": (8,), "DropPath": (0.5,),
        "LayerScale": (4,), "LocalResponseNorm3d": (3,), "PadChannels": (7,), "Permute": (2, 0, 1),
        "PositionEmbedding": (5, 8), "Reshape": (2, 72), "Scale": (0.5,), "SelfAttention": (8, 2),
        "ShiftBatchNorm": (4, 2), "ShiftShortcut": (4, 6, 2), "WindowAttention": (4, 2, 3),
    }  # fmt: skip
    made = space[name]
    assert isinstance(made, type)
    if name == "Graph":
        copied = made({"conv": nn.Conv2d(4, 4, 1), "shake": ShakeShake(), "add": Add()}, WIRING)
    else:
        copied = made(*arguments.get(name, ()))
    copied.load_state_dict(module.state_dict())
    assert torch.equal(copied.eval()(*inputs), module.eval()(*inputs))
