"""Lints about the inputs of nets."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import lint_maps as codes
from netdsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from netdsl.layers.geometry import channels_first, times
from netdsl.lints.declaration import FileLint
from netdsl.lints.walk import parts
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdsl.checker.scope.module import Module


def channels_last(module: Module) -> Iterator[Diagnostic]:
    """Inputs that are square images with their channels as the last axis."""
    for part in parts(module.file.definitions):
        shape = part.shape if isinstance(part, tree.Input) else None
        sizes = shape.value if isinstance(shape, tree.Literal) else None
        if shape is None or not isinstance(sizes, tuple) or (first := channels_first(sizes)) is None:
            continue
        channels, height, width = first
        meant = times(first)
        yield Diagnostic(
            codes.CHANNELS_LAST,
            "input with its channels last",
            shape.span,
            f"{height} channels of a {width}x{channels} map",
            help=f"channels come first: write {meant}",
            fix=Fix(f"write {meant}", (Edit(shape.span, meant),)),
        )


LINTS = (FileLint(codes.CHANNELS_LAST, True, channels_last),)
