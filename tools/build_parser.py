"""Build netdsl/syntax/tables.py from netdsl/syntax/grammar.lark.

Lark checks the grammar (LALR(1), strict: no conflicts, no colliding
terminals) and computes the tables; the parser then runs on them without
importing Lark. Run it after every change of the grammar:

    python tools/build_parser.py          # writes the tables
    python tools/build_parser.py --check  # exits 1 where they are out of date
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from lark import Lark
from lark.lexer import PatternStr, TerminalDef
from lark.parsers.lalr_analysis import Shift

FOLDER = Path(__file__).resolve().parent.parent / "netdsl" / "syntax"
GRAMMAR = FOLDER / "grammar.lark"
TABLES = FOLDER / "tables.py"

HEADER = '''"""LALR(1) tables of grammar.lark; made by tools/build_parser.py, not by hand."""

from __future__ import annotations

# ruff: noqa: E501
# fmt: off
'''


def load_grammar() -> Lark:
    """The grammar under Lark's strict checks and its basic lexer."""
    return Lark(GRAMMAR.read_text(), parser="lalr", lexer="basic", strict=True, keep_all_tokens=True)


def token_pattern(terminals: list[TerminalDef]) -> str:
    """One regular expression for all terminals but the keywords, in the order of Lark's basic lexer."""
    ordered = sorted(
        terminals,
        key=lambda each: (-each.priority, -each.pattern.max_width, -len(each.pattern.value), each.name),
    )
    parts = []
    for terminal in ordered:
        if is_keyword(terminal):
            continue
        value = terminal.pattern.value
        parts.append(f"(?P<{terminal.name}>{re.escape(value) if is_literal(terminal) else value})")
    return "|".join(parts)


def is_literal(terminal: TerminalDef) -> bool:
    """Whether the terminal is a fixed text."""
    return isinstance(terminal.pattern, PatternStr)


def is_keyword(terminal: TerminalDef) -> bool:
    """Whether the terminal is a reserved word."""
    return is_literal(terminal) and terminal.pattern.value.isalpha()


def numbered_states(table: dict[int, dict[str, tuple[object, int]]], start: int) -> dict[int, int]:
    """The states by the order in which a walk from the start meets them; Lark's own numbers differ by run."""
    numbers = {start: 0}
    for state in (queue := [start]):
        for _, (kind, following) in sorted(table[state].items()):
            if kind is Shift and following not in numbers:
                numbers[following] = len(numbers)
                queue.append(following)
    return numbers


def render(grammar: Lark) -> str:
    """The Python text of the tables."""
    table = grammar.parser.parser._parse_table
    rules = list(grammar.rules)
    number = {rule: index for index, rule in enumerate(rules)}
    states = numbered_states(table.states, table.start_states["start"])
    terminals = {terminal.name for terminal in grammar.terminals} | {"$END"}
    actions: list[dict[str, int]] = []
    gotos: list[dict[str, int]] = []
    for state in states:
        row: dict[str, int] = {}
        goto: dict[str, int] = {}
        for symbol, (kind, argument) in sorted(table.states[state].items()):
            if symbol not in terminals:
                goto[symbol] = states[argument]
            elif kind is Shift:
                row[symbol] = states[argument] + 1
            else:
                row[symbol] = -number[argument] - 1
        actions.append(row)
        gotos.append(goto)
    keywords = {t.pattern.value: t.name for t in grammar.terminals if is_keyword(t)}
    literals = {t.name: t.pattern.value for t in grammar.terminals if is_literal(t)}
    listed = [(str(rule.origin.name), len(rule.expansion), str(rule.alias or "same")) for rule in rules]
    return "\n".join(
        [
            HEADER,
            f"TOKEN_PATTERN = {token_pattern(grammar.terminals)!r}",
            "# The reserved words, and the terminal of each.",
            f"KEYWORDS = {keywords!r}",
            "# The text of every terminal that has just one.",
            f"LITERALS = {literals!r}",
            "# A rule: what it makes, from how many symbols, and the function that builds it.",
            "RULES = " + one_a_line(listed),
            f"START = {states[table.start_states['start']]}",
            f"END = {states[table.end_states['start']]}",
            "# By state: terminal -> n > 0: shift to state n - 1; n < 0: reduce by rule -n - 1.",
            "ACTIONS: list[dict[str, int]] = " + one_a_line(actions),
            "# By state: what was made -> next state.",
            "GOTOS: list[dict[str, int]] = " + one_a_line(gotos),
            "",
        ]
    )


def one_a_line(rows: Sequence[object]) -> str:
    """A list display with a row a line."""
    return "[\n" + "".join(f"    {row!r},\n" for row in rows) + "]"


def main() -> int:
    """Write the tables, or with `--check` compare them."""
    text = render(load_grammar())
    if "--check" in sys.argv[1:]:
        return 0 if TABLES.read_text() == text else 1
    TABLES.write_text(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
