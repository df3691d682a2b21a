"""Writes what editors colour by, and their snippets, from the words and layers of the language.

The VS Code extension gets a TextMate grammar and snippets, the playground the words by their kind.

python tools/build_editors.py            write the files
python tools/build_editors.py --check    exit with 1 where a file is not what would be written
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from netdsl.checker.expressions.functions import FLOWING, FUNCTIONS
from netdsl.editor.keywords import BEHIND, CONSTANT, EXPRESSION, FILE, STATEMENT, WORDS
from netdsl.layers.table import BUILT_IN

EDITORS = Path(__file__).resolve().parents[1] / "editors"
GRAMMAR = EDITORS / "vscode" / "syntaxes" / "netdsl.tmLanguage.json"
SNIPPETS = EDITORS / "vscode" / "snippets" / "netdsl.json"
PLAYGROUND = EDITORS / "playground" / "src" / "words.json"
NUMBER = r"\b[0-9]+(x[0-9]+)+\b|\b[0-9]+\.?[0-9]*([eE][+-]?[0-9]+)?\b|\B\.[0-9]+([eE][+-]?[0-9]+)?\b"


def words(*roles: str) -> str:
    """The pattern of the words with these roles."""
    return any_of(words_of(*roles))


def words_of(*roles: str) -> list[str]:
    """The words with these roles."""
    return [word for word, keyword in WORDS.items() if keyword.role in roles]


def any_of(names: Iterable[str]) -> str:
    """The pattern of any of some words, whole."""
    return rf"\b({'|'.join(names)})\b"


def grammar() -> dict[str, object]:
    """The TextMate grammar: what each word is, without what only the language server can know."""
    return {
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "comment": "Written by tools/build_editors.py; change what it reads, not this file.",
        "name": "netdsl",
        "scopeName": "source.netdsl",
        "fileTypes": ["net"],
        "patterns": [
            {"name": "comment.line.number-sign.netdsl", "match": "#.*$"},
            {"name": "string.quoted.double.netdsl", "match": '"[^"\\n]*"'},
            {
                "match": r"\b(net|block)\s+([A-Za-z_][A-Za-z0-9_]*)",
                "captures": {
                    "1": {"name": "storage.type.netdsl"},
                    "2": {"name": "entity.name.type.netdsl"},
                },
            },
            {
                "match": r"\b(let|as|output)\s+([A-Za-z_][A-Za-z0-9_]*)",
                "captures": {
                    "1": {"name": "keyword.control.netdsl"},
                    "2": {"name": "variable.other.netdsl"},
                },
            },
            {"name": "storage.type.netdsl", "match": words(FILE)},
            {"name": "keyword.operator.word.netdsl", "match": words(EXPRESSION)},
            {"name": "constant.language.netdsl", "match": words(CONSTANT)},
            {"name": "keyword.control.netdsl", "match": words(STATEMENT, BEHIND)},
            {"name": "constant.numeric.netdsl", "match": NUMBER},
            {"name": "variable.parameter.netdsl", "match": r"\b[A-Za-z_][A-Za-z0-9_]*(?=\s*=(?!=))"},
            {"name": "variable.language.netdsl", "match": any_of(FLOWING)},
            {"name": "support.function.builtin.netdsl", "match": any_of(FUNCTIONS)},
            {"name": "support.function.netdsl", "match": any_of(BUILT_IN)},
            {"name": "entity.name.type.netdsl", "match": r"\b[A-Z][A-Za-z0-9_]*\b"},
            {"name": "keyword.operator.arrow.netdsl", "match": "->"},
            {"name": "keyword.operator.netdsl", "match": r"\*\*|//|==|!=|<=|>=|[-+*/%<>=]"},
        ],
    }


def snippets() -> dict[str, object]:
    """What an editor writes for a word, for those that have no language server running."""
    return {
        word: {"prefix": word, "body": keyword.snippet.split("\n"), "description": keyword.doc}
        for word, keyword in WORDS.items()
        if keyword.snippet
    }


def playground() -> dict[str, list[str]]:
    """The words of the playground's highlighting, by what they are."""
    return {
        "declaration": words_of(FILE),
        "keyword": words_of(STATEMENT, BEHIND),
        "operator": words_of(EXPRESSION),
        "constant": words_of(CONSTANT),
        "flowing": list(FLOWING),
        "function": list(FUNCTIONS),
        "layer": list(BUILT_IN),
    }


def texts() -> dict[Path, str]:
    """Every file with what must stand in it."""
    made = {GRAMMAR: grammar(), SNIPPETS: snippets(), PLAYGROUND: playground()}
    return {path: json.dumps(content, indent=2) + "\n" for path, content in made.items()}


def main() -> int:
    """Write or compare; 1 where a file differs."""
    stale = [path for path, text in texts().items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv:
        for path in stale:
            name = path.relative_to(EDITORS.parent)
            sys.stderr.write(f"{name} is not what tools/build_editors.py writes\n")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts()[path])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
