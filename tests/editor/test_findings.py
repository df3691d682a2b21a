from __future__ import annotations

from pathlib import Path

from netdsl.editor.actions import actions, fix_all
from netdsl.editor.findings import findings
from netdsl.editor.layout import format_edits
from netdsl.editor.rename import apply
from tests.editor.mark import inside, opened

WRONG = inside("    conv(8, 5) -> avgpool(8)\n    conv(8, 5, pading=1)\n    cnov(8, 3)")


def test_a_finding_has_its_code_and_all_of_its_message() -> None:
    found = findings(opened(inside("    conv(8, 5) -> avgpool(8)\n    conv(8, 5)")))
    assert [each.code for each in found] == ["E203"]
    assert found[0].severity == "error"
    assert found[0].span.text == "conv(8, 5)"
    assert found[0].text.startswith(
        "kernel does not fit its input: a 5x5 kernel over a 3x3 map\nhelp: add padding"
    )
    assert [(each.span.text, each.text) for each in found[0].related] == [
        ("avgpool(8)", "8x28x28 became 8x3x3 here")
    ]


def test_mistakes_of_the_text_and_of_the_nets_stand_together() -> None:
    found = findings(opened(inside("    conv(8, 99)\n    let = 3\n    relu")))
    assert [each.code[:2] for each in found] == ["E2", "E1"]


def test_every_net_is_checked_and_each_finding_told_once() -> None:
    text = (
        "net A(n = 3) { input 3x8x8\n    B(n) }\nnet C = A(n=9)\nnet D = A(n=9)\nblock B(n) { conv(8, n) }\n"
    )
    assert [each.code for each in findings(opened(text))] == ["E203"]


def test_an_unused_block_is_looked_at() -> None:
    assert [each.code for each in findings(opened("block B { conv(8, pading=1) }\n"))] == ["E302"]


def test_a_mistake_in_a_used_file_is_shown_where_that_is_used(tmp_path: Path) -> None:
    (tmp_path / "blocks.net").write_text("block Bad(n) { conv(n, 99) }\n")
    text = 'use "blocks.net"\nnet A { input 3x8x8\n    Bad(4) }\n'
    (found,) = findings(opened(text, tmp_path))
    assert found.span.text == "Bad(4)"
    assert Path(found.related[0].span.source.name).name == "blocks.net"
    (tmp_path / "blocks.net").write_text("block Bad(n) { conv(n, 3 }\n")
    assert {each.span.text for each in findings(opened(text, tmp_path))} <= {'"blocks.net"', "Bad(4)"}


def test_an_empty_text_has_its_finding_on_the_first_line() -> None:
    (found,) = findings(opened(""))
    assert (found.span.start, found.span.end) == (0, 0)


def test_fixes_are_offered_where_they_stand() -> None:
    document = opened(WRONG)
    start = WRONG.index("pading")
    offered = actions(document, start, start)
    assert [each.title for each in offered] == ["write `padding`", "make all safe fixes"]
    assert "padding=1" in apply(document.source, offered[0].edits)
    assert [each.title for each in actions(document, 0, 1)] == ["make all safe fixes"]


def test_all_safe_fixes_at_once() -> None:
    document = opened(WRONG)
    text = apply(document.source, fix_all(document))
    assert "padding=1" in text
    assert "conv(8, 3)" in text


def test_formatting_changes_as_little_as_it_can() -> None:
    document = opened("net A {\n  input 3x8x8\n    relu\n}\n")
    (edit,) = format_edits(document.source)
    assert apply(document.source, [edit]) == "net A {\n    input 3x8x8\n    relu\n}\n"
    assert edit.span.end - edit.span.start + len(edit.replacement) <= 2
    assert format_edits(opened(apply(document.source, [edit])).source) == []


def test_formatting_keeps_line_ends() -> None:
    document = opened("net A {\r\n  input 3x8x8 # in\r\n    relu\r\n}\r\n")
    text = apply(document.source, format_edits(document.source))
    assert text == "net A {\r\n    input 3x8x8  # in\r\n    relu\r\n}\r\n"


def test_formatting_some_lines() -> None:
    document = opened("net A {\n  input 3x8x8\n  relu\n}\n")
    text = apply(document.source, format_edits(document.source, (3, 3)))
    assert text == "net A {\n  input 3x8x8\n    relu\n}\n"


def test_a_text_that_does_not_parse_is_left_alone() -> None:
    assert format_edits(opened("net A {\n  conv(\n").source) == []


def test_lints_are_told_where_there_is_no_error(tmp_path: Path) -> None:
    text = "net A(unused = 1) { input 3x8x8\n    flatten }\n"
    (found,) = findings(opened(text))
    assert (found.code[0], found.severity) == ("W", "warning")
    assert "unused" in found.span.text
    assert found.is_unused
    assert [each.code[0] for each in findings(opened(text.replace("flatten", "conv(1, 99)")))] == ["E"]
    (tmp_path / "netdsl.toml").write_text(f'ignore = ["{found.code}"]\n')
    assert findings(opened(text, tmp_path, str(tmp_path / "a.net"))) == []
    (tmp_path / "netdsl.toml").write_text("ignore = 3\n")
    assert "E" in {each.code[0] for each in findings(opened(text, tmp_path, str(tmp_path / "a.net")))}
