"""Parsing goes on after every mistake, and says of each what is wrong."""

from __future__ import annotations

import pytest

import netdsl
from netdsl.diagnostics import Diagnostic, Source
from netdsl.syntax import tree
from netdsl.syntax.parser import parse
from tests.checker.build import codes, finding, findings, net, place


def mended(text: str, found: Diagnostic) -> str:
    """The text with a finding's fix applied."""
    assert found.fix is not None
    for edit in sorted(found.fix.edits, key=lambda each: -each.span.start):
        text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    return text


@pytest.mark.parametrize(
    ("line", "code", "text"),
    [
        ("conv(16 3)", "E101", "3"),
        ("conv(16, 3", "E102", "("),
        ("let x = [1, 2", "E102", "["),
        ("conv(16, 3]", "E102", "]"),
        ("relu;", "E103", ";"),
        ("linear('a')", "E103", "'"),
        ('linear("a)', "E103", '"'),
        ("relu relu", "E101", "relu"),
        ("-> relu", "E104", "->"),
        ("relu ->\nlet x = 1", "E101", "->"),
        ("relu ->\n\n# nothing\nlet x = 1", "E101", "->"),
        ("if true { relu -> }", "E101", "->"),
        ("relu -> 3", "E101", "3"),
        ("-> ", "E104", "->"),
        ("let repeat = 1", "E105", "repeat"),
        ("relu as in", "E105", "in"),
        ("conv(10 * repeat)", "E105", "repeat"),
        ("conv(16, 3, input)", "E105", "input"),
        ("for in in [1] { relu }", "E105", "in"),
        ("let x 3", "E101", "3"),
        ("let = 3", "E101", "="),
        ("if x = 3 { relu }", "E101", "="),
        ("repeat { relu }", "E101", "{"),
        ("repeat 3 relu", "E101", "relu"),
        ("conv(,)", "E101", ","),
        ("conv(1,,2)", "E101", ","),
        ("relu)", "E101", ")"),
        ("conv(a=)", "E101", ")"),
        ("conv(3=a)", "E101", "="),
        ("let x = 1 +", "E101", "+"),
        ("let x = )", "E101", ")"),
        ("relu as", "E101", "s"),
        ("conv(16, 3) $", "E103", "$"),
        ("conv(16\u00d73)", "E103", "\u00d7"),
        ("conv(16: 3)", "E101", ":"),
        ("relu \\", "E103", "\\"),
        ("if not { relu }", "E101", "{"),
        ("else { relu }", "E104", "else"),
        ("shortcut { relu }", "E104", "shortcut"),
        ("net", "E101", "net"),
        ("let x = 1" + "0" * 40, "E108", "1" + "0" * 40),
    ],
)
def test_one_mistake_is_one_finding_at_its_place(line: str, code: str, text: str) -> None:
    found = finding(net(f"relu\n{line}\nrelu"), code)
    assert place(found) == text
    assert found.message[:1] == "`" or found.message[0].islower()


@pytest.mark.parametrize(
    "line", ["conv(16 3)", "conv(16, 3", "relu;", "relu relu", "relu)", "let x 3", "if x = 3 { relu }"]
)
def test_next_statement_is_read_again(line: str) -> None:
    found = codes(net(f"{line}\nrleu\n{line}\nconv(8, 3, paddign=1)"))
    assert len(found) == 4
    assert {"E301", "E302"} <= set(found)


def test_next_definition_is_read_again() -> None:
    text = (
        "net A {\n    input 3x8x8\n    relu\n\nblock B {\n"
        "    rleu\n\nnet C {\n    input 3x8x8\n    B -> tnah\n}\n"
    )
    assert codes(text) == ["E102", "E102", "E301", "E301"]


