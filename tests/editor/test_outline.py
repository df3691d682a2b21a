from __future__ import annotations

from netdsl.editor.outline import Entry, folds, outline
from tests.editor.mark import NET, opened

FOLDED = (
    "# One.\n# Two.\n\nnet A {\n    input 3\n    repeat 2 {\n        linear(3)\n    }\n    relu # after\n}\n"
)


def names(entries: tuple[Entry, ...]) -> list[tuple[str, str]]:
    return [(each.kind, each.name) for each in entries]


def test_definitions_with_what_they_name() -> None:
    small, wide, unit = outline(opened(NET).file)
    assert names((small, wide, unit)) == [("net", "Small"), ("net", "Wide"), ("block", "Unit")]
    assert names(small.children) == [
        ("parameter", "width"),
        ("parameter", "act"),
        ("parameter", "classes"),
        ("let", "double"),
        ("label", "stem"),
    ]
    assert ("label", "inner") in names(unit.children)
    assert wide.detail == "= Small(width=32)"


def test_each_entry_holds_its_name_and_its_children() -> None:
    for entry in outline(opened(NET).file):
        assert entry.name_span.is_inside(entry.span)
        for child in entry.children:
            assert child.name_span.is_inside(child.span)
            assert child.span.is_inside(entry.span)


def test_braces_and_comments_fold() -> None:
    found = [(each.first, each.last, each.is_comment) for each in folds(opened(FOLDED).file)]
    assert found == [(1, 2, True), (4, 9, False), (6, 7, False)]


def test_braces_on_one_or_two_lines_do_not_fold() -> None:
    assert folds(opened("net A { input 3\n    relu }\n").file) == []
