"""What a training was asked for: kept in the run folder, and read again to resume it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from netdsl.api import path_of
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from netdsl.network.nodes import Network

SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Request:
    """Network, data and how it is trained; the recipe is a file of its own."""

    file: str
    settings: dict[str, str]
    data: str
    data_dir: str | None
    device: str | None
    deterministic: bool
    tensorboard: bool

    @classmethod
    def of(cls, options: Namespace, settings: dict[str, str]) -> Request:
        """The request of a command line; paths are made absolute, so that any folder can resume it."""
        data = options.data or "shapes"
        return cls(
            file=options.file,
            settings=settings,
            data=os.path.abspath(data) if os.path.exists(os.path.expanduser(data)) else data,
            data_dir=os.path.abspath(os.path.expanduser(options.data_dir)) if options.data_dir else None,
            device=options.device,
            deterministic=options.deterministic,
            tensorboard=options.tensorboard,
        )

    def source(self, network: Network) -> dict[str, object]:
        """Where the network will be found in the run folder."""
        file = f"{SOURCE}/{os.path.basename(path_of(self.file))}"
        return {"file": file, "net": network.name, "settings": self.settings}

    def as_json(self) -> dict[str, object]:
        """The request as JSON keeps it."""
        return asdict(self)


def read_request(folder: Path) -> Request:
    """The request of a run, with the network that the folder holds.

    Raises `DiagnosticError` where the folder is no run's, or the run was
    started from Python with a module that no file describes.
    """
    try:
        facts: Any = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _refused(folder, "holds no run", "name a run's folder, such as runs/lenet5-1") from None
    except (OSError, ValueError) as error:
        raise _refused(folder, f"has a run.json that can't be read: {error}", None) from None
    try:
        source, request = facts["source"], facts["request"]
        if source is None or request is None:
            raise _refused(
                folder,
                "was started from Python",
                "resume it there: `netdsl.training.train(..., out=folder, resume=True)`",
            )
        file = f"{folder / source['file']}:{source['net']}"
        return Request(**{**request, "file": file, "settings": dict(source["settings"])})
    except (KeyError, TypeError, ValueError):
        raise _refused(folder, "has a run.json that lacks what it takes to resume", None) from None


def _refused(folder: Path, problem: str, help_text: str | None) -> DiagnosticError:
    return DiagnosticError(
        Diagnostic(codes.CANT_RESUME, f"{folder} {problem}", file=str(folder), help=help_text)
    )
