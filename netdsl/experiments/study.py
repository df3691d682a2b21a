"""Optuna's study of a search; what it has chosen is kept in a file of the sweep's folder."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from netdsl.atomic import write_text
from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import recipes as recipe_codes
from netdsl.diagnostics.catalogue import runs as run_codes
from netdsl.experiments.model import Search
from netdsl.experiments.space import Distribution, rounded
from netdsl.text_file import read_json_file

# Optuna's typing of its classes is loose; trials are told apart by their numbers alone.
_Optuna = Any


class Study:
    """Chooses trials, numbered from 0, by what those before them reached.

    The choices of each search are kept in the file under its `key`, and read
    again; what the trials reached is in their run folders, and told anew. Each
    trial is chosen with a seed of its own: a search in two parts chooses as
    one in a single part does. Raises `DiagnosticError` where Optuna is not
    installed, or the file can't be read or written.
    """

    def __init__(self, search: Search, path: Path, key: str) -> None:
        _require_optuna()
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._search, self._path, self._key = search, path, key
        self._kept = _read(path)
        self._spaces = {name: _as_optuna(space) for name, space in search.space.items()}
        higher = search.metric.endswith("accuracy")
        self._study: _Optuna = optuna.create_study(direction="maximize" if higher else "minimize")
        for chosen in self._kept.get(key, ()):
            self._add(chosen)

    @property
    def trials(self) -> list[Mapping[str, Any]]:
        """What has been chosen for each trial, in Optuna's words."""
        return [each.params for each in self._study.get_trials(deepcopy=False)]

    @property
    def open(self) -> list[int]:
        """The trials of which nothing has been told yet."""
        trials = self._study.get_trials(deepcopy=False)
        return [each.number for each in trials if not each.state.is_finished()]

    @property
    def best(self) -> tuple[int, float] | None:
        """The best trial and its value, if one has been told."""
        try:
            return self._study.best_trial.number, self._study.best_value
        except ValueError:
            return None

    def ask(self) -> int:
        """Choose another trial, and keep the choice."""
        from optuna.samplers import TPESampler

        seed = random.Random(f"{self._search.seed} {len(self.trials)}").randrange(2**32)
        self._study.sampler = TPESampler(seed=seed)
        trial = self._study.ask(self._spaces)
        self._kept[self._key] = [dict(each) for each in self.trials]
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_text(self._path, json.dumps(self._kept, indent=1) + "\n")
        except OSError as error:
            raise _unusable(self._path, f"can't be written: {error.strerror or error}") from error
        return int(trial.number)

    def tell(self, number: int, value: float) -> None:
        """What a trial reached of the metric."""
        self._study.tell(number, value)

    def prune(self, number: int) -> None:
        """A trial was stopped before its end, since others were better."""
        from optuna.trial import TrialState

        self._study.tell(number, state=TrialState.PRUNED)

    def value(self, name: str, number: int) -> tuple[object, int | None]:
        """What was chosen for a key of a trial, and its number among the choices where it is one of these."""
        return _from_optuna(self._search.space[name], self.trials[number][name])

    def _add(self, chosen: Mapping[str, Any]) -> None:
        from optuna.trial import TrialState, create_trial

        try:
            self._study.add_trial(
                create_trial(state=TrialState.RUNNING, params=dict(chosen), distributions=self._spaces)
            )
        except (TypeError, ValueError) as error:
            raise _unusable(self._path, "does not hold what a search has chosen") from error


def _as_optuna(space: Distribution) -> _Optuna:
    from optuna import distributions

    if space.integer is not None:
        return distributions.IntDistribution(*space.integer)
    if space.choice is not None:
        # By their numbers: choices may be lists and mappings, which Optuna can't keep.
        return distributions.CategoricalDistribution(tuple(range(len(space.choice))))
    assert space.range is not None
    return distributions.FloatDistribution(*space.range, log=space.log_uniform is not None)


def _from_optuna(space: Distribution, chosen: int | float) -> tuple[object, int | None]:
    if space.choice is not None:
        return space.choice[int(chosen)], int(chosen)
    if space.integer is not None or space.range is None:
        return int(chosen), None
    return rounded(chosen, *space.range), None


def _read(path: Path) -> dict[str, list[dict[str, Any]]]:
    try:
        found = read_json_file(path)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise _unusable(path, f"can't be read: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(each, list) for each in found.values()):
        raise _unusable(path, "does not hold what a search has chosen")
    return found


def _unusable(path: Path, problem: str) -> DiagnosticError:
    return DiagnosticError(
        Diagnostic(
            recipe_codes.RUN_FOLDER,
            f"{path} {problem}",
            file=str(path),
            help="give another folder with `--out`",
        )
    )


def _require_optuna() -> None:
    if find_spec("optuna") is None:
        raise DiagnosticError(
            Diagnostic(
                run_codes.MISSING_EXTRA,
                "a search needs Optuna, which is not installed",
                help="pip install 'netdsl[search]'",
            )
        )
