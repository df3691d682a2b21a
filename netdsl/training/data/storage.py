"""Whether decoded images are kept in memory."""

from __future__ import annotations

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training.data import machine
from netdsl.training.image_options import Storage
from netdsl.training.progress import Progress

# What remains is for the network and for whatever else the machine does.
_SHARE = 0.6


def is_streamed(count: int, shape: tuple[int, int, int], storage: Storage, progress: Progress) -> bool:
    """Whether so many images of that height, width and number of channels are streamed from disk.

    With `auto` they are where they would take more than 60 % of the memory
    that is available now; a note then says so. Raises `DiagnosticError` where
    they are to be kept in memory and don't fit there at all.
    """
    if storage == "stream":
        return True
    if storage == "memory":
        require_memory(count, shape)
        return False
    needed, available = _bytes(count, shape), machine.available_memory()
    if available is None or needed <= _SHARE * available:
        return False
    progress.note(
        f"decoded, the images take {_size(needed)}, more than {_SHARE:.0%} of the {_size(available)} of "
        "memory available: they are streamed from disk (keep them in memory with `--storage memory`)"
    )
    return True


def require_memory(count: int, shape: tuple[int, int, int]) -> None:
    """Raise `DiagnosticError` where so many images of that height, width and channels don't fit in memory."""
    require_bytes(f"{count} images of {shape[0]}x{shape[1]}", _bytes(count, shape))


def require_bytes(what: str, needed: int) -> None:
    """Raise `DiagnosticError` where something (in the plural) takes more bytes than there are."""
    available = machine.available_memory()
    if available is not None and needed > available:
        raise DiagnosticError(
            Diagnostic(
                codes.TOO_LARGE,
                f"{what} take {_size(needed)}, and {_size(available)} of memory are available",
                help="stream a folder's images from disk, `--storage stream`, or make them smaller, "
                "`--resize 224`",
            )
        )


def _bytes(count: int, shape: tuple[int, int, int]) -> int:
    height, width, channels = shape
    return count * height * width * channels


def _size(count: int) -> str:
    units = (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10))
    unit, size = next((pair for pair in units if count >= pair[1]), units[-1])
    return f"{count / size:.1f} {unit}"
