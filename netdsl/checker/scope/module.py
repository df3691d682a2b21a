"""A loaded file: its definitions and those of the files it uses."""

from __future__ import annotations

from netdsl.checker.scope.values import Template
from netdsl.diagnostics.span import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.syntax.tree import File, Use


class Module:
    """The names that a file's nets and blocks see.

    `own` are its definitions in order; `names` holds those and the ones of
    used files; `used` are the files that its `use` lines brought in. Where
    one of them could not be followed, `is_incomplete`: names may be missing.
    """

    __slots__ = ("file", "is_incomplete", "names", "own", "used")

    def __init__(self, file: File) -> None:
        self.file = file
        self.own: list[Template] = []
        self.names: dict[str, Template] = {}
        self.used: list[tuple[Use, Module]] = []
        self.is_incomplete = False

    @property
    def source(self) -> Source:
        """The file's text."""
        return self.file.source

    @property
    def nets(self) -> list[Template]:
        """Its own nets, in order."""
        return [each for each in self.own if each.definition.kind == "net"]

    def __repr__(self) -> str:
        return f"Module({self.source.name!r})"
