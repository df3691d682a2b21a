"""Whether the `init` statements of a checked network can be followed by torch.nn.init."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import structure as codes
from netdsl.diagnostics.diagnostic import Diagnostic, Label
from netdsl.layers.initialization import SCHEMES
from netdsl.network.nodes import Initialization, LayerNode, Node, ScopeNode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.context import Context


def check_initializations(root: ScopeNode, context: Context) -> None:
    """Report initializations that fit no parameter, or that torch.nn.init would raise on."""
    pending: list[tuple[Node, tuple[Initialization, ...]]] = [(root, ())]
    while pending:
        node, rules = pending.pop()
        if isinstance(node, ScopeNode):
            inner = (*rules, *node.initializations)
            pending.extend((each, inner) for each in node.nodes)
            continue
        assert isinstance(node, LayerNode)
        for rule in rules:
            if rule.kind == node.kind:
                check_rule(rule, node, context)


def check_rule(rule: Initialization, node: LayerNode, context: Context) -> None:
    """Report an initialization that this layer can't take."""
    parameters = dict(node.parameters)
    if parameters and not {"weight", "bias"} & parameters.keys():
        reason, label = "an `init` would start nothing", f"its parameters are {', '.join(parameters)}"
        report(f"`{rule.kind}` has no weight of its own", reason, label, rule, node, context)
        return
    shape = parameters.get(rule.parameter)
    if shape is None:
        return
    least, most = SCHEMES[rule.scheme].axes
    label = f"the {rule.parameter} is {'x'.join(map(str, shape))}"
    message = f"`{rule.scheme}` can't start this {rule.parameter}"
    groups = dict(rule.options).get("groups", 1)
    assert isinstance(groups, int)
    if len(shape) < least:
        report(message, f"it needs {least} axes or more", label, rule, node, context)
    elif len(shape) > most:
        report(message, f"it takes at most {most} axes", label, rule, node, context)
    elif shape[0] % groups:
        report(message, f"{groups} groups don't divide {shape[0]} channels", label, rule, node, context)


def report(
    message: str, reason: str, label: str, rule: Initialization, node: LayerNode, context: Context
) -> None:
    """Report an initialization and the layer that it doesn't fit."""
    context.report(Diagnostic(codes.BAD_INIT, message, rule.span, reason, (Label(node.span, label),)))
