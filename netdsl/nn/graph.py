"""A container whose steps may read any earlier value, and which may have further outputs in training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor, nn


class Graph(nn.Module):
    """Runs named children in order, each on values kept in numbered slots.

    `wiring` holds a step for each child: its name, the slots it reads and the
    slot it writes. The inputs of `forward` are in slots 0, 1, ...; the result
    is the value in slot `output`. A slot may be written again, and a value is
    let go after its last reader, as it is in a chain. Children are registered
    under their own names, so the keys of the state dict are theirs
    (`conv1.weight`); a name that nn.Module has itself is a `KeyError`.

    `training_outputs` names children that run in training alone: then a tuple
    is returned, the result first and after it what each of them makes. They
    are the auxiliary classifiers of GoogLeNet (Szegedy et al. 2014,
    arXiv:1409.4842, section 5).

    Raises `ValueError` where wiring and children don't match or a slot is
    below 0, and `TypeError` where `forward` is given too few values.
    """

    def __init__(
        self,
        modules: Mapping[str, nn.Module],
        wiring: Sequence[tuple[str, tuple[int, ...], int]],
        output: int = 0,
        training_outputs: Sequence[str] = (),
    ) -> None:
        super().__init__()
        for name, module in modules.items():
            self.add_module(name, module)
        if sorted(name for name, _, _ in wiring) != sorted(modules):
            raise ValueError("the wiring must name each child once")
        touched = [output, *(slot for _, inputs, target in wiring for slot in (*inputs, target))]
        if min(touched) < 0:
            raise ValueError("a slot must not be below 0")
        self._output = output
        targets = {name: target for name, _, target in wiring}
        if not set(training_outputs) <= set(targets):
            raise ValueError("the further outputs must name children")
        self._training_outputs = {name: targets[name] for name in training_outputs}
        # Backwards: a slot is needed from where it is written to where it is last read.
        needed = {output, *self._training_outputs.values()}
        steps: list[tuple[str, tuple[int, ...], int, tuple[int, ...]]] = []
        for name, inputs, target in reversed(wiring):
            done = {*inputs, target} - needed
            steps.append((name, tuple(inputs), target, tuple(sorted(done))))
            needed = (needed - {target}) | set(inputs)
        self._wiring = tuple(reversed(steps))
        # How many there are, the first of which hold inputs: those read, and written by no step before.
        self._slots = (1 + max(touched), 1 + max(needed, default=0))

    def forward(self, x: Tensor, *others: Tensor) -> Tensor | tuple[Tensor | None, ...]:
        """The value in the output slot, after all steps; in training the further outputs after it."""
        slots, inputs = self._slots
        if 1 + len(others) < inputs:
            raise TypeError(f"the graph takes {inputs} inputs, not {1 + len(others)}")
        values: list[Tensor | None] = [x, *others, *(None for _ in range(slots - 1 - len(others)))]
        for name, sources, target, done in self._wiring:
            if self.training or name not in self._training_outputs:
                values[target] = getattr(self, name)(*[values[source] for source in sources])
            for slot in done:
                values[slot] = None
        result = values[self._output]
        assert result is not None
        if self.training and self._training_outputs:
            return (result, *[values[slot] for slot in self._training_outputs.values()])
        return result

    def extra_repr(self) -> str:
        """The steps, as assignments to numbered variables."""
        steps = [
            f"x{target} = {name}({', '.join(f'x{source}' for source in sources)})"
            for name, sources, target, _ in self._wiring
        ]
        further = "".join(f", x{slot} ({name}, in training)" for name, slot in self._training_outputs.items())
        return "\n".join([*steps, f"return x{self._output}{further}"])
