"""docs/layers.md: every layer with its options and an example."""

from __future__ import annotations

import textwrap

from netdsl.checker import check_source
from netdsl.checker.description import laid_out, shown_default, signature
from netdsl.diagnostics import Source
from netdsl.layers.declaration import Declaration
from netdsl.layers.table import BUILT_IN
from reference.pages import from_template, row


def layers_page() -> str:
    """docs/layers.md."""
    families: dict[str, list[Declaration]] = {}
    for declaration in BUILT_IN.values():
        families.setdefault(declaration.family, []).append(declaration)
    parts = []
    for family, members in families.items():
        listed = ", ".join(f"[`{each.name}`](#{each.name})" for each in members)
        parts.append(f"- {family}: {listed}")
    parts.append("")
    for family, members in families.items():
        parts.append(f"## {family.capitalize()}\n")
        parts.extend(layer_section(each) for each in members)
    return from_template("layers.md", {"LAYERS": "\n".join(parts).rstrip()})


def layer_section(declaration: Declaration) -> str:
    """A layer: signature, documentation, options, torch class and a measured example."""
    lines = [f"### {declaration.name}\n", f"`{signature(declaration)}`\n", f"{declaration.doc}\n"]
    if declaration.options:
        lines += ["| option | takes | default | meaning |", "| --- | --- | --- | --- |"]
        for option in declaration.options:
            default = "required" if option.is_required else f"`{shown_default(option)}`"
            cells = (f"`{option.name}`", option.kind.describe(), default, option.doc)
            lines.append(row(cells))
        lines.append("")
    lines.append(f"Becomes `{declaration.torch}`.\n")
    text = f"net Example {{\n{textwrap.indent(laid_out(declaration.example), '    ')}\n}}\n"
    network = check_source(Source("example.net", text)).network
    assert network is not None, declaration.name
    lines += [
        f"```net\n{text}```\n",
        f"{network.input} becomes {network.output}; {network.parameter_count:,} parameters, "
        f"{network.multiply_adds:,} multiply-adds.\n",
    ]
    return "\n".join(lines)
