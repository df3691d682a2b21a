"""Which line of the model's Python source runs, or failed."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from traceback import walk_tb
from types import FrameType, TracebackType
from typing import Any

import torch

from netdsl.importing.problems import line_span

HIDDEN = (f"{Path(torch.__file__).parent}{os.sep}", f"{Path(__file__).parents[1]}{os.sep}")


def is_hidden(file: str) -> bool:
    """Whether a Python file is no part of the model."""
    return file.startswith((*HIDDEN, "<"))


def current_line() -> Any:
    """The innermost line of the model that is running."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and is_hidden(frame.f_code.co_filename):
        frame = frame.f_back
    return line_span(frame.f_code.co_filename, frame.f_lineno) if frame is not None else None


def blamed(traceback: TracebackType | None) -> Any:
    """The innermost line of the model in a traceback."""
    span = None
    for frame, line in walk_tb(traceback):
        if not is_hidden(frame.f_code.co_filename):
            span = line_span(frame.f_code.co_filename, line) or span
    return span
