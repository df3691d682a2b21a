"""Which classes the Python source needs: one for all uses of a block that differ only in numbers."""

from __future__ import annotations

import inspect
from functools import cache

from netdsl.emit.instantiate import module_class
from netdsl.emit.names import class_name, distinct
from netdsl.emit.plan import Container, Leaf, Step
from netdsl.layers.kinds import Accepted
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Slot(Record):
    """An argument of a child: its value, or the name of the class's own parameter that holds it."""

    name: str
    positional: bool
    value: Accepted
    parameter: str | None


class Child(Record):
    """A child of a class: its name, what is called to make it, with which arguments."""

    name: str
    target: str
    slots: tuple[Slot, ...]


class SourceClass(Record):
    """A class of the source, with the parameters in which its uses differ, and their types."""

    name: str
    definition: str
    doc: str
    parameters: tuple[tuple[str, str], ...]
    children: tuple[Child, ...]
    inputs: int
    steps: tuple[Step, ...]
    result: int
    outputs: tuple[str, ...]


class Use(Record):
    """A use of a class: its name, and the values of its parameters."""

    class_name: str
    values: tuple[tuple[str, Accepted], ...]


def plan_classes(root: Container, name: str, taken: set[str]) -> tuple[list[SourceClass], Use]:
    """The classes in the order in which they must be defined, and how to make the root.

    `name` is the root's; other classes get neither it nor a name that is `taken`.
    """
    by_height: dict[int, list[Container]] = {}
    measure(root, by_height)
    uses: dict[int, Use] = {}
    classes: list[SourceClass] = []
    taken = {name, *taken}
    for height in sorted(by_height):
        groups: dict[object, list[Container]] = {}
        for container in by_height[height]:
            groups.setdefault(skeleton(container, uses), []).append(container)
        for members in groups.values():
            wanted = name if members[0] is root else class_name(members[0].definition, taken)
            made = generalize(wanted, members, uses)
            classes.append(made)
    return classes, uses[id(root)]


def targets_of(container: Container) -> set[str]:
    """The classes of all modules in a container, however deep."""
    found: set[str] = set()
    for _, child in container.children:
        found |= {child.constructor.target} if isinstance(child, Leaf) else targets_of(child)
    return found


def measure(container: Container, by_height: dict[int, list[Container]]) -> int:
    """Sort containers by the containers below them: 0 holds layers alone."""
    below = [child for _, child in container.children if isinstance(child, Container) and child.children]
    height = 1 + max((measure(child, by_height) for child in below), default=-1)
    by_height.setdefault(height, []).append(container)
    return height


def skeleton(container: Container, uses: Mapping[int, Use]) -> object:
    """All of a container but numbers: what must agree for one class to serve two."""
    children = tuple((name, *shape_of(child, uses)) for name, child in container.children)
    wired = container.inputs, container.steps, container.result, container.outputs
    return container.definition, children, *wired


def shape_of(child: Leaf | Container, uses: Mapping[int, Use]) -> tuple[str, int]:
    """What is called to make a child, with how many positional arguments."""
    target, positional, _ = arguments_of(child, uses)
    return target, len(positional)


def generalize(name: str, members: list[Container], uses: dict[int, Use]) -> SourceClass:
    """The class of containers with one skeleton; notes how each uses it."""
    first = members[0]
    parameters = Parameters()
    children = []
    for position, (child_name, _) in enumerate(first.children):
        rows = [arguments_of(member.children[position][1], uses) for member in members]
        children.append(Child(child_name, rows[0][0], tuple(merge_slots(child_name, rows, parameters))))
    for number, member in enumerate(members):
        given = tuple((parameter, row[number]) for parameter, row in parameters.rows.items())
        uses[id(member)] = Use(name, given)
    return SourceClass(
        name,
        first.definition,
        first.doc,
        tuple((parameter, annotation(row)) for parameter, row in parameters.rows.items()),
        tuple(children),
        first.inputs,
        first.steps,
        first.result,
        first.outputs,
    )


class Parameters:
    """The parameters of a class that is being made: a name, and its value in each use."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[Accepted, ...]] = {}
        self._names: dict[object, str] = {}

    def name_of(self, child: str, option: str, row: tuple[Accepted, ...]) -> str:
        """The parameter for an option of a child.

        Two options share one where they are equal in all uses and mean the
        same: channels are channels, but a stride that happens to be equal to
        a padding is none.
        """
        key = ("size" if is_size(option) else option, tuple((type(value), value) for value in row))
        if key not in self._names:
            wanted = option if option not in self.rows else f"{child}_{option}"
            self._names[key] = distinct(wanted, self.rows)
            self.rows[self._names[key]] = row
        return self._names[key]


def is_size(option: str) -> bool:
    """Whether an option is a number of channels or features."""
    return option.endswith(("channels", "features", "embed_dim", "num_parameters", "normalized_shape"))


def annotation(row: tuple[Accepted, ...]) -> str:
    """The type of a parameter with these values."""
    types = {type_of(value): None for value in row}
    if "float" in types:
        types.pop("int", None)
    return " | ".join(sorted(types, key=lambda each: each == "None"))


def type_of(value: Accepted) -> str:
    """The annotation of one value."""
    if isinstance(value, tuple):
        return f"tuple[{annotation(value)}, ...]" if value else "tuple[int, ...]"
    return "None" if value is None else type(value).__name__


Row = tuple[str, dict[str, Accepted], dict[str, Accepted]]


def arguments_of(child: Leaf | Container, uses: Mapping[int, Use]) -> Row:
    """What is called, with its positional and keyword arguments by name."""
    if isinstance(child, Container) and not child.children:
        # A block that is empty here, such as a shortcut where the shape stays.
        return "torch.nn.Identity", {}, {}
    if isinstance(child, Container):
        use = uses[id(child)]
        return use.class_name, dict(use.values), {}
    constructor = child.constructor
    names = [each for each in signature(constructor.target) if each != "self"]
    positional: dict[str, Accepted] = {}
    for position, value in enumerate(constructor.arguments):
        # A variadic parameter takes all that is left.
        positional[names[position] if position < len(names) else f"{names[-1]}{position}"] = value
    return constructor.target, positional, dict(constructor.keywords)


@cache
def signature(target: str) -> Mapping[str, inspect.Parameter]:
    """The parameters of a class's constructor."""
    return inspect.signature(module_class(target)).parameters


def merge_slots(child: str, rows: list[Row], parameters: Parameters) -> Iterable[Slot]:
    """The arguments of a child over all uses: equal ones stay values, the others become parameters."""
    target, positional, _ = rows[0]
    for name in positional:
        yield merge_slot(child, name, True, tuple(row[1][name] for row in rows), parameters)
    given = {name: None for row in rows for name in row[2]}
    if not given:
        return
    for name in [name for name in signature(target) if name in given]:
        values = tuple(row[2].get(name, default_of(target, name)) for row in rows)
        yield merge_slot(child, name, False, values, parameters)


def merge_slot(
    child: str, name: str, positional: bool, values: tuple[Accepted, ...], parameters: Parameters
) -> Slot:
    """One argument over all uses."""
    if all(same(value, values[0]) for value in values):
        return Slot(name, positional, values[0], None)
    return Slot(name, positional, None, parameters.name_of(child, name, values))


def same(left: Accepted, right: Accepted) -> bool:
    """Equal, and of one type: `True` is not 1."""
    return type(left) is type(right) and left == right


def default_of(target: str, name: str) -> Accepted:
    """The default of a constructor's keyword."""
    default: Accepted = signature(target)[name].default
    return default
