"""Check a network that is a text in a program, print what is wrong with it, and mend it. Imports no torch."""

# ruff: noqa: T201  (scripts print)

import sys

import netdsl
from netdsl.diagnostics.render import render_text

TEXT = """\
net Small(classes = 10) {
    input 3x32x32
    cnov(16, 3) -> relu -> maxpool(2)
    linear(classes)
}
"""


def main() -> None:
    """Check the text, then the text with the fixes that it is offered."""
    result = netdsl.check(TEXT)
    print(render_text(result.diagnostics))

    text = TEXT
    while not (result := netdsl.check(text)).ok:
        fix = result.diagnostics[0].fix
        if fix is None:
            break
        for edit in sorted(fix.edits, key=lambda each: -each.span.start):
            text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
        print(f"\nfix: {fix.title}")

    print(f"\n{text}")
    network = result.network
    assert network is not None
    print(f"{network.input} -> {network.output}, {network.parameter_count:,} parameters")
    for name, layer in network.layers():
        print(f"  {name:<10} {layer.output!s:>10} {layer.multiply_adds:>10,}")
    assert "torch" not in sys.modules


if __name__ == "__main__":
    main()
