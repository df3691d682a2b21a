"""What is said of values that are not what is wanted, and what was probably meant by them."""

from __future__ import annotations

import re

from netdsl.checker.advice.wrong_options import is_size
from netdsl.checker.scope.values import Given, LayerValue, describe, show
from netdsl.diagnostics.catalogue import names as codes
from netdsl.diagnostics.catalogue import values as value_codes
from netdsl.diagnostics.diagnostic import Diagnostic, Edit, Fix, Label
from netdsl.diagnostics.suggest import closest
from netdsl.layers.declaration import FromInput, Option
from netdsl.layers.kinds import LARGEST, Choice, Integer, Integers, Size, UnfitError, words_of

NUMBER_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def unfit(
    option: Option, argument: Given, wanted: str, origins: tuple[Label, ...], from_input: FromInput | None
) -> Diagnostic:
    """The error of a value that its option does not take, with the value that was probably meant."""
    value = argument.value
    replacement = probably_meant(option, argument)
    code = codes.WRONG_VALUE
    help = f"write {replacement}" if replacement else None
    if isinstance(value, float) and isinstance(option.kind, Integer | Size):
        code = value_codes.NOT_AN_INTEGER
        help, replacement = integer_for(argument.span.text, value)
    elif from_input is not None and isinstance(option.kind, Choice) and is_size(argument):
        help = f"if this is torch's `{from_input.name}`, leave it out: it is taken from what flows in"
    elif option.kind == Integers(1) and isinstance(value, tuple) and 0 in value:
        help = "axis 0 is the batch, which stays the first and is left out"
        if value[0] == 0 and 0 not in value[1:]:
            help += f": write {show(value[1:])}"
    return Diagnostic(
        code,
        f"`{option.name}` must be {wanted}",
        argument.span,
        f"this is {describe(value)}",
        origins,
        help=help,
        fix=Fix(f"write {replacement}", (Edit(argument.span, replacement),)) if replacement else None,
    )


def integer_for(text: str, value: float) -> tuple[str | None, str | None]:
    """What to do where a fraction was written for an integer, and what to write, if that is plain."""
    if re.fullmatch(r"[\d.]+(e[+-]?\d+)?", text, re.IGNORECASE):
        whole = str(int(value)) if value.is_integer() and abs(value) < LARGEST else None
        return (f"write {whole}" if whole else None), whole
    if re.search(r"(?<!/)/(?!/)", text) and "." not in text:
        written = text.replace("/", "//") if text.count("/") == 1 else None
        return "divide by `//` for an integer", written
    written = f"int({text})"
    if value.is_integer():
        return f"write {written}", written
    return f"write {written} for the integer part, or round({text})", written


def probably_meant(option: Option, argument: Given) -> str | None:
    """What to write instead, if the option takes it: a number for its name, a choice for its misspelling."""
    value = argument.value
    words = words_of(option.kind)
    if isinstance(value, str):
        if value.lower() in NUMBER_WORDS and takes(option, NUMBER_WORDS.index(value.lower())):
            return str(NUMBER_WORDS.index(value.lower()))
        if value.strip().isdecimal() and len(value) < 10 and takes(option, int(value)):
            return str(int(value))
        meant = closest(value, words)
        if meant is not None:
            return meant if meant.isidentifier() else f'"{meant}"'
    if isinstance(value, LayerValue) and not value.arguments:
        return closest(value.name, words)
    if is_size(argument) and value in (0, 1) and "true" in words:
        return "true" if value == 1 else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < LARGEST and takes(option, int(value)):
        return integer_for(argument.span.text, value)[1]
    return None


def takes(option: Option, value: int) -> bool:
    """Whether an option takes this number."""
    try:
        option.kind.accept(value, None)
    except UnfitError:
        return False
    return True
