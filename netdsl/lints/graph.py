"""The layers of a network with those before and after them, whatever scopes they stand in."""

from __future__ import annotations

from netdsl.layers.table import BUILT_IN
from netdsl.network.nodes import LayerNode, Network, ScopeNode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from netdsl.diagnostics.span import Span
    from netdsl.layers.tensor import TensorType


class Use:
    """A layer: what flows into it (None for the network's input), and the layers that take what it makes.

    `is_result` where the network, or one of its further outputs, gives that out.
    """

    __slots__ = ("given", "inputs", "is_result", "name", "node", "takers")

    def __init__(self, name: str, node: LayerNode, inputs: list[Use | None], given: TensorType) -> None:
        self.name = name
        self.node = node
        self.inputs = inputs
        self.given = given
        self.takers: list[Use] = []
        self.is_result = False

    @property
    def kind(self) -> str:
        """The layer's name in the table."""
        return self.node.kind

    @property
    def span(self) -> Span:
        """The step that makes it."""
        return self.node.span

    @property
    def family(self) -> str:
        """The family of layers that it is of; of an installed one, none."""
        declaration = BUILT_IN.get(self.kind)
        return declaration.family if declaration is not None else ""

    @property
    def source(self) -> Use | None:
        """The layer whose value flows in first."""
        return self.inputs[0]

    @property
    def has_one_taker(self) -> bool:
        """Whether what it makes goes one way alone."""
        return len(self.takers) + self.is_result == 1

    @property
    def passes(self) -> bool:
        """Whether each value that it makes is one that flows in: a view, or nothing at all."""
        return self.node.view or self.kind == "identity"

    def parameter(self, name: str) -> tuple[int, ...] | None:
        """The shape of a learned tensor, if it has one of this name."""
        return dict(self.node.parameters).get(name)


class Graph:
    """A network's layers in running order; `results` are those that make what it gives out."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.uses: list[Use] = []
        self.results: list[Use] = []
        # Where the `init` statements of its scopes stand, each as often as there are such scopes.
        self.inits: list[Span] = []
        made = self._collect(network.root, "", [(None, network.input)])
        for use in (made, *self._further):
            if use is not None and use not in self.results:
                use.is_result = True
                self.results.append(use)

    def _collect(
        self, scope: ScopeNode, prefix: str, given: list[tuple[Use | None, TensorType]]
    ) -> Use | None:
        """Add a scope's layers; the one that makes its result."""
        values = list(given)
        self.inits += [each.span for each in scope.initializations]
        for node in scope.nodes:
            inputs = [values[number] for number in node.inputs]
            if isinstance(node, ScopeNode):
                values.append((self._collect(node, f"{prefix}{node.name}.", inputs), node.output))
                continue
            assert isinstance(node, LayerNode)
            use = Use(prefix + node.name, node, [each for each, _ in inputs], inputs[0][1])
            for each in use.inputs:
                if each is not None:
                    each.takers.append(use)
            self.uses.append(use)
            values.append((use, node.output))
        if scope is self.network.root:
            self._further = [values[number][0] for number in scope.outputs]
        return values[scope.result][0]


def behind(use: Use | None, kinds: Collection[str] = (), *, only_way: bool = False) -> Use | None:
    """The first layer from here upwards that does something: no view, no `identity`, none of `kinds`.

    With `only_way`, None where one on the way, or the layer itself, has its
    value taken by another too.
    """
    while use is not None:
        if only_way and not use.has_one_taker:
            return None
        if not use.passes and use.kind not in kinds:
            return use
        use = use.source
    return None