def test_unclosed_brace_points_at_the_brace_and_at_what_comes_first() -> None:
    found = finding("net A {\ninput 3x8x8\nrepeat 2 {\nrelu\n}\n\nnet C {\ninput 3x8x8\n}\n", "E102")
    assert found.span is not None
    assert (found.span.line, place(found)) == (1, "{")
    assert [label.span.text for label in found.labels] == ["net"]


@pytest.mark.parametrize(
    ("lines", "line", "outside"),
    [
        (["repeat 2 {", "    conv(3, 3)", "    relu", "flatten -> linear(10)"], 3, "flatten"),
        (["residual {", "    repeat 2 {", "        relu", "    bn", "}", "flatten -> linear(10)"], 4, "bn"),
        (["if true {", "    relu", "else {", "    tanh", "}", "flatten -> linear(10)"], 3, "else"),
        (["relu", "repeat 2 {", "    relu"], 4, "}"),
    ],
)
def test_indentation_tells_which_brace_is_unclosed(lines: list[str], line: int, outside: str) -> None:
    text = net("\n".join(lines))
    found = finding(text, "E102")
    assert found.span is not None
    assert (found.span.line, place(found)) == (line, "{")
    assert [label.span.text for label in found.labels] == [outside]
    assert codes(mended(text, found)) == []


@pytest.mark.parametrize("joined", ["}\nelse { tanh }", "}\n\nelse if false { tanh } else { bn }"])
def test_what_stands_on_the_next_line_is_read_as_if_joined(joined: str) -> None:
    file, found = parse(Source("a.net", net(f"if true {{ relu {joined}\nrelu")))
    assert [each.code.id for each in found] == ["E104"]
    body = file.definitions[0].body
    assert body is not None
    assert [type(each).__name__ for each in body.statements] == ["Input", "If", "Chain"]


def test_a_shortcut_on_the_next_line_is_no_missing_one() -> None:
    strided = "conv(8, 3, stride=2, padding=1)"
    assert codes(net(f"residual {{\n    {strided}\n}}\nshortcut {{ {strided} }}")) == ["E104"]


def test_forgotten_bracket_names_the_line_it_was_opened_on() -> None:
    found = finding(net("conv(16, 3\nrelu\nmaxpool(2)"), "E102")
    assert found.span is not None
    assert found.span.line == 3
    assert codes(mended(net("conv(16, 3\nrelu\nmaxpool(2)"), found)) == []


@pytest.mark.parametrize(
    "line",
    [
        "relu;",
        "conv(16 3)",
        "conv(16, 3 -> relu",
        "conv(16, 3)\n-> relu",
        "if true { relu }\nelse { tanh }",
        "if 1 = 1 { relu }",
        "relu // a comment { of other languages",
        "relu => tanh",
        "relu, tanh",
        "y = 3",
        "let y: int = 3",
        "let y = true ? 1 : 2",
        "assert true",
        'require true "no"',
        "conv 8, 3",
        "add { branch relu\nbranch { tanh } }",
    ],
)
def test_fixes_mend_the_syntax(line: str) -> None:
    text = net(f"relu\n{line}\nrelu")
    assert codes(mended(text, findings(text)[0])) == []


def test_broken_statement_stands_in_the_tree() -> None:
    file, found = parse(Source("a.net", net("relu\nconv(1 2)\nif true { tanh ) }\nelu")))
    assert len(found) == 2
    body = file.definitions[0].body
    assert body is not None
    kinds = [type(statement).__name__ for statement in body.statements]
    assert kinds == ["Input", "Chain", "Broken", "If", "Chain"] or kinds.count("Broken") == 2


@pytest.mark.parametrize(
    "line", ["if true { relu } net", "residual { relu } 3", "repeat 2 { relu } )", "relu as a 3"]
)
def test_mistake_behind_a_finished_statement_does_not_spoil_it(line: str) -> None:
    file, found = parse(Source("a.net", net(f"{line}\nrelu")))
    assert len(found) == 1
    body = file.definitions[0].body
    assert body is not None
    for statement in body.statements:
        if isinstance(statement, tree.If):
            assert all(isinstance(arm, tuple) for arm in statement.arms)
        if isinstance(statement, tree.Chain):
            assert all(isinstance(step, tree.Step) for step in statement.steps)
    assert len(codes(net(f"{line}\nrelu"))) == 1


