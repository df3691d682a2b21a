"""YAML text to plain values, with the place of every key and value kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml

from netdsl.diagnostics import Diagnostic, DiagnosticError, Label, Source, Span
from netdsl.diagnostics.catalogue import recipes as codes

Path = tuple[str | int, ...]

# Keys of keys of keys: deeper than any recipe goes, and an end to aliases that contain themselves.
_DEEPEST = 6


@dataclass(frozen=True)
class Place:
    """Where a key and its value stand; for an item of a list both are the item."""

    key: Span
    value: Span


@dataclass
class PlacedYaml:
    """A YAML document: its value, and the place of each key and item by the path that leads to it."""

    value: object
    places: dict[Path, Place] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def read_yaml(source: Source) -> PlacedYaml:
    """Read one YAML 1.2 document; an empty one is None.

    Keys given twice are in `diagnostics`. Raises `DiagnosticError` where the
    text is not YAML or is nested too deep.
    """
    try:
        loader = _Loader(source.text)
        node = loader.get_single_node()
        document = PlacedYaml(None if node is None else loader.construct_document(node))
    except yaml.MarkedYAMLError as error:
        raise DiagnosticError(_syntax_error(source, error)) from error
    except (yaml.YAMLError, ValueError) as error:
        raise DiagnosticError(_unreadable(source, str(error).splitlines()[0])) from error
    except RecursionError as error:
        raise DiagnosticError(_unreadable(source, "brackets are nested too deep")) from error
    if node is not None:
        _place(source, node, (), document)
    return document


class _Loader(yaml.SafeLoader):
    """YAML 1.2's core schema: `1e-3` is a number, `no` and `2026-01-02` are words."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


def _resolve(tag: str, pattern: str, first: str) -> None:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"^(?:{pattern})$"), list(first))


_resolve("bool", "true|True|TRUE|false|False|FALSE", "tTfF")
_resolve("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789")
_resolve(
    "float",
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
    "-+.0123456789",
)
_resolve("null", "~|null|Null|NULL|", "~nN")
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^$"), [""])


def _place(source: Source, node: yaml.Node, path: Path, document: PlacedYaml) -> None:
    if len(path) >= _DEEPEST:
        return
    if isinstance(node, yaml.MappingNode):
        for key_node, value_node in node.value:
            key = _span(source, key_node)
            inner = (*path, key_node.value if isinstance(key_node, yaml.ScalarNode) else key.text)
            value = _span(source, value_node)
            if inner in document.places:
                document.diagnostics.append(_repeated(key, document.places[inner].key))
                continue
            document.places[inner] = Place(key, value if value.text else key)
            _place(source, value_node, inner, document)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            span = _span(source, item)
            document.places[(*path, index)] = Place(span, span)
            _place(source, item, (*path, index), document)


def _span(source: Source, node: yaml.Node) -> Span:
    start, end = node.start_mark.index, node.end_mark.index
    # A block's end mark stands at the next token, lines further down.
    return source.span(start, start + len(source.text[start:end].rstrip()))


def _repeated(key: Span, first: Span) -> Diagnostic:
    return Diagnostic(
        codes.REPEATED_KEY,
        f"`{key.text}` is given twice",
        key,
        "given again here",
        (Label(first, "first given here"),),
        "keep one of the two",
    )


def _syntax_error(source: Source, error: yaml.MarkedYAMLError) -> Diagnostic:
    mark = error.problem_mark or error.context_mark
    offset = min(mark.index if mark else 0, len(source.text))
    labels: tuple[Label, ...] = ()
    if error.context and error.context_mark and error.context_mark is not mark:
        start = min(error.context_mark.index, len(source.text))
        labels = (Label(source.span(start, start + 1), error.context),)
    return Diagnostic(
        codes.NOT_YAML,
        "the recipe is not YAML",
        source.span(offset, min(offset + 1, len(source.text))),
        error.problem or "reading stopped here",
        labels,
        "write one `key: value` a line",
    )


def _unreadable(source: Source, why: str) -> Diagnostic:
    return Diagnostic(codes.NOT_YAML, "the recipe is not YAML", source.span(0, 0), why)
