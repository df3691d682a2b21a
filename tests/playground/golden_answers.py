"""Runs in Pyodide: what the page is told of every golden file, every packaged one and every code, as JSON."""

from __future__ import annotations

import json
import os

from netdsl.checker.loading.packaged import packaged_names
from netdsl.diagnostics.catalogue import all_codes
from netdsl.diagnostics.render.github import render_github
from netdsl.diagnostics.render.json import render_json, to_json
from netdsl.lints.explanation import explanation
from netdsl.network.table import as_dict
from netdsl.playground.packed import packed_service

service = packed_service()
# The goldens name their files from the folder that they are in.
os.chdir("files")


def answers(name: str) -> dict[str, object]:
    """The page's answer about a file, and the same check in the other forms that goldens have."""
    opened = service.answer({"method": "open", "name": name})
    checked = service.answer({"method": "check", **opened})
    result = service.texts.checked(opened).analysis.result
    return {
        "text": opened["text"],
        "check": checked,
        "json": render_json(result.diagnostics),
        "github": render_github(result.diagnostics),
        "shapes": to_json(as_dict(result.network)) if result.network is not None else None,
    }


def rendered(name: str) -> object:
    """What the page shows as the check's text of a file."""
    opened = service.answer({"method": "open", "name": name})
    return service.answer({"method": "check", **opened})["rendered"]


json.dumps(
    {
        "files": {name: answers(name) for name in service.library.files()},
        "packaged": {name: rendered(name) for name in packaged_names()},
        "codes": {name: explanation(code) for name, code in all_codes().items()},
    }
)
