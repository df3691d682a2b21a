"""The layout itself: what is put in order, and what stays as its author wrote it."""

from __future__ import annotations

import pytest

import netdsl

CASES = {
    "blanks": (
        "net A( x=1,act = relu ){input 3x32x32\nlet y=-x+ 2**x//1\nconv( y,3,padding = 1 )->act\n}\n",
        """net A(x = 1, act = relu) {
    input 3x32x32
    let y = -x + 2 ** x // 1
    conv(y, 3, padding=1) -> act
}
""",
    ),
    "empty lines and comments": (
        """

#first
# second


net A {

  # above
  input 784   # after


  linear(10)
  # last

}
block B { relu }
#end""",
        """# first
# second

net A {
    # above
    input 784  # after

    linear(10)
    # last
}

block B { relu }

# end
""",
    ),
    "variants and uses stay together": (
        'use "a.net"\nuse "b.net"\nnet A = B(x = 1,)\nnet C=B()\n',
        'use "a.net"\nuse "b.net"\nnet A = B(x=1)\nnet C = B()\n',
    ),
    "braces on one line stay there": (
        "block B {\n  if a { relu } else { }\n  repeat 2 {bn\n relu}\n concat{branch{}branch(x){relu}}\n}\n",
        """block B {
    if a { relu } else { }
    repeat 2 {
        bn
        relu
    }
    concat { branch { } branch(x) { relu } }
}
""",
    ),
    "all braces of a statement are broken if one is": (
        "block B {\n    residual { relu } shortcut {\n bn }\n}\n",
        """block B {
    residual {
        relu
    } shortcut {
        bn
    }
}
""",
    ),
    "brackets that begin a line keep their lines": (
        "block B {\n    conv(\n  32, 3,\n    stride=2)\n    conv(32,\n    3)\n}\n",
        """block B {
    conv(
        32, 3,
        stride=2,
    )
    conv(32, 3)
}
""",
    ),
    "brackets that are too long are filled": (
        "net A = B(" + ", ".join(f"parameter_{n}={n}" for n in range(10)) + ")\n",
        """net A = B(
    parameter_0=0, parameter_1=1, parameter_2=2, parameter_3=3, parameter_4=4, parameter_5=5, parameter_6=6,
    parameter_7=7, parameter_8=8, parameter_9=9,
)
""",
    ),
    "long chains go on with the next line": (
        "block B {\n    " + " -> ".join(f"conv({n}0, 3, padding=1)" for n in range(1, 7)) + "\n}\n",
        """block B {
    conv(10, 3, padding=1) -> conv(20, 3, padding=1) -> conv(30, 3, padding=1) -> conv(40, 3, padding=1) ->
        conv(50, 3, padding=1) -> conv(60, 3, padding=1)
}
""",
    ),
    "comments in brackets and after arrows": (
        """block B {
    conv(3 # made
      , 3,
      # how
      padding=1 # same size
    ) -> # then
      relu
}
""",
        """block B {
    conv(
        3,  # made
        3,
        # how
        padding=1,  # same size
    ) ->  # then
        relu
}
""",
    ),
    "one item is no list with a comma": (
        "block B(xs = (1,), y = [1,], z = (1)) {\n    reshape((1,))\n    conv(xs[0], 3,)\n}\n",
        "block B(xs = (1,), y = [1], z = (1)) {\n    reshape((1,))\n    conv(xs[0], 3)\n}\n",
    ),
    "nothing": ("\n\n", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_layout(name: str) -> None:
    text, wanted = CASES[name]
    assert netdsl.format(text) == wanted
    assert netdsl.format(wanted) == wanted


def test_lines_of_a_text() -> None:
    text = "net A {\n  input 784\n  linear( 10 )\n  linear( 20 )\n}\n"
    assert netdsl.format(text, (3, 3)) == "net A {\n  input 784\n    linear(10)\n  linear( 20 )\n}\n"
    assert netdsl.format(text, (1, 3)) == netdsl.format(text)
    assert netdsl.format(text, (9, 9)) == text


def test_lines_within_one_line_of_braces() -> None:
    text = "net A { input 784\nrepeat 2 { linear( 10 ) } relu }\n"
    assert netdsl.format(text, (2, 2)) == "net A {\n    input 784\n    repeat 2 { linear(10) }\n    relu\n}\n"


def test_mistakes_are_told() -> None:
    with pytest.raises(netdsl.NetError, match="E102"):
        netdsl.format("net A {")
    with pytest.raises(netdsl.NetError, match="E102"):
        netdsl.format("net A {", (1, 1))
