"""A container whose steps may read any earlier value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor, nn


class Graph(nn.Module):
    """Runs named children in order, each on values kept in numbered slots.

    `wiring` holds a step for each child: its name, the slots it reads and the
    slot it writes. The inputs of `forward` are in slots 0, 1, ...; the result
    is the value in slot `output`. A slot that is written again frees what it
    held. Children are registered under their own names, so the keys of the
    state dict are theirs (`conv1.weight`).

    Raises `ValueError` where wiring and children don't match.
    """

    def __init__(
        self,
        modules: Mapping[str, nn.Module],
        wiring: Sequence[tuple[str, tuple[int, ...], int]],
        output: int = 0,
    ) -> None:
        super().__init__()
        for name, module in modules.items():
            self.add_module(name, module)
        self._wiring = tuple((name, tuple(inputs), target) for name, inputs, target in wiring)
        self._output = output
        if sorted(name for name, _, _ in self._wiring) != sorted(modules):
            raise ValueError("the wiring must name each child once")
        self._slots = 1 + max([output, *(max((target, *inputs)) for _, inputs, target in self._wiring)])

    def forward(self, x: Tensor, *others: Tensor) -> Tensor:
        """The value in the output slot, after all steps."""
        values: list[Tensor | None] = [x, *others, *(None for _ in range(self._slots - 1 - len(others)))]
        for name, sources, target in self._wiring:
            values[target] = getattr(self, name)(*[values[source] for source in sources])
        result = values[self._output]
        assert result is not None
        return result
