"""Merges, which make one value of several: `add`, `multiply`, `concat`, `shake`; `residual` is an `add`."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import shapes as codes
from netdsl.layers.arguments import Arguments
from netdsl.layers.declaration import Merge, Option
from netdsl.layers.kinds import Choice, Either, Integer, Nothing, Number
from netdsl.layers.outcome import Constructor, Outcome
from netdsl.layers.refusal import LayerError
from netdsl.layers.tensor import MAP, TOKENS, TensorType, axes_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class BranchError(LayerError):
    """Two inputs of a merge don't go together: their numbers, from 0."""

    def __init__(self, message: str, first: int, second: int, help: str | None = None) -> None:
        super().__init__(codes.SHAPES_DIFFER, message, "", help=help)
        self.first = first
        self.second = second


def need_alike(name: str, inputs: tuple[TensorType, ...]) -> None:
    """Raise `BranchError` where inputs are laid out otherwise, such as tokens beside a map."""
    first = inputs[0]
    for number, value in enumerate(inputs[1:], 1):
        if len(value.shape) != len(first.shape) or value.layout != first.layout:
            help = None
            if {first.layout, value.layout} == {MAP, TOKENS}:
                help = "`tokens` makes tokens of a map, `reshape` a map of tokens"
            raise BranchError(f"the branches of `{name}` have different axes", 0, number, help)


def broadcast(name: str, inputs: tuple[TensorType, ...]) -> TensorType:
    """The common type of values that are combined element by element; axes of size 1 stretch."""
    need_alike(name, inputs)
    common = inputs[0]
    for number, value in enumerate(inputs[1:], 1):
        first = next((i for i in range(number) if inputs[i].shape != value.shape), 0)
        shape = []
        for a, b in zip(common.shape, value.shape, strict=True):
            if a != b and 1 not in (a, b):
                raise BranchError(f"the branches of `{name}` make different shapes", first, number)
            shape.append(max(a, b))
        common = common.replace(shape=tuple(shape))
    return common


def elementwise(name: str, torch_class: str) -> Callable[[Arguments, tuple[TensorType, ...]], Outcome]:
    """The rule of a merge that combines element by element."""

    def rule(arguments: Arguments, inputs: tuple[TensorType, ...]) -> Outcome:
        return Outcome(broadcast(name, inputs), Constructor(f"netdsl.nn.{torch_class}"))

    return rule


def concat_rule(arguments: Arguments, inputs: tuple[TensorType, ...]) -> Outcome:
    """Values joined along an axis, the channels by default."""
    need_alike("concat", inputs)
    first = inputs[0]
    rank = len(first.shape)
    given = arguments.values["dim"]
    dim = given if isinstance(given, int) else (rank if first.layout == TOKENS else 1)
    if not 1 <= dim <= rank:
        raise LayerError(
            codes.SIZE_MISMATCH, "no such axis", f"{first} has {axes_of(first)}; 0 is the batch", option="dim"
        )
    axis = dim - 1
    for number, value in enumerate(inputs[1:], 1):
        rest = [size for i, size in enumerate(value.shape) if i != axis]
        if rest != [size for i, size in enumerate(first.shape) if i != axis]:
            what = "channels" if value.layout != TOKENS and axis == 0 else f"axis {dim}"
            raise BranchError(
                "the branches of `concat` make different shapes",
                0,
                number,
                f"all sizes but the {what} must agree",
            )
    total = sum(value.shape[axis] for value in inputs)
    shape = (*first.shape[:axis], total, *first.shape[axis + 1 :])
    keywords = (("dim", dim),) if dim != 1 else ()
    return Outcome(first.replace(shape=shape), Constructor("netdsl.nn.Concat", (), keywords))


def shake_rule(arguments: Arguments, inputs: tuple[TensorType, ...]) -> Outcome:
    """A random affine combination (Gastaldi 2017)."""
    need_alike("shake", inputs)
    for number, value in enumerate(inputs[1:], 1):
        if value != inputs[0]:
            raise BranchError("the branches of `shake` make different shapes", 0, number)
    keywords = tuple(
        (torch, arguments.values[name])
        for name, torch, default in (
            ("forward", "forward_mode", "shake"),
            ("backward", "backward_mode", "shake"),
            ("level", "level", "image"),
        )
        if arguments.values[name] != default
    )
    return Outcome(inputs[0], Constructor("netdsl.nn.ShakeShake", (), keywords))


MERGES = (
    Merge(
        "add",
        "Sum of its branches, or of the value and labelled ones: `add(skip)`.",
        (),
        (),
        "netdsl.nn.Add",
        "input 16x8x8\nadd {\nbranch { }\nbranch { conv(16, 3, padding=1) }\n}",
        "merge",
        ("plus", "sum", "addition", "eltwiseadd"),
        elementwise("add", "Add"),
    ),
    Merge(
        "multiply",
        "Product of its branches; with an identity branch, squeeze-and-excitation.",
        (),
        (),
        "netdsl.nn.Multiply",
        "input 16x8x8\nmultiply {\nbranch { }\nbranch { avgpool(global) -> sigmoid }\n}",
        "merge",
        ("mul", "times", "product", "gate"),
        elementwise("multiply", "Multiply"),
    ),
    Merge(
        "concat",
        "Branches joined along the channels, or another axis.",
        (
            Option(
                "dim",
                Either((Nothing(), Integer(1))),
                None,
                "the axis, 0 being the batch; channels if not given",
            ),
        ),
        (),
        "netdsl.nn.Concat",
        "input 16x8x8\nconcat {\nbranch { }\nbranch { conv(12, 3, padding=1) }\n}",
        "merge",
        ("concatenate", "cat", "join"),
        concat_rule,
    ),
    Merge(
        "shake",
        "A random affine combination of its branches in training, their mean in evaluation (Gastaldi 2017).",
        (
            Option("forward", Choice(("shake", "even")), "shake", "coefficients of the forward pass"),
            Option(
                "backward", Choice(("shake", "even", "keep")), "shake", "coefficients of the backward pass"
            ),
            Option("level", Choice(("image", "batch")), "image", "whether each image draws its own"),
        ),
        (),
        "netdsl.nn.ShakeShake",
        "input 16x8x8\nshake {\nbranch { conv(16, 3, padding=1) }\nbranch { conv(16, 3, padding=1) }\n}",
        "merge",
        ("shakeshake",),
        shake_rule,
    ),
    Merge(
        "residual",
        "Its body added to the shortcut, which is the identity if none is given; a body of nothing doubles.",
        (Option("drop_path", Number(0, 1), 0.0, "probability of dropping the body (stochastic depth)"),),
        (),
        "netdsl.nn.Add",
        "input 16x8x8\nresidual { conv(16, 3, padding=1) }",
        "merge",
        ("skip", "shortcut", "skipconnection", "identityshortcut"),
        elementwise("residual", "Add"),
    ),
)
