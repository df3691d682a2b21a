"""What the console says at the end of a training."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from netdsl.training.progress.console import ConsoleProgress
from netdsl.training.run_folder.records import Result
from tests.report.conftest import result


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {},
            "best epoch 3 of 4: train 75.00 %, validation 65.00 %, "
            "test 60.00 % (last weights 50.00 %); 8.0 s",
        ),
        (
            {"validation_accuracy": None, "validation_loss": None, "best_epoch": 4},
            "last epoch, 4 of 4: train 75.00 %, test 60.00 %; 8.0 s",
        ),
        ({"best_epoch": None}, "no epoch was finished"),
    ],
)
def test_the_last_line_says_which_epoch_counts(changes: dict[str, Any], line: str) -> None:
    written = io.StringIO()
    ended: dict[str, Any] = result(["cat", "dog"], [[1, 0], [0, 1]]) | changes
    ConsoleProgress(Console(file=written), by_class=False).end(Result(**ended))
    assert written.getvalue() == f"{line}\n"
