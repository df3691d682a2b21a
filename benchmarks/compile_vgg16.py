"""What compiling VGG16 from its text costs, against building the same nn.Sequential by hand.

    python benchmarks/compile_vgg16.py --rounds 7

Both sides draw all 138 million weights. Interleaved in one process; medians
and their ratio. With `--meta` neither draws any, so that what the compiler
adds is seen alone.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import torch
from torch import nn

import netdsl


def by_hand() -> nn.Module:
    """VGG16 as its table has it."""
    layers: list[nn.Module] = []
    before = 3
    for count, channels in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        for _ in range(count):
            layers += [nn.Conv2d(before, channels, 3, padding=1), nn.ReLU()]
            before = channels
        layers.append(nn.MaxPool2d(2))
    layers += [nn.AdaptiveAvgPool2d(7), nn.Flatten()]
    layers += [nn.Linear(512 * 7 * 7, 4096), nn.ReLU(), nn.Dropout(0.5)]
    layers += [nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(0.5), nn.Linear(4096, 1000)]
    return nn.Sequential(*layers)


def seconds(build: Callable[[], nn.Module]) -> float:
    """Time to build, the module's release left out."""
    began = time.perf_counter()
    module = build()
    took = time.perf_counter() - began
    del module
    return took


def main() -> None:
    """Print both medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--meta", action="store_true", help="draw no weights")
    options = parser.parse_args()
    sides: dict[str, Callable[[], nn.Module]] = {
        "by hand": by_hand,
        "netdsl.load": lambda: netdsl.load("vgg"),
    }
    times: dict[str, list[float]] = {name: [] for name in sides}
    with torch.device("meta" if options.meta else "cpu"):
        for turn in range(options.rounds + 1):
            for name, build in sides.items():
                took = seconds(build)
                if turn:
                    times[name].append(took)
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, value in medians.items():
        print(f"{name:<12} {value * 1000:8.1f} ms")
    print(f"ratio {medians['netdsl.load'] / medians['by hand']:.3f}")


if __name__ == "__main__":
    main()
