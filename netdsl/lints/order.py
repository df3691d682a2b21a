"""Lints about layers in an order that works against them."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import lint_order as codes
from netdsl.diagnostics.diagnostic import Diagnostic, Fix, Label
from netdsl.layers.tensor import VECTOR
from netdsl.lints.declaration import NetworkLint
from netdsl.lints.edits import give_option
from netdsl.lints.graph import Graph, Use, behind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdsl.lints.options import LintOptions

    Findings = Iterator[tuple[Use, Diagnostic]]

DROPOUTS = ("dropout", "alpha_dropout")
NORMS = ("bn",)
# Those of scores that are meant to be bounded are left out: tanh, sigmoid.
BENDING = (
    *("relu", "relu6", "leaky_relu", "prelu", "elu", "selu", "celu", "gelu", "silu", "mish", "hardswish"),
    *("softplus", "hardsigmoid", "hardtanh"),
)
CUTTING = ("relu", "relu6")
WEIGHTED = ("conv", "linear")


def softmax_last(graph: Graph, options: LintOptions) -> Findings:
    """A softmax that makes a result."""
    for result in graph.results:
        use = behind(result, DROPOUTS)
        if use is not None and use.kind == "softmax":
            yield (
                use,
                Diagnostic(
                    codes.SOFTMAX_LAST,
                    "softmax before a loss that has its own",
                    use.span,
                    "cross-entropy takes the scores before this",
                    help="leave it out; `netdsl predict` makes probabilities of scores",
                ),
            )


def activation_last(graph: Graph, options: LintOptions) -> Findings:
    """An activation that makes a result of what a linear layer makes."""
    for result in graph.results:
        use = behind(result, DROPOUTS)
        if use is None or use.kind not in BENDING or use.node.output.layout != VECTOR:
            continue
        layer = behind(use.source, (*DROPOUTS, *NORMS))
        if layer is not None and layer.kind == "linear":
            does = "cuts off negative scores" if use.kind in CUTTING else "bends the scores"
            yield (
                use,
                Diagnostic(
                    codes.ACTIVATION_LAST,
                    "activation after the last linear layer",
                    use.span,
                    f"{does}, which a loss takes as they are",
                    (Label(layer.span, "makes the scores"),) if layer.span != use.span else (),
                    help="leave it out, unless the outputs are no scores of classes",
                ),
            )


def nothing_between(graph: Graph, options: LintOptions) -> Findings:
    """Two layers that are linear, as is all between them."""
    for use in graph.uses:
        if not is_matrix(use):
            continue
        first = behind(use.source, (*DROPOUTS, *NORMS, "avgpool"), only_way=True)
        if first is None or not is_matrix(first) or is_cut(first, use):
            continue
        yield (
            use,
            Diagnostic(
                codes.NOTHING_BETWEEN,
                "nothing nonlinear between two layers",
                use.span,
                f"takes what `{first.kind}` makes without an activation",
                (Label(first.span, "the layer before"),) if first.span != use.span else (),
                help="put an activation such as relu between them; without one, they do no more than one",
            ),
        )


def is_matrix(use: Use) -> bool:
    """Whether a layer is a linear map of all its channels."""
    weight = use.parameter("weight")
    if use.kind not in WEIGHTED or weight is None:
        return False
    is_whole = use.kind == "linear" or weight[1] == use.given.channels
    return is_whole and not (1 in weight[2:] and max(weight[2:], default=1) > 1)


def is_cut(first: Use, second: Use) -> bool:
    """Whether two layers are one cut in two, with fewer channels between them.

    A 1x1 convolution may keep the number of channels: the first bottleneck
    of MobileNetV3-Small does.
    """
    between = first.node.output.channels
    fewest = min(first.given.channels, second.node.output.channels)
    weight = first.parameter("weight") or ()
    is_point = first.kind == "conv" and max(weight[2:]) == 1
    return between < fewest or (is_point and between == fewest)


def bias_before_norm(graph: Graph, options: LintOptions) -> Findings:
    """A bias that the batch normalization after it takes off again."""
    for use in graph.uses:
        if use.kind not in NORMS:
            continue
        layer = behind(use.source, only_way=True)
        if layer is None or layer.parameter("bias") is None:
            continue
        if layer.kind not in (*WEIGHTED, "depthwise", "conv_transpose") or layer.node.output != use.given:
            continue
        edit = give_option(layer, "bias", "false")
        yield (
            layer,
            Diagnostic(
                codes.BIAS_BEFORE_NORM,
                "bias before a batch normalization",
                layer.span,
                f"`{use.kind}` takes its bias off again",
                (Label(use.span, "the normalization"),) if use.span != layer.span else (),
                help="write bias=false",
                fix=Fix("leave the bias out", (edit,)) if edit else None,
            ),
        )


def dropout_before_norm(graph: Graph, options: LintOptions) -> Findings:
    """A batch normalization of what a dropout makes."""
    pools = ("maxpool", "avgpool", "lppool")
    for use in graph.uses:
        if use.kind not in NORMS:
            continue
        layer = behind(use.source, (*pools, *BENDING, "tanh", "sigmoid"))
        if layer is not None and layer.kind in DROPOUTS and layer.node.constructor.arguments[0] != 0:
            yield (
                use,
                Diagnostic(
                    codes.DROPOUT_BEFORE_NORM,
                    "dropout before a batch normalization",
                    use.span,
                    "keeps the variance of training, which dropout makes larger",
                    (Label(layer.span, "the dropout"),) if layer.span != use.span else (),
                    help="put the dropout after the normalization",
                ),
            )


def norm_after_activation(graph: Graph, options: LintOptions) -> Findings:
    """A batch normalization of what an activation makes."""
    for use in graph.uses:
        layer = behind(use.source) if use.kind in NORMS else None
        if layer is not None and layer.family == "activation":
            yield (
                use,
                Diagnostic(
                    codes.NORM_AFTER_ACTIVATION,
                    "batch normalization after an activation",
                    use.span,
                    f"normalizes what `{layer.kind}` makes",
                    (Label(layer.span, "the activation"),) if layer.span != use.span else (),
                    help="put it before the activation",
                ),
            )


LINTS = (
    NetworkLint(codes.SOFTMAX_LAST, True, softmax_last),
    NetworkLint(codes.ACTIVATION_LAST, True, activation_last),
    NetworkLint(codes.NOTHING_BETWEEN, True, nothing_between),
    NetworkLint(codes.BIAS_BEFORE_NORM, True, bias_before_norm, everywhere=True),
    NetworkLint(codes.DROPOUT_BEFORE_NORM, True, dropout_before_norm),
    NetworkLint(codes.NORM_AFTER_ACTIVATION, False, norm_after_activation),
)
