"""A network as an HTML table, for notebooks."""

from __future__ import annotations

from html import escape

from netdsl.network.nodes import Network
from netdsl.network.statements import statements

HEADINGS = ("name", "layer", "output", "parameters", "multiply-adds", "sees")


def as_html(network: Network) -> str:
    """The layers of a network with their shapes and costs; texts from the file are escaped."""
    settings = ", ".join(f"{name}={value}" for name, value in network.settings)
    rows = [
        (
            row.name,
            row.layer,
            str(row.output),
            f"{row.parameters:,}" if row.parameters else "",
            f"{row.multiply_adds:,}" if row.multiply_adds else "",
            "x".join(map(str, row.receptive_field)),
        )
        for row in statements(network)
    ]
    head = "".join(f"<th>{heading}</th>" for heading in HEADINGS)
    body = "\n".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    total = f"{network.parameter_count:,} parameters, {network.multiply_adds:,} multiply-adds"
    return (
        f"<p><b>{escape(network.name)}</b>({escape(settings)}), input {network.input}: {total}</p>\n"
        f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
    )
