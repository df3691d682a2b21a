"""A lint about `init` statements that start nothing."""

from __future__ import annotations

import re

from netdsl.diagnostics.catalogue import lint_names as codes
from netdsl.diagnostics.diagnostic import Diagnostic
from netdsl.lints.declaration import NetworkLint
from netdsl.network.nodes import LayerNode, ScopeNode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdsl.diagnostics.span import Source
    from netdsl.lints.graph import Graph
    from netdsl.lints.options import LintOptions

_INIT_OR_COMMENT = re.compile(r"\binit\s*\([^)]*\)|#.*")


def useless_inits(graph: Graph, options: LintOptions) -> Iterator[tuple[None, Diagnostic]]:
    """Those about layers that aren't there, or that have nothing to learn."""
    named: dict[Source, set[str]] = {}
    pending = [graph.network.root]
    while pending:
        scope = pending.pop()
        pending += [each for each in scope.nodes if isinstance(each, ScopeNode)]
        learns = learning(scope) if scope.initializations else {}
        for rule in scope.initializations:
            source = rule.span.source
            if rule.kind not in learns and source not in named:
                named[source] = set(re.findall(r"\w+", _INIT_OR_COMMENT.sub("", source.text)))
            # What another part of the file names, a setting may bring in.
            if learns.get(rule.kind, rule.kind in named.get(source, ())):
                continue
            reason = f"`{rule.kind}` learns nothing" if rule.kind in learns else f"no `{rule.kind}` is here"
            help_text = "name the layer whose weights it is for, or leave the line out"
            yield (
                None,
                Diagnostic(
                    codes.USELESS_INIT, "`init` that starts nothing", rule.span, reason, help=help_text
                ),
            )


def learning(scope: ScopeNode) -> dict[str, bool]:
    """The kinds of the layers within a scope, and whether any of a kind has parameters."""
    found: dict[str, bool] = {}
    for layer in layers_in(scope):
        found[layer.kind] = found.get(layer.kind, False) or bool(layer.parameters)
    return found


def layers_in(scope: ScopeNode) -> Iterator[LayerNode]:
    """All layers within a scope."""
    pending = [scope]
    while pending:
        for node in pending.pop().nodes:
            if isinstance(node, LayerNode):
                yield node
            elif isinstance(node, ScopeNode):
                pending.append(node)


LINTS = (NetworkLint(codes.USELESS_INIT, True, useless_inits, everywhere=True),)
