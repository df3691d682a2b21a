"""`netdsl eval RUN`."""

from __future__ import annotations

import sys
from pathlib import Path

from netdsl.cli.shared.numbers import positive
from netdsl.cli.shared.printing import print_findings, print_json
from netdsl.cli.shared.saved_network import add_run, epoch_of, open_network
from netdsl.diagnostics.diagnostic import DiagnosticError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from rich.table import Table

    from netdsl.training.loop.evaluate import Evaluation
    from netdsl.training.saved.evaluate import PartEvaluation

# The whole matrix is printed up to so many classes, and beyond it so many of the most frequent mistakes.
MOST_CLASSES = 20
MOST_MISTAKES = 20


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    add_run(parser)
    parser.add_argument(
        "--data", metavar="DATA", help="other data than the run's, as `netdsl train` takes it"
    )
    parser.add_argument("--data-dir", metavar="DIR", help="where named sets are kept and downloaded to")
    parser.add_argument(
        "--part",
        choices=("test", "validation", "train"),
        default="test",
        help="the images to evaluate on; validation is what the run set aside (test)",
    )
    parser.add_argument(
        "--batch-size", type=positive, metavar="N", help="images at once; what suits the device if not given"
    )


def run(options: Namespace) -> int:
    """Print accuracy, loss and confusion matrix; 1 where run or data can't be used."""
    try:
        done, outcome = evaluate(options)
    except DiagnosticError as error:
        print_findings([error.diagnostic])
        return 1
    if done.warnings:
        print_findings(done.warnings)
    if options.format == "json":
        print_json(outcome)
    else:
        print_text(done, outcome)
    return 0


def evaluate(options: Namespace) -> tuple[PartEvaluation, dict[str, object]]:
    """The evaluation, and what the JSON contract says of it."""
    from rich.console import Console

    from netdsl.training import ConsoleProgress
    from netdsl.training.run_folder.records import finite
    from netdsl.training.saved.evaluate import evaluate_saved

    saved, module = open_network(Path(options.run_folder), options.weights)
    done = evaluate_saved(
        saved,
        module,
        data=options.data,
        data_dir=Path(options.data_dir) if options.data_dir else None,
        part=options.part,
        device=options.device,
        batch_size=options.batch_size,
        progress=ConsoleProgress(Console(stderr=True)),
    )
    classes, found = saved.facts.classes, done.evaluation
    return done, {
        "run": str(saved.folder),
        "name": saved.facts.name,
        "weights": options.weights,
        "epoch": epoch_of(saved, options.weights),
        "data": done.data,
        "part": done.part,
        "images": done.images,
        "device": str(done.device),
        "accuracy": found.accuracy,
        "loss": finite(found.loss),
        "per_class_accuracy": dict(zip(classes, found.per_class, strict=True)),
        "classes": list(classes),
        "confusion_matrix": found.confusion.tolist(),
    }


def print_text(done: PartEvaluation, outcome: dict[str, object]) -> None:
    """The figures for people."""
    from rich.console import Console

    from netdsl.plain_text import say

    classes = list(outcome["per_class_accuracy"])  # type: ignore[call-overload]
    matrix: list[list[int]] = done.evaluation.confusion.tolist()
    epoch = f" (epoch {outcome['epoch']})" if outcome["epoch"] is not None else ""
    console = Console(width=None if sys.stdout.isatty() else 200, highlight=False)
    # Printing is ours, as everywhere: rich would leave with 1 where the reader of a pipe has gone.
    with console.capture() as captured:
        say(
            console,
            f"{outcome['run']}: {outcome['weights']} weights{epoch} on {done.images:,} {done.part} images of "
            f"{done.data}, {done.device}",
            soft_wrap=True,
        )
        accuracy, loss = done.evaluation.accuracy, done.evaluation.loss
        say(console, f"accuracy {100 * accuracy:.2f} %, loss {loss:.4f}\n")
        console.print(class_table(classes, matrix, done.evaluation))
        say(console)
        console.print(
            matrix_table(classes, matrix) if len(classes) <= MOST_CLASSES else mistakes_table(classes, matrix)
        )
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))


def class_table(classes: Sequence[str], matrix: Sequence[Sequence[int]], found: Evaluation) -> Table:
    """A row for each class: its images, its accuracy, and what it was taken for most often."""
    from netdsl.plain_text import add_row

    table = new_table("class", right=("images", "accuracy"), left=("most often taken for",))
    for number, (name, accuracy) in enumerate(zip(classes, found.per_class, strict=True)):
        row = matrix[number]
        wrong = [(count, other) for other, count in enumerate(row) if other != number and count]
        count, other = max(wrong, key=lambda each: each[0], default=(0, 0))
        add_row(
            table,
            name,
            f"{sum(row):,}",
            "-" if accuracy is None else f"{100 * accuracy:.2f} %",
            f"{classes[other]} ({count:,})" if count else "",
        )
    return table


def matrix_table(classes: Sequence[str], matrix: Sequence[Sequence[int]]) -> Table:
    """Counts: a row for each true class, a column for each predicted one, which is headed by its number."""
    from rich.text import Text

    from netdsl.plain_text import add_row

    numbers = [str(number) for number in range(len(classes))]
    table = new_table("true \\ predicted", right=numbers, left=())
    for number, name in enumerate(classes):
        cells = [
            Text(f"{count:,}" if count else "·", style="bold" if other == number else "")
            for other, count in enumerate(matrix[number])
        ]
        add_row(table, f"{number} {name}", *cells)
    return table


def mistakes_table(classes: Sequence[str], matrix: Sequence[Sequence[int]]) -> Table:
    """The most frequent mistakes."""
    from netdsl.plain_text import add_row

    table = new_table("true", right=("images", "of the class"), left=("predicted",))
    mistakes = [
        (count, true, predicted)
        for true, row in enumerate(matrix)
        for predicted, count in enumerate(row)
        if count and true != predicted
    ]
    for count, true, predicted in sorted(mistakes, key=lambda each: -each[0])[:MOST_MISTAKES]:
        share = 100 * count / sum(matrix[true])
        add_row(table, classes[true], f"{count:,}", f"{share:.1f} %", classes[predicted])
    return table


def new_table(first: str, right: Sequence[str], left: Sequence[str]) -> Table:
    """An empty table: names at the left, numbers, then texts."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column(Text(first), no_wrap=True)
    for heading in right:
        table.add_column(Text(heading), justify="right", no_wrap=True)
    for heading in left:
        table.add_column(Text(heading), no_wrap=True)
    return table
