"""YAML text to plain values, with the place of every key and value kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml
from yaml.scanner import ScannerError

from netdsl.diagnostics import Code, Diagnostic, DiagnosticError, Label, Source, Span
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training.recipe.yaml_nodes import LONGEST_TEXT, check_nodes

Path = tuple[str | int, ...]

_DEEPEST = 64


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of YAML file: what a person calls it, and the codes of its mistakes.

    `deepest` is how deep keys of keys go in it: an end to aliases that
    contain themselves.
    """

    name: str
    not_yaml: Code
    not_a_mapping: Code
    repeated_key: Code
    deepest: int


RECIPE = FileKind("the recipe", codes.NOT_YAML, codes.NOT_A_MAPPING, codes.REPEATED_KEY, deepest=6)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key and its value stand; for an item of a list both are the item."""

    key: Span
    value: Span


@dataclass(slots=True)
class PlacedYaml:
    """A YAML document: its value, and the place of each key and item by the path that leads to it."""

    value: object
    places: dict[Path, Place] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def inside(places: Mapping[Path, Place], prefix: Path) -> dict[Path, Place]:
    """The places under a path, by the paths that lead on from there."""
    depth = len(prefix)
    return {path[depth:]: place for path, place in places.items() if path[:depth] == prefix != path}


def read_mapping(source: Source, kind: FileKind = RECIPE) -> tuple[dict[object, object], PlacedYaml]:
    """Read a YAML document of keys and values; an empty one has none.

    Raises `DiagnosticError` where the text is something else.
    """
    document = read_yaml(source, kind)
    if document.value is None:
        return {}, document
    if not isinstance(document.value, dict):
        raise DiagnosticError(_not_a_mapping(source, kind))
    return document.value, document


def read_yaml(source: Source, kind: FileKind = RECIPE) -> PlacedYaml:
    """Read one YAML 1.2 document; an empty one is None.

    Keys given twice are in `diagnostics`; the first of the two counts. Raises
    `DiagnosticError` where the text is not YAML, is nested too deep, or holds
    what `check_nodes` refuses.
    """
    if len(source.text) > LONGEST_TEXT:
        raise DiagnosticError(_unreadable(source, kind, f"longer than {LONGEST_TEXT:,} characters"))
    document = PlacedYaml(None)
    try:
        loader = _Loader(source.text)
        node = loader.get_single_node()
        if node is not None:
            check_nodes(loader, node)
            _place(source, kind, node, (), document)
            document.value = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        raise DiagnosticError(_syntax_error(source, kind, error)) from error
    except (yaml.YAMLError, ValueError) as error:
        raise DiagnosticError(_unreadable(source, kind, str(error).splitlines()[0])) from error
    except RecursionError as error:
        raise DiagnosticError(_unreadable(source, kind, "brackets are nested too deep")) from error
    return document


class _Loader(yaml.SafeLoader):
    """YAML 1.2's core schema: `1e-3` is a number, `no` and `2026-01-02` are words."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    def fetch_flow_collection_start(self, token: type[yaml.Token]) -> None:
        """Refuse brackets that are nested too deep: the time to read them grows with the square of it."""
        if self.flow_level >= _DEEPEST:
            raise ScannerError(None, None, "brackets are nested too deep", self.get_mark())
        super().fetch_flow_collection_start(token)


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


def _place(source: Source, kind: FileKind, node: yaml.Node, path: Path, document: PlacedYaml) -> None:
    """Note the places inside a node, and take from it what is given again."""
    if len(path) >= kind.deepest:
        return
    if isinstance(node, yaml.MappingNode):
        kept = []
        for key_node, value_node in node.value:
            key = _span(source, key_node)
            inner = (*path, key_node.value if isinstance(key_node, yaml.ScalarNode) else key.text)
            value = _span(source, value_node)
            if inner in document.places:
                document.diagnostics.append(_repeated(kind, key, document.places[inner].key))
                continue
            kept.append((key_node, value_node))
            document.places[inner] = Place(key, value if value.text else key)
            _place(source, kind, value_node, inner, document)
        node.value = kept
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            span = _span(source, item)
            document.places[(*path, index)] = Place(span, span)
            _place(source, kind, item, (*path, index), document)


def _span(source: Source, node: yaml.Node) -> Span:
    start, end = node.start_mark.index, node.end_mark.index
    # A block's end mark stands at the next token, lines further down.
    return source.span(start, start + len(source.text[start:end].rstrip()))


def _repeated(kind: FileKind, key: Span, first: Span) -> Diagnostic:
    return Diagnostic(
        kind.repeated_key,
        f"`{key.text}` is given twice",
        key,
        "given again here",
        (Label(first, "first given here"),),
        "keep one of the two",
    )


def _syntax_error(source: Source, kind: FileKind, error: yaml.MarkedYAMLError) -> Diagnostic:
    mark = error.problem_mark or error.context_mark
    offset = min(mark.index if mark else 0, len(source.text))
    labels: tuple[Label, ...] = ()
    if error.context and error.context_mark and error.context_mark is not mark:
        start = min(error.context_mark.index, len(source.text))
        labels = (Label(source.span(start, start + 1), error.context),)
    return Diagnostic(
        kind.not_yaml,
        f"{kind.name} is not YAML",
        source.span(offset, min(offset + 1, len(source.text))),
        error.problem or "reading stopped here",
        labels,
        "write one `key: value` a line",
    )


def _unreadable(source: Source, kind: FileKind, why: str) -> Diagnostic:
    return Diagnostic(kind.not_yaml, f"{kind.name} is not YAML", source.span(0, 0), why)


def _not_a_mapping(source: Source, kind: FileKind) -> Diagnostic:
    start = len(source.text) - len(source.text.lstrip())
    end = source.text.find("\n", start)
    return Diagnostic(
        kind.not_a_mapping,
        f"{kind.name} is not a list of keys and values",
        source.span(start, end if end >= 0 else len(source.text)),
        "expected `key: value`",
        help="write one `key: value` a line, with a space after the colon",
    )
