"""SVG to PNG, by resvg."""

from __future__ import annotations

import os
import re
import tempfile

from netdsl.drawing.problems import missing_extra

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

ZOOM = 2.0
MOST_PIXELS = 60_000_000
# Drawn with where none of the style sheet's fonts is installed; it comes with Pillow.
SPARE_FONT = "Aileron"


def to_png(svg: str) -> bytes:
    """The picture at twice its size, or smaller where it would have more pixels than can be shown.

    Raises `DiagnosticError` where resvg is not installed.
    """
    try:
        from resvg_py import svg_to_bytes
    except ImportError as error:
        raise missing_extra("PNG files", "resvg-py") from error
    size = re.search(r'width="(\d+)" height="(\d+)"', svg)
    assert size is not None
    pixels = int(size[1]) * int(size[2])
    zoom = min(ZOOM, (MOST_PIXELS / max(pixels, 1)) ** 0.5)
    with tempfile.TemporaryDirectory() as folder:
        return bytes(
            svg_to_bytes(
                svg_string=svg, zoom=zoom, font_files=list(_spare_font(folder)), serif_family=SPARE_FONT
            )
        )


def _spare_font(folder: str) -> Iterator[str]:
    """A file of the spare font, if Pillow was built with fonts."""
    from PIL import ImageFont

    font = ImageFont.load_default(12)
    if isinstance(font, ImageFont.FreeTypeFont):
        path = os.path.join(folder, "font.otf")
        with open(path, "wb") as file:
            file.write(font.font_bytes)
        yield path
