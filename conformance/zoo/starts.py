"""Whether two fresh networks start alike: the same constants, the same spread and form of what is drawn."""

from __future__ import annotations

from math import log

from torch import Tensor, nn

from conformance.zoo.mapping import Mapping, paired

# Of some ten thousand tensors none should differ by chance: six standard deviations.
DEVIATIONS = 6.0


def differing_starts(module: nn.Module, reference: nn.Module, mapping: Mapping) -> list[str]:
    """Our parameters that start otherwise than torchvision's, each with what differs."""
    own, theirs = module.state_dict(), reference.state_dict()
    found = []
    for mine, other in paired(own, theirs, mapping):
        if own[mine].is_floating_point():
            wrong = how_different(own[mine], theirs[other])
            if wrong:
                found.append(f"{mine}: {wrong}")
    return found


def how_different(own: Tensor, other: Tensor) -> str:
    """In what two draws differ, nothing if in chance alone.

    The mean of the absolute values over the root mean square tells normal
    (0.80) from uniform (0.87) values. Of two draws of n normal values each,
    the root mean squares differ with a relative deviation of 1 / sqrt(n), and
    these quotients with one of 0.3 / sqrt(n); uniform values vary less.
    """
    constants = [float(each.flatten()[0]) for each in (own, other) if bool((each == each.flatten()[0]).all())]
    if constants and own.numel() > 1:
        return "" if len(constants) == 2 and constants[0] == constants[1] else "constant in one alone"
    spread, form = zip(*(measured(each) for each in (own, other)), strict=True)
    chance = DEVIATIONS / own.numel() ** 0.5
    if abs(log(spread[0] / spread[1])) > chance:
        return f"{spread[0]:.3g}, not {spread[1]:.3g} in the root mean square"
    if abs(form[0] - form[1]) > 0.3 * chance:
        return f"{form[0]:.3f}, not {form[1]:.3f} in the mean of absolute values"
    return ""


def measured(values: Tensor) -> tuple[float, float]:
    """The root mean square, and the mean of absolute values over it."""
    root = float(values.double().square().mean().sqrt())
    return root, float(values.double().abs().mean()) / root
