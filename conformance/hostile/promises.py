"""What must hold of whatever is said of an input."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from netdsl.diagnostics import Diagnostic, Span
from netdsl.diagnostics.catalogue import all_codes
from netdsl.diagnostics.render import render_github, render_json, render_text

CODES = all_codes()
# Beyond it, a person reads none of what is said.
MOST_SAID = 200
# Of what is said, the part that is the input's own.
_OWN = re.compile(r"`[^`]*`|\"[^\"]*\"|[\d,.]+|/\S+")


class BrokenPromiseError(Exception):
    """Something that is promised of every input does not hold of this one."""


def promise(holds: bool, what: str) -> None:
    """Raise `BrokenPromiseError` where something does not hold."""
    if not holds:
        raise BrokenPromiseError(what)


def check_said(said: Iterable[Diagnostic]) -> frozenset[str]:
    """Look at diagnostics and print them in every way; what kinds of things they say.

    Each has a code of the catalogue, a message, and places that lie in their
    texts; printing raises nothing. Raises `BrokenPromiseError`.
    """
    said = tuple(said)
    promise(len(said) <= MOST_SAID, "too many diagnostics")
    for each in said:
        promise(CODES.get(each.code.id) == each.code, f"{each.code.id} is not in the catalogue")
        promise(bool(each.message.strip()), f"{each.code.id} says nothing")
        places = [each.span, *(label.span for label in each.labels)]
        places += [edit.span for edit in each.fix.edits] if each.fix is not None else []
        for span in places:
            promise(span is None or _is_inside(span), f"{each.code.id} points out of its text")
    printed = render_text(said), render_json(said), render_github(said)
    promise(not said or all(printed), "nothing is printed")
    promise(len(json.loads(printed[1])) == len(said), "the JSON lacks something")
    promise(all(_can_be_written(each) for each in printed), "what is printed can't be written as UTF-8")
    controls = {each for each in printed[0] if not each.isprintable()} - {"\n", "\t"}
    promise(not controls, "the text has control characters, which a terminal obeys")
    return frozenset(f"{each.code.id} {_OWN.sub('', each.message)}" for each in said)


def _can_be_written(text: str) -> bool:
    return not any("\ud800" <= each <= "\udfff" for each in text) if not text.isascii() else True


def _is_inside(span: Span) -> bool:
    return 0 <= span.start <= span.end <= len(span.source.text)
