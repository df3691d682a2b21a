"""Configurations of lints: `netdsl.toml`, and `pyproject.toml`."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from functools import cached_property
from random import Random

from conformance.hostile.kind import Kind
from conformance.hostile.mutate.bytewise import mutate_bytes
from conformance.hostile.mutate.extremes import number
from conformance.hostile.mutate.tokens import Vocabulary, mutate_tokens, pieces_of
from conformance.hostile.promises import CODES, check_said
from netdsl.lints.config import KEYS, options_for
from netdsl.lints.config_file import OWN, SHARED, TABLE
from netdsl.lints.table import wanted

_WHOLE = 'select = ["default", "W506"]\nignore = ["W2"]\nmemory = "8GiB"\nbatch-size = 256\n'
_SEVERITIES = '[severity]\nW503 = "error"\nunused-let = "hint"\n'
_VALUES = (
    *("[]", "{}", '""', "true", "[1]", '["W201", 1]', '["W"]', '["all"]', "{W201 = 1}", '{W201 = "hint"}'),
    *(
        '"""\nx"""',
        "'x'",
        '"\\u0000"',
        '"\\ud800"',
        "2026-01-02",
        "1e400",
        "nan",
        "-inf",
        "[[[[1]]]]",
        "{a.b = 1}",
    ),
    *(f"0x{'f' * 5000}", "9" * 5000, '"8GiB"', '"1e9GiB"', '"999999999999999TiB"', '"0.0000001B"'),
)
_PIECES = ("x = 1\n", "[a]\n", "[[a]]\n", "a.", "#\n", '"', "\n", "[", "a = {", '"W999", ', "\t", "'''")


class Configurations(Kind):
    """Configurations beside a `.net` file, of either name."""

    name = "configurations"

    def seeds(self) -> Sequence[bytes]:
        """Whole ones, and the examples of the catalogue."""
        texts = [_WHOLE, _WHOLE + _SEVERITIES, f"[{TABLE}]\n{_WHOLE}", f"[{TABLE}.severity]\nW503 = 'hint'\n"]
        examples = [
            each
            for code in CODES.values()
            if code.example_kind == "toml"
            for each in (code.wrong, code.right)
        ]
        return [text.encode() for text in dict.fromkeys([*texts, *examples])]

    def draw(self, random: Random, pool: Sequence[bytes]) -> bytes:
        """A file with keys added, tokens changed, or bytes; or one that grows without end."""
        if random.random() < 0.02:
            return random.choice(FORMS)(random).encode()
        data = random.choice(pool)
        for _ in range(random.randrange(3)):
            value = random.choice(_VALUES) if random.random() < 0.8 else number(random)
            data = f"{random.choice(KEYS)} = {value}\n".encode() + data
        if random.random() < 0.6:
            pieces = pieces_of(data.decode("utf-8", "surrogateescape"))
            pieces = mutate_tokens(random, pieces, self.words)
            data = "".join(pieces).encode("utf-8", "replace")
        if random.random() < 0.3:
            data = mutate_bytes(random, data, pool)
        return data

    def run(self, data: bytes) -> frozenset[str]:
        """Read it as the configuration of a file beside it; some also as a shared one."""
        is_shared = zlib.crc32(data) % 4 == 0
        for name, held in ((OWN, None if is_shared else data), (SHARED, data if is_shared else b"")):
            path = self.folder / name
            if held is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(held)
        options, said = options_for(str(self.folder / "x.net"))
        wanted(options)
        return check_said(said) | (frozenset() if said else frozenset(("accepted",)))

    @cached_property
    def words(self) -> Vocabulary:
        """The words of all seeds."""
        return Vocabulary([seed.decode() for seed in self.seeds()], [*KEYS, *_VALUES])


def _nested(random: Random) -> str:
    depth = random.choice((3, 60, 300, 1000, 6000))
    return random.choice(("x = " + "[" * depth, "x = " + "[" * depth + "]" * depth, "x = " + "{a = " * depth))


def _long(random: Random) -> str:
    piece = random.choice(_PIECES)
    return f"[{TABLE}]\n" + piece * random.choice((100, 1000, 10_000, 2**20 // len(piece)))


def _dotted(random: Random) -> str:
    key = "a" + ".a" * random.choice((10, 900, 1100, 100_000))
    return random.choice((f"{key} = 1", f"[{key}]", f"x = {{{key} = 1}}"))


def _many(random: Random) -> str:
    words = [f"W{number}" for number in range(random.choice((10, 1000, 30_000)))]
    listed = ", ".join(f'"{each}"' for each in words)
    keys = "".join(f"{each} = 1\n" for each in words)
    return random.choice((f"ignore = [{listed}]", keys, f"[severity]\n{keys}"))


FORMS: tuple[Callable[[Random], str], ...] = (_nested, _long, _dotted, _many)
