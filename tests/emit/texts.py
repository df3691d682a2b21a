"""Networks that are hard to lower or to write as Python."""

from __future__ import annotations

TEXTS = {
    "merges": """net A { input 4x8x8
    add { branch { } branch { conv(4, 3, padding=1) } branch { conv(4, 1) -> relu } }
    multiply { branch { } branch { avgpool(global) -> conv(4, 1) -> sigmoid } }
    concat { branch { maxpool(2) } branch { conv(3, 2, stride=2) } }
    concat(dim=2) { branch { } branch { relu } }
    flatten -> linear(5) }""",
    "many branches": """net A { input 4x4x4
    add { repeat 24 { branch { conv(4, 1) } } }
    concat { repeat 24 { branch { conv(2, 1) } } }
    multiply { repeat 24 { branch { sigmoid } } } }""",
    "merge in a merge": """net A { input 4x8x8
    add { branch { add { branch { relu } branch { tanh -> conv(4, 1) } } -> bn } branch { concat {
        branch { conv(2, 1) } branch { add { branch { conv(2, 1) } branch { conv(2, 1) } } } } } } }""",
    "taps": """net A { input 3x8x8
    conv(4, 3, padding=1) as early -> relu -> conv(4, 3, padding=1) as late -> bn
    add(early) -> relu -> concat(late, early) -> conv(4, 1) -> multiply(late) }""",
    "labelled merge reads outer labels": """net A { input 3x8x8
    conv(4, 3, padding=1) as a -> relu as b -> conv(4, 1)
    add { branch { concat(a, b) -> conv(4, 1) } branch { add(a) -> Inner } } as mix
    concat { branch { add(b) } branch { add { branch { } branch { add(a) } } as deep } } as last
    add(last) }
block Inner { residual { conv(in_channels, 1) -> relu } -> bn }""",
    "nested blocks": """net A { input 3x8x8
    Outer(4) -> Outer(8) -> Outer(8, 2) -> flatten -> linear(2) }
block Outer(channels, stride = 1) { Middle(channels, stride) -> Middle(channels, 1) -> relu }
block Middle(channels, stride) { Leafy(channels) -> conv(channels, 3, stride=stride, padding=1) }
block Leafy(channels) { bn -> conv(channels, 1) }""",
    "init": """net A { input 3x8x8
    init(conv, kaiming_normal, mode=fan_out, nonlinearity=relu)
    init(conv, constant, val=0.25, parameter=bias)
    init(linear, normal, std=0.01)
    init(bn, uniform, a=0.5, b=1.5)
    conv(4, 3) -> bn -> relu
    Own -> conv(4, 1) -> flatten -> linear(6) -> relu -> linear(2) }
block Own { init(conv, xavier_uniform, gain=2.0)
    conv(4, 1) -> bn -> conv(4, 1) }""",
    "init beside modules of one's own": """net A { input 4x8x8
    init(conv, orthogonal)
    init(linear, trunc_normal, std=0.02, a=-0.04, b=0.04)
    shift_shortcut(8) -> conv(4, 1) as only
    tokens -> residual { layernorm -> attention(heads=2) } -> residual { linear(8) -> gelu -> linear(4) }
    mean_tokens -> linear(3) }""",
    "init of a part": """net A { input 4x4x4
    conv(4, 1) -> Part -> conv(4, 1) -> Part -> conv(4, 1) -> conv(4, 1) }
block Part { init(conv, ones) init(conv, zeros, parameter=bias)
    conv(4, 1) }""".replace(") init", ")\n    init"),
    "empty branches and blocks": """net A { input 4x8x8
    add { branch { } branch { } }
    Nothing -> residual { Nothing } -> concat { branch { Nothing } branch { } }
    Maybe(true) -> Maybe(false) -> Nothing as kept -> add(kept) }
block Nothing { }
block Maybe(really) { if really { conv(8, 1) } }""",
    "outputs": """net A { input 4x8x8
    conv(4, 1) as first -> relu
    output early { Head(3) }
    residual { conv(4, 3, padding=1)
        output middle { add(first) -> conv(2, 1) } }
    for c in [4, 6] { conv(c, 1)
        output all { flatten } }
    output late { init(linear, ones)
        Head(2) }
    output nothing { }
    Head(5) }
block Head(classes) { avgpool(global) -> flatten -> linear(classes) }""",
    "only an empty block": "net A { input 4x8x8\n Nothing }\nblock Nothing { }",
    "no layer": "net A { input 4x8x8\n }",
    "net as a layer": """net A { input 3x8x8
    Part(6) -> Part2 -> flatten -> linear(2) }
net Part(width = 4) { input 3x8x8
    conv(width, 3, padding=1) as first -> relu -> residual { conv(width, 1) } }
net Part2 { input 6x8x8
    maxpool(2) }""",
    "one block, other numbers": """net A { input 3x32x32
    B(4, 3, 1, 0.1) -> B(8, 5, 2, 0.5) -> B(8, 3x1, 1, 0) -> B(8, 3, 1, 0) }
block B(channels, kernel, step, p) {
    conv(channels, kernel, stride=step, padding=step, dilation=step) -> dropout(p) -> leaky_relu(p)
    maxpool(3, stride=step) }""",
    "one block, other types": """net A { input 4x16x16
    B(1, true, 1.0) -> B(0, false, 0.0) -> C(true, 1) -> C(false, 2) }
block B(padding, bias, p) { conv(4, 3, padding=padding, bias=bias) -> dropout(p) -> conv(4, 3, bias=bias) }
block C(ceiled, step) { avgpool(2, stride=step, ceil_mode=ceiled, count_include_pad=ceiled) }""",
    "one block, other structure": """net A { input 3x16x16
    B(true, 4) -> B(false, 4) -> B(true, 8)
    C(relu) -> C(tanh) -> C(leaky_relu(0.3)) -> C(leaky_relu(0.2)) }
block B(norm, channels) { conv(channels, 3, padding=1)
    if norm { bn } }
block C(act) { act -> conv(8, 1) }""",
    "one block, shapes of other lengths": """net A { input 16
    B((4, 4)) -> B((2, 2, 4)) -> B((2, 8)) }
block B(shape) { reshape(shape) -> relu -> flatten }""",
    "labels in loops": """net A { input 4x8x8
    for width in [4, 6] { conv(width, 1) as c -> relu -> concat(c) }
    repeat 2 { Own as own -> add(own) }
    conv(4, 1) as c }
block Own { relu as act -> conv(in_channels, 1) as c -> add(act) }""",
    "branches of labels": """net A { input 4x8x8
    conv(4, 3, padding=1) as wide
    maxpool(2) -> conv(6, 1) as deep
    repeat 2 { maxpool(2) -> relu as low
        concat { branch(deep) { relu } branch(low) { upsample(size=4) } branch(wide) { avgpool(2) } } as all
        conv(6, 1) }
    add { branch(wide) { conv(2, 1) } branch { upsample(2) -> conv(2, 1) } } }""",
    "drop path": """net A { input 4x8x8
    residual(drop_path=0.3) { conv(4, 1) } shortcut { bn }
    repeat 2 { residual(drop_path=0.2) { B } }
    drop_path(0.5) -> layer_scale -> layernorm(channels) }
block B { conv(4, 3, padding=1) -> relu }""",
    "shake": """net A { input 4x8x8
    shake { branch { conv(4, 1) } branch { conv(4, 1) } }
    shake(forward=even, backward=keep, level=batch) { repeat 3 { branch { conv(4, 1) } } }
    residual { shake(backward=even) { branch { } branch { relu } } as mix } shortcut { shift_shortcut(4) }
    relu }""",
    "prelu": """net A { input 4x8x8
    prelu -> prelu(channels) -> conv(6, 1) -> prelu(channels, init_value=0.1) }""",
    "padding": """net A { input 3x9x9
    conv(4, 3, padding=same) -> conv(4, 3, padding=valid) -> conv(4, 3, padding=1, padding_mode=reflect)
    conv(4, (3, 1), padding=(1, 0), padding_mode=circular) -> pad(1) -> pad((1, 2, 0, 1), mode=reflect)
    depthwise(3, padding=1, padding_mode=replicate) -> pad(1, mode=replicate) }""",
    "pools": """net A { input 4x9x11
    maxpool(3, stride=1, padding=1) -> avgpool((2, 3), ceil_mode=true, count_include_pad=false)
    lppool(2, 2, stride=1) -> avgpool(adaptive=(2, 3)) -> maxpool(global) -> avgpool(global) }""",
    "resizing": """net A { input 4x6x6
    upsample(2) -> upsample(size=(5, 7), mode=bilinear) -> upsample(2, mode=bicubic, align_corners=true)
    pixel_unshuffle(2) -> pixel_shuffle(2) -> conv_transpose(4, 3, stride=2, output_padding=1) }""",
    "rearranging": """net A { input 4x6x8
    permute([1, 3, 2]) -> reshape((8, 24)) -> permute([2, 1]) -> reshape((24, 2, -1)) -> flatten(start_dim=2)
    flatten }""",
    "shuffle": """net A { input 8x6x6
    repeat 2 { concat {
        branch { channel_split(2, 0) }
        branch { channel_split(2, 1) -> conv(4, 3, padding=1, groups=2) }
    } -> channel_shuffle(2) } }""",
    "tokens": """net A { input 3x8x8
    conv(8, 4, stride=4) -> tokens -> class_token -> position_embedding(std=0.1)
    repeat 2 { residual { layernorm -> attention(heads=2, dropout=0.1) } }
    layernorm(eps=1e-6) -> layer_scale(init_value=0.5) -> concat { branch { } branch { linear(8) } }
    select_token -> linear(2) }""",
    "one and three axes": """net A { input 3x4x4x4
    conv(4, 3, padding=1) -> bn -> maxpool(2) -> dropout(0.1, spatial=true) -> instancenorm
    reshape((4, 8)) -> conv(6, 3) -> bn -> groupnorm(2) -> avgpool(global) -> flatten
    bn -> linear(2) -> log_softmax }""",
    "activations": """net A { input 4x4x4
    relu6 -> elu(alpha=0.5) -> selu -> celu -> gelu(approximate=tanh) -> silu -> mish -> hardswish
    hardsigmoid -> hardtanh(min_val=-0.5, max_val=0.5) -> softplus(beta=2) -> tanh -> softmax -> identity
    local_response_norm(3) -> alpha_dropout(0.1) }""",
    "block Tensor": """net A { input 4x8x8
    Tensor(2) -> Module -> OrderedDict -> Sequential -> Mapping -> F -> Super -> Sum }
block Tensor(n) { conv(4, n) }
block Module { conv(4, 1) -> bn }
block OrderedDict { relu -> conv(4, 1) }
block Sequential { conv(4, 1) -> tanh }
block Mapping { shake { branch { } branch { relu } } }
block F { shift_shortcut(4) }
block Super { bn -> bn }
block Sum { bn -> bn -> relu }""",
    "blocks named as modules of ours": """net A { input 4x8x8
    ShakeShake -> ShiftShortcut -> Add -> Concat -> ValueError -> A2 }
block ShakeShake { shake { branch { } branch { conv(4, 1) } } }
block ShiftShortcut { shift_shortcut(4) }
block Add { add { branch { } branch { relu } } }
block Concat { concat { branch { } branch { relu } } -> conv(4, 1) }
block ValueError { residual(drop_path=0.1) { conv(4, 1) } }
block A2 { relu -> relu }""",
    "labels that are words": """net A { input 4x8x8
    conv(4, 1) as self -> relu as nn -> conv(4, 1) as torch -> add(nn) as x -> concat(self, x) as Tensor
    conv(4, 1) as F -> bn as super -> add { branch { } branch { relu } } as y }""",
    "quotes": """# Says "hi", C:\\new, LONG"so"
net A(mode = "reflect") { input 4x8x8
    B(mode) }
# It ends with a "quote"
block B(mode) { conv(4, 3, padding=1, padding_mode=mode) }""".replace("LONG", "and on " * 20),
}  # fmt: skip

# Nets whose own name the source, or Python, has a use for.
NAMES = (
    "Graph", "Add", "Concat", "ShakeShake", "ShiftShortcut", "DropPath", "Tensor", "F", "None", "True",
    "Module", "Mapping", "Sequence", "ValueError", "Conv2d", "Sequential", "OrderedDict",
)  # fmt: skip
NAMED = """net {name} {{ input 4x8x8
    conv(4, 1) as a -> residual(drop_path=0.1) {{ Block }} -> shift_shortcut(4) -> concat(a) -> conv(4, 1)
    shake {{ branch {{ }} branch {{ relu }} }} -> shake {{ branch {{ }} branch {{ relu }} }} as s }}
block Block {{ conv(4, 1) -> bn }}"""
