"""What `netdsl train NET --data FOLDER` does, until its first step is over.

    python -m benchmarks.training.netdsl_script NET FOLDER --began SECONDS

The command's own stages in their order, the statistics to normalize by given as in the packaged recipes, and
a progress that ends the training after a step. It prints how many seconds have gone since `--began`, the time
of day when the process was started.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import netdsl
from benchmarks.training.netdsl_side import make_recipe
from benchmarks.training.options import SPECS
from netdsl.training import ConsoleProgress, load_dataset, train

EPOCHS = 30


class FirstStep(ConsoleProgress):
    """Ends the training after its first step, as Ctrl-C does."""

    def __init__(self, began: float) -> None:
        super().__init__()
        self.first = True
        self.began = began

    def due(self) -> bool:
        """A step is over."""
        if self.first:
            self.first = False
            print(time.time() - self.began)
            raise KeyboardInterrupt
        return False


def main() -> None:
    """Train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("net", choices=SPECS)
    parser.add_argument("folder")
    parser.add_argument("--began", type=float, required=True)
    options = parser.parse_args()
    progress = FirstStep(options.began)
    recipe = make_recipe(EPOCHS)
    dataset = load_dataset(options.folder, None, recipe.image_options, progress=progress)
    module = netdsl.load(SPECS[options.net], classes=len(dataset.classes))
    with tempfile.TemporaryDirectory() as folder:
        train(module, dataset, recipe, Path(folder) / "run", input_shape=(3, 32, 32), progress=progress)


if __name__ == "__main__":
    main()
