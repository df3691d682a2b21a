"""Safetensors files: weights, checkpoints, and what decoding gave."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import torch
from safetensors.torch import save
from torch import nn

from conformance.hostile.kind import Kind
from conformance.hostile.mutate.bytewise import INTEGERS, mutate_bytes
from conformance.hostile.promises import check_said, promise
from netdsl.diagnostics import DiagnosticError
from netdsl.training.run_folder.checkpoint import read_checkpoint
from netdsl.training.run_folder.opened import load_weights
from netdsl.training.run_folder.writing import epoch_of

_TYPES = (
    "F32",
    "F16",
    "BF16",
    "F64",
    "I64",
    "U8",
    "BOOL",
    "F8_E4M3",
    "F8_E5M2",
    "F4",
    "C64",
    "U16",
    "F7",
    "",
    1,
)
_DEEP = "[" * 100_000
_FACTS = (
    *("{}", "[]", "null", "{", _DEEP, '{"data": ' * 500, '{"epoch": 1e999}', '{"epoch": NaN}', '"' * 3),
    "9" * 5000,
)
_METADATA: tuple[object, ...] = ({"version": "2"}, {"epoch": "9" * 5000}, [], {"a": 1}, {"version": "1"})
_HEADERS = (b"[" * 5000, b'{"a":' * 5000, b"{}" + b" " * 10**6, b'{"a":{"a":1}}', b"")


class Tensors(Kind):
    """Safetensors whose bytes are changed, or whose headers lie."""

    name = "tensors"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.module = nn.Linear(2, 1)
        self.before = self.module.weight.detach().clone()

    def seeds(self) -> Sequence[bytes]:
        """Weights of the module, of another one, and a checkpoint."""
        state = {name: value.contiguous() for name, value in nn.Linear(2, 1).state_dict().items()}
        facts = {"version": "1", "facts": json.dumps({"data": {}, "epoch": 1, "history": []})}
        return [save(state, {"epoch": "3"}), save({"scale": torch.zeros(())}), save(state, facts)]

    def draw(self, random: Random, pool: Sequence[bytes]) -> bytes:
        """Bytes changed, or a header that is drawn."""
        data = _lying(random) if random.random() < 0.6 else random.choice(pool)
        for _ in range(int(random.expovariate(0.8)) + (random.random() < 0.3)):
            data = mutate_bytes(random, data, pool)
        return data

    def run(self, data: bytes) -> frozenset[str]:
        """Read it as weights, as a checkpoint, and for the epoch that it is from."""
        path = self.folder / "best.safetensors"
        path.write_bytes(data)
        signs: frozenset[str] = frozenset()
        reading: tuple[Callable[[], object], ...] = (self._fill(path), lambda: read_checkpoint(path))
        for read in reading:
            try:
                read()
                signs |= {"accepted"}
            except DiagnosticError as error:
                signs |= check_said([error.diagnostic])
        epoch_of(path)
        return signs

    def _fill(self, path: Path) -> Callable[[], object]:
        def fill() -> None:
            with torch.no_grad():
                self.module.weight.copy_(self.before)
            try:
                load_weights(self.module, path)
            except DiagnosticError:
                promise(torch.equal(self.module.weight, self.before), "refused weights were used")
                raise

        return fill


def _lying(random: Random) -> bytes:
    """A file with the names of the module's weights, and a header that is drawn."""
    honest = {"weight": ([1, 2], [0, 8]), "bias": ([1], [8, 12])}
    header: dict[str, object] = {}
    for name, (shape, offsets) in honest.items():
        lying_shape, lying_offsets = random.random() < 0.3, random.random() < 0.1
        header[name if random.random() < 0.95 else random.choice(("", "../x", "a\0b", "weight.x"))] = {
            "dtype": random.choice(_TYPES) if random.random() < 0.15 else "F32",
            "shape": [random.choice((*INTEGERS, -1, 0.5, "1")) for _ in shape] if lying_shape else shape,
            "data_offsets": [random.choice((*INTEGERS, 8, 12)) for _ in offsets]
            if lying_offsets
            else offsets,
        }
    if random.random() < 0.4:
        facts = {"version": "1", "facts": random.choice(_FACTS)}
        header["__metadata__"] = random.choice((facts, facts, *_METADATA))
    text = json.dumps(header).encode()
    if random.random() < 0.05:
        text = random.choice((*_HEADERS, text + text))
    length = random.choice(INTEGERS) % 2**64 if random.random() < 0.05 else len(text)
    return struct.pack("<Q", length) + text + bytes(12)
