"""What stands above a picture: its title, a few lines, and what its colours mean."""

from __future__ import annotations

from netdsl.drawing.captions import cut, shade_words, short_count
from netdsl.drawing.placing import text_width
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.network.nodes import Network

LONGEST_LINE = 100
LONGEST_NAME = 60


class Swatch(Record):
    """A colour, by its class, with the sign that goes with it, and what it means."""

    style: str
    words: str
    sign: str = ""


class Heading(Record):
    """The title of a picture, its lines and its legend; `label` is for those who can't see the picture."""

    name: str
    lines: tuple[str, ...]
    legend: str
    swatches: tuple[Swatch, ...]
    label: str

    def with_line(self, line: str) -> Heading:
        """The heading with one line more, unless it is empty."""
        return self.replace(lines=(*self.lines, line)) if line else self

    @property
    def width(self) -> int:
        """Room for the longest line, in pixels."""
        return max(text_width(self.name, 11), *(text_width(line) for line in self.lines)) + 48


def heading_of(network: Network, *, settings: bool = False) -> Heading:
    """What stands above a network's diagram; with `settings`, also the values of its parameters."""
    costs = (
        f"{network.input} to {network.output}, {short_count(network.parameter_count)} parameters, "
        f"{short_count(network.multiply_adds)} multiply-adds"
    )
    doc = cut(network.doc.splitlines()[0], LONGEST_LINE) if network.doc else ""
    given = ", ".join(f"{key}={value}" for key, value in network.settings) if settings else ""
    return Heading(
        cut(network.name, LONGEST_NAME),
        tuple(line for line in (doc, costs, given) if line),
        "share of the parameters:",
        tuple(Swatch(f"s{step}", word) for step, word in enumerate(shade_words())),
        f"{network.name}: {network.input} to {network.output}",
    )
