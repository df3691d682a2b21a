"""Networks that the tests draw."""

from __future__ import annotations

import netdsl
from netdsl.network.nodes import Network

CHAIN = """# A chain <of> layers & "signs".
net Chain(classes = 10) {
    input 3x16x16
    conv(8, 3, padding=1) -> bn -> relu -> maxpool(2)
    flatten
    linear(classes)
}
"""

# Repeats, a skip, and a block that does nothing.
RESIDUAL = """net Residual {
    input 8x16x16
    Unit(8)
    repeat 3 { Unit(16) }
    avgpool(global) -> flatten -> linear(10)
}

block Unit(channels) {
    residual {
        conv(channels, 3, padding=1) -> bn -> relu
        conv(channels, 3, padding=1) -> bn
    } shortcut {
        Fit(channels)
    }
    relu
}

block Fit(channels) {
    if in_channels != channels { conv(channels, 1) }
}
"""

# Branches side by side, a value that is used far below, and a further output.
BRANCHES = """net Branches {
    input 4x8x8
    conv(4, 3, padding=1) as early
    concat {
        branch { conv(4, 1) }
        branch { conv(2, 1) -> relu -> conv(6, 3, padding=1) }
        branch { maxpool(3, stride=1, padding=1) -> conv(2, 1) }
    }
    output aux { avgpool(global) -> flatten -> linear(3) }
    conv(4, 1)
    relu -> add(early)
    flatten -> linear(3)
}
"""


def checked(text: str) -> Network:
    """The first net of a text that has no mistakes."""
    result = netdsl.check(text)
    assert result.network is not None, result.diagnostics
    return result.network
