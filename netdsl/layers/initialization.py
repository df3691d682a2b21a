"""Schemes of `init` statements: the functions of torch.nn.init, declared once."""

from __future__ import annotations

from netdsl.layers.kinds import Choice, Integer, Kind, Number
from netdsl.record import Record

ANY = (1, 99)
MATRICES = (2, 99)


class Scheme(Record):
    """A way to start a parameter. `axes` are the least and most axes it can have.

    `required` names the options without a default; `bounds` are the
    defaults of `a` and `b` where these are the ends of a range.
    """

    name: str
    torch: str
    axes: tuple[int, int]
    options: tuple[tuple[str, Kind, str], ...]
    required: tuple[str, ...] = ()
    bounds: tuple[float, float] | None = None


NUMBER = Number()
MODE = ("mode", Choice(("fan_in", "fan_out")), "keep the variance forward or backward")
NONLINEARITY = (
    "nonlinearity",
    Choice(("leaky_relu", "relu", "tanh", "sigmoid", "selu", "linear")),
    "the activation that follows",
)
SLOPE = ("a", NUMBER, "negative slope of leaky_relu")
GAIN = ("gain", NUMBER, "scale")
# These draw with a deviation in proportion to it, which torch wants to be none below 0.
XAVIER_GAIN = ("gain", Number(0), "scale")
SCHEMES: dict[str, Scheme] = {
    scheme.name: scheme
    for scheme in (
        Scheme("zeros", "zeros_", ANY, ()),
        Scheme("ones", "ones_", ANY, ()),
        Scheme("constant", "constant_", ANY, (("val", NUMBER, "the value"),), ("val",)),
        Scheme(
            "normal", "normal_", ANY, (("mean", NUMBER, "mean"), ("std", Number(0), "standard deviation"))
        ),
        Scheme(
            "trunc_normal",
            "trunc_normal_",
            ANY,
            (
                ("mean", NUMBER, "mean"),
                # Torch divides by it.
                ("std", Number(above=0), "standard deviation"),
                ("a", NUMBER, "lower end"),
                ("b", NUMBER, "upper end"),
            ),
            bounds=(-2.0, 2.0),
        ),
        Scheme(
            "uniform",
            "uniform_",
            ANY,
            (("a", NUMBER, "lower end"), ("b", NUMBER, "upper end")),
            bounds=(0.0, 1.0),
        ),
        Scheme("xavier_uniform", "xavier_uniform_", MATRICES, (XAVIER_GAIN,)),
        Scheme("xavier_normal", "xavier_normal_", MATRICES, (XAVIER_GAIN,)),
        Scheme("kaiming_uniform", "kaiming_uniform_", MATRICES, (SLOPE, MODE, NONLINEARITY)),
        Scheme("kaiming_normal", "kaiming_normal_", MATRICES, (SLOPE, MODE, NONLINEARITY)),
        Scheme("orthogonal", "orthogonal_", MATRICES, (GAIN,)),
        Scheme("dirac", "dirac_", (3, 5), (("groups", Integer(), "groups of the convolution"),)),
    )
}
# What other libraries call them, lower case and without underscores.
SYNONYMS = {
    "glorot": "xavier_uniform",
    "glorotnormal": "xavier_normal",
    "glorotuniform": "xavier_uniform",
    "he": "kaiming_normal",
    "henormal": "kaiming_normal",
    "heuniform": "kaiming_uniform",
    "kaiming": "kaiming_normal",
    "msra": "kaiming_normal",
    "one": "ones",
    "randomnormal": "normal",
    "randomuniform": "uniform",
    "truncatednormal": "trunc_normal",
    "xavier": "xavier_uniform",
    "zero": "zeros",
}
# What torch.nn.init lacks, and a scheme with options that does the same: a variance of 1 / fan_in.
SPELLINGS = {
    "lecunnormal": "kaiming_normal, nonlinearity=linear",
    "lecununiform": "kaiming_uniform, nonlinearity=linear",
}
