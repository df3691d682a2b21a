"""The table of a network in words and numbers: its rows, and what they come to."""

from __future__ import annotations

from netdsl.network.statements import INPUT, Statement, statements

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdsl.network.nodes import Network


def as_dict(network: Network) -> dict[str, object]:
    """The JSON contract of the table."""
    return {
        "net": network.name,
        "input": list(network.input.shape),
        "output": list(network.output.shape),
        "training_outputs": [
            {"name": node.name, "output": list(node.output.shape)} for node in network.root.output_nodes
        ],
        "parameters": network.parameter_count,
        "multiply_adds": network.multiply_adds,
        "activation_bytes": network.activation_bytes,
        "statements": [
            {
                "name": row.name,
                "layer": row.layer,
                "file": row.file,
                "line": row.line,
                "inputs": list(row.inputs),
                "output": list(row.output.shape),
                "parameters": row.parameters,
                "multiply_adds": row.multiply_adds,
                "receptive_field": list(row.receptive_field),
                "activation_bytes": row.activation_bytes,
            }
            for row in statements(network)
        ],
    }


def table_rows(network: Network) -> list[tuple[Statement, list[str]]]:
    """Every row with its texts, in running order."""
    rows: list[tuple[Statement, list[str]]] = []
    before = INPUT
    for row in statements(network):
        rows.append((row, cells(row, before, network.root.span.source.name)))
        before = row.name
    return rows


def cells(row: Statement, before: str, file: str) -> list[str]:
    """A row's texts; what simply follows the row above needs no mention, nor does the net's own file."""
    return [
        str(row.line) if row.file == file else f"{_last_part(row.file)}:{row.line}",
        row.name,
        row.layer,
        "" if row.inputs == (before,) else ", ".join(row.inputs),
        str(row.output),
        f"{row.parameters:,}" if row.parameters else "",
        f"{row.multiply_adds:,}" if row.multiply_adds else "",
        "x".join(map(str, row.receptive_field)),
        readable_bytes(row.activation_bytes) if row.activation_bytes else "",
    ]


def _last_part(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def network_lines(file: str, networks: Sequence[Network]) -> list[str]:
    """A line for each network of a file without errors."""
    if not networks:
        return [f"{file}: no net, only blocks"]
    return [
        f"{file}: {each.name} {each.input} -> {each.output}, {each.parameter_count:,} parameters"
        for each in networks
    ]


def totals(network: Network) -> str:
    """What all layers of a network come to."""
    return (
        f"{network.parameter_count:,} parameters, {network.multiply_adds:,} multiply-adds, "
        f"{readable_bytes(network.activation_bytes)} of activations a sample (float32)"
    )


def in_training(network: Network) -> str:
    """What a network makes in training besides; empty where that is nothing."""
    further = network.root.output_nodes
    listed = ", ".join(f"{node.name} {node.output}" for node in further)
    return f"in training also {listed}; multiply-adds and activations are those of evaluation" * bool(further)


def readable_bytes(count: int) -> str:
    """Bytes with a binary unit."""
    size, units = float(count), ["B", "KiB", "MiB", "GiB", "TiB"]
    while size >= 1024 and len(units) > 1:
        size /= 1024
        units.pop(0)
    return f"{size:.0f} {units[0]}" if units[0] == "B" else f"{size:.1f} {units[0]}"
