"""Short ways to check a text and look at what came of it."""

from __future__ import annotations

import netdsl
from netdsl.checker import CheckResult
from netdsl.diagnostics.render import render_text
from netdsl.network import LayerNode, Network


def net(body: str, header: str = "net N", start: str = "input 3x32x32") -> str:
    """A file of one net around some lines."""
    lines = "".join(f"    {line}\n" for line in [start, *body.strip().splitlines()] if line)
    return f"{header} {{\n{lines}}}\n"


def network(text: str, **settings: object) -> Network:
    """The network of a text that must be clean."""
    result: CheckResult = netdsl.check(text, **settings)
    assert result.network is not None, render_text(result.diagnostics)
    return result.network


def layer(text: str, name: str) -> LayerNode:
    """A layer of a clean text, by its state-dict prefix."""
    return dict(network(text).layers())[name]


def names(text: str, **settings: object) -> list[str]:
    """The state-dict prefixes of a clean text, in order."""
    return [name for name, _ in network(text, **settings).layers()]


def found(text: str, **settings: object) -> list[tuple[str, str]]:
    """Code and place of everything that is found."""
    return [
        (each.code.id, each.span.text if each.span else "")
        for each in netdsl.check(text, **settings).diagnostics
    ]
