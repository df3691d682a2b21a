"""What lines are made of: steps, and statements with braces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """One step on a line."""

    text: str
    leads: bool
    activates: bool = False


@dataclass(frozen=True, slots=True)
class Braced:
    """A statement with braces: what stands before each pair, and the pieces in it."""

    sections: tuple[tuple[str, tuple[Node, ...]], ...]
    label: str = ""
    leads: bool = True


Node = Piece | Braced
