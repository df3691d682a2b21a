"""How Ray and Tune are told to be silent, and to leave to a sweep what it does itself."""

from __future__ import annotations

import os
from collections.abc import Mapping

_ENVIRONMENT: Mapping[str, str] = {
    # Where the cluster is lost, another one is not started in its place.
    "RAY_ENABLE_AUTO_CONNECT": "0",
    "RAY_AIR_NEW_OUTPUT": "0",
    # Ray's workers would give way to every other process of the machine.
    "RAY_worker_niceness": "0",
    # Workers are started for runs alone, not one for each core beforehand.
    "RAY_enable_worker_prestart": "0",
    "RAY_prestart_worker_first_driver": "0",
    # On a busy machine, what is slow to answer is not dead.
    "RAY_gcs_server_port_wait_time_s": "300",
    "RAY_worker_register_timeout_seconds": "600",
    "RAY_health_check_failure_threshold": "30",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "TUNE_DISABLE_AUTO_CALLBACK_LOGGERS": "1",
    "TUNE_DISABLE_STRICT_METRIC_CHECKING": "1",
    # Of what Tune would need to go on, nothing is kept: the run folders have it.
    "TUNE_GLOBAL_CHECKPOINT_S": "1000000000",
    "TUNE_PRINT_ALL_TRIAL_ERRORS": "0",
}


def keep_quiet() -> None:
    """Set it, where nobody has chosen otherwise; to be called before Ray is imported."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
