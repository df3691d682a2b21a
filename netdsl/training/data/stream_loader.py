"""Decodes batches of image files ahead of time, in processes of their own."""

from __future__ import annotations

import signal
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import data as codes
from netdsl.training.data.decode import colour_among_grey, corrupt_image
from netdsl.training.data.image_file import (
    ColourAmongGreyError,
    CorruptImageError,
    ImageSource,
    decode_fitting,
)
from netdsl.training.data.machine import usable_cores
from netdsl.training.data.packed_paths import PackedPaths
from netdsl.training.data.placement import staging
from netdsl.training.image_options import ImageOptions

# What a process hands over at once: little enough that many wait in shared memory, and that the first
# batch of an epoch is decoded by all processes together.
_CHUNK_BYTES = 4 * 2**20
_CHUNK_IMAGES = 64


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a chunk could not be decoded; handed over as a value since torch rewrites exceptions."""

    diagnostic: Diagnostic


class ChunkReader(Dataset[Tensor | Failure]):
    """Decodes the files of one chunk; `shape` is the height, width and channels of every image."""

    def __init__(self, paths: PackedPaths, options: ImageOptions, shape: tuple[int, int, int]) -> None:
        self.paths = paths
        self.options = options
        self.shape = shape

    def __getitem__(self, files: list[int]) -> Tensor | Failure:
        """The pixels of these files, uint8 of shape (files, height, width, channels)."""
        pixels = np.empty((len(files), *self.shape), np.uint8)
        for place, file in enumerate(files):
            source = ImageSource(self.paths[file])
            try:
                pixels[place] = decode_fitting(source, self.options, self.shape)
            except CorruptImageError as error:
                return Failure(corrupt_image(source, str(error)))
            except ColourAmongGreyError:
                return Failure(colour_among_grey(source))
            except DiagnosticError as error:
                return Failure(error.diagnostic)
        return torch.from_numpy(pixels)


def read_batches(
    reader: ChunkReader, batches: Sequence[Tensor], device: torch.device
) -> Generator[Tensor, None, None]:
    """The pixels of each batch of files (int64 of shape (n,)), on the host, from where a GPU copies fast.

    Processes run from the first batch on until the iterator is exhausted,
    closed or dropped, or anything is raised. Raises `DiagnosticError` where a
    file can't be decoded or a process ends unasked.
    """
    height, width, channels = reader.shape
    size = max(1, min(_CHUNK_IMAGES, _CHUNK_BYTES // (height * width * channels)))
    chunks = _Chunks(batches, size)
    with _interrupts_held_back():
        decoded = iter(_loader(reader, chunks)) if len(chunks) else iter(())
    try:
        for batch in batches:
            pixels = staging((len(batch), height, width, channels), device)
            for part in torch.split(pixels, size) if len(batch) else ():
                part.copy_(_next(decoded))
            yield pixels
    finally:
        _shut_down(decoded)


class _Chunks:
    """The batches cut into chunks of at most `size` files, each as a list."""

    def __init__(self, batches: Sequence[Tensor], size: int) -> None:
        self.batches = batches
        self.size = size

    def __len__(self) -> int:
        return sum(-(-len(batch) // self.size) for batch in self.batches)

    def __iter__(self) -> Iterator[list[int]]:
        for batch in self.batches:
            if len(batch):
                yield from (chunk.tolist() for chunk in torch.split(batch, self.size))


def _loader(reader: ChunkReader, chunks: _Chunks) -> DataLoader[Tensor | Failure]:
    return DataLoader(
        reader,
        batch_size=None,
        sampler=chunks,
        num_workers=min(reader.options.workers or usable_cores(), len(chunks)),
        collate_fn=_as_it_is,
        worker_init_fn=_leave_interrupts,
        # A program that starts processes anew has to guard its main module; forking asks nothing of it.
        multiprocessing_context="fork" if sys.platform.startswith("linux") else None,
        # The loader draws a number: not from torch's own generator, which networks draw from.
        generator=torch.Generator(),
    )


def _as_it_is(chunk: object) -> object:
    return chunk


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Processes that are started within it are not ended by a Ctrl-C before they have learnt to leave it."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _leave_interrupts(_: int) -> None:
    """Ctrl-C reaches every process of a terminal; only the one that trains is to act on it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _next(decoded: Iterator[Tensor | Failure]) -> Tensor:
    try:
        with ended_processes_reported():
            chunk = next(decoded)
    except (ConnectionError, EOFError, FileNotFoundError) as error:
        # A process that dies while it hands over shared memory takes the socket with it.
        raise DiagnosticError(_process_ended()) from error
    if isinstance(chunk, Failure):
        raise DiagnosticError(chunk.diagnostic)
    return chunk


def _shut_down(decoded: Iterator[Tensor | Failure]) -> None:
    """End the processes; dropping the iterator would do, but for tracebacks, which keep it alive."""
    shut_down = getattr(decoded, "_shutdown_workers", None)
    if shut_down is None:
        return
    try:
        shut_down()
    except RuntimeError as error:
        if not _tells_of_ended_process(error):
            raise


@contextmanager
def ended_processes_reported() -> Iterator[None]:
    """Turns torch's report that a process has ended unasked into a `DiagnosticError`.

    It comes from a signal handler, wherever the program happens to be: what
    reads streamed images does all of its work within this.
    """
    try:
        yield
    except RuntimeError as error:
        if not _tells_of_ended_process(error):
            raise
        raise DiagnosticError(_process_ended()) from error


def _tells_of_ended_process(error: RuntimeError) -> bool:
    return "DataLoader worker" in str(error)


def _process_ended() -> Diagnostic:
    """The error for a process that has ended unasked."""
    return Diagnostic(
        codes.WORKER_ENDED,
        "a process that decodes images has ended unasked: the system may have stopped it for want of memory",
        help="decode in fewer processes, such as `--workers 2`, or give a container more shared memory, such "
        "as `docker run --shm-size 8g`",
    )
