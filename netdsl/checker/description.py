"""A layer in words: its signature, its options with their defaults, an example."""

from __future__ import annotations

import textwrap

from netdsl.checker.scope.values import show
from netdsl.diagnostics.span import Source
from netdsl.formatter import format_source
from netdsl.layers.declaration import Declaration, Option
from netdsl.layers.kinds import Word


def describe(declaration: Declaration) -> str:
    """A layer in full: signature, options, torch's class, an example."""
    lines = [signature(declaration), "", textwrap.fill(declaration.doc, 88), ""]
    for option in declaration.options:
        default = "required" if option.is_required else f"default {shown_default(option)}"
        lines.append(f"  {option.name}: {option.kind.describe()} ({default})")
        lines.append(f"      {option.doc}")
    if declaration.options:
        lines.append("")
    lines += [
        f"becomes {declaration.torch}",
        "",
        "example:",
        textwrap.indent(laid_out(declaration.example), "    "),
    ]
    return "\n".join(lines)


def laid_out(example: str) -> str:
    """The statements of an example in the one layout; as they are where they don't parse."""
    text, _ = format_source(Source("<example>", f"net Example {{\n{example}\n}}\n"))
    if text is None:
        return example
    return textwrap.dedent("\n".join(text.splitlines()[1:-1]))


def signature(declaration: Declaration) -> str:
    """A layer as it is called: positional options first, then the named ones."""
    parts = list(declaration.positional)
    for option in declaration.options:
        if option.name not in declaration.positional:
            parts.append(option.name if option.is_required else f"{option.name}={shown_default(option)}")
    return f"{declaration.name}({', '.join(parts)})" if parts else declaration.name


def shown_default(option: Option) -> str:
    """A default as it would be written."""
    default = option.default
    if default is None:
        return "none"
    if isinstance(default, str):
        return str(Word(default)) if default.isidentifier() else f'"{default}"'
    if isinstance(default, tuple) and len(set(default)) == 1:
        return str(default[0])
    return show(default) if isinstance(default, int | float | tuple) else str(default)
