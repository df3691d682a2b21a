"""Layers of other libraries that there are none of here, though other names may look like theirs."""

from __future__ import annotations

from netdsl.layers.table import without_case

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_RECURRENT = "there are no recurrent layers: a net is a graph that each input goes through once"
_WORDS = "an input is a tensor of numbers; there is no layer that looks up the vectors of words"
_TRANSFORMER = "write it of `layernorm`, `attention` and `linear`, as the packaged `vit` does"
_GATED = "write it as `multiply {{ branch {{ linear(n) }} branch {{ linear(n) -> {gate} }} }}`"
_NONE = "there is no such layer; `netdsl layers` lists those there are, and a package can add one"

# Lower case and without underscores.
_HELP: Mapping[str, str] = {
    **dict.fromkeys(("lstm", "gru", "rnn", "lstmcell", "grucell", "rnncell", "bilstm"), _RECURRENT),
    **dict.fromkeys(("simplernn", "bidirectional", "convlstm"), _RECURRENT),
    **dict.fromkeys(("embedding", "embeddingbag", "wordembedding"), _WORDS),
    **dict.fromkeys(("transformer", "transformerencoder", "transformerencoderlayer"), _TRANSFORMER),
    **dict.fromkeys(("transformerdecoder", "transformerdecoderlayer"), _NONE),
    "glu": _GATED.format(gate="sigmoid"),
    "swiglu": _GATED.format(gate="silu"),
    "geglu": _GATED.format(gate="gelu"),
    **dict.fromkeys(("rrelu", "crelu", "logsigmoid", "softmin", "softsign", "quickgelu"), _NONE),
    **dict.fromkeys(("softshrink", "hardshrink", "tanhshrink", "threshold", "bilinear"), _NONE),
    **dict.fromkeys(("minpool", "minpooling", "fractionalmaxpool2d", "maxunpool2d"), _NONE),
}


def absent(word: str) -> str | None:
    """What to do without a layer of this name, which exists elsewhere; None of other names."""
    return _HELP.get(without_case(word))
