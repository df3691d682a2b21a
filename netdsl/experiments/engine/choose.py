"""Engines by their names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import runs as codes

if TYPE_CHECKING:
    from netdsl.experiments.engine.protocol import Engine
    from netdsl.experiments.model import Asha

LOCAL, RAY = "local", "ray"
ENGINES = (LOCAL, RAY)


@contextmanager
def open_engine(
    name: str, jobs: int, asha: Asha | None = None, device: str | None = None
) -> Iterator[Engine]:
    """The engine of a name, for so many runs at a time; what it has begun ends with the block.

    `asha` is how it stops bad runs early, which Ray's alone can; `device` that
    of the runs, where one was chosen. Raises `DiagnosticError` where a
    library is missing.
    """
    if name == RAY:
        with _ray_engine(jobs, asha, device) as engine:
            yield engine
    elif jobs > 1:
        from netdsl.experiments.engine.processes import ProcessEngine

        yield ProcessEngine(jobs)
    else:
        from netdsl.experiments.engine.local import LocalEngine

        yield LocalEngine()


@contextmanager
def _ray_engine(jobs: int, asha: Asha | None, device: str | None) -> Iterator[Engine]:
    from netdsl.experiments.engine.tune.quiet import keep_quiet

    keep_quiet()
    try:
        import ray.tune  # noqa: F401
    except ImportError as error:
        raise DiagnosticError(
            Diagnostic(
                codes.MISSING_EXTRA,
                f"this engine needs Ray Tune: {error}",
                help="pip install 'netdsl[ray]'",
            )
        ) from error
    from netdsl.experiments.engine.tune.cluster import Cluster
    from netdsl.experiments.engine.tune.engine import RayEngine

    with closing(Cluster()) as cluster:
        yield RayEngine(jobs, cluster, asha, with_gpus=device in (None, "cuda"))
