"""Builds the nodes of a scope: names them, numbers their values, follows what they see."""

from __future__ import annotations

from netdsl.checker.scope.view import View, advance, merge_views
from netdsl.diagnostics.catalogue import names as codes
from netdsl.diagnostics.catalogue import shapes as shape_codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Label
from netdsl.diagnostics.span import Span
from netdsl.layers.arguments import Arguments
from netdsl.layers.outcome import Outcome
from netdsl.layers.tensor import TensorType
from netdsl.network.nodes import Initialization, LayerNode, Node, ScopeNode
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST_TENSOR = 2**40


class Change(Record):
    """A step that made one type of another."""

    span: Span
    before: TensorType | None
    after: TensorType

    @property
    def text(self) -> str:
        """What happened there."""
        return (
            f"the input is {self.after}" if self.before is None else f"{self.before} became {self.after} here"
        )


class Flow(Record):
    """A value on its way: which one of its builder's it is, its type, and who made it so.

    `type` is None where a mistake further up makes it unknown. `resized`,
    `widened` and `laid_out` are the last steps that changed its spatial
    size, its channels and its layout.
    """

    builder: ScopeBuilder
    value: int
    type: TensorType | None
    made: Span
    view: View
    resized: Change | None = None
    widened: Change | None = None
    laid_out: Change | None = None


def unknown_flow(builder: ScopeBuilder, span: Span) -> Flow:
    """A value that flows into a scope, and of which nothing is known."""
    return Flow(builder, -1, None, span, View((), ()))


class ScopeBuilder:
    """A scope that is being built. Inputs are the values -1, -2, ...; nodes are 0, 1, ...

    `record` is given every node of this scope and of those inside it as soon
    as it is there, so that what was made before a mistake is known too.
    """

    def __init__(self, parent: ScopeBuilder | None = None, record: list[Node] | None = None) -> None:
        self.parent = parent
        self.record: list[Node] | None = parent.record if parent is not None else record
        self.inputs: list[Flow] = []
        self.nodes: list[Node] = []
        self.initializations: list[Initialization] = []
        self.outputs: list[int] = []
        self._named: dict[str, Span] = {}
        self._counts: dict[str, int] = {}

    def take_input(self, flow: Flow) -> Flow:
        """Add an input that an outer value flows into; the value inside."""
        self.inputs.append(flow)
        return flow.replace(builder=self, value=-len(self.inputs))

    def local(self, flow: Flow) -> int:
        """The number of a value in this scope; an outer value becomes one more input."""
        if flow.builder is self:
            return flow.value
        for number, known in enumerate(self.inputs):
            if known.builder is flow.builder and known.value == flow.value:
                return -number - 1
        return self.take_input(flow).value

    def name(self, kind: str, label: str | None, span: Span) -> str:
        """A free name: the label, or the kind and its count. Raises `DiagnosticError` on a taken label."""
        if label is not None:
            if label in self._named:
                raise DiagnosticError(
                    Diagnostic(
                        codes.DUPLICATE_NAME,
                        f"`{label}` is the name of two steps",
                        span,
                        "named again here",
                        (Label(self._named[label], f"`{label}` is this step"),),
                    )
                )
            self._named[label] = span
            return label
        while True:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            name = f"{kind}{self._counts[kind]}"
            if name not in self._named:
                self._named[name] = span
                return name

    def named(self, name: str) -> Span | None:
        """The step of this scope that has a name."""
        return self._named.get(name)

    def add_layer(
        self,
        name: str,
        kind: str,
        span: Span,
        inputs: Sequence[Flow],
        outcome: Outcome,
        arguments: Arguments,
        input_size: tuple[int, ...],
    ) -> Flow:
        """A layer or merge; the value it makes. Raises `DiagnosticError` where that is too large to exist."""
        check_size(outcome, span)
        view = _view_behind(inputs, outcome, input_size)
        node = LayerNode(
            name,
            kind,
            span,
            tuple(self.local(flow) for flow in inputs),
            outcome.output,
            outcome.constructor,
            outcome.parameters,
            outcome.multiply_adds,
            tuple(round(each) for each in view.size),
            outcome.view,
            arguments,
        )
        return self._add(node, inputs[0], outcome.output, span, view)

    def add_scope(
        self,
        name: str,
        kind: str,
        span: Span,
        inner: ScopeBuilder,
        result: Flow,
        definition: str,
        doc: str = "",
    ) -> Flow:
        """A finished scope inside this one; the value it makes."""
        assert result.type is not None
        count = len(inner.inputs)
        node = ScopeNode(
            name,
            kind,
            span,
            tuple(self.local(flow) for flow in inner.inputs),
            result.type,
            definition,
            tuple(flow.type for flow in inner.inputs if flow.type is not None),
            tuple(renumbered(each, count) for each in inner.nodes),
            renumber(inner.local(result), count),
            tuple(inner.initializations),
            doc,
            tuple(renumber(value, count) for value in inner.outputs),
        )
        self._keep(node)
        return result.replace(builder=self, value=len(self.nodes) - 1)

    def _keep(self, node: Node) -> None:
        self.nodes.append(node)
        if self.record is not None:
            self.record.append(node)

    def _add(self, node: Node, flow: Flow, output: TensorType, span: Span, view: View) -> Flow:
        self._keep(node)
        before = flow.type
        assert before is not None
        change = Change(span, before, output)
        return Flow(
            self,
            len(self.nodes) - 1,
            output,
            span,
            view,
            flow.resized if output.spatial == before.spatial else change,
            flow.widened if output.channels == before.channels else change,
            flow.laid_out if _is_laid_out_alike(before, output) else change,
        )


def _is_laid_out_alike(before: TensorType, after: TensorType) -> bool:
    return before.layout == after.layout and len(before.shape) == len(after.shape)


def _view_behind(inputs: Sequence[Flow], outcome: Outcome, input_size: tuple[int, ...]) -> View:
    """What a position sees of what a layer or a merge makes."""
    first = inputs[0]
    assert first.type is not None
    if len(inputs) == 1:
        return advance(first.view, outcome, first.type, input_size)
    types = [flow.type for flow in inputs if flow.type is not None]
    return merge_views([flow.view for flow in inputs], types, outcome.output)


def renumber(value: int, inputs: int) -> int:
    """From the builder's numbers to the network's, where nodes follow the inputs."""
    return -value - 1 if value < 0 else value + inputs


def renumbered(node: Node, inputs: int) -> Node:
    """The node with the network's numbers."""
    return node.replace(inputs=tuple(renumber(value, inputs) for value in node.inputs))


def check_size(outcome: Outcome, span: Span) -> None:
    """Raise `DiagnosticError` where a tensor would be larger than any memory."""
    sizes = [(outcome.output.size, f"its output {outcome.output}")]
    for name, shape in outcome.parameters:
        total = 1
        for each in shape:
            total *= each
        sizes.append((total, f"its {name} {'x'.join(map(str, shape))}"))
    for size, what in sizes:
        if size > LARGEST_TENSOR:
            raise DiagnosticError(
                Diagnostic(
                    shape_codes.TOO_LARGE,
                    "tensor too large to exist",
                    span,
                    f"{what} has {size:,} elements",
                    help="is a size multiplied where it should be divided?",
                )
            )
