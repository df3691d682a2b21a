"""Files that are nearly right: wrong in a definition, an input or a setting; or with words changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from conformance.programs.choices import Choices
from conformance.programs.program import Program
from netdsl.syntax.tables import KEYWORDS, LITERALS

Changed = tuple[str, str, Mapping[str, str]]


def before_end(text: str, statement: str) -> str:
    """The text with a statement at the end of its first net or block."""
    return text.replace("\n}", f"\n{statement}\n}}", 1)


FILE_MISTAKES: Mapping[str, Callable[[Choices, Program], Changed]] = {
    "no input": lambda c, p: (re.sub(r"\n\s*input [^\n]*", "", p.text), p.net, p.settings),
    "input below": lambda c, p: (
        re.sub(r"(\n\s*input [^\n]*)(\n[^\n]*)", r"\2\1", p.text),
        p.net,
        p.settings,
    ),
    "value before the input": lambda c, p: (
        re.sub(r"(\n\s*input)", "\nlet z = in_channels\\1", p.text),
        p.net,
        p.settings,
    ),
    "input that is no shape": lambda c, p: (
        re.sub(
            r"\n(\s*)input [^\n]*",
            "\n\\1input "
            + c.pick(
                (
                    "0",
                    "3x0x2",
                    "1.5",
                    "[1, 2, 3, 4, 5]",
                    "relu",
                    "3 / 2",
                    "-2",
                    "2147483648",
                    "1048576x1048576x2",
                    "()",
                )
            ),
            p.text,
            count=1,
        ),
        p.net,
        p.settings,
    ),
    "input in a block": lambda c, p: (
        p.text + "\nblock Inner { input 3\nrelu }\n" + before_end("", ""),
        p.net,
        p.settings,
    ),
    "block inside itself": lambda c, p: (
        before_end(p.text, "Again") + "\nblock Again { relu -> Again }\n",
        p.net,
        p.settings,
    ),
    "nets inside each other": lambda c, p: (
        before_end(p.text, "Again") + "\nblock Again { Other }\nblock Other { Again }\n",
        p.net,
        p.settings,
    ),
    "variant of a block": lambda c, p: (
        p.text + "\nnet Turned = Thing()\nblock Thing { relu }\n",
        "Turned",
        {},
    ),
    "variant of itself": lambda c, p: (p.text + "\nnet Turned = Turned()\n", "Turned", {}),
    "variant of nothing": lambda c, p: (p.text + "\nnet Turned = Nothing(n=1)\n", "Turned", {}),
    "variant with another parameter": lambda c, p: (
        p.text + f"\nnet Turned = {p.net}(nothing=1)\n",
        "Turned",
        p.settings,
    ),
    "parameter without a value": lambda c, p: (
        re.sub(r"\bnet (\w+)(?= \{|\(\) \{)(\(\))?", r"net \1(needed)", p.text),
        p.net,
        p.settings,
    ),
    "block without its argument": lambda c, p: (
        before_end(p.text, c.pick(("Needs", "Needs()", "Needs(1, 2)", "Needs(m=1)", "Needs(n=1, n=2)")))
        + "\nblock Needs(n) { relu }\n",
        p.net,
        p.settings,
    ),
    "parameter that is a layer": lambda c, p: (
        before_end(p.text, "Odd(1)")
        + f"\nblock Odd({c.pick(('dropout', 'min', 'in_channels'))}) {{ relu }}\n",
        p.net,
        p.settings,
    ),
    "parameter twice": lambda c, p: (
        before_end(p.text, "Odd(1)") + "\nblock Odd(n, n = 2) { relu }\n",
        p.net,
        p.settings,
    ),
    "definition twice": lambda c, p: (p.text + f"\nblock {p.net} {{ relu }}\n", p.net, p.settings),
    "name without a capital": lambda c, p: (
        p.text + f"\n{c.pick(('block', 'net'))} small {{ input 3\nrelu }}\n",
        p.net,
        p.settings,
    ),
    "unknown setting": lambda c, p: (p.text, p.net, {**p.settings, "nothing": "1"}),
    "setting that is no value": lambda c, p: (
        p.text.replace(f"net {p.net} {{", f"net {p.net}(n = 1) {{"),
        p.net,
        {**p.settings, "n": c.pick(("", "1 +", "}", "let", "1 2", "nothing", "1 / 0"))},
    ),
    "unknown net": lambda c, p: (p.text, "Nothing", p.settings),
    "use of a file": lambda c, p: (
        f'use "{c.pick(("resnet.net", "../a.net", "/etc/passwd", "nothing.net"))}"\n' + p.text,
        p.net,
        p.settings,
    ),
    "statement outside": lambda c, p: (
        p.text + c.pick(("relu\n", "input 3\n", "}\n", "let a = 1\n")),
        p.net,
        p.settings,
    ),
    "brace left open": lambda c, p: (p.text.rstrip()[:-1], p.net, p.settings),
    "output of a block": lambda c, p: (
        before_end(p.text, "Odd") + f"\n{c.pick(('block Odd', 'net Odd'))} {{ output early {{ relu }} }}\n",
        p.net,
        p.settings,
    ),
    "unused block that is wrong": lambda c, p: (
        p.text
        + f"\nblock Unseen(n) {{ {c.pick(('nothing', 'conv(3)', 'relu(n)', 'let conv = 1', 'add(n)'))} }}\n",
        p.net,
        p.settings,
    ),
}
WORDS = (
    "x",
    "Unit",
    "12",
    "0",
    "3x3",
    "0.5",
    '"text"',
    "\n",
    "conv",
    "relu",
    "true",
    "in_channels",
    "same",
    *KEYWORDS,
    *LITERALS.values(),
)


def change_words(choices: Choices, text: str) -> str:
    """The text with a few words replaced, added, left out or swapped."""
    pieces = re.findall(r"\w+|\s+|[^\w\s]", text)
    for _ in range(choices.integer(1, 3)):
        at, other = (choices.integer(0, len(pieces) - 1) for _ in range(2))
        action = choices.pick(("replace", "insert", "delete", "swap", "double"))
        if action == "replace":
            pieces[at] = choices.pick(WORDS)
        elif action == "insert":
            pieces.insert(at, f" {choices.pick(WORDS)} ")
        elif action == "delete":
            pieces[at] = " "
        elif action == "double":
            pieces[at] *= 2
        else:
            pieces[at], pieces[other] = pieces[other], pieces[at]
    return "".join(pieces)
