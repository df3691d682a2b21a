"""E2xx: a layer can't take the shape that flows into it."""

from __future__ import annotations

from netdsl.diagnostics.diagnostic import Code

WRONG_LAYOUT = Code(
    "E201",
    "layer does not take a value of this layout",
    "Convolutions and pools work on maps (channels and one to three spatial axes), a linear layer on a "
    "vector or on tokens, attention on tokens. Between a map and a linear layer stands `flatten` or "
    "`avgpool(global) -> flatten`; after `flatten` no convolution can stand.",
    """net Small {
    input 3x32x32
    conv(16, 3) -> relu
    linear(10)
}
""",
    """net Small {
    input 3x32x32
    conv(16, 3) -> relu
    flatten
    linear(10)
}
""",
)

SHAPES_DIFFER = Code(
    "E202",
    "shapes of the branches of a merge differ",
    "`add`, `multiply`, `shake` and `residual` need branches of one shape (an axis of size 1 stretches in "
    "`add` and `multiply`); `concat` needs the same sizes on all axes but the joined one. A residual whose "
    "body changes channels or halves the map needs a `shortcut` that does the same.",
    """net Small {
    input 16x32x32
    residual {
        conv(32, 3, stride=2, padding=1)
    }
    flatten -> linear(10)
}
""",
    """net Small {
    input 16x32x32
    residual {
        conv(32, 3, stride=2, padding=1)
    } shortcut {
        conv(32, 1, stride=2)
    }
    flatten -> linear(10)
}
""",
)

KERNEL_DOES_NOT_FIT = Code(
    "E203",
    "kernel does not fit its input",
    "The kernel (with its dilation) reaches further than the map and its padding, so there is no place to "
    "put it. Either the map shrank more than meant above, which the second label shows, or padding is "
    "missing.",
    """net Small {
    input 3x32x32
    conv(18, 5) -> avgpool(8)
    conv(48, 5)
    flatten -> linear(10)
}
""",
    """net Small {
    input 3x32x32
    conv(18, 5) -> avgpool(2)
    conv(48, 5)
    flatten -> linear(10)
}
""",
)

EXPECT_FAILED = Code(
    "E204",
    "shape is not the expected one",
    "`expect` is a comment that is checked: it states the shape at its place. Either the layers above do "
    "something else than was meant, or the statement is out of date.",
    """net Small {
    input 3x32x32
    conv(18, 5) -> maxpool(2)
    expect 18x16x16
    flatten -> linear(10)
}
""",
    """net Small {
    input 3x32x32
    conv(18, 5, padding=2) -> maxpool(2)
    expect 18x16x16
    flatten -> linear(10)
}
""",
)

NOT_DIVISIBLE = Code(
    "E205",
    "channels can't be divided evenly",
    "Grouped convolutions, group normalization, attention heads, channel shuffles and splits divide the "
    "channels into equal parts, so the number of channels must be a multiple of the number of parts.",
    """net Small {
    input 3x32x32
    conv(16, 3, groups=2)
    flatten -> linear(10)
}
""",
    """net Small {
    input 4x32x32
    conv(16, 3, groups=2)
    flatten -> linear(10)
}
""",
)

OPTIONS_CONTRADICT = Code(
    "E206",
    "options that don't go together",
    "Each option is fine alone, but PyTorch refuses them together: `padding=same` with a stride, a pool "
    "padded by more than half its kernel, a mode of `upsample` for another number of axes.",
    """net Small {
    input 3x32x32
    conv(16, 3, stride=2, padding=same)
    flatten -> linear(10)
}
""",
    """net Small {
    input 3x32x32
    conv(16, 3, stride=2, padding=1)
    flatten -> linear(10)
}
""",
)

TOO_LARGE = Code(
    "E207",
    "tensor too large to exist",
    "A weight or an activation of one sample would have more than 2^40 elements: far more than any "
    "machine holds. A size was probably multiplied where it should have been divided, or not flattened.",
    """net Small {
    input 3x1000000x1000000
    flatten -> linear(10)
}
""",
    """net Small {
    input 3x1000x1000
    flatten -> linear(10)
}
""",
)

SIZE_MISMATCH = Code(
    "E208",
    "elements don't fit the new shape",
    "`reshape` and `permute` rearrange the elements of a value; their number stays the same, and a "
    "permutation names every axis once.",
    """net Small {
    input 3x32x32
    reshape(64x8x8)
    flatten -> linear(10)
}
""",
    """net Small {
    input 3x32x32
    reshape(48x8x8)
    flatten -> linear(10)
}
""",
)

PADDING_TOO_WIDE = Code(
    "E209",
    "padding wider than its input",
    "Reflected padding must be narrower than the map it mirrors, and circular padding at most as wide as "
    "what is left of it. Padding below 0, which cuts elements off, must leave something of the map, and so "
    "must that of a transposed convolution, which is cut off what it makes.",
    """net Small {
    input 3x4x4
    pad(4, reflect) -> conv(16, 3)
    flatten -> linear(10)
}
""",
    """net Small {
    input 3x4x4
    pad(3, reflect) -> conv(16, 3)
    flatten -> linear(10)
}
""",
)

TOO_FEW_VALUES = Code(
    "E210",
    "normalization over a single value",
    "An instance normalization takes mean and variance over the spatial positions of each channel; over a "
    "single position the result is always 0, and PyTorch refuses it in training.",
    """net Small {
    input 3x8x8
    conv(16, 8) -> instancenorm
    flatten -> linear(10)
}
""",
    """net Small {
    input 3x8x8
    conv(16, 5) -> instancenorm
    flatten -> linear(10)
}
""",
)

MODULE_REFUSES = Code(
    "E211",
    "installed layer refuses its input",
    "A layer that an installed package adds is run on the meta device to find its shape; the label repeats "
    "what its module said. Look at the module's own requirements.",
    "netdsl check own.net",
    "netdsl check own.net",
    "command",
)

OVERWRITTEN = Code(
    "E212",
    "value overwritten that is still needed",
    "With `inplace=true` a layer writes what it makes over what flows in. Nothing else may need that value "
    "then: another branch, a merge that takes it by its label, or the gradient of the layer that made it "
    "(`relu`, `sigmoid`, `tanh` and `softmax` work out theirs from their output). PyTorch finds this in the "
    "backward pass, or not at all, and goes on with other numbers.",
    """net Small {
    input 3x32x32
    conv(16, 3) as skip -> relu(inplace=true) -> conv(16, 1)
    add(skip) -> flatten -> linear(10)
}
""",
    """net Small {
    input 3x32x32
    conv(16, 3) as skip -> relu -> conv(16, 1)
    add(skip) -> flatten -> linear(10)
}
""",
)

ALL: tuple[Code, ...] = (
    WRONG_LAYOUT,
    SHAPES_DIFFER,
    KERNEL_DOES_NOT_FIT,
    EXPECT_FAILED,
    NOT_DIVISIBLE,
    OPTIONS_CONTRADICT,
    TOO_LARGE,
    SIZE_MISMATCH,
    PADDING_TOO_WIDE,
    TOO_FEW_VALUES,
    MODULE_REFUSES,
    OVERWRITTEN,
)
