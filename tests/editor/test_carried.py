from __future__ import annotations

import pytest

from netdsl.diagnostics.catalogue.syntax import UNEXPECTED
from netdsl.diagnostics.diagnostic import Diagnostic, Label
from netdsl.diagnostics.span import Source
from netdsl.editor.carried import carried, common_ends, without
from netdsl.editor.findings import Finding

OLD = Source("a.net", "one two three")


def finding(word: str, other: str = "") -> Finding:
    def span(text: str) -> tuple[int, int]:
        return OLD.text.index(text), OLD.text.index(text) + len(text)

    related = (Label(OLD.span(*span(other)), "there"),) if other else ()
    place = OLD.span(*span(word))
    return Finding("E101", "error", place, word, related, None, False, Diagnostic(UNEXPECTED, word, place))


@pytest.mark.parametrize(
    ("old", "new", "ends"),
    [("abc", "abxc", (2, 1)), ("aa", "aaa", (2, 0)), ("", "a", (0, 0)), ("ab", "ab", (2, 0))],
)
def test_the_ends_never_overlap(old: str, new: str, ends: tuple[int, int]) -> None:
    assert common_ends(old, new) == ends


def test_findings_move_with_their_words() -> None:
    new = Source("a.net", "one twenty three")
    found = carried([finding("one"), finding("two"), finding("three", "one")], OLD, new)
    assert [each.span.text for each in found] == ["one", "three"]
    assert [each.span.text for each in found[1].related] == ["one"]
    assert all(each.span.source is new for each in found)


def test_places_in_an_edit_are_dropped() -> None:
    (found,) = carried([finding("three", "two")], OLD, Source("a.net", "one x three"))
    assert found.related == ()


def test_what_is_known_is_not_told_twice() -> None:
    assert without([finding("one"), finding("two")], [finding("two")]) == [finding("one")]