def test_layers_outside_a_net_are_one_mistake() -> None:
    assert codes("input 3x32x32\nconv(16, 3)\nrelu\nflatten -> linear(10)\n") == ["E106"]


def test_a_mistake_outside_does_not_spoil_the_definition_before_it() -> None:
    text = "block B {\n    rleu\n}\n\nrelu\n\nnet A {\n    input 3x8x8\n    B\n}\n"
    assert codes(text) == ["E301", "E106"]


def test_nearly_right_keyword() -> None:
    found = findings("nett A {\n    input 3x8x8\n}\n")[0]
    assert found.fix is not None
    assert mended("nett A {\n    input 3x8x8\n}\n", found).startswith("net A")


@pytest.mark.parametrize(
    "text",
    [
        "net A { input 3x8x8\nrelu }",
        "net A {\ninput 3x8x8\r\nrelu\r\n}\r\n",
        "\tnet A\t{\n\tinput\t3x8x8\n}\n",
        "net A { input 3x8x8 }\n\n\n# end",
    ],
)
def test_ways_to_lay_out_a_text(text: str) -> None:
    assert codes(text) == []


def test_newlines_mean_nothing_in_brackets_and_behind_arrows() -> None:
    assert codes(net("conv(\n16,\n\n3, # kernel\n)\nlet x = [\n1,\n2\n]\nrelu -> # and\n\n  tanh")) == []


def test_two_statements_on_a_line_need_a_brace_between() -> None:
    assert codes(net("repeat 2 { relu } tanh\nresidual { relu } if true { tanh }")) == []
    assert codes(net("relu tanh")) == ["E101"]


@pytest.mark.parametrize(
    "text", ["net A { input 3x8x8\0 }", "\0", "net A { input 3x8x8 }\x1a", "\ufeffnet A { input 3x8x8 }"]
)
def test_control_characters_are_named(text: str) -> None:
    found = findings(text)
    assert found[0].code.id == "E103"
    assert "U+" in found[0].message


@pytest.mark.parametrize("name", ["größe", "ширина", "x²", "\U0001d465"])
def test_names_are_plain_letters(name: str) -> None:
    found = findings(net(f"let {name} = 3"))
    assert found[0].code.id in ("E101", "E103")
    assert len(found) == 1


def test_comments_and_strings_hold_any_text() -> None:
    assert codes("# größe → ∞\n" + net('require 1 == 1, "größe → ∞ # no comment"')) == []


OPENERS = ["(", "[", "{", "residual { ", "if true { ", "-", "not ", "1 ** ", "[0][", "conv(", "1 if 1 else "]


@pytest.mark.parametrize("opener", OPENERS)
@pytest.mark.parametrize("where", ["    let x = ", "    ", ""])
def test_deep_nesting_is_one_mistake(opener: str, where: str) -> None:
    found = netdsl.check(f"net N {{\n    input 3x8x8\n{where}{opener * 10_000}\n}}\n").diagnostics
    assert 1 <= len(found) <= 3


@pytest.mark.parametrize("operator", [" + ", " and ", " < ", ", ", " if true else "])
def test_long_expressions_end(operator: str) -> None:
    text = net(f"let x = [{operator.join(['1'] * 100_000)}]")
    assert len(codes(text)) <= 1


@pytest.mark.parametrize(
    "text",
    ["", "\n", "# nothing\n", "   ", "{", "}", "net", "net N", "net N(", "net N { input 3x8x8", "use", '"'],
)
def test_pieces_of_a_text(text: str) -> None:
    assert len(codes(text)) == 1
