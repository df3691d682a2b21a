"""docs/diagnostics.md: every code with an example of wrong and right; and the table of lints."""

from __future__ import annotations

import re
import tempfile
import textwrap

from netdsl.diagnostics import Code
from netdsl.diagnostics.catalogue import all_codes
from netdsl.diagnostics.render import render_text
from netdsl.lints.examples import findings_of
from netdsl.lints.table import LINTS
from reference.pages import from_template


def diagnostics_page() -> str:
    """docs/diagnostics.md."""
    codes = all_codes()
    parts = [f"- [{code.id}](#{anchor(code)}) {code.title}" for code in codes.values()]
    parts.append("")
    parts += [code_section(code) for code in codes.values()]
    return from_template("diagnostics.md", {"CODES": "\n".join(parts).rstrip()})


def heading(code: Code) -> str:
    """The heading of a code's section."""
    return f"{code.id}: {code.title}"


def anchor(code: Code) -> str:
    """What GitHub links a heading by."""
    return re.sub(r"[^\w\- ]", "", heading(code).lower()).replace(" ", "-")


def code_section(code: Code) -> str:
    """A code with its explanation, what is wrong, the message, and what is right."""
    lines = [f"## {heading(code)}\n", textwrap.fill(code.explanation, 118) + "\n"]
    if code.name:
        lines.append(f"The lint `{code.name}`; severity: {code.severity}.\n")
    kinds = {"net": "net", "yaml": "yaml", "experiment": "yaml experiment", "command": "", "toml": "toml"}
    kind = kinds[code.example_kind]
    lines += ["Wrong:\n", f"```{kind}{' wrong' * bool(kind)}\n{code.wrong.rstrip()}\n```\n"]
    if code.example_kind == "net":
        lines.append(f"```text\n{message(code)}\n```\n")
    lines += ["Right:\n", f"```{kind}\n{code.right.rstrip()}\n```\n"]
    return "\n".join(lines)


def message(code: Code) -> str:
    """What the check says of the wrong example."""
    with tempfile.TemporaryDirectory() as folder:
        found = findings_of(code, code.wrong.rstrip() + "\n", folder)
    return render_text(found[:1])


def lints_table() -> str:
    """The lints with what they are called, how bad what they find is, and what they are about."""
    rows = [
        f"| [{lint.code.id}](diagnostics.md#{anchor(lint.code)}) | `{lint.code.name}` | "
        f"{lint.code.severity}{'' if lint.is_default else ', off'} | {lint.code.title} |"
        for lint in sorted(LINTS, key=lambda each: each.code.id)
    ]
    return "\n".join(["| code | name | severity | finds |", "| --- | --- | --- | --- |", *rows])
