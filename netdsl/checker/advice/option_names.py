"""What other libraries call the options of layers."""

from __future__ import annotations

from netdsl.diagnostics.suggest import closest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Lower case and without underscores, the first of several. An option counts only where the layer has it,
# or torch's layer does for what flows in.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "a": ("negative_slope", "alpha"),
    "affine": ("elementwise_affine",),
    "alpha": ("negative_slope",),
    "attndrop": ("dropout",),
    "axes": ("dims",),
    "axis": ("dim",),
    "channels": ("out_channels",),
    "depthmultiplier": ("multiplier",),
    "dilationrate": ("dilation",),
    "dropout": ("p", "drop_path"),
    "dropoutprob": ("p", "dropout"),
    "dropoutrate": ("p", "dropout"),
    "droppathrate": ("drop_path", "p"),
    "dropprob": ("p", "dropout", "drop_path"),
    "droprate": ("p", "dropout", "drop_path"),
    "elementwiseaffine": ("affine",),
    "epsilon": ("eps",),
    "factor": ("scale_factor", "upscale_factor", "downscale_factor"),
    "features": ("out_features", "out_channels"),
    "filters": ("out_channels",),
    "filtersize": ("kernel_size",),
    "groups": ("num_groups",),
    "head": ("heads",),
    "inch": ("in_channels",),
    "inchannels": ("in_channels", "in_features"),
    "infeatures": ("in_features", "in_channels"),
    "infilters": ("in_channels",),
    "inplanes": ("in_channels",),
    "inputchannels": ("in_channels",),
    "inputdim": ("in_features", "in_channels"),
    "inputfeatures": ("in_features",),
    "inputshape": ("in_features", "in_channels"),
    "inputsize": ("in_features", "in_channels"),
    "interpolation": ("mode",),
    "kernel": ("kernel_size",),
    "ksize": ("kernel_size",),
    "leak": ("negative_slope",),
    "nhead": ("heads",),
    "nheads": ("heads",),
    "numheads": ("heads",),
    "numgroups": ("groups",),
    "numoutput": ("out_channels", "out_features"),
    "outchannels": ("out_channels", "out_features"),
    "outfeatures": ("out_features", "out_channels"),
    "outputsize": ("adaptive", "size"),
    "pad": ("padding",),
    "planes": ("out_channels",),
    "poolsize": ("kernel_size",),
    "prob": ("p", "dropout", "drop_path"),
    "probability": ("p", "dropout", "drop_path"),
    "rate": ("p", "dropout", "dilation", "drop_path"),
    "scale": ("scale_factor", "factor", "upscale_factor", "downscale_factor"),
    "scalefactor": ("factor", "upscale_factor", "downscale_factor"),
    "size": ("kernel_size",),
    "slope": ("negative_slope",),
    "strides": ("stride",),
    "targetshape": ("shape",),
    "units": ("out_features", "out_channels"),
    "upscale": ("scale_factor", "upscale_factor"),
    "upscalefactor": ("scale_factor", "factor"),
    "usebias": ("bias",),
    "window": ("window_size", "kernel_size"),
}
# Layers of their own here, which other libraries take as an option.
ACTIVATIONS = ("act", "activation", "nonlinearity")


def meant_option(word: str, names: Sequence[str]) -> str | None:
    """The option that was probably meant, of those that a layer or block has."""
    candidates = SYNONYMS.get(word.lower().replace("_", ""), ())
    synonym = next((each for each in candidates if each in names), None)
    exact = next((each for each in names if each.lower() == word.lower()), None)
    return exact or synonym or closest(word, names)
