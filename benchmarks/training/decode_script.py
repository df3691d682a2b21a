"""Imports torch and decodes every image of a folder, by as many threads as there are cores.

    python -m benchmarks.training.decode_script FOLDER --began SECONDS

Nobody who reads such a folder for the first time can begin to train before that; it prints how many seconds
have gone since `--began`, the time of day when the process was started.
"""

from __future__ import annotations

import argparse
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torchvision.io import ImageReadMode, decode_image, read_file

from benchmarks.training.folders import PARTS

CHUNK = 64


def decode(paths: list[Path]) -> torch.Tensor:
    """Some files' pixels."""
    return torch.stack([decode_image(read_file(str(path)), ImageReadMode.RGB) for path in paths])


def main() -> None:
    """Decode."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--began", type=float, required=True)
    options = parser.parse_args()
    for part in PARTS:
        paths = sorted(path for path in (options.folder / part).glob("*/*") if path.is_file())
        chunks = np.split(np.array(paths, dtype=object), range(CHUNK, len(paths), CHUNK))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            torch.cat(list(pool.map(decode, [chunk.tolist() for chunk in chunks])))
    print(time.time() - options.began)


if __name__ == "__main__":
    main()
