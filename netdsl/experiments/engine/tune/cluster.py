"""The Ray cluster on which a sweep is trained."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import ray

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import experiments as codes
from netdsl.experiments.engine.tune.share import Machine

ADDRESS = "RAY_ADDRESS"

# All that goes through it are plans of runs and their figures; this is about the least that Ray takes.
_OBJECT_STORE_BYTES = 80 * 1024**2


class Cluster:
    """A running cluster, by `RAY_ADDRESS`, or else one of this machine alone, which ends with the sweep."""

    def __init__(self) -> None:
        self._is_ours = False

    def connect(self) -> None:
        """Connect or start, if that has not been done; raises `DiagnosticError` where it fails."""
        if ray.is_initialized():
            return
        address = os.environ.get(ADDRESS) or "local"
        if "://" in address:
            raise unreachable(
                f"a sweep can't be driven through {address}: that is a client's address",
                "start the sweep on a machine of the cluster, with RAY_ADDRESS=auto",
            )
        before = signal.getsignal(signal.SIGTERM)
        try:
            self._init(address)
        except (ConnectionError, OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise unreachable(
                f"the Ray cluster {address} can't be reached: {reason}"
                if address != "local"
                else f"Ray can't be started: {reason}",
                f"start it with `ray start --head`, or leave {ADDRESS} away"
                if address != "local"
                else "train without it: `--engine local`",
            ) from error
        finally:
            # Ray takes SIGTERM for itself.
            if threading.current_thread() is threading.main_thread():
                signal.signal(signal.SIGTERM, before)
        self._is_ours = True

    def _init(self, address: str) -> None:
        if address == "local":
            ray.init(
                address,
                include_dashboard=False,
                object_store_memory=_OBJECT_STORE_BYTES,
                log_to_driver=False,
                logging_level=logging.CRITICAL,
            )
        else:
            ray.init(address, log_to_driver=False, logging_level=logging.CRITICAL)

    @property
    def machines(self) -> list[Machine]:
        """What the machines have that are there."""
        nodes: Callable[[], list[dict[str, Any]]] = ray.nodes
        alive = [each["Resources"] for each in nodes() if each["Alive"]]
        return [Machine(each.get("CPU", 0), each.get("GPU", 0)) for each in alive]

    def close(self) -> None:
        """Disconnect, and end the cluster if it was started here."""
        if self._is_ours:
            ray.shutdown()
            self._is_ours = False


def unreachable(message: str, help_text: str) -> DiagnosticError:
    """The error of a cluster that can't be used."""
    return DiagnosticError(Diagnostic(codes.NO_CLUSTER, message, help=help_text))


def lost(error: Exception) -> DiagnosticError:
    """The error of a cluster that was lost while it trained."""
    reason = (str(error).splitlines() or [""])[-1] or type(error).__name__
    return unreachable(
        f"the Ray cluster was lost: {reason[:200]}",
        "repeat the command: runs go on from their last checkpoints",
    )
