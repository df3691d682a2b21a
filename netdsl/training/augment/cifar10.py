"""The table of AutoAugment's policy for CIFAR-10."""

from __future__ import annotations

from typing import NamedTuple

from netdsl.training.augment.operations import Operation


class Part(NamedTuple):
    """One operation of a pair: how likely it happens, and which of ten magnitudes it has."""

    operation: Operation
    probability: float
    magnitude: int = 0


# Cubuk et al. 2019, table 7, numbered from 0 there.
SUBPOLICIES: tuple[tuple[Part, Part], ...] = (
    (Part(Operation.INVERT, 0.1), Part(Operation.CONTRAST, 0.2, 6)),
    (Part(Operation.ROTATE, 0.7, 2), Part(Operation.TRANSLATE_X, 0.3, 9)),
    (Part(Operation.SHARPNESS, 0.8, 1), Part(Operation.SHARPNESS, 0.9, 3)),
    (Part(Operation.SHEAR_Y, 0.5, 8), Part(Operation.TRANSLATE_Y, 0.7, 9)),
    (Part(Operation.AUTOCONTRAST, 0.5), Part(Operation.EQUALIZE, 0.9)),
    (Part(Operation.SHEAR_Y, 0.2, 7), Part(Operation.POSTERIZE, 0.3, 7)),
    (Part(Operation.SATURATION, 0.4, 3), Part(Operation.BRIGHTNESS, 0.6, 7)),
    (Part(Operation.SHARPNESS, 0.3, 9), Part(Operation.BRIGHTNESS, 0.7, 9)),
    (Part(Operation.EQUALIZE, 0.6), Part(Operation.EQUALIZE, 0.5)),
    (Part(Operation.CONTRAST, 0.6, 7), Part(Operation.SHARPNESS, 0.6, 5)),
    (Part(Operation.SATURATION, 0.7, 7), Part(Operation.TRANSLATE_X, 0.5, 8)),
    (Part(Operation.EQUALIZE, 0.3), Part(Operation.AUTOCONTRAST, 0.4)),
    (Part(Operation.TRANSLATE_Y, 0.4, 3), Part(Operation.SHARPNESS, 0.2, 6)),
    (Part(Operation.BRIGHTNESS, 0.9, 6), Part(Operation.SATURATION, 0.2, 8)),
    (Part(Operation.SOLARIZE, 0.5, 2), Part(Operation.INVERT, 0.0)),
    (Part(Operation.EQUALIZE, 0.2), Part(Operation.AUTOCONTRAST, 0.6)),
    (Part(Operation.EQUALIZE, 0.2), Part(Operation.EQUALIZE, 0.6)),
    (Part(Operation.SATURATION, 0.9, 9), Part(Operation.EQUALIZE, 0.6)),
    (Part(Operation.AUTOCONTRAST, 0.8), Part(Operation.SOLARIZE, 0.2, 8)),
    (Part(Operation.BRIGHTNESS, 0.1, 3), Part(Operation.SATURATION, 0.7, 0)),
    (Part(Operation.SOLARIZE, 0.4, 5), Part(Operation.AUTOCONTRAST, 0.9)),
    (Part(Operation.TRANSLATE_Y, 0.9, 9), Part(Operation.TRANSLATE_Y, 0.7, 9)),
    (Part(Operation.AUTOCONTRAST, 0.9), Part(Operation.SOLARIZE, 0.8, 3)),
    (Part(Operation.EQUALIZE, 0.8), Part(Operation.INVERT, 0.1)),
    (Part(Operation.TRANSLATE_Y, 0.7, 9), Part(Operation.AUTOCONTRAST, 0.9)),
)
