"""Which nets of a file are checked: the first, the one that is named, or all."""

from __future__ import annotations

import os

from netdsl.checker.scope.context import Context
from netdsl.checker.scope.module import Module
from netdsl.checker.scope.values import Template
from netdsl.diagnostics.catalogue import files as file_codes
from netdsl.diagnostics.diagnostic import Diagnostic
from netdsl.diagnostics.span import Source, Span
from netdsl.diagnostics.suggest import closest


def selected(module: Module, net: str | None, every: bool, context: Context) -> list[Template]:
    """The nets to check; an unknown name, or a file without nets, is reported."""
    nets = module.nets
    if net is not None:
        chosen = [each for each in nets if each.name == net]
        if not chosen:
            meant = closest(net, [each.name for each in nets])
            context.report(
                Diagnostic(
                    file_codes.NO_SUCH_NET,
                    f"no net `{net}` in {module.source.name}",
                    file=module.source.name,
                    help=f"did you mean `{meant}`?"
                    if meant
                    else "its nets are: " + (", ".join(each.name for each in nets) or "none"),
                )
            )
        return chosen
    if every and (nets or module.own):
        return [each for each in nets if has_all_defaults(each)] or nets[:1]
    if not nets:
        context.report(no_net(module))
    return nets[:1]


def no_net(module: Module) -> Diagnostic:
    """The error of a file without a net, which may have blocks for others."""
    source = module.source
    own = [each.name for each in module.own]
    text = source.text.strip()
    use = f'`use "{os.path.basename(source.name)}"`'
    for_blocks = f"it has blocks for nets of other files, which begin with {use}"
    return Diagnostic(
        file_codes.NO_SUCH_NET,
        "file holds no net",
        beginning(source) if text else None,
        "no `net Name { ... }` anywhere" if text else "",
        file=source.name,
        help=for_blocks if own else "write net Name { input 3x32x32 ... }",
    )


def has_all_defaults(template: Template) -> bool:
    """Whether a net can be built as it stands."""
    if template.definition.base is not None:
        return True
    return all(parameter.default is not None for parameter in template.definition.parameters)


def beginning(source: Source) -> Span:
    """The beginning of a text, for findings about all of it."""
    return Span(source, 0, min(1, len(source.text)))
