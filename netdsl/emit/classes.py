"""Which classes the Python source needs: one for all uses of a block that differ only in numbers."""

from __future__ import annotations

import inspect

from netdsl.emit.instantiate import module_class
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
    """A class of the source, with the parameters in which its uses differ."""

    name: str
    definition: str
    doc: str
    parameters: tuple[str, ...]
    children: tuple[Child, ...]
    inputs: int
    steps: tuple[Step, ...]
    result: int


class Use(Record):
    """A use of a class: its name, and the values of its parameters."""

    class_name: str
    values: tuple[tuple[str, Accepted], ...]


def plan_classes(root: Container, name: str) -> tuple[list[SourceClass], Use]:
    """The classes in the order in which they must be defined, and how to make the root."""
    by_height: dict[int, list[Container]] = {}
    measure(root, by_height)
    uses: dict[int, Use] = {}
    classes: list[SourceClass] = []
    taken = {name}
    for height in sorted(by_height):
        groups: dict[object, list[Container]] = {}
        for container in by_height[height]:
            groups.setdefault(skeleton(container, uses), []).append(container)
        for members in groups.values():
            wanted = name if members[0] is root else free_name(members[0].definition, taken)
            made = generalize(wanted, members, uses)
            classes.append(made)
    return classes, uses[id(root)]


def measure(container: Container, by_height: dict[int, list[Container]]) -> int:
    """Sort containers by the containers below them: 0 holds layers alone."""
    heights = [measure(child, by_height) for _, child in container.children if isinstance(child, Container)]
    height = 1 + max(heights, default=-1)
    by_height.setdefault(height, []).append(container)
    return height


def skeleton(container: Container, uses: Mapping[int, Use]) -> object:
    """All of a container but numbers: what must agree for one class to serve two."""
    children = tuple(
        (name, child.constructor.target if isinstance(child, Leaf) else uses[id(child)].class_name)
        for name, child in container.children
    )
    return container.definition, children, container.inputs, container.steps, container.result


def free_name(definition: str, taken: set[str]) -> str:
    """A class name that isn't taken: the definition's, in CapWords, with a number if need be."""
    base = "".join(part[:1].upper() + part[1:] for part in definition.split("_"))
    name, number = base, 2
    while name in taken:
        name, number = f"{base}{number}", number + 1
    taken.add(name)
    return name


def generalize(name: str, members: list[Container], uses: dict[int, Use]) -> SourceClass:
    """The class of containers with one skeleton; notes how each uses it."""
    first = members[0]
    parameters: dict[tuple[Accepted, ...], str] = {}
    children = []
    for position, (child_name, _) in enumerate(first.children):
        rows = [arguments_of(member.children[position][1], uses) for member in members]
        target = rows[0][0]
        children.append(Child(child_name, target, tuple(merge_slots(child_name, rows, parameters))))
    for number, member in enumerate(members):
        uses[id(member)] = Use(name, tuple((parameter, row[number]) for row, parameter in parameters.items()))
    return SourceClass(
        name,
        first.definition,
        first.doc,
        tuple(parameters.values()),
        tuple(children),
        first.inputs,
        first.steps,
        first.result,
    )


Row = tuple[str, dict[str, Accepted], dict[str, Accepted]]


def arguments_of(child: Leaf | Container, uses: Mapping[int, Use]) -> Row:
    """What is called, with its positional and keyword arguments by name."""
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


def signature(target: str) -> Mapping[str, inspect.Parameter]:
    """The parameters of a class's constructor."""
    return inspect.signature(module_class(target)).parameters


def merge_slots(child: str, rows: list[Row], parameters: dict[tuple[Accepted, ...], str]) -> Iterable[Slot]:
    """The arguments of a child over all uses: equal ones stay values, the others become parameters."""
    target, positional, _ = rows[0]
    keywords: dict[str, None] = {}
    for _, _, given in rows:
        keywords.update(dict.fromkeys(given))
    for name in (*positional, *keywords):
        is_positional = name in positional
        values = tuple(
            row[1][name] if is_positional else row[2].get(name, default_of(target, name)) for row in rows
        )
        if all(same(value, values[0]) for value in values):
            yield Slot(name, is_positional, values[0], None)
            continue
        if values not in parameters:
            free = name if name not in parameters.values() else f"{child}_{name}"
            parameters[values] = free
        yield Slot(name, is_positional, None, parameters[values])


def same(left: Accepted, right: Accepted) -> bool:
    """Equal, and of one type: `True` is not 1."""
    return type(left) is type(right) and left == right


def default_of(target: str, name: str) -> Accepted:
    """The default of a constructor's keyword."""
    default: Accepted = signature(target)[name].default
    return default
