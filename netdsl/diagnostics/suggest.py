"""Did you mean: the closest known word to one that isn't known."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def edit_distance(left: str, right: str, limit: int) -> int:
    """Edits (insert, delete, replace, swap neighbours) between two words, at most `limit` + 1.

    The optimal string alignment distance (Damerau 1964).
    """
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    two_back: list[int] = []
    back: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        two_back, back, row = back, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(back[j] + 1, row[j - 1] + 1, back[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, two_back[j - 2] + 1)
            row.append(cost)
    return min(row[-1], limit + 1)


def closest(word: str, known: Iterable[str], synonyms: Mapping[str, str] | None = None) -> str | None:
    """The known word that was probably meant, or None.

    First a match but for case, then a synonym (`dense` for `linear`), then
    the least edit distance of at most a third of the word's length.
    """
    lowered = word.lower()
    candidates = list(dict.fromkeys(known))
    for candidate in candidates:
        if candidate.lower() == lowered:
            return candidate
    if synonyms:
        meant = synonyms.get(lowered.replace("_", ""))
        if meant is not None:
            return meant
    limit = max(1, len(word) // 3)
    if len(word) < 2 or len(word) > 100:
        return None
    best = min(
        ((edit_distance(lowered, candidate.lower(), limit), candidate) for candidate in candidates),
        default=(limit + 1, ""),
    )
    return best[1] if best[0] <= limit else None


def is_slip(word: str, meant: str, known: Iterable[str]) -> bool:
    """Whether `meant` is surely what a hand slipped on: one edit away, as no other known word is.

    Words of less than four letters are too near to too many others, and
    where a digit differs, another one of a row may be meant.
    """
    if len(word) < 4 or _digits(word) != _digits(meant):
        return False
    near = {each for each in known if edit_distance(word.lower(), each.lower(), 1) <= 1}
    return near == {meant}


def _digits(word: str) -> str:
    return "".join(letter for letter in word if letter.isdigit())
