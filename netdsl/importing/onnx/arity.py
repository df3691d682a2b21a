"""Whether a node has as many inputs and outputs as its operator takes and makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdsl.importing.onnx.problems import unreadable

if TYPE_CHECKING:
    from onnx.defs import OpSchema

    from netdsl.importing.onnx.graph import Node


def check_arity(node: Node, opset: int) -> None:
    """Raise `DiagnosticError` where they are others; operators that the standard lacks may have any."""
    schema = schema_of(node.operator, opset)
    if schema is None:
        return
    for what, given, least, most in (
        ("inputs", len(node.inputs), schema.min_input, schema.max_input),
        ("outputs", len(node.outputs), schema.min_output, schema.max_output),
    ):
        if not least <= given <= most:
            wanted = (
                least if least == most else f"{least} to {most}" if most < 2**31 - 1 else f"{least} or more"
            )
            raise unreadable(f"`{node.title}` has {given} {what}", f"the operator has {wanted}")


def schema_of(operator: str, opset: int) -> OpSchema | None:
    """What the standard says of an operator, at the latest where the operator set lacks it."""
    from onnx import defs

    latest = defs.onnx_opset_version()
    for version in (min(opset, latest), latest):
        try:
            return defs.get_schema(operator, version)
        except defs.SchemaError:
            continue
    return None
