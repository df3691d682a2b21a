"""What an option accepts: its kind turns a value of the language into the one torch takes."""

from __future__ import annotations

from netdsl.record import Record

LARGEST = 2**31 - 1
# Torch refuses larger numbers where it works in float32.
LARGEST_NUMBER = 3.4028234663852886e38

Accepted = int | float | bool | str | tuple[int, ...] | None


class Word(str):
    """A bare word of the language, such as `same`; a string without quotes."""

    __slots__ = ()


class UnfitError(ValueError):
    """The value doesn't fit the option; the message ends the sentence "`stride` must be ..."."""


class BeyondError(UnfitError):
    """A number of the right kind that is larger than torch takes."""


class Kind(Record):
    """The values an option takes. `rank` is the number of spatial axes, None where unknown."""

    def accept(self, value: object, rank: int | None) -> Accepted:
        """The value for torch; raises `UnfitError` saying what it must be."""
        raise NotImplementedError

    def describe(self) -> str:
        """The values in words, for messages and the reference."""
        raise NotImplementedError

    def unfit(self) -> UnfitError:
        """The error for a value that doesn't fit."""
        return UnfitError(self.describe())


class Integer(Kind):
    """A whole number of at least `minimum`."""

    minimum: int = 1

    def accept(self, value: object, rank: int | None) -> int:
        """An integer in range."""
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.unfit()
        if abs(value) > LARGEST and (value > 0 or self.minimum == -LARGEST):
            raise BeyondError(f"an integer of at {'most ' if value > 0 else 'least -'}{LARGEST:,}")
        if value < self.minimum:
            raise self.unfit()
        return value

    def describe(self) -> str:
        """In words."""
        if self.minimum == -LARGEST:
            return "an integer"
        return {1: "a positive integer", 0: "an integer of at least 0"}.get(
            self.minimum, f"an integer of at least {self.minimum}"
        )


class Number(Kind):
    """A finite number between `minimum` and `maximum`, the ends included, and greater than `above`."""

    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None

    def accept(self, value: object, rank: int | None) -> float:
        """A number in range."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.unfit()
        if value != value or abs(value) > LARGEST_NUMBER:
            raise BeyondError("a number that float32 holds, up to 3.4e38")
        if self.minimum is not None and value < self.minimum:
            raise self.unfit()
        if self.maximum is not None and value > self.maximum:
            raise self.unfit()
        if self.above is not None and value <= self.above:
            raise self.unfit()
        return value

    def describe(self) -> str:
        """In words."""
        if self.above is not None:
            return f"a number greater than {self.above:g}"
        if self.minimum is not None and self.maximum is not None:
            return f"a number from {self.minimum:g} to {self.maximum:g}"
        if self.minimum is not None:
            return f"a number of at least {self.minimum:g}"
        return "a number"


class Flag(Kind):
    """`true` or `false`."""

    def accept(self, value: object, rank: int | None) -> bool:
        """A truth value."""
        if not isinstance(value, bool):
            raise self.unfit()
        return value

    def describe(self) -> str:
        """In words."""
        return "`true` or `false`"


class Choice(Kind):
    """One of some words; a string of the same text is as good."""

    words: tuple[str, ...]

    def accept(self, value: object, rank: int | None) -> str:
        """One of the words."""
        if not isinstance(value, str) or value not in self.words:
            raise self.unfit()
        return str(value)

    def describe(self) -> str:
        """In words."""
        shown = [f"`{word}`" if word.isidentifier() else f'`"{word}"`' for word in self.words]
        return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " or " + shown[-1]


class Text(Kind):
    """Any string."""

    def accept(self, value: object, rank: int | None) -> str:
        """The string."""
        if not isinstance(value, str):
            raise self.unfit()
        return str(value)

    def describe(self) -> str:
        """In words."""
        return "a string"


class Nothing(Kind):
    """The word `none`."""

    def accept(self, value: object, rank: int | None) -> None:
        """None."""
        if not isinstance(value, str) or value != "none":
            raise self.unfit()

    def describe(self) -> str:
        """In words."""
        return "`none`"


class Size(Kind):
    """An integer for all spatial axes, or one for each: `3`, `5x3`, `(5, 3)`."""

    minimum: int = 1

    def accept(self, value: object, rank: int | None) -> tuple[int, ...]:
        """An integer for each spatial axis."""
        each = Integer(self.minimum)
        if not isinstance(value, tuple):
            return (each.accept(value, rank),) * (rank or 1)
        if rank is not None and len(value) != rank:
            raise UnfitError(f"one integer or {rank}, one for each spatial axis")
        try:
            return tuple(each.accept(item, rank) for item in value)
        except BeyondError:
            raise
        except UnfitError:
            raise self.unfit() from None

    def describe(self) -> str:
        """In words."""
        return f"{Integer(self.minimum).describe()}, or one for each spatial axis"


class Integers(Kind):
    """A list of integers of any length but zero."""

    minimum: int = 1

    def accept(self, value: object, rank: int | None) -> tuple[int, ...]:
        """The integers."""
        items = value if isinstance(value, tuple) else (value,)
        if not items:
            raise self.unfit()
        try:
            return tuple(Integer(self.minimum).accept(item, rank) for item in items)
        except BeyondError:
            raise
        except UnfitError:
            raise self.unfit() from None

    def describe(self) -> str:
        """In words."""
        return f"a list of integers, each {Integer(self.minimum).describe()}"


class Either(Kind):
    """What any of several kinds accepts; the first that does wins."""

    kinds: tuple[Kind, ...]

    def accept(self, value: object, rank: int | None) -> Accepted:
        """What the first fitting kind makes of it."""
        for kind in self.kinds:
            try:
                return kind.accept(value, rank)
            except UnfitError as error:
                # What is wrong with a list of sizes, or with a number that is too large, is said alone.
                if isinstance(error, BeyondError) or (isinstance(kind, Size) and isinstance(value, tuple)):
                    raise error from None
        raise self.unfit()

    def describe(self) -> str:
        """In words."""
        return ", or ".join(kind.describe() for kind in self.kinds)


def words_of(kind: Kind) -> tuple[str, ...]:
    """The bare words that a kind takes."""
    if isinstance(kind, Choice):
        return kind.words
    if isinstance(kind, Nothing):
        return ("none",)
    if isinstance(kind, Either):
        return tuple(word for each in kind.kinds for word in words_of(each))
    if isinstance(kind, Flag):
        return ("true", "false")
    return ()
