"""What a training was asked for: kept in the run folder, and read again to resume it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from netdsl.network.nodes import Network
from netdsl.spec import path_of
from netdsl.training.data.names import NAMES

SOURCE = "source"

# What of the recipe a run that goes on may be given anew.
LENGTHS = ("epochs", "steps")


@dataclass(frozen=True, slots=True)
class Request:
    """Network, data and how it is trained; the recipe is a file of its own.

    `data` is None for a dataset that was made in Python, which no text leads to.
    """

    file: str
    settings: Mapping[str, str]
    data: str | None
    data_dir: str | None
    device: str | None
    deterministic: bool
    tensorboard: bool

    def source(self, network: Network) -> dict[str, object]:
        """Where the network will be found in the run folder."""
        file = f"{SOURCE}/{Path(path_of(self.file)).name}"
        return {"file": file, "net": network.name, "settings": dict(self.settings)}

    def as_json(self) -> dict[str, object]:
        """The request as JSON keeps it."""
        return asdict(self)


def lasting_data(data: str) -> str:
    """What names the data in any folder: a path is made absolute, the name of a set stays."""
    path = Path(data).expanduser()
    return str(path.absolute()) if data not in NAMES and path.exists() else data
