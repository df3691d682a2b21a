from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.training import ImageDataset
from netdsl.training.data.shapes import draw_shapes


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def write_images() -> Callable[..., list[Path]]:
    """Writes `count` images of random pixels to a folder."""

    def write(
        folder: Path, count: int, size: tuple[int, int] = (8, 8), suffix: str = ".png", mode: str = "RGB"
    ) -> list[Path]:
        folder.mkdir(parents=True, exist_ok=True)
        random = np.random.default_rng(len(folder.name))
        paths = []
        for number in range(count):
            pixels = random.integers(0, 256, (*size, 3), dtype=np.uint8)
            path = folder / f"{number:03}{suffix}"
            Image.fromarray(pixels).convert(mode).save(path)
            paths.append(path)
        return paths

    return write


@pytest.fixture
def images(tmp_path: Path, write_images: Callable[..., list[Path]]) -> Path:
    """A tree with train (2 x 3 images) and test (2 x 2) of 8x8 RGB."""
    for part, count in (("train", 3), ("test", 2)):
        for name in ("cat", "dog"):
            write_images(tmp_path / "images" / part / name, count)
    return tmp_path / "images"


@pytest.fixture
def refused() -> Callable[[Callable[[], object]], Diagnostic]:
    """The diagnostic that a call is refused with."""

    def catch(call: Callable[[], object]) -> Diagnostic:
        with pytest.raises(DiagnosticError) as caught:
            call()
        return caught.value.diagnostic

    return catch


@pytest.fixture(scope="session")
def few_shapes() -> ImageDataset:
    return draw_shapes(train=400, test=100)


@pytest.fixture
def small_net() -> Callable[..., nn.Module]:
    """Makes a small convolutional classifier of 3x32x32 images, always with the same weights."""

    def make(classes: int = 10, channels: int = 3) -> nn.Module:
        torch.manual_seed(1)
        return nn.Sequential(
            nn.Conv2d(channels, 8, 3, stride=2, padding=1),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.MaxPool2d(4),
            nn.Flatten(),
            nn.Dropout(0.1),
            nn.Linear(8 * 4 * 4, classes),
        )

    return make
