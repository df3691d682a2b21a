"""What tells a run from others in all charts of a page, and in the key beside them."""

from __future__ import annotations

from dataclasses import dataclass

# Okabe and Ito's colours; black is the page's ink.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F00", "#885522")
# Lengths of strokes and gaps, in widths of the line.
DASHES: tuple[tuple[float, ...], ...] = ((), (5, 2), (2, 1.5))
# As Matplotlib names them, and as an SVG path of about its size round 0, 0.
MARKERS = (
    ("o", "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z"),
    ("s", "M-4-4h8v8h-8z"),
    ("^", "M0-4.5L4.5 4.5h-9z"),
    ("D", "M0-5.5L5.5 0L0 5.5L-5.5 0z"),
    ("v", "M0 4.5L4.5-4.5h-9z"),
)

_KEY_WIDTH, _KEY_HEIGHT = 38, 12
_KEY_LINE = 2


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a run: its group's colour and marker, and its own dash.

    `group` and `number`, the run's place in the group, count from 0.
    """

    group: int = 0
    number: int = 0

    @property
    def color(self) -> str:
        """The colour, as CSS and Matplotlib have it."""
        return COLORS[self.group % len(COLORS)]

    @property
    def is_beyond_colors(self) -> bool:
        """Whether an earlier group has the same colour."""
        return self.group >= len(COLORS)

    @property
    def dash(self) -> tuple[float, ...]:
        """Strokes and gaps in widths of the line, none where it is solid; other ones after all colours."""
        return DASHES[(self.number + self._round) % len(DASHES)]

    @property
    def marker(self) -> str:
        """The marker, as Matplotlib names it; another one for each round of the colours."""
        return MARKERS[self._round % len(MARKERS)][0]

    @property
    def key(self) -> str:
        """A piece of the run's line with its marker, as SVG for the key of a page."""
        middle = _KEY_HEIGHT / 2
        dashes = " ".join(f"{length * _KEY_LINE:g}" for length in self.dash)
        pattern = f' stroke-dasharray="{dashes}"' if dashes else ""
        line = f'stroke="{self.color}" stroke-width="{_KEY_LINE:g}"{pattern}'
        return (
            f'<svg width="{_KEY_WIDTH}" height="{_KEY_HEIGHT}" aria-hidden="true">'
            f'<path d="M0 {middle:g}H{_KEY_WIDTH}" {line}/>'
            f'<path d="{MARKERS[self._round % len(MARKERS)][1]}" fill="{self.color}" '
            f'transform="translate({_KEY_WIDTH / 2:g} {middle:g})"/></svg>'
        )

    @property
    def _round(self) -> int:
        """How often all colours were given away before this group."""
        return self.group // len(COLORS)
