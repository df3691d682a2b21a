"""From an operation and the number of a magnitude to the value that the operation takes."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from netdsl.training.augment.operations import Operation

_FACTORS = (Operation.BRIGHTNESS, Operation.SATURATION, Operation.CONTRAST, Operation.SHARPNESS)
_SHEARS = (Operation.SHEAR_X, Operation.SHEAR_Y)
_SHIFTS = (Operation.TRANSLATE_X, Operation.TRANSLATE_Y)
# Operations that go either way, by the sign.
_SIGNED = (*_SHEARS, *_SHIFTS, Operation.ROTATE, *_FACTORS)


@dataclass(frozen=True, slots=True)
class Space:
    """Operations and the greatest magnitudes of a policy; `bins` magnitudes lie evenly from 0 to these.

    `shear` is a slope, `rotation` degrees, `factor` what is added to or
    taken from a factor of 1, `posterized` how many bits are lost;
    `translation` is pixels or, where `relative`, a part of the side.
    Solarizing goes from none of the levels (255) to all (0) in every space.
    """

    operations: tuple[Operation, ...]
    bins: int
    shear: float
    translation: float
    relative: bool
    rotation: float
    factor: float
    posterized: int

    def pick(self, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        """Operations of the space, each as likely, int64 of that shape on the CPU."""
        places = torch.randint(0, len(self.operations), shape, generator=generator)
        return torch.tensor(self.operations)[places]

    def values(self, operations: Tensor, bins: Tensor, signs: Tensor, *, height: int, width: int) -> Tensor:
        """What the operations take, float64, for images of that size; all of one shape, on the CPU."""
        table = self._magnitudes(height, width)
        magnitudes = table[operations, bins]
        signed = torch.zeros(len(Operation), dtype=torch.bool)
        signed[list(_SIGNED)] = True
        factors = torch.zeros(len(Operation), dtype=torch.float64)
        factors[list(_FACTORS)] = 1
        return factors[operations] + torch.where(signed[operations], magnitudes * signs, magnitudes)

    def _magnitudes(self, height: int, width: int) -> Tensor:
        """Magnitudes without sign, float64 (operations, bins)."""
        table = torch.zeros((len(Operation), self.bins))
        table[list(_SHEARS)] = torch.linspace(0, self.shear, self.bins)
        for shift, side in ((Operation.TRANSLATE_X, width), (Operation.TRANSLATE_Y, height)):
            greatest = self.translation * (side if self.relative else 1)
            table[shift] = torch.linspace(0, greatest, self.bins)
        table[Operation.ROTATE] = torch.linspace(0, self.rotation, self.bins)
        table[list(_FACTORS)] = torch.linspace(0, self.factor, self.bins)
        lost = torch.arange(self.bins) / ((self.bins - 1) / self.posterized)
        table[Operation.POSTERIZE] = 8 - lost.round()
        table[Operation.SOLARIZE] = torch.linspace(255, 0, self.bins)
        return table.double()


_OPERATIONS = (
    Operation.IDENTITY,
    *_SHEARS,
    *_SHIFTS,
    Operation.ROTATE,
    *_FACTORS,
    Operation.POSTERIZE,
    Operation.SOLARIZE,
    Operation.AUTOCONTRAST,
    Operation.EQUALIZE,
)
# The authors of AutoAugment shift images of 331 pixels by up to 150.
_SHIFT = 150 / 331
CIFAR10 = Space(
    (*_OPERATIONS[1:], Operation.INVERT),
    10,
    shear=0.3,
    translation=_SHIFT,
    relative=True,
    rotation=30,
    factor=0.9,
    posterized=4,
)
RANDOM = Space(
    _OPERATIONS, 31, shear=0.3, translation=_SHIFT, relative=True, rotation=30, factor=0.9, posterized=4
)
TRIVIAL_WIDE = Space(
    _OPERATIONS, 31, shear=0.99, translation=32, relative=False, rotation=135, factor=0.99, posterized=6
)
