"""Counts what is in an ONNX file before it is parsed, since a parsed message can take 100 times its bytes.

An ONNX file is a message of Protocol Buffers: fields, each a number, a wire
type and a value; a value with a length may be a message again. Only those are
looked into that can be small and many, or hold names: names must be UTF-8,
since a parsed message has bytes in place of others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netdsl.importing.onnx.problems import unreadable

MOST_FIELDS = 2_000_000
VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
Field = tuple[int, int, int]

# Numbers of fields that hold messages to be looked into, as in onnx.proto.
MODEL, GRAPH, NODE, ATTRIBUTE, TENSOR = "model", "graph", "node", "attribute", "tensor"
OPERATORS, VALUE, ENTRY = "operator set", "value", "entry"
INSIDE: Mapping[str, Mapping[int, str]] = {
    MODEL: {7: GRAPH, 8: OPERATORS},
    GRAPH: {1: NODE, 5: TENSOR, 11: VALUE, 12: VALUE},
    NODE: {5: ATTRIBUTE, 9: ENTRY},
    ATTRIBUTE: {5: TENSOR, 10: TENSOR},
    TENSOR: {13: ENTRY},
    OPERATORS: {},
    VALUE: {},
    ENTRY: {},
}
# Those that hold texts which are read.
TEXTS: Mapping[str, tuple[int, ...]] = {
    MODEL: (),
    GRAPH: (),
    NODE: (1, 2, 3, 4, 7),
    ATTRIBUTE: (1,),
    TENSOR: (8,),
    OPERATORS: (1,),
    VALUE: (1,),
    ENTRY: (1, 2),
}
FUNCTIONS, SUBGRAPH, SUBGRAPHS = 25, 6, 11
NAME, KIND = 3, 4
INLINE = "onnx.inliner.inline_local_functions writes one without"
CONTROL = "a `.net` file chooses nothing while it runs; export the model without If, Loop and Scan"


def check_size(data: bytes) -> None:
    """Raise `DiagnosticError` where the bytes are no message, or one of too many fields."""
    counted = 0
    pending = [(MODEL, 0, len(data), "")]
    while pending:
        kind, start, end, node = pending.pop()
        for number, at, stop in fields(data, start, end):
            counted += 1
            if counted > MOST_FIELDS:
                raise unreadable(f"the file has more than {MOST_FIELDS:,} fields")
            if kind == MODEL and number == FUNCTIONS:
                raise unreadable("the file defines functions of its own", INLINE)
            if kind == ATTRIBUTE and number in (SUBGRAPH, SUBGRAPHS):
                raise unreadable(f"the node {node} holds a graph of its own", CONTROL)
            if number in TEXTS[kind]:
                check_text(data[at:stop])
            inside = INSIDE[kind].get(number)
            if inside is not None:
                pending.append((inside, at, stop, named(data, at, stop) if inside == NODE else node))


def check_text(text: bytes) -> None:
    """Raise `DiagnosticError` where a name is none."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        raise unreadable(
            "the file has a name that is not UTF-8", "write it again with another name"
        ) from None


def named(data: bytes, start: int, end: int) -> str:
    """A node's name and operator, for a message."""
    texts = {
        number: data[at:stop][:100].decode("utf-8", "replace")
        for number, at, stop in fields(data, start, end)
        if number in (NAME, KIND)
    }
    return f"`{texts.get(NAME, '')}` ({texts.get(KIND, 'of no operator')})"


def fields(data: bytes, start: int, end: int) -> Iterator[Field]:
    """Each field of a message: its number, and where its value begins and ends."""
    at = start
    while at < end:
        key, at = varint(data, at, end)
        number, wire = key >> 3, key & 7
        if wire == VARINT:
            stop = varint(data, at, end)[1]
        elif wire == LENGTH:
            length, at = varint(data, at, end)
            stop = at + length
        elif wire in (FIXED64, FIXED32):
            stop = at + (8 if wire == FIXED64 else 4)
        else:
            raise broken()
        if stop > end:
            raise broken()
        yield number, at, stop
        at = stop


def varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    """An integer of seven bits a byte, and where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= end:
            raise broken()
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
    raise broken()


def broken() -> Exception:
    """The error of bytes that are no message."""
    return unreadable("the file is no ONNX model", "it may be cut off, or of another format")
