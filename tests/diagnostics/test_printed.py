"""What is printed of a text is safe to print, whatever stands in the text or in the names of files."""

from __future__ import annotations

import json

import pytest

import netdsl
from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.catalogue.files import NOT_FOUND
from netdsl.diagnostics.render import render_github, render_json, render_text

HOSTILE = "\x1b]0;title\x07\u202e\udcff\r\x00\x85"


@pytest.mark.parametrize("text", [f'net N {{ use "{HOSTILE}" }}', f"net N {{ {HOSTILE} }}", HOSTILE])
def test_signs_that_a_terminal_obeys_are_not_printed(text: str) -> None:
    found = netdsl.check(text).diagnostics
    assert found
    for printed in (render_text(found), render_github(found)):
        assert {each for each in printed if not each.isprintable()} <= {"\n"}
        assert printed.encode()


def test_the_name_of_a_file_is_printed_safely() -> None:
    found = [Diagnostic(NOT_FOUND, f"no file `{HOSTILE}`", file=f"{HOSTILE}.net", help=HOSTILE)]
    for printed in (render_text(found), render_github(found)):
        assert {each for each in printed if not each.isprintable()} <= {"\n"}
    written = render_json(found).encode()
    assert json.loads(written)[0]["file"] == f"{HOSTILE}.net"


def test_json_keeps_letters_as_they_are() -> None:
    assert "é" in render_json([Diagnostic(NOT_FOUND, "no file `é`")])
