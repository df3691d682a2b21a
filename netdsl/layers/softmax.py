"""`softmax` and `log_softmax`: probabilities over one axis."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import shapes as codes
from netdsl.layers.arguments import Arguments
from netdsl.layers.declaration import ALWAYS, Layer, Option
from netdsl.layers.kinds import LARGEST, Either, Integer, Nothing
from netdsl.layers.outcome import Constructor, Outcome
from netdsl.layers.refusal import LayerError
from netdsl.layers.tensor import TOKENS, TensorType, axes_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def softmax(torch_class: str) -> Callable[[Arguments, TensorType], Outcome]:
    """The rule of a normalized exponential over one axis."""

    def rule(arguments: Arguments, value: TensorType) -> Outcome:
        dim = arguments.values["dim"]
        if not isinstance(dim, int):
            dim = len(value.shape) if value.layout == TOKENS else 1
        if not (1 <= dim <= len(value.shape) or -len(value.shape) <= dim <= -1):
            raise LayerError(
                codes.SIZE_MISMATCH,
                "no such axis",
                f"{value} has {axes_of(value)}; 0 is the batch",
                option="dim",
            )
        return Outcome(value, Constructor(f"torch.nn.{torch_class}", (), (("dim", dim),)), mixes=True)

    return rule


DIM = Option(
    "dim",
    Either((Nothing(), Integer(-LARGEST))),
    None,
    "the axis, 0 being the batch; the channels if not given",
)
LAYERS = (
    Layer(
        "softmax",
        "Probabilities over an axis. Not before a cross-entropy loss, which applies it itself.",
        (DIM,),
        (),
        "torch.nn.Softmax",
        "input 10\nsoftmax",
        "activation",
        (),
        softmax("Softmax"),
        keeps=ALWAYS,
    ),
    Layer(
        "log_softmax",
        "Logarithms of the softmax probabilities.",
        (DIM,),
        (),
        "torch.nn.LogSoftmax",
        "input 10\nlog_softmax",
        "activation",
        ("logsoftmax",),
        softmax("LogSoftmax"),
        keeps=ALWAYS,
    ),
)
