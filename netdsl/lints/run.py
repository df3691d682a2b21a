"""Checks a text and runs the lints over what comes out."""

from __future__ import annotations

from netdsl.checker import CheckResult, check_source, load_module
from netdsl.diagnostics.catalogue import lint_names
from netdsl.diagnostics.diagnostic import Diagnostic, Label
from netdsl.lints.allow import Allow, allows, useless
from netdsl.lints.graph import Graph
from netdsl.lints.options import LintOptions
from netdsl.lints.table import FILE_LINTS, NETWORK_LINTS, code_of, wanted
from netdsl.lints.walk import end_of, used_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netdsl.checker.scope.module import Module
    from netdsl.diagnostics.span import Source, Span
    from netdsl.lints.declaration import NetworkLint
    from netdsl.network.nodes import Network
    from netdsl.syntax.tree import File

# What a check tells at most, and what is looked at before the comments take some of it away.
MOST_FINDINGS = 50
MOST_LOOKED_AT = 1_000
# At the end of a net that another one uses as a layer, anything may stand.
ABOUT_ENDS = ("W501", "W502")


class Found:
    """A finding with the numbers of the networks that have it."""

    __slots__ = ("diagnostic", "networks")

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic
        self.networks: list[int] = []


def lint_source(
    source: Source,
    net: str | None = None,
    settings: Mapping[str, str] | None = None,
    folder: str | None = None,
    *,
    every: bool = False,
    options: LintOptions | None = None,
) -> CheckResult:
    """Check a text as `check_source` does; where there is no error, the lints' findings too."""
    loaded = load_module(source, folder)
    result = check_source(source, net, settings, folder, every=every, loaded=loaded)
    if not result.ok:
        return result
    module = loaded[0]
    is_whole = not settings and (every or len(module.nets) == 1)
    found = lint(module, result.networks, options or LintOptions(), is_whole=is_whole)
    merged = sorted((*result.diagnostics, *found), key=lambda each: place_of(each, source))
    return CheckResult(result.networks, tuple(merged[:MOST_FINDINGS]), len(merged) > MOST_FINDINGS)


def place_of(diagnostic: Diagnostic, source: Source) -> tuple[bool, bool, int]:
    """Where a finding stands in the order of a file; those of other files come last."""
    span = diagnostic.span
    return (span is None, span is None or span.source is not source, span.start if span else 0)


def lint(
    module: Module, networks: Sequence[Network], options: LintOptions, *, is_whole: bool
) -> list[Diagnostic]:
    """The findings about a file and its networks; `is_whole` where these are all its nets, as they stand."""
    active = wanted(options)
    found = [Found(each) for lint in FILE_LINTS if lint.code.id in active for each in lint.find(module)]
    graphs = [Graph(network) for network in networks]
    layers = used_as_layers(module)
    for lint in NETWORK_LINTS:
        if lint.code.id in active and (is_whole or not lint.everywhere):
            found += of_networks(lint, graphs, options, layers)
    del found[MOST_LOOKED_AT:]
    allowed = [each for file in files_of(module) for each in allows(file)][:MOST_LOOKED_AT]
    kept: list[Diagnostic] = []
    for each in found:
        numbers = left(each, networks, allowed)
        if numbers is not None:
            kept.append(named(each.diagnostic, numbers, networks, module))
    if is_whole and lint_names.USELESS_ALLOW.id in active and len(found) < MOST_LOOKED_AT:
        kept += useless([each for each in allowed if each.span.source is module.source], active)
    levels = {code_of(word) or word: severity for word, severity in options.severities}
    return [each.replace(level=levels.get(each.code.id)) for each in kept]


def used_as_layers(module: Module) -> set[str]:
    """The names that stand in braces and defaults: a net of such a name is a part of another."""
    definitions = module.file.definitions
    variants = [each.base.arguments for each in definitions if each.base is not None]
    return used_names(*((each.body, each.parameters) for each in definitions), *variants)


def files_of(module: Module) -> list[File]:
    """The file and all that it uses."""
    seen = {id(module): module}
    pending = [module]
    while pending:
        for _, used in pending.pop().used:
            if id(used) not in seen:
                seen[id(used)] = used
                pending.append(used)
    return [each.file for each in seen.values()]


def of_networks(
    lint: NetworkLint, graphs: Sequence[Graph], options: LintOptions, layers: set[str]
) -> list[Found]:
    """What a lint finds, each place once, with the networks that it is found in."""
    found: dict[Span, Found] = {}
    times: dict[Span, int] = {}
    labels: dict[Span, set[str]] = {}
    for number, graph in enumerate(graphs):
        if lint.code.id in ABOUT_ENDS and graph.network.name in layers:
            continue
        for _, diagnostic in lint.find(graph, options):
            span = diagnostic.span
            assert span is not None
            known = found.setdefault(span, Found(diagnostic))
            if known.networks[-1:] != [number]:
                known.networks.append(number)
            times[span] = times.get(span, 0) + 1
            labels.setdefault(span, set()).add(diagnostic.label)
    if not lint.everywhere:
        return list(found.values())
    made: dict[Span, int] = {}
    for graph in graphs:
        for span in (*(use.span for use in graph.uses), *graph.inits):
            made[span] = made.get(span, 0) + 1
    return [each for span, each in found.items() if times[span] == made[span] and len(labels[span]) == 1]


def left(found: Found, networks: Sequence[Network], allowed: list[Allow]) -> list[int] | None:
    """The networks in which comments leave a finding; None where they allow it there, or for all of them."""
    diagnostic = found.diagnostic
    covering = [each for each in allowed if each.covers(diagnostic)]
    is_allowed = bool(covering)
    remaining: list[int] = []
    for number in found.networks if not is_allowed else ():
        here = [each for each in allowed if each.is_about(networks[number], diagnostic)]
        covering += here
        if not here:
            remaining.append(number)
    for each in covering:
        each.is_used = True
    return None if is_allowed or (found.networks and not remaining) else remaining


def named(
    diagnostic: Diagnostic, numbers: list[int], networks: Sequence[Network], module: Module
) -> Diagnostic:
    """The finding with the net that has it, where it stands neither in it nor is the first's."""
    if not numbers or numbers[0] == 0 or diagnostic.span is None:
        return diagnostic
    span = networks[numbers[0]].root.span
    definition = next((each for each in module.file.definitions if each.span == span), None)
    if definition is None or diagnostic.span.is_inside(span.replace(end=end_of(definition))):
        return diagnostic
    return diagnostic.replace(labels=(*diagnostic.labels, Label(span, "in this net")))
