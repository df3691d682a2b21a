"""The tables of docs/language.md: functions, what flows in, and the schemes of `init`."""

from __future__ import annotations

from netdsl.checker.expressions.functions import FLOWING, FUNCTIONS
from netdsl.layers.initialization import SCHEMES
from reference.pages import filled


def language_page() -> str:
    """docs/language.md."""
    tables = {"schemes": schemes_table(), "functions": functions_table(), "flowing": flowing_table()}
    return filled("language.md", tables)


def schemes_table() -> str:
    """The schemes of `init`."""
    rows = ["| scheme | options | for |", "| --- | --- | --- |"]
    for scheme in SCHEMES.values():
        options = "; ".join(f"`{name}`: {kind.describe()}, {doc}" for name, kind, doc in scheme.options)
        least, most = scheme.axes
        axes = (
            f"{least} to {most} axes"
            if most < 10
            else f"{least} axes or more"
            if least > 1
            else "any parameter"
        )
        rows.append(f"| `{scheme.name}` | {options} | {axes} |")
    return "\n".join(rows)


def functions_table() -> str:
    """The functions of expressions."""
    rows = ["| function | gives |", "| --- | --- |"]
    return "\n".join(rows + [f"| `{each.signature}` | {each.doc} |" for each in FUNCTIONS.values()])


def flowing_table() -> str:
    """The names of what flows in."""
    rows = ["| name | is |", "| --- | --- |"]
    return "\n".join(rows + [f"| `{name}` | {doc} |" for name, doc in FLOWING.items()])
