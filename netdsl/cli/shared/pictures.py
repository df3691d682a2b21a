"""Files of pictures: what their ending says, and what can't be written."""

from __future__ import annotations

import os

from netdsl.diagnostics.catalogue.runs import NO_PICTURE
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS = (".svg", ".html", ".png")


def write_picture(path: str, svg: Callable[[], str], page: Callable[[], str]) -> None:
    """Write what the ending of a path says: one of two texts, or the first as PNG.

    Raises `DiagnosticError` where the ending is unknown, the picture can't
    be drawn, or the file can't be written.
    """
    from netdsl.drawing import to_png
    from netdsl.drawing.problems import unknown_ending

    ending = os.path.splitext(path)[1].lower()
    if ending not in FORMATS:
        raise unknown_ending(path)
    text = page() if ending == ".html" else svg()
    _write(path, to_png(text) if ending == ".png" else text.encode("utf-8"))


def _write(path: str, picture: bytes) -> None:
    from netdsl.atomic import write_output

    try:
        write_output(path, picture)
    except OSError as error:
        raise DiagnosticError(
            Diagnostic(
                NO_PICTURE,
                f"{path} can't be written: {(error.strerror or str(error)).lower()}",
                file=path,
                help="name a file in a folder that is there and that can be written",
            )
        ) from error
