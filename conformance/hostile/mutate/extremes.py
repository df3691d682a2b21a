"""Words, numbers and characters that are at the edge of what a reader expects."""

from __future__ import annotations

from random import Random

NUMBERS = (
    *("0", "1", "-1", "2", "3", "7", "16", "64", "255", "256", "1000", "4096", "65536"),
    *("2147483647", "2147483648", "4294967296", "9223372036854775807", "9223372036854775808"),
    *("999999999999999999", "1000000000", "10 ** 18", "2 ** 62", "-(10 ** 18)", "1" * 19, "9" * 400),
    *("0.0", "-0.0", "0.5", "1e-320", "1e308", "1e309", "1e999999", "-1e400", "0.1e-99999", "1." + "3" * 60),
    *("3x3", "0x0", "1x1x1x1x1x1", "3x32x32", "999999999x999999999", "1x-1", "00012", "0b11", "1_000"),
    *("nan", "inf", "-inf", ".inf", ".nan", "true", "None", "null", "~"),
)

CHARACTERS = (
    *("\0", "\ufeff", "\u202e", "\u2066", "\u2069", "\u200b", "\u200d", "\u00ad", "\u0301", "\u0130", "ß"),
    *("\r", "\n", "\r\n", "\n\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\t"),
    *("\x1b[31m", "\x1b]0;x\x07", "\x7f", "\x08", "\u00a0", "\u3000", "\uff10", "\u0663", "\u00b2", "\u2160"),
    *(
        "\U0001f600",
        "\U0010ffff",
        "\ue000",
        "\ufffe",
        "\uffff",
        "\ufb00",
        "\u017f",
        "\u212a",
        "\U0001d431",
        "é",
        "名前",
    ),
    *(
        '"',
        "'",
        '"""',
        "\\",
        "\\n",
        "`",
        "#",
        "%s",
        "{0}",
        "{",
        "}",
        "$",
        "[red]",
        "[/]",
        "&",
        "*",
        "<<",
        "!",
    ),
)

# Bytes that no UTF-8 text has: a surrogate, an overlong form, a lone continuation, a cut sequence, UTF-16.
UNDECODABLE = (
    b"\xed\xa0\x80",
    b"\xc0\x80",
    b"\x80",
    b"\xff",
    b"\xf0\x9f\x98",
    b"\xff\xfe",
    b"\xf8\x88\x80\x80\x80",
)

REPEATS = (2, 3, 2, 5, 10, 3, 64, 65, 66, 100, 300, 1000)


def number(random: Random) -> str:
    """A number as a text: mostly one at an edge, at times a plain one."""
    if random.random() < 0.7:
        return str(random.randint(0, 40))
    return random.choice(NUMBERS)


def times(random: Random) -> int:
    """How often something is repeated: seldom very often."""
    return REPEATS[min(int(random.expovariate(0.4)), len(REPEATS) - 1)]
