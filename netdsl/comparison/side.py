"""A block of one of two networks, while both are made into one."""

from __future__ import annotations

from netdsl.drawing.scopes import is_empty, origins_of
from netdsl.layers.tensor import TensorType
from netdsl.network.nodes import Node, ScopeNode


class Side:
    """A block with its prefix, and which values of the common block its own values have become.

    Without a block, there is nothing in it. Blocks that hand on what they
    are given are left out of both.
    """

    def __init__(self, scope: ScopeNode | None, prefix: str = "") -> None:
        self.scope = scope
        self.prefix = prefix
        self.nodes: tuple[Node, ...] = ()
        if scope is not None:
            self.nodes = tuple(node for node in scope.nodes if not is_empty(node))
            self._first = len(scope.input_types)
            self._types = [*scope.input_types, *(node.output for node in scope.nodes)]
            self._origins = origins_of(scope)
            self._numbers = {id(node): self._first + at for at, node in enumerate(scope.nodes)}
            self._became = {value: value for value in range(self._first)}

    @property
    def results(self) -> tuple[int, ...]:
        """The value that comes out, as one of the common block."""
        return self._values((self.scope.result,)) if self.scope is not None else ()

    @property
    def outputs(self) -> tuple[int, ...]:
        """The values of the further outputs, as those of the common block."""
        return self._values(self.scope.outputs) if self.scope is not None else ()

    def note(self, node: Node | None, value: int) -> None:
        """Remember which value of the common block a node makes."""
        if node is not None:
            self._became[self._numbers[id(node)]] = value

    def read(self, node: Node | None) -> tuple[int, ...]:
        """The values of the common block that a node reads, each once."""
        return self._values(node.inputs) if node is not None else ()

    def given(self, node: Node) -> TensorType:
        """The type of the first value that a node reads."""
        return self._types[node.inputs[0]]

    def inside(self, node: Node | None) -> Side:
        """A block of this block."""
        assert node is None or isinstance(node, ScopeNode)
        return Side(node, f"{self.prefix}{node.name}." if node is not None else "")

    def _values(self, values: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self._became[self._origins[value]] for value in values))
