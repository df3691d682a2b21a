"""`netdsl predict RUN IMAGE...`."""

from __future__ import annotations

import sys
from pathlib import Path

from netdsl.cli.shared.numbers import positive
from netdsl.cli.shared.printing import print_findings, print_json
from netdsl.cli.shared.saved_network import add_run, epoch_of, open_network
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence

    from netdsl.report.predictions import ShownImage
    from netdsl.training.run_folder.opened import SavedRun
    from netdsl.training.saved.predict import Prediction, Predictor

BAR = 30


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    add_run(parser)
    parser.add_argument("images", nargs="*", metavar="IMAGE", help="an image file, or a folder of images")
    parser.add_argument(
        "--random", type=positive, metavar="N", help="N images drawn from the run's data, in place of IMAGE"
    )
    parser.add_argument(
        "--part",
        choices=("test", "validation", "train"),
        default="test",
        help="the images that --random draws from (test)",
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of --random (0)")
    parser.add_argument("--data", metavar="DATA", help="other data than the run's for --random")
    parser.add_argument("--data-dir", metavar="DIR", help="where named sets are kept and downloaded to")
    parser.add_argument(
        "--top", type=positive, default=5, metavar="K", help="classes to show, likeliest first (5)"
    )
    parser.add_argument(
        "--picture",
        metavar="FILE",
        help="draw the images beside their probabilities, such as predictions.png",
    )


def run(options: Namespace) -> int:
    """Print what each image is taken for; 1 where an image can't be read or the run can't be used."""
    if bool(options.images) == bool(options.random):
        print("netdsl predict: name an IMAGE, or draw some with --random", file=sys.stderr)
        return 2
    try:
        return predict(options)
    except DiagnosticError as error:
        print_findings([error.diagnostic])
        return 1


def predict(options: Namespace) -> int:
    """Predict, print and draw; raises `DiagnosticError`."""
    from netdsl.report.canvas import require_matplotlib
    from netdsl.training.saved.predict import Predictor, find_images

    if options.picture:
        # Before the work, which would be in vain.
        require_matplotlib()
    files = find_images(options.images)  # Before the network is built: a name may be misspelt.
    saved, module = open_network(Path(options.run_folder), options.weights)
    predictor = Predictor(saved, module, options.device)
    unreadable: list[Diagnostic] = []
    shown: list[ShownImage] = []
    rows: list[dict[str, object]] = []
    found = predictor(files) if files else draw_random(predictor, saved, options)
    for prediction in readable(found, unreadable):
        if options.picture:
            add_shown(shown, prediction, saved, options.top)
        if options.format == "json":
            rows.append(as_dict(prediction, saved, options.top))
        else:
            print_text(prediction, saved, options.top)
    if options.format == "json":
        print_json(
            {
                "run": str(saved.folder),
                "name": saved.facts.name,
                "weights": options.weights,
                "epoch": epoch_of(saved, options.weights),
                "images": rows,
                "unreadable": [
                    {"file": each.file, "code": each.code.id, "message": each.message} for each in unreadable
                ],
            }
        )
    if shown:
        draw(shown, saved, options)
    if unreadable:
        print_findings(unreadable)
    return 1 if unreadable else 0


def draw_random(predictor: Predictor, saved: SavedRun, options: Namespace) -> Iterator[Prediction]:
    """Predictions for some images of a part of the run's data, drawn without replacement."""
    import torch

    from netdsl.training.saved.data import find_part, find_parts

    data_dir = Path(options.data_dir) if options.data_dir else None
    dataset, warnings = find_parts(saved, options.data, data_dir, None)
    if warnings:
        print_findings(warnings)
    split = find_part(dataset, options.part)
    generator = torch.Generator().manual_seed(options.seed)
    positions = torch.randperm(len(split), generator=generator)[: options.random]
    return iter(predictor.of_split(split, positions, options.part))


def readable(found: Iterator[Prediction | Diagnostic], unreadable: list[Diagnostic]) -> Iterator[Prediction]:
    """The predictions; the images that can't be read are put into the list."""
    for each in found:
        if isinstance(each, Diagnostic):
            unreadable.append(each)
        else:
            yield each


def likeliest(prediction: Prediction, classes: Sequence[str], top: int) -> list[tuple[str, float]]:
    """The `top` likeliest classes with their probabilities; of equal ones, the first class comes first."""
    order = sorted(range(len(classes)), key=lambda number: -prediction.probabilities[number])
    return [(classes[number], prediction.probabilities[number]) for number in order[:top]]


def as_dict(prediction: Prediction, saved: SavedRun, top: int) -> dict[str, object]:
    """The JSON contract of an image."""
    likely = likeliest(prediction, saved.facts.classes, top)
    return {
        "file": prediction.file,
        "class": likely[0][0],
        "label": prediction.label,
        "size": list(prediction.size),
        "resized": prediction.resized,
        "probabilities": [{"class": name, "probability": probability} for name, probability in likely],
    }


def print_text(prediction: Prediction, saved: SavedRun, top: int) -> None:
    """An image's table for people."""
    from rich.console import Console
    from rich.table import Table

    from netdsl.plain_text import add_row, say

    table = Table(box=None, show_header=False, pad_edge=False)
    for justify in ("left", "right", "left"):
        table.add_column(justify=justify, no_wrap=True)
    for name, probability in likeliest(prediction, saved.facts.classes, top):
        bar = "█" * round(BAR * probability)
        mark = " <- its label" if name == prediction.label else ""
        add_row(table, f"  {name}", f"{100 * probability:.2f} %", bar + mark)
    console = Console(width=None if sys.stdout.isatty() else 200, highlight=False)
    with console.capture() as captured:
        say(console, prediction.file + resized(prediction), soft_wrap=True)
        console.print(table)
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))


def resized(prediction: Prediction) -> str:
    """A remark where the network saw another size than the file has."""
    if not prediction.resized:
        return ""
    height, width = prediction.size
    seen_height, seen_width = prediction.pixels.shape[:2]
    return f" ({height}x{width}, resized to {seen_height}x{seen_width})"


def add_shown(shown: list[ShownImage], prediction: Prediction, saved: SavedRun, top: int) -> None:
    """Keep an image for the picture; of many, more than the picture shows are only counted."""
    from netdsl.report.predictions import MOST_SHOWN, ShownImage

    pixels = prediction.pixels if len(shown) < MOST_SHOWN else prediction.pixels[:1, :1].copy()
    likely = tuple(likeliest(prediction, saved.facts.classes, min(top, 10)))
    shown.append(ShownImage(prediction.file, pixels, likely, prediction.label))


def draw(shown: Sequence[ShownImage], saved: SavedRun, options: Namespace) -> None:
    """Write the picture and say so."""
    from netdsl.report.predictions import draw_predictions

    subtitle = f"{options.weights} weights of {saved.folder}, trained on {saved.facts.data}"
    path = draw_predictions(shown, Path(options.picture), saved.facts.name, subtitle)
    print(f"wrote {path}", file=sys.stderr)
