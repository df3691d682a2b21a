"""Mutations of bytes, whatever they stand for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from conformance.hostile.mutate.extremes import CHARACTERS, UNDECODABLE, times

# Integers at the edges of what the fields of a file's header hold.
INTEGERS = (
    0,
    1,
    2,
    127,
    128,
    255,
    256,
    32767,
    65535,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**53,
    2**63 - 1,
    2**64 - 1,
)


def mutate_bytes(random: Random, data: bytes, donors: Sequence[bytes]) -> bytes:
    """One change: bytes flipped, overwritten, inserted, deleted, repeated, cut off or taken from a donor."""
    return random.choice(MUTATIONS)(random, data, donors)


def _flip(random: Random, data: bytes, donors: Sequence[bytes]) -> bytes:
    if not data:
        return data
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << random.randrange(8))]) + data[at + 1 :]


def _overwrite(random: Random, data: bytes, donors: Sequence[bytes]) -> bytes:
    at = random.randrange(len(data) + 1)
    new = random.randbytes(random.choice((1, 1, 2, 4, 8)))
    return data[:at] + new + data[at + len(new) :]


def _write_integer(random: Random, data: bytes, donors: Sequence[bytes]) -> bytes:
    size = random.choice((1, 2, 4, 8))
    new = (random.choice(INTEGERS) % 2 ** (8 * size)).to_bytes(size, random.choice(("little", "big")))
    at = random.randrange(len(data) + 1)
    return data[:at] + new + data[at + size :]


def _insert(random: Random, data: bytes, donors: Sequence[bytes]) -> bytes:
    at = random.randrange(len(data) + 1)
    new: bytes = random.choice(
        (random.choice(CHARACTERS).encode(), random.choice(UNDECODABLE), random.randbytes(3))
    )
    return data[:at] + new * (times(random) if random.random() < 0.05 else 1) + data[at:]


def _delete(random: Random, data: bytes, donors: Sequence[bytes]) -> bytes:
    start, end = _range(random, data)
    return data[:start] + data[end:]


def _repeat(random: Random, data: bytes, donors: Sequence[bytes]) -> bytes:
    start, end = _range(random, data)
    return data[:end] + data[start:end] * min(times(random), 20_000 // (end - start + 1)) + data[end:]


def _cut(random: Random, data: bytes, donors: Sequence[bytes]) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] if random.random() < 0.7 else data[at:]


def _splice(random: Random, data: bytes, donors: Sequence[bytes]) -> bytes:
    donor = random.choice(donors)
    start, end = _range(random, donor)
    at = random.randrange(len(data) + 1)
    behind = at if random.random() < 0.5 else min(len(data), at + end - start)
    return data[:at] + donor[start:end] + data[behind:]


def _cross(random: Random, data: bytes, donors: Sequence[bytes]) -> bytes:
    donor = random.choice(donors)
    return data[: random.randrange(len(data) + 1)] + donor[random.randrange(len(donor) + 1) :]


def _range(random: Random, data: bytes) -> tuple[int, int]:
    """A part of some bytes, mostly a short one."""
    start = random.randrange(len(data) + 1)
    return start, min(len(data), start + int(random.expovariate(1 / 12)) + 1)


Mutation = Callable[[Random, bytes, Sequence[bytes]], bytes]
MUTATIONS: tuple[Mutation, ...] = (
    *(_flip, _overwrite, _write_integer, _insert, _delete, _repeat, _cut, _splice, _cross),
)
