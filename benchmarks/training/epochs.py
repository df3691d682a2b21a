"""Whole epochs: training on every image once, then evaluation.

    python -m benchmarks.training.epochs --data FOLDER

Sides: `memory`, the tutorials' loop over images in memory; `folder`, over an image folder with two workers;
`lightning`, the trainer as it comes; `keras`, version 3 on torch. One image is evaluated on for every five
that are trained on, as in CIFAR-10. Writing weights counts on no side: after a short epoch it would weigh
more than it does.
"""

from __future__ import annotations

from benchmarks.training.data import read_images
from benchmarks.training.options import SPECS, add_sides, either, make_parser
from benchmarks.training.report import compare, show
from benchmarks.training.rounds import in_turns
from benchmarks.training.side import BATCH

SIDES = ("memory", "folder", "lightning", "keras")
TRAINED_PER_EVALUATED = 5


def main() -> None:
    """Measure and print."""
    parser = make_parser(__doc__)
    add_sides(parser, SIDES)
    options = parser.parse_args()
    count = either(options.images, options.quick, 2 * BATCH, 100 * BATCH)
    rounds = either(options.rounds, options.quick, 2, 7)
    images = read_images(options.data, count, count // TRAINED_PER_EVALUATED)
    comparisons = []
    for name in options.net or SPECS:
        epochs = in_turns(name, images, options.sides.split(","), rounds)
        seconds = {side: [epoch.whole for epoch in found] for side, found in epochs.items()}
        comparisons.append(compare(name, "s an epoch", seconds))
    show(comparisons, as_json=options.json)


if __name__ == "__main__":
    main()
