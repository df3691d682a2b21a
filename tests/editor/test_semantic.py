from __future__ import annotations

from itertools import pairwise

from netdsl.editor.semantic import semantic_tokens
from tests.editor.mark import NET, inside, opened


def kinds(text: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """What the first of each word is."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for each in semantic_tokens(opened(text)):
        found.setdefault(text[each.start : each.end], (each.type, each.modifiers))
    return found


def test_what_each_word_is() -> None:
    found = kinds(NET)
    assert found["net"] == ("keyword", ())
    assert found["Small"] == ("class", ("declaration",))
    assert found["width"] == ("parameter", ("declaration",))
    assert found["double"] == ("variable", ("declaration", "readonly"))
    assert found["conv"] == ("function", ("defaultLibrary",))
    assert found["concat"] == ("macro", ("defaultLibrary",))
    assert found["enumerate"] == ("function", ("defaultLibrary",))
    assert found["stem"] == ("property", ("declaration",))
    assert found["padding"] == ("parameter", ("defaultLibrary",))
    assert found["fan_out"] == ("enumMember", ("defaultLibrary",))
    assert found["3x32x32"] == ("number", ())
    assert found["# A small net."] == ("comment", ())


def test_no_token_overlaps_another() -> None:
    found = semantic_tokens(opened(NET))
    assert all(left.end <= right.start for left, right in pairwise(found))


def test_a_word_that_means_nothing_has_no_kind() -> None:
    assert "unknown" not in kinds(inside("    unknown(8)"))


def test_a_comment_ends_before_its_line_does() -> None:
    assert kinds("# one\r\nnet A { }\r\n")["# one"] == ("comment", ())
