"""Whether a layer with `inplace=true` overwrites a value that something else still needs."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import shapes as codes
from netdsl.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from netdsl.layers.declaration import ALWAYS, NEVER, Layer
from netdsl.layers.table import BUILT_IN
from netdsl.network.nodes import LayerNode, Node, ScopeNode
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.context import Context

WRITTEN = "inplace=true"


class Memory:
    """Elements that values share: how often they were overwritten, and last by whom; who has read them since.

    `keeper` is the layer whose gradient needs them as they are.
    """

    __slots__ = ("keeper", "overwritten", "readers", "writer")

    def __init__(self, keeper: LayerNode | None = None) -> None:
        self.keeper = keeper
        self.readers: list[LayerNode] = []
        self.writer: LayerNode | None = None
        self.overwritten = 0

    def value(self) -> Value:
        """What they hold now."""
        return Value(self, self.overwritten)


class Value(Record):
    """What a memory holds between two times that it is overwritten."""

    memory: Memory
    version: int


def check_in_place(root: ScopeNode, context: Context) -> None:
    """Report layers that overwrite what another layer, or a gradient, needs."""
    result = follow(root, [Memory().value() for _ in root.input_types], context)
    report_late(result, root, context)


def follow(scope: ScopeNode, inputs: list[Value], context: Context) -> Value:
    """What a scope makes of its inputs, in the order in which its layers run."""
    values = list(inputs)
    for node in scope.nodes:
        taken = [values[number] for number in node.inputs]
        if isinstance(node, ScopeNode):
            values.append(follow(node, taken, context))
            continue
        assert isinstance(node, LayerNode)
        for value in taken:
            report_late(value, node, context)
        values.append(run(node, taken, context))
    for number, node in zip(scope.outputs, scope.output_nodes, strict=True):
        report_late(values[number], node, context)
    return values[scope.result]


def run(node: LayerNode, taken: list[Value], context: Context) -> Value:
    """What a layer makes: memory of its own, or what it was given, overwritten or as it is."""
    declaration = BUILT_IN.get(node.kind)
    layer = declaration if isinstance(declaration, Layer) else None
    memory = taken[0].memory
    if ("inplace", True) in node.constructor.keywords:
        report_needed(node, memory, context)
        memory.keeper = node if layer is not None and layer.keeps != NEVER else None
        memory.writer, memory.readers = node, []
        memory.overwritten += 1
        return memory.value()
    keeper = node if layer is not None and layer.keeps == ALWAYS else None
    if node.view or (layer is not None and layer.passes):
        memory.keeper = keeper or memory.keeper
        return taken[0]
    for value in taken:
        value.memory.readers.append(node)
    return Memory(keeper).value()


def report_needed(node: LayerNode, memory: Memory, context: Context) -> None:
    """Report a layer that overwrites what a gradient needs, or what was read before."""
    keeper = memory.keeper
    if keeper is not None:
        why = "made it as one of several views" if keeper.view else "works out its gradient from it"
        report(node, keeper, f"`{keeper.kind}` {why}", context)
    elif memory.readers:
        report(node, memory.readers[0], f"`{memory.readers[0].kind}` reads it", context)


def report_late(value: Value, reader: Node, context: Context) -> None:
    """Report a layer that has overwritten what is read after it."""
    writer = value.memory.writer
    if value.version != value.memory.overwritten and writer is not None:
        report(writer, reader, f"`{reader.kind}` reads it", context)


def report(node: LayerNode, other: Node, why: str, context: Context) -> None:
    """Report a layer that overwrites a value, and what needs that value."""
    at = node.span.text.find(WRITTEN)
    fix = None
    if at >= 0:
        start = node.span.start + at
        place = node.span.replace(start=start, end=start + len(WRITTEN))
        fix = Fix("leave the input as it is", (Edit(place, "inplace=false"),))
    context.report(
        Diagnostic(
            codes.OVERWRITTEN,
            "value overwritten that is still needed",
            node.span,
            f"overwrites what flows in; {why}",
            (Label(other.span, "needs it"),) if other.span != node.span else (),
            help="leave inplace out: it saves memory alone",
            fix=fix,
        )
    )
