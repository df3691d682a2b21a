"""Small nets for the tests, and short ways to ask what the check says of them."""

from __future__ import annotations

import netdsl
from netdsl.diagnostics import Diagnostic
from netdsl.diagnostics.render import render_text
from netdsl.network import LayerNode, Network


def net(body: str, header: str = "net N", shape: str = "3x32x32", more: str = "") -> str:
    """The text of a net around some lines, with other definitions after it."""
    lines = "".join(f"    {line}\n" for line in body.strip("\n").splitlines())
    return f"{header} {{\n    input {shape}\n{lines}}}\n{more}"


def built(text: str, name: str | None = None, **settings: object) -> Network:
    """The network of a text without errors."""
    result = netdsl.check(text, name, **settings)  # type: ignore[arg-type]
    assert result.network is not None, render_text(result.diagnostics)
    return result.network


def findings(text: str, **settings: object) -> list[Diagnostic]:
    """Everything found in a text."""
    return list(netdsl.check(text, **settings).diagnostics)  # type: ignore[arg-type]


def codes(text: str, **settings: object) -> list[str]:
    """The codes of everything found in a text, in order."""
    return [each.code.id for each in findings(text, **settings)]


def finding(text: str, code: str, **settings: object) -> Diagnostic:
    """The only finding, which has this code."""
    found = findings(text, **settings)
    assert [each.code.id for each in found] == [code], render_text(found)
    return found[0]


def place(diagnostic: Diagnostic) -> str:
    """The text under the primary label."""
    assert diagnostic.span is not None
    return diagnostic.span.text


def names(network: Network) -> list[str]:
    """The state-dict prefixes of all layers, in running order."""
    return [name for name, _ in network.layers()]


def shapes(network: Network) -> list[str]:
    """The output of every layer as text, in running order."""
    return [str(layer.output) for _, layer in network.layers()]


def layer(network: Network, name: str) -> LayerNode:
    """A layer by its state-dict prefix."""
    return dict(network.layers())[name]
