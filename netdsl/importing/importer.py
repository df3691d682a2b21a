"""A model to the text of a `.net` file, checked against the model."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from torch import nn

from netdsl.diagnostics.diagnostic import DiagnosticError
from netdsl.diagnostics.span import Source
from netdsl.formatter import format_source
from netdsl.importing.blocks.blocks import Blocks, rows_of
from netdsl.importing.blocks.definition import block_text
from netdsl.importing.blocks.solve import Solver
from netdsl.importing.model import OUTPUT
from netdsl.importing.structuring.discovery import discovered, names_blocks
from netdsl.importing.structuring.simplify import simplify
from netdsl.importing.structuring.structure import structure
from netdsl.importing.text.lines import lines
from netdsl.importing.text.nodes import Writer
from netdsl.importing.tracing.trace import trace
from netdsl.importing.tracing.where import Sourced
from netdsl.importing.tree import Body, LayerStep, MergeStep, leaves
from netdsl.importing.verify import Agreement, verify


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import gives: the text, its net's name, and what a person should know."""

    text: str
    name: str
    notes: tuple[str, ...]
    agreement: Agreement

    def module(self) -> nn.Module:
        """The module that the text makes, with the model's weights."""
        return self.agreement.module()

    def with_notes(self, *notes: str) -> Imported:
        """The same with more to know."""
        return replace(self, notes=(*self.notes, *notes))


def import_model(model: nn.Module, shape: tuple[int, ...], name: str, origin: str) -> Imported:
    """The `.net` text of a model whose input has a shape, the batch left out.

    `origin` is said in the net's comment. Raises `DiagnosticError` where the
    model can't be said, or the text would compute something else.
    """
    traced = simplify(trace(model, shape))
    body = structure(traced)
    if isinstance(model, Sourced) and not names_blocks(traced):
        body = discovered(body)
    text = write(body, shape, name, origin)
    return Imported(text, name, traced.notes, verify(model, text, leaves(body), traced))


def write(body: Body, shape: tuple[int, ...], name: str, origin: str) -> str:
    """The text of a network's steps."""
    blocks = Blocks(name)
    body = blocks.define_all(body)
    rows = rows_of(body, shape[0])
    solution = Solver(rows, [shape[0]], blocks.parameters).solve()
    inner = [f"input {'x'.join(map(str, shape))}", *lines(Writer(solution, blocks.positional).nodes(rows))]
    header = ""
    last = body[-1]
    # Another number of classes would have to go to further outputs too.
    is_single = not any(isinstance(step, MergeStep) and step.merge == OUTPUT for step in body)
    if isinstance(last, LayerStep) and last.layer == "linear" and is_single:
        classes = dict(last.options)["out_features"]
        inner[-1], found = re.subn(rf"^linear\({classes}(?=[,)])", "linear(classes", inner[-1])
        header = f"classes = {classes}" if found else ""
    texts = [f"# Imported from {origin}.\n{block_text('net', name, header, inner)}"]
    texts += [each.text() for each in reversed(blocks.definitions.values())]
    return laid_out("\n\n".join(texts) + "\n")


def laid_out(text: str) -> str:
    """The text in the one layout."""
    made, wrong = format_source(Source("<imported>", text))
    if made is None:
        raise DiagnosticError(wrong[0])
    return made
