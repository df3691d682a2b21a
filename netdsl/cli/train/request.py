"""What a training is asked for: by a command line, or by the run folder that it goes on from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from netdsl.cli.shared.saved_network import is_inside
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.experiments.request import Request, lasting_data
from netdsl.text_file import read_json_file
from netdsl.training.run_folder.files import FACTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace


def request_of(options: Namespace, settings: dict[str, str]) -> Request:
    """The request of a command line; paths are made absolute, so that any folder can resume it."""
    return Request(
        file=options.file,
        settings=settings,
        data=lasting_data(options.data or "shapes"),
        data_dir=os.path.abspath(os.path.expanduser(options.data_dir)) if options.data_dir else None,
        device=options.device,
        deterministic=options.deterministic,
        tensorboard=options.tensorboard,
    )


def read_request(folder: Path) -> Request:
    """The request of a run, with the network that the folder holds.

    Raises `DiagnosticError` where the folder is no run's, or the run was
    started from Python with a module or a dataset that no text leads to.
    """
    try:
        facts: Any = read_json_file(folder / FACTS)
    except FileNotFoundError:
        raise _refused(folder, "holds no run", "name a run's folder, such as runs/lenet5-1") from None
    except (OSError, ValueError) as error:
        raise _refused(folder, f"has a run.json that can't be read: {error}", None) from None
    try:
        source, request = facts["source"], facts["request"]
        if source is None or request is None or request["data"] is None:
            made = "module" if source is None else "dataset"
            raise _refused(
                folder,
                f"was started from Python, with a {made} of its own",
                "resume it there: `netdsl.train(module, dataset, out=folder, resume=True)`",
            )
        if not is_inside(folder / source["file"], folder):
            raise _refused(folder, f"has a run.json that names a file outside of it: {source['file']}", None)
        file = f"{folder / source['file']}:{source['net']}"
        return Request(**{**request, "file": file, "settings": dict(source["settings"])})
    except (KeyError, TypeError, ValueError):
        raise _refused(folder, "has a run.json that lacks what it takes to resume", None) from None


def _refused(folder: Path, problem: str, help_text: str | None) -> DiagnosticError:
    return DiagnosticError(
        Diagnostic(codes.CANT_RESUME, f"{folder} {problem}", file=str(folder), help=help_text)
    )
