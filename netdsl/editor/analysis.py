"""What the check knows of a text: findings, and the nodes that every step made.

A file with many variants takes longer to check than a person types. So the
check goes net by net: the first is enough to answer most of what is asked,
and the others follow when there is time, the lints at the end.
"""

from __future__ import annotations

import os

from netdsl.checker.check import CheckResult, check_net, look_at_unused
from netdsl.checker.chosen_nets import selected
from netdsl.checker.loading.modules import load_module
from netdsl.checker.loading.source import read_source
from netdsl.checker.scope.context import MOST_FINDINGS, Context, TooBigError
from netdsl.diagnostics.diagnostic import Diagnostic
from netdsl.diagnostics.span import Source
from netdsl.lints.config import options_for
from netdsl.lints.options import LintOptions
from netdsl.lints.run import lint, place_of
from netdsl.network.nodes import Network, Node, ScopeNode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from netdsl.checker.scope.module import Module
    from netdsl.checker.scope.values import Template
    from netdsl.syntax import tree


# Steps that are linted at once.
SMALL = 400


class Analysis:
    """A text that is being checked: `advance` until it `is_finished`.

    `findings` and `made` hold what is known so far. With `given`, one net
    is checked with these values of its parameters: `net`, or the first.
    Otherwise all are, and `net` is the one whose nodes `made` prefers. Never
    raises on a text that is wrong.
    """

    def __init__(
        self,
        source: Source,
        folder: str | None = None,
        read: Callable[[str, str], Source] = read_source,
        *,
        net: str | None = None,
        given: Mapping[str, str] | None = None,
    ) -> None:
        self.source = source
        self.folder = folder
        self.net = net
        self.given = given or {}
        self.module: Module
        self.module, self._wrong = load_module(source, folder, read)
        self.networks: dict[str, Network] = {}
        self._made: dict[str, dict[tuple[int, int], list[Node]]] = {}
        self._context = Context()
        self.pending: list[Template] = []
        self._lints: tuple[Diagnostic, ...] | None = None
        self.of_configuration: tuple[Diagnostic, ...] = ()
        # Where nothing could be read, that there is no net would only repeat it.
        if not self._wrong or self.module.nets:
            self._begin()

    def _begin(self) -> None:
        try:
            net = self.net if self.given else None
            self.pending = selected(self.module, net, not self.given, self._context)
            if not self.pending:
                look_at_unused(self.module, self._context)
        except TooBigError:
            self.pending = []

    def advance(self, focus: int | None = None) -> None:
        """Check one more net: the one that stands at the offset `focus`, or the next; then lint."""
        if not self.pending:
            if self._lints is None:
                self._lints = self._lint()
            return
        template = self.pending.pop(self._chosen(focus))
        record: list[Node] = []
        try:
            network = check_net(template, self.given, self._context, record)
            if network is not None:
                self.networks[template.name] = network
            if not self.pending and not (self.given and self.net):
                look_at_unused(self.module, self._context)
        except TooBigError:
            self.pending = []
        self._made[template.name] = self._by_place(record)

    def finish(self) -> Analysis:
        """Check all that is left; the analysis itself."""
        while not self.is_finished:
            self.advance()
        return self

    @property
    def is_unreadable(self) -> bool:
        """Whether something in the text, or in a file that it uses, could not be read."""
        return bool(self._wrong)

    @property
    def is_small(self) -> bool:
        """Whether all that is left is to lint one network of a few hundred layers."""
        steps = sum(len(nodes) for made in self._made.values() for nodes in made.values())
        return not self.pending and steps <= SMALL

    @property
    def is_finished(self) -> bool:
        """Whether every net was checked, and linted."""
        return not self.pending and self._lints is not None

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """What was found so far: in the configuration of lints, then in the order of the text."""
        return (*self.of_configuration, *self.result.diagnostics)

    @property
    def result(self) -> CheckResult:
        """The networks and findings so far, as a check has them; of one place and kind, the first."""
        made = [self.networks[each.name] for each in self.module.nets if each.name in self.networks]
        found: dict[object, Diagnostic] = {}
        for each in (*self._wrong[:MOST_FINDINGS], *self._context.diagnostics, *(self._lints or ())):
            found.setdefault((each.code.id, each.span, each.message), each)
        ordered = sorted(found.values(), key=lambda each: place_of(each, self.source))
        is_cut = self._context.is_cut or len(self._wrong) >= MOST_FINDINGS
        if self._lints:
            is_cut, ordered = len(ordered) > MOST_FINDINGS, ordered[:MOST_FINDINGS]
        return CheckResult(tuple(made), tuple(ordered), is_cut)

    def made(self, start: int, end: int) -> tuple[Node, ...]:
        """The nodes that a step made, in running order: in `net`, or in the first net that runs it."""
        for template in sorted(self.module.nets, key=lambda each: each.name != self.net):
            nodes = self._made.get(template.name, {}).get((start, end))
            if nodes:
                return tuple(nodes)
        return ()

    def uses(self, step: tree.Step) -> tuple[Node, ...]:
        """What a step made, each time that it ran: a merge is one, whatever it is made of."""
        nodes = self.made(step.span.start, step.span.end)
        if step.body is not None:
            # A labelled merge is a scope around the layer that merges.
            scopes = tuple(each for each in nodes if isinstance(each, ScopeNode))
            return scopes or tuple(each for each in nodes if each.kind != "drop_path")
        return nodes

    def settings(self, name: str) -> dict[str, str]:
        """The values of a net's parameters, where it could be built."""
        network = self.networks.get(name)
        return dict(network.settings) if network is not None else {}

    def _lint(self) -> tuple[Diagnostic, ...]:
        """What the lints say of networks without errors, by the configuration of the file's folder."""
        options = LintOptions()
        if self.folder is not None:
            path = os.path.join(self.folder, os.path.basename(self.source.name))
            options, wrong = options_for(path)
            self.of_configuration = tuple(wrong)
        result = self.result
        if not result.ok:
            return ()
        return tuple(lint(self.module, result.networks, options, is_whole=not self.given))

    def _chosen(self, focus: int | None) -> int:
        if focus is not None:
            for index, template in enumerate(self.pending):
                definition = template.definition
                end = definition.body.span.end if definition.body is not None else definition.span.end
                if definition.span.start <= focus <= end:
                    return index
        return 0

    def _by_place(self, record: Sequence[Node]) -> dict[tuple[int, int], list[Node]]:
        """The nodes of this text by the place of their step."""
        found: dict[tuple[int, int], list[Node]] = {}
        for node in record:
            if node.span.source is self.source:
                found.setdefault((node.span.start, node.span.end), []).append(node)
        return found
