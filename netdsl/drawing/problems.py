"""Why a network can't be drawn."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import drawing as codes
from netdsl.diagnostics.catalogue.runs import MISSING_EXTRA
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError


def missing_extra(what: str, library: str) -> DiagnosticError:
    """A library of the extra `draw` is not installed."""
    return DiagnosticError(
        Diagnostic(
            MISSING_EXTRA,
            f"{what} need {library}, which is not installed",
            help="pip install 'netdsl[draw]'",
        )
    )


def too_large(count: int, most: int) -> DiagnosticError:
    """The picture would have too many boxes."""
    return DiagnosticError(
        Diagnostic(
            codes.TOO_LARGE,
            f"the picture would have {count:,} boxes, of which {most:,} are the most",
            help="close blocks with --depth 1 or 0, leave --expand out, or make a block of what repeats",
        )
    )


def too_tangled() -> DiagnosticError:
    """Long edges pass too many rows."""
    return DiagnosticError(
        Diagnostic(
            codes.TOO_LARGE,
            "too many values are used far from where they are made",
            help="close the deeper blocks with --depth 1 or 0, or put what belongs together into blocks",
        )
    )


def unknown_ending(path: str) -> DiagnosticError:
    """The file's ending says no format."""
    return DiagnosticError(
        Diagnostic(
            codes.UNKNOWN_FORMAT,
            f"the ending of {path} is no format of pictures",
            help="name a file that ends in .svg, .html or .png",
        )
    )


def no_blocks(option: str) -> DiagnosticError:
    """The volumes have no blocks that an option could change."""
    return DiagnosticError(
        Diagnostic(
            codes.UNKNOWN_FORMAT,
            f"{option} goes with the diagram of blocks, not with --style volumes",
            help=f"leave out {option} or --style volumes",
        )
    )
