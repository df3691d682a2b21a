"""Throughput: seconds of a training step, the data work with it, beside those of the bare step.

    python -m benchmarks.training.steps --data FOLDER

Sides: `eager`, the bare step as one writes it first; `fused`, the same with channels_last and fused Adam;
`compiled`, with torch.compile; `memory`, the tutorials' loop over images in memory; `folder`, over an image
folder with two workers; `lightning` and `keras`. A round is one epoch without evaluation; its time over its
steps is taken, so whatever netdsl does once an epoch counts.
"""

from __future__ import annotations

from benchmarks.training.data import read_images
from benchmarks.training.options import SPECS, add_sides, either, make_parser
from benchmarks.training.report import compare, show
from benchmarks.training.rounds import in_turns
from benchmarks.training.side import BATCH

SIDES = ("eager", "fused")
MORE = ("compiled", "memory", "folder", "lightning", "keras")


def main() -> None:
    """Measure and print."""
    parser = make_parser(__doc__)
    add_sides(parser, SIDES, MORE)
    options = parser.parse_args()
    count = either(options.images, options.quick, 2 * BATCH, 40 * BATCH)
    rounds = either(options.rounds, options.quick, 2, 15)
    images = read_images(options.data, count, 0)
    comparisons = []
    for name in options.net or SPECS:
        epochs = in_turns(name, images, options.sides.split(","), rounds)
        steps = {side: [1000 * epoch.step for epoch in found] for side, found in epochs.items()}
        comparisons.append(compare(name, "ms a step", steps))
    show(comparisons, as_json=options.json)


if __name__ == "__main__":
    main()
