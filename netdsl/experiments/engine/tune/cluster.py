"""The Ray cluster on which a sweep is trained."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ray

from netdsl.diagnostics import Diagnostic, DiagnosticError, first_line
from netdsl.diagnostics.catalogue import experiments as codes
from netdsl.experiments.engine.tune.share import Machine

ADDRESS = "RAY_ADDRESS"

# All that goes through it are plans of runs and their figures; this is about the least that Ray takes.
_OBJECT_STORE_BYTES = 80 * 1024**2

_SECONDS_TO_ANSWER = 10

# A new cluster has half a minute to start, which is too little on a busy machine.
_STARTS = 5


class Cluster:
    """A running cluster, by `RAY_ADDRESS`, or else one of this machine alone, which ends with the sweep.

    `cores` is how many of this machine's cores such a one has (None: all).
    """

    def __init__(self, cores: int | None = None) -> None:
        self._cores = cores
        self._is_ours = False

    def connect(self) -> None:
        """Connect or start, if that has not been done; raises `DiagnosticError` where it fails."""
        if ray.is_initialized():
            return
        address = os.environ.get(ADDRESS)
        with _keeping_sigterm():
            if address:
                _join(address)
            else:
                _start(self._cores)
        self._is_ours = True

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
    # Tune puts tracebacks into its errors: what happened comes last.
    said = (str(error).strip().splitlines() or [type(error).__name__])[-1][:200]
    return unreachable(
        f"the Ray cluster was lost: {said}",
        "repeat the command: runs go on from their last checkpoints",
    )


def _join(address: str) -> None:
    if "://" in address:
        raise unreachable(
            f"a sweep can't be driven through {address}: that is a client's address",
            f"start the sweep on a machine of the cluster, with {ADDRESS}=auto",
        )
    try:
        _knock(address)
        ray.init(address, log_to_driver=False, logging_level=logging.CRITICAL)
    except (ConnectionError, OSError, RuntimeError, ValueError) as error:
        raise unreachable(
            f"the Ray cluster {address} can't be reached: {_first_line(error)}",
            f"start it with `ray start --head`, or leave {ADDRESS} away",
        ) from error


def _knock(address: str) -> None:
    """Raise `OSError` where nobody listens; Ray itself would wait for minutes."""
    host, _, port = address.rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host, int(port)), _SECONDS_TO_ANSWER).close()


def _start(cores: int | None) -> None:
    for left in reversed(range(_STARTS)):
        try:
            ray.init(
                "local",
                num_cpus=cores,
                include_dashboard=False,
                object_store_memory=_OBJECT_STORE_BYTES,
                log_to_driver=False,
                logging_level=logging.CRITICAL,
            )
        # Ray says that time is up by an error of no other kind.
        except Exception as error:
            ray.shutdown()
            if not left:
                raise unreachable(
                    f"Ray can't be started: {_first_line(error)}", "train without it: `--engine local`"
                ) from error
        else:
            return


def _first_line(error: BaseException) -> str:
    """What an error says, and the one that it came of, in a line."""
    said = first_line(error)[:200]
    return f"{said}: {_first_line(error.__cause__)}" if error.__cause__ is not None else said


@contextmanager
def _keeping_sigterm() -> Iterator[None]:
    """Give SIGTERM back to whoever had it: Ray takes it for itself."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)
