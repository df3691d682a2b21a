"""Texts that are made to be too much: too deep, too long, too often, without an end."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

_COUNTS = (1, 2, 3, 10, 62, 63, 64, 65, 66, 100, 500, 2000)
_LARGE = (10**3, 10**4, 10**5, 10**9, 10**15, 10**18 - 1, 10**18)
_OPENERS = (
    *("(", "[", "{", "not ", "-", "repeat 2 {", "residual {", "concat { branch {", "f(", "[1, "),
    *("if true {", "x[", "(1 + "),
)
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_CALLS = ("B{next}", "B{next} -> B{next}", "residual {{ B{next} }}", "if false {{ B{next} }}")
_BODIES = (
    *("relu", "", "let y = 1", "conv(3, 3, padding=1)", "residual { }", "relu as a", "cnov(3)"),
    *("repeat 1000 { relu }", "conv(3, 3, x=1)", "if in_chanels > 1 { }"),
)
_HEADS = ("repeat {}", "for i in range({})", "for i in [0] * {}")
_GROWTHS = (
    *(("[1, 2]", "{0} + {0}"), ("9", "{0} * {0}"), ("[1]", "[{0}, {0}, {0}]"), ("2", "{0} ** {0}")),
    *(("relu", "P({0}, {0})"), ("[relu]", "{0} * 1000"), ("range(1000)", "[{0}] * 1000"), ("0.1", "{0} / 3")),
    *(("[1]", "[{0}]"), ("relu", "P({0}, relu)"), ('"x"', "[{0}, 1]"), ("true", "not {0}")),
)
_USES = (
    *("{0}", "conv({0}, 3)", "if {0} == {0} {{ relu }}", "require false, {0}", "expect {0}"),
    *(
        "conv(len({0}), 3)",
        "for i in {0} {{ relu }}",
        "if {0} == [{0}] {{ relu }}",
        "conv(3, 3, padding={0})",
    ),
)
_PIECES = (
    *("relu -> ", "relu; ", "x + ", "x, ", "# ", "é", "\0", "relu\n", "relu\r", '"', "@ ", "1x", "0"),
    *("conv(3, 3)\n", ") ", "} ", "branch { } ", "let x = 1\n", "cnov\n", "use ", "net N {\n"),
)
_LAYERS = (
    *("conv(8, 3)", "flatten", "linear(10)", "upsample(1000000)", "concat { branch { } branch { } }"),
    *("reshape(-1)", "reshape(1, 1, 1)", "pad(999999999)", "attention(heads=1)", "conv(999999999, 1)"),
)
_PATHS = (
    *("a.net", "b.net", "inner/c.net", "../a.net", "/etc/passwd", "out.net", "loop.net", "up/a.net", "*"),
    *("hostile.net", "lenet5", "lenet5.net", "resnet.net", ".", "", "\\0", "a.net\0", "~/a.net", "x" * 300),
    *("file:///etc/passwd", "inner/../a.net", "CON"),
)


def make_text(random: Random) -> str:
    """One of the forms, with sizes that are drawn."""
    return random.choice(FORMS)(random)


def net(body: str, more: str = "") -> str:
    """A net around some statements."""
    return f"net N(x = 3) {{\n    input 3x32x32\n    {body}\n}}\n{more}"


def _nested(random: Random) -> str:
    opener, depth = random.choice(_OPENERS), random.choice(_COUNTS)
    closer = "".join(_CLOSERS.get(each, "") for each in reversed(opener))
    closed = random.choice((closer * depth, closer * (depth - 1), "", closer * (depth + 1)))
    body = f"{opener * depth}{random.choice(('relu', '1', '', 'x'))}{closed}"
    return random.choice((net(body), net(f"conv({body}, 3)"), net(f"let y = {body}"), body))


def _mutual(random: Random) -> str:
    count = random.choice((1, 2, 3, 10, 64, 65, 200))
    end, calls = random.choice(("B0", "relu", "", "B1", "N")), random.choice(_CALLS)
    blocks = [f"block B{n} {{ {calls.format(next=n + 1)} }}\n" for n in range(count)]
    return net("B0", "".join(blocks) + f"block B{count} {{ {end} }}\n")


def _often(random: Random) -> str:
    head = random.choice(_HEADS).format(random.choice(_LARGE))
    return net(f"{head} {{ {random.choice(_BODIES)} }}")


def _growing(random: Random) -> str:
    (first, step), count = random.choice(_GROWTHS), random.choice((5, 20, 64, 200, 2000))
    lets = [f"let a0 = {first}", *(f"let a{n + 1} = {step.format(f'a{n}')}" for n in range(count))]
    use = random.choice(_USES).format(f"a{count}")
    return net("\n".join([*lets, use]), "block P(f, g) { f -> g }\n")


def _long(random: Random) -> str:
    many = random.choice(_PIECES) * random.choice((1000, 5000))
    return random.choice((net(f"{many}relu"), many, net(f"let y = [{many}]")))


def _wide(random: Random) -> str:
    sizes = "x".join(str(random.choice((1, 3, 32, 10**6, *_LARGE))) for _ in range(random.randrange(1, 7)))
    layer = random.choice(_LAYERS)
    return f"net N {{\n    input {sizes}\n    {layer}\n    {layer}\n}}\n"


def _used(random: Random) -> str:
    uses = f'use "{random.choice(_PATHS)}"\n' * random.choice((1, 1, 2, 200))
    return uses + net(random.choice(("A", "B", "C(2)", "LeNet5", "relu")))


FORMS: tuple[Callable[[Random], str], ...] = (_nested, _mutual, _often, _growing, _long, _wide, _used)
