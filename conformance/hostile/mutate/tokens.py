"""Mutations of a text's tokens, of what stands in its brackets, and of its lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

from conformance.hostile.mutate.extremes import CHARACTERS, NUMBERS, number, times

_PIECES = re.compile(r'\w+|"[^"\n]*"|[^\S\n]+|->|\*\*|//|[=!<>]=|[^\w\s]|\n')
_NUMBER = re.compile(r"\d[\w.]*")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_WRAPS = (
    *("repeat {number} {{\n{body}\n}}", "for i in range({number}) {{\n{body}\n}}", "residual {{\n{body}\n}}"),
    *("concat {{\nbranch {{\n{body}\n}}\nbranch {{ }}\n}}", "if {number} > 1 {{\n{body}\n}}", "({body})"),
    *("[{body}]", "{{ {body} }}", "block Inner {{\n{body}\n}}", "net Inner {{\n{body}\n}}", "-({body})"),
    *("output {{\n{body}\n}}", "{body} -> {body}", "add {{\n{body}\n{body}\n}}", "{body} as a"),
)


def pieces_of(text: str) -> list[str]:
    """A text cut into words, numbers, strings, signs, blanks and line ends: together they are the text."""
    return _PIECES.findall(text)


class Vocabulary:
    """The words, and the parts in brackets, of some texts."""

    def __init__(self, texts: Sequence[str], words: Sequence[str]) -> None:
        cut = [pieces_of(text) for text in texts]
        self.words = tuple(dict.fromkeys([*words, *(word for each in cut for word in each if word.strip())]))
        self.lines = tuple(
            dict.fromkeys(each for text in texts for each in text.splitlines() if each.strip())
        )
        self.groups = tuple(
            dict.fromkeys(
                "".join(each[start : end + 1])
                for each in cut
                for start, end in groups_of(each)
                if end - start < 60
            )
        )


def groups_of(pieces: Sequence[str]) -> list[tuple[int, int]]:
    """The positions of each bracket and of the one that closes it."""
    found, pending = [], []
    for position, piece in enumerate(pieces):
        if piece in _CLOSING:
            pending.append(position)
        elif pending and piece == _CLOSING[pieces[pending[-1]]]:
            found.append((pending.pop(), position))
    return found


def mutate_tokens(random: Random, pieces: list[str], words: Vocabulary) -> list[str]:
    """One change of some pieces, which are changed in place or replaced."""
    return (
        random.choices(MUTATIONS, WEIGHTS)[0](random, pieces, words)
        if pieces
        else [random.choice(words.words)]
    )


def _replace(random: Random, pieces: list[str], words: Vocabulary) -> list[str]:
    pieces[random.randrange(len(pieces))] = random.choice(words.words)
    return pieces


def _renumber(random: Random, pieces: list[str], words: Vocabulary) -> list[str]:
    numbers = [position for position, piece in enumerate(pieces) if _NUMBER.fullmatch(piece)]
    if numbers:
        pieces[random.choice(numbers)] = number(random)
    return pieces


def _insert(random: Random, pieces: list[str], words: Vocabulary) -> list[str]:
    new = random.choice(random.choice((words.words, words.words, NUMBERS, CHARACTERS)))
    pieces.insert(random.randrange(len(pieces) + 1), f" {new} " if random.random() < 0.7 else new)
    return pieces


def _delete(random: Random, pieces: list[str], words: Vocabulary) -> list[str]:
    start = random.randrange(len(pieces))
    del pieces[start : start + random.choice((1, 1, 1, 2, 5))]
    return pieces


def _swap(random: Random, pieces: list[str], words: Vocabulary) -> list[str]:
    one, other = random.randrange(len(pieces)), random.randrange(len(pieces))
    pieces[one], pieces[other] = pieces[other], pieces[one]
    return pieces


def _repeat(random: Random, pieces: list[str], words: Vocabulary) -> list[str]:
    start = random.randrange(len(pieces))
    end = min(len(pieces), start + random.choice((1, 1, 2, 4, 8)))
    pieces[end:end] = pieces[start:end] * times(random)
    return pieces


def _change_group(random: Random, pieces: list[str], words: Vocabulary) -> list[str]:
    """What stands in brackets: taken out, doubled, or replaced by what stands in others."""
    groups = groups_of(pieces)
    if not groups:
        return pieces
    start, end = random.choice(groups)
    action = random.randrange(4)
    if action == 0:
        del pieces[start + 1 : end]
    elif action == 1:
        pieces[end:end] = pieces[start + 1 : end]
    elif action == 2:
        pieces[start : end + 1] = pieces_of(random.choice(words.groups))
    else:
        inner = random.choice(groups)
        pieces[start : end + 1] = pieces[inner[0] : inner[1] + 1]
    return pieces


def _change_line(random: Random, pieces: list[str], words: Vocabulary) -> list[str]:
    """A line: repeated, removed, moved, or taken from another text."""
    lines = "".join(pieces).split("\n")
    at = random.randrange(len(lines))
    action = random.randrange(4)
    if action == 0:
        lines[at:at] = [lines[at]] * min(times(random), 100)
    elif action == 1:
        del lines[at]
    elif action == 2:
        lines.insert(random.randrange(len(lines)), lines.pop(at))
    else:
        lines.insert(at, random.choice(words.lines))
    return pieces_of("\n".join(lines))


def _wrap(random: Random, pieces: list[str], words: Vocabulary) -> list[str]:
    """Some pieces put into brackets, blocks or loops, at times many deep."""
    start = random.randrange(len(pieces))
    end = min(len(pieces), start + random.choice((1, 2, 4, 10)))
    body = "".join(pieces[start:end])
    wrap = random.choice(_WRAPS)
    for _ in range(times(random) if random.random() < 0.1 else 1):
        if len(body) > 20_000:
            break
        body = wrap.format(number=number(random), body=body)
    pieces[start:end] = pieces_of(body)
    return pieces


def _rename(random: Random, pieces: list[str], words: Vocabulary) -> list[str]:
    """One name everywhere: blocks that come to call themselves or each other, parameters that are layers."""
    names = sorted({piece for piece in pieces if piece[0].isalpha()})
    if names:
        old, new = random.choice(names), random.choice((*names, random.choice(words.words)))
        pieces = [new if piece == old else piece for piece in pieces]
    return pieces


def _lengthen(random: Random, pieces: list[str], words: Vocabulary) -> list[str]:
    """A word, a string, a comment or a blank of great length."""
    at = random.randrange(len(pieces))
    piece = pieces[at] + random.choice(("", " ", "x", "0", "#"))
    pieces[at] = piece * min(times(random) * 10, 5000 // len(piece) + 1)
    return pieces


Mutation = Callable[[Random, list[str], Vocabulary], list[str]]
_WEIGHTED: tuple[tuple[Mutation, float], ...] = (
    *((_replace, 6), (_renumber, 4), (_insert, 4), (_delete, 4), (_swap, 4), (_repeat, 1)),
    *((_change_group, 4), (_change_line, 5), (_wrap, 3), (_rename, 3), (_lengthen, 0.3)),
)
MUTATIONS = tuple(mutation for mutation, _ in _WEIGHTED)
WEIGHTS = tuple(weight for _, weight in _WEIGHTED)
