"""What a code means, with its examples and the message that the wrong one has."""

from __future__ import annotations

import textwrap

from netdsl.diagnostics.render.text import render_text
from netdsl.lints.examples import findings_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.diagnostics.diagnostic import Code


def explanation(code: Code) -> str:
    """The whole page of a code."""
    parts = [f"{code.id}: {code.title}", textwrap.fill(code.explanation, 88)]
    if code.name:
        parts.append(about_lint(code))
    parts += ["Wrong:", textwrap.indent(shortened(code.wrong), "    ")]
    if code.example_kind == "net":
        parts.append(textwrap.indent(example_message(code), "    "))
    parts += ["Right:", textwrap.indent(shortened(code.right), "    ")]
    return "\n\n".join(part.rstrip() for part in parts)


def explanation_markdown(code: Code) -> str:
    """The same as Markdown."""
    parts = [f"## {code.id}: {code.title}", code.explanation]
    if code.name:
        parts.append(about_lint(code))
    parts += ["Wrong:", fenced(code.wrong, code)]
    if code.example_kind == "net":
        parts.append(f"```text\n{example_message(code)}\n```")
    parts += ["Right:", fenced(code.right, code)]
    return "\n\n".join(parts)


def fenced(text: str, code: Code) -> str:
    """An example of a code as a block of Markdown."""
    kind = {"experiment": "yaml", "command": "sh"}.get(code.example_kind, code.example_kind)
    return f"```{kind}\n{shortened(text.rstrip())}\n```"


def about_lint(code: Code) -> str:
    """What a lint is called, and how bad what it finds is."""
    return f"A lint of the name {code.name}; what it finds is {article(code.severity)}."


def example_message(code: Code) -> str:
    """What the check says of the wrong example."""
    return render_text(findings_of(code, code.wrong)[:1])


def article(severity: str) -> str:
    """A severity with its article."""
    return f"an {severity}" if severity[0] == "e" else f"a {severity}"


def shortened(text: str) -> str:
    """An example whose lines fit a screen."""
    return "\n".join(line if len(line) <= 100 else line[:97] + "..." for line in text.splitlines())
