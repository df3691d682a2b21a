"""What the steps of a network make, as boxes grouped by the size of the map."""

from __future__ import annotations

from math import log2

from netdsl.drawing.problems import too_large
from netdsl.drawing.repeats import Repeat, fold
from netdsl.drawing.sketch import JOINED
from netdsl.layers.table import BUILT_IN
from netdsl.layers.tensor import MAP, TOKENS, TensorType
from netdsl.network.nodes import LayerNode, Network, Node, ScopeNode
from netdsl.record import Record

MOST_STAGES = 300
# A stage with more boxes shows those that follow each other and are of one kind as one.
MOST_IN_STAGE = 5
# A stage with still more is one box, and has this many lines below it at most.
MOST_KINDS, MOST_CAPTIONS = 12, 5
TALLEST, LOWEST = 210, 14
THINNEST, PER_DOUBLING = 3, 4
BAR = 7
# How much of the map's width is seen of its slanted side.
SLANT = 0.34


class Volume(Record):
    """What a step makes, with its size in pixels; `times` steps of a kind may share one."""

    kind: str
    family: str
    made: TensorType
    hint: str
    height: int
    thickness: int
    depth: int
    times: int = 1


class Stage(Record):
    """Volumes of one size of map, and the lines below them."""

    volumes: tuple[Volume, ...]
    captions: tuple[str, ...]


def stages_of(network: Network) -> tuple[Stage, ...]:
    """The input and what each step of the net makes, but for activations and the like.

    Raises `DiagnosticError` where there are too many stages.
    """
    largest = max((max(_sides(type_)) for type_ in _types(network.root)), default=1)
    groups: list[list[Volume]] = [[_volume("input", "input", network.input, "input", largest)]]
    for node in _steps(fold(network.root)):
        volume = _of_node(node, largest)
        previous = groups[-1][-1]
        if volume.family != "vector" and _key(volume) == _key(previous) and previous.kind != "input":
            groups[-1].append(volume)
        else:
            groups.append([volume])
    if len(groups) > MOST_STAGES:
        raise too_large(len(groups), MOST_STAGES)
    return tuple(_stage(group) for group in groups)


def _steps(scope: ScopeNode) -> list[Node]:
    """The steps of the outermost scope that has more than one, without those of further outputs."""
    further = set(scope.output_nodes)
    steps = [
        node
        for node in scope.nodes
        if node not in further
        and not (isinstance(node, ScopeNode) and not node.nodes)
        and not (node.kind in BUILT_IN and BUILT_IN[node.kind].family in JOINED)
    ]
    if len(steps) == 1 and isinstance(steps[0], ScopeNode):
        return _steps(steps[0])
    return [each for step in steps for each in _unfolded(step)]


def _unfolded(step: Node) -> list[Node]:
    """The blocks of a repeat that has one, each of which makes what the last one makes."""
    if isinstance(step, Repeat) and len(step.nodes) == 1:
        return [step.nodes[0].replace(output=step.output)] * step.times
    return [step]


def _types(root: ScopeNode) -> list[TensorType]:
    return [*root.input_types, *(node.output for node in _steps(root))]


def _of_node(node: Node, largest: int) -> Volume:
    kind, family = node.kind, "block"
    if isinstance(node, LayerNode):
        declaration = BUILT_IN.get(kind)
        family = declaration.family if declaration is not None else "other"
    elif isinstance(node, ScopeNode):
        kind = node.definition
    volume = _volume(kind, family, node.output, f"{node.name}: {kind} to {node.output}", largest)
    return volume.replace(times=node.times) if isinstance(node, Repeat) else volume


def _volume(kind: str, family: str, made: TensorType, hint: str, largest: int) -> Volume:
    height, width = _sides(made)
    tall = _scaled(height, largest)
    if made.layout == MAP:
        thickness = THINNEST + round(PER_DOUBLING * log2(1 + made.channels))
        return Volume(kind, family, made, hint, tall, thickness, round(_scaled(width, largest) * SLANT))
    if made.layout == TOKENS:
        thickness = THINNEST + round(PER_DOUBLING * log2(1 + made.channels))
        return Volume(kind, family, made, hint, tall, thickness, BAR)
    features = LOWEST + round(12 * log2(1 + made.channels))
    return Volume(kind, family, made, hint, min(features, TALLEST), BAR, BAR)


def _sides(made: TensorType) -> tuple[int, int]:
    """The height and the width of what is drawn; a vector has none that would count."""
    if made.layout == MAP and made.spatial:
        return made.spatial[-2 if len(made.spatial) > 1 else -1], made.spatial[-1]
    return (made.shape[0], 1) if made.layout == TOKENS else (1, 1)


def _scaled(size: int, largest: int) -> int:
    """Pixels of a side: between the logarithm, which shows all, and the size itself, which is true."""
    share = log2(1 + size) / log2(1 + max(largest, 1))
    return LOWEST + round((TALLEST - LOWEST) * share**2)


def _key(volume: Volume) -> object:
    made = volume.made
    return (made.layout, made.spatial if made.layout == MAP else made.shape[:-1])


def _stage(group: list[Volume]) -> Stage:
    merged: list[Volume] = []
    for volume in group:
        last = merged[-1] if merged else None
        if len(group) > MOST_IN_STAGE and last is not None and last.kind == volume.kind:
            merged[-1] = volume.replace(times=last.times + volume.times)
        else:
            merged.append(volume)
    captions = _captions(merged)
    if len(captions) > MOST_CAPTIONS:
        captions = [*captions[: MOST_CAPTIONS - 1], f"and {len(captions) - MOST_CAPTIONS + 1} more"]
    if len(merged) > MOST_KINDS:
        merged = [merged[-1].replace(kind="steps", family="block", times=len(group))]
    return Stage(tuple(merged), tuple(captions))


def _captions(volumes: list[Volume]) -> list[str]:
    """The shapes in order, each with how many steps make it."""
    lines: list[str] = []
    counts: list[int] = []
    for volume in volumes:
        line = str(volume.made) if volume.family == "input" else f"{volume.kind} {volume.made}"
        if lines and lines[-1] == line:
            counts[-1] += volume.times
        else:
            lines.append(line)
            counts.append(volume.times)
    return [line if count == 1 else f"{line} x{count}" for line, count in zip(lines, counts, strict=True)]
