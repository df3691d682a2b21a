from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdsl.editor.positions import UTF8, UTF16, UTF32, Lines

TEXT = "net A { # é🙂z\n}\r\nab\rc"


@pytest.mark.parametrize(("encoding", "column"), [(UTF8, 16), (UTF16, 13), (UTF32, 12)])
def test_columns_are_counted_as_the_client_counts(encoding: str, column: int) -> None:
    lines = Lines(TEXT, encoding)
    offset = TEXT.index("z")
    assert lines.position(offset) == (0, column)
    assert lines.offset(0, column) == offset


def test_all_three_line_ends_end_a_line() -> None:
    lines = Lines(TEXT)
    assert [lines.position(TEXT.index(each)) for each in ("}", "ab", "c")] == [(1, 0), (2, 0), (3, 0)]


def test_a_column_inside_a_character_is_its_beginning() -> None:
    offset = TEXT.index("🙂")
    assert Lines(TEXT).offset(0, 12) == offset
    assert Lines(TEXT).offset(0, 11) == offset


@pytest.mark.parametrize(
    ("line", "column", "offset"), [(-1, 5, 0), (0, 500, 13), (1, 9, 15), (99, 0, len(TEXT)), (0, -3, 0)]
)
def test_a_place_outside_the_text_is_moved_inside(line: int, column: int, offset: int) -> None:
    assert Lines(TEXT).offset(line, column) == offset


@given(st.text("aé🙂\n\r ", max_size=30), st.sampled_from([UTF8, UTF16, UTF32]))
def test_every_offset_comes_back(text: str, encoding: str) -> None:
    lines = Lines(text, encoding)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] != "\r\n":
            assert lines.offset(*lines.position(offset)) == offset
