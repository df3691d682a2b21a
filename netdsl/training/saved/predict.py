"""What the network of a run folder takes image files for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as data_codes
from netdsl.diagnostics.catalogue import runs as codes
from netdsl.training.data.dataset import ImageSplit
from netdsl.training.data.image_file import FORMATS, CorruptImageError, ImageSource, Pixels, decode_image
from netdsl.training.data.stream_loader import ended_processes_reported
from netdsl.training.data.tree import SUFFIXES, image_files
from netdsl.training.image_options import ImageOptions
from netdsl.training.loop.evaluate import make_evaluator
from netdsl.training.machine.device import choose_device
from netdsl.training.machine.world import World
from netdsl.training.run_folder.opened import SavedRun
from netdsl.training.saved.evaluate import make_normalizer, place

_AT_ONCE = 64


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What an image is taken for.

    `probabilities` has a number from 0 to 1 for each class; `pixels` are what
    the network saw, (height, width, channels); `size` is the (height, width)
    of the file; `label` is the class that the image's folder is named after,
    if it is.
    """

    file: str
    pixels: Pixels
    size: tuple[int, int]
    label: str | None
    probabilities: tuple[float, ...]

    @property
    def resized(self) -> bool:
        """Whether the image was brought to another size."""
        return self.size != self.pixels.shape[:2]


class Predictor:
    """Predicts with a run's network, its weights loaded; images are read as training read them.

    Raises `DiagnosticError` where the device is not there, or the network
    takes what no image file has.
    """

    def __init__(self, saved: SavedRun, module: nn.Module, device: str | None = None) -> None:
        target = choose_device(device)
        channels, height, width = saved.facts.image_shape
        if channels not in (1, 3):
            raise DiagnosticError(
                Diagnostic(
                    data_codes.SHAPE_MISMATCH,
                    f"the network takes {channels} channels, and image files are read as grey (1) or RGB (3)",
                )
            )
        self.classes = saved.facts.classes
        self.device = target
        self._loss = saved.recipe.loss
        self._module = place(saved, module, target).eval()
        self._normalizer = make_normalizer(saved, module, target)
        self._evaluator = make_evaluator(saved.recipe, len(self.classes), target, World())
        # Images of several sizes can't be one batch, so that all have the network's.
        self._options = ImageOptions(resize=(height, width), channels=3 if channels == 3 else 1)

    def __call__(self, files: Sequence[str]) -> Iterator[Prediction | Diagnostic]:
        """A prediction for each file, in their order, or the reason why it can't be read."""
        for start in range(0, len(files), _AT_ONCE):
            read = [self._read(file) for file in files[start : start + _AT_ONCE]]
            images = [each for each in read if not isinstance(each, Diagnostic)]
            rows = iter(self._predict([pixels for _, pixels, _ in images]))
            for each in read:
                if isinstance(each, Diagnostic):
                    yield each
                else:
                    file, pixels, size = each
                    yield Prediction(file, pixels, size, self._label(file), next(rows))

    @ended_processes_reported()
    def of_split(self, split: ImageSplit, positions: Tensor, part: str) -> list[Prediction]:
        """Predictions for the images at some positions of a part of a dataset with the run's classes."""
        (pixels,) = split.batches([positions])
        images = [image.cpu().numpy() for image in pixels]
        labels = [self.classes[label] for label in split.class_labels()[positions].tolist()]
        rows = self._predict(images)
        names = [f"{part} image {position}" for position in positions.tolist()]
        return [
            Prediction(name, image, image.shape[:2], label, row)
            for name, image, label, row in zip(names, images, labels, rows, strict=True)
        ]

    def _read(self, file: str) -> tuple[str, Pixels, tuple[int, int]] | Diagnostic:
        if not Path(file).exists():
            return Diagnostic(data_codes.CORRUPT_IMAGE, f"{file} is not there", file=file)
        try:
            pixels = decode_image(ImageSource(file), self._options)
            with Image.open(file, formats=FORMATS) as opened:
                width, height = opened.size
        except DiagnosticError as error:
            return error.diagnostic
        except (CorruptImageError, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            return Diagnostic(data_codes.CORRUPT_IMAGE, f"{file} can't be decoded: {reason}", file=file)
        return file, pixels, (height, width)

    def _predict(self, images: list[Pixels]) -> list[tuple[float, ...]]:
        if not images:
            return []
        pixels = torch.stack([torch.from_numpy(image.copy()) for image in images]).to(self.device)
        with torch.inference_mode():
            output = self._evaluator.outputs(self._module, self._normalizer(pixels))
        rows: list[list[float]] = as_probabilities(output, self._loss)[:, : len(self.classes)].tolist()
        return [tuple(row) for row in rows]

    def _label(self, file: str) -> str | None:
        folder = Path(file).resolve().parent.name
        return folder if folder in self.classes else None


def as_probabilities(output: Tensor, loss: str) -> Tensor:
    """A network's outputs (images, outputs) as probabilities, by the loss that it was trained with.

    `bce` trains each output for itself, so that their sum is not 1; `mse`
    trains the outputs to be the probabilities.
    """
    if loss == "bce":
        return output.sigmoid()
    return output.clamp(0, 1) if loss == "mse" else output.softmax(1)


def find_images(paths: Sequence[str]) -> list[str]:
    """The files, and the images in folders and in those inside them, sorted; hidden ones are left out.

    Raises `DiagnosticError` where a folder holds no image or can't be read.
    """
    files: list[str] = []
    for path in paths:
        folder = Path(path)
        files += _images(folder) if folder.is_dir() else [path]
    return files


def _images(folder: Path) -> list[str]:
    try:
        found = sorted(path for path, _, _ in image_files(folder))
    except OSError as error:
        raise DiagnosticError(
            Diagnostic(
                data_codes.UNREADABLE_DATA, f"{folder} can't be read: {error.strerror}", file=str(folder)
            )
        ) from error
    if not found:
        raise DiagnosticError(
            Diagnostic(
                codes.NO_IMAGES,
                f"{folder} holds no images",
                file=str(folder),
                help="images end in " + ", ".join(SUFFIXES),
            )
        )
    return found
