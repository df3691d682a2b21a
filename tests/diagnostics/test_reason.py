from __future__ import annotations

import pytest

from netdsl.diagnostics import first_line


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("\n first\nsecond"), "first"),
        (RuntimeError(), "RuntimeError"),
        (AssertionError(" \n"), "AssertionError"),
    ],
)
def test_what_an_error_says_is_one_line_and_never_none(error: Exception, said: str) -> None:
    assert first_line(error) == said
