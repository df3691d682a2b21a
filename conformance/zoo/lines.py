"""Lines of a family's `.net` file, and of torchvision's Python module for the same networks."""

from __future__ import annotations

import ast
import inspect
import io
import sys
import tokenize
from pathlib import Path

import torchvision

from netdsl.checker import packaged_folder

# What says nothing of a network: places of newlines, and comments.
EMPTY = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.ENCODING,
}
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)


def net_lines(file: str) -> int:
    """Lines of a packaged file and of those it uses, without blank ones and comments."""
    text = (Path(packaged_folder()) / f"{file}.net").read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines()]
    used = [line.split('"')[1].removesuffix(".net") for line in lines if line.startswith("use ")]
    own = sum(1 for line in lines if line and not line.startswith("#"))
    return own + sum(net_lines(each) for each in used)


def python_lines(source: str) -> int:
    """Lines of a Python module that hold code, but for what describes trained weights.

    Left out are blank lines, comments, docstrings, `__all__`, classes of
    weights (`WeightsEnum`) and what these have in common (`_COMMON_META`, ...).
    """
    left_out = {line for node in ast.walk(ast.parse(source)) for line in described_lines(node)}
    held: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in EMPTY:
            held.update(range(token.start[0], token.end[0] + 1))
    return len(held - left_out)


def described_lines(node: ast.AST) -> range:
    """The lines of a docstring, of a class of weights or of their metadata; none of another node."""
    if isinstance(node, ast.ClassDef) and is_weights(node):
        return span(node)
    if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None:
        return span(node.body[0])
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [each.id for each in targets if isinstance(each, ast.Name)]
        if any(name == "__all__" or (name.startswith("_COMMON") and name.endswith("META")) for name in names):
            return span(node)
    return range(0)


def is_weights(node: ast.ClassDef) -> bool:
    """Whether this is a class of trained weights."""
    return any(isinstance(base, ast.Name) and base.id == "WeightsEnum" for base in node.bases)


def span(node: ast.stmt) -> range:
    """The lines of a statement."""
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def torchvision_module(name: str) -> tuple[str, int]:
    """The file of a network of torchvision, and its lines."""
    builder = torchvision.models.get_model_builder(name)
    module = sys.modules[builder.__module__]
    return Path(str(module.__file__)).name, python_lines(inspect.getsource(module))
