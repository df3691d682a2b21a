"""Further values that a model gives in training, as GoogLeNet's auxiliary classifiers do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor, nn

from netdsl.importing.model import Call, Output
from netdsl.importing.structuring.graph import used
from netdsl.importing.text.writing import snake
from netdsl.importing.tracing.recording import Recording
from netdsl.syntax.tables import KEYWORDS


def named_values(value: object) -> dict[str, Tensor]:
    """The tensors of a tuple or dictionary, by the names that they have there."""
    if isinstance(value, Mapping):
        pairs = [(str(name), each) for name, each in value.items()]
    elif isinstance(value, tuple | list):
        names = getattr(value, "_fields", None) or [f"further{place}" for place in range(len(value))]
        pairs = list(zip(names, value, strict=True))
    else:
        pairs = []
    return {name: each for name, each in pairs if isinstance(each, Tensor)}


def outputs_of(
    recording: Recording, values: Mapping[str, Tensor], alone: Call
) -> tuple[Call, tuple[Output, ...]] | None:
    """Which of several values is the one that evaluation gives alone, and the others.

    `alone` is the call that made that one. None where it is none of them.
    """
    calls = {name: call for name, value in values.items() if (call := recording.find(value)) is not None}
    wanted = modules_of(alone)
    main = next((name for name, call in calls.items() if modules_of(call) == wanted), None)
    if main is None or len(calls) != len(values):
        return None
    taken: dict[str, Output] = {}
    for key, call in calls.items():
        if key != main:
            name = free_name(module_name(call) or snake(key), taken)
            taken[name] = Output(name, key, call)
    return calls[main], tuple(taken.values())


def modules_of(call: Call) -> list[tuple[str, str]]:
    """What a value was made by."""
    return [(each.layer, each.path) for each in used(call) if each.path]


def module_name(call: Call) -> str:
    """The name of the model's part that made a value, empty where a function did."""
    return snake(call.path.partition(".")[0])


def free_name(name: str, taken: Mapping[str, Output]) -> str:
    """A name for an output that nothing else has."""
    base = f"{name}_output" if name in KEYWORDS or not name.isidentifier() else name
    made, number = base, 2
    while made in taken:
        made, number = f"{base}{number}", number + 1
    return made


def left_out(model: nn.Module, calls: Sequence[Call]) -> tuple[str, ...]:
    """A note on modules that run in training alone."""
    ran = {call.path for call in calls if call.path}
    rest = [
        name
        for name, child in model.named_children()
        if not any(r == name or r.startswith(f"{name}.") for r in ran)
        and next(child.parameters(), None) is not None
    ]
    if not rest:
        return ("in training the model gives other values, which are left out",)
    return (f"left out, since they don't run in evaluation: {', '.join(rest)}",)
