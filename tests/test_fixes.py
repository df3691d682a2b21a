"""Fixes: which are applied, in which order, and when nothing is."""

from __future__ import annotations

import pytest

from netdsl.checker import check_source
from netdsl.diagnostics import Code, Diagnostic, Edit, Fix, Source
from netdsl.fixes import fix_source

CODE = Code("E000", "test", "For tests.", "", "")


def offer(source: Source, start: int, end: int, text: str, *, safe: bool = True) -> Diagnostic:
    """A finding with one edit."""
    span = source.span(start, end)
    return Diagnostic(CODE, f"{start}", span, fix=Fix("fix", (Edit(span, text),), safe))


def errors(source: Source) -> tuple[Diagnostic, ...]:
    """What the check finds."""
    return check_source(source).diagnostics


WRONG = """net A {
    input 3x32x32
    cnov(8, 3, paddign=1) -> rleu;
    flatten -> linear("ten")
}
"""


def test_safe_fixes_in_rounds() -> None:
    source = Source("a.net", WRONG.replace('"ten"', "10"))
    fixed = fix_source(source, errors)
    assert fixed.text == WRONG.replace('"ten"', "10").replace(
        "cnov(8, 3, paddign=1) -> rleu;", "conv(8, 3, padding=1) -> relu"
    )
    assert sorted(each.code.id for each in fixed.applied) == ["E103", "E301", "E301", "E302"]


def test_unsafe_fixes_only_where_asked() -> None:
    source = Source("a.net", WRONG)
    assert 'linear("ten")' in fix_source(source, errors).text
    fixed = fix_source(source, errors, unsafe=True)
    assert "linear(10)" in fixed.text
    assert not errors(Source("a.net", fixed.text))


@pytest.mark.parametrize(
    ("written", "meant"),
    [("CONV(8, 3)", "conv(8, 3)"), ("cnov(8, 3)", "conv(8, 3)"), ("Swish()", "silu()"), ("Uint()", "Unit()")],
)
def test_what_was_plainly_meant_is_safe(written: str, meant: str) -> None:
    assert f"    {meant}\n" in fix_source(Source("a.net", with_step(written)), errors).text


@pytest.mark.parametrize(
    "written",
    [
        *("CReLU()", "relux()", "minpool(2)", "GLU()", "RReLU()", "LogSigmoid()", "Bilinear(3)", "Softmin()"),
        # Another of a row, a name that holds a number, and the other of a pair.
        *("Stage3()", "Depths(4)", "depth(4)", "Decoder()"),
    ],
)
def test_guesses_are_not_safe(written: str) -> None:
    text = with_step(written)
    assert fix_source(Source("a.net", text), errors).text == text


def with_step(step: str) -> str:
    """A net with this step, a number and some blocks."""
    blocks = "".join(f"\nblock {name}() {{\n    relu\n}}\n" for name in ("Unit", "Stage1", "Encoder"))
    return f"net A(depths = 2) {{\n    input 3x32x32\n    {step}\n}}\n{blocks}"


def test_fixes_that_touch_are_applied_one_after_the_other() -> None:
    seen: list[str] = []

    def check(source: Source) -> list[Diagnostic]:
        seen.append(source.text)
        found = []
        if "aa" in source.text:
            at = source.text.index("aa")
            found = [offer(source, at, at + 1, "b"), offer(source, at + 1, at + 2, "c")]
        return found

    fixed = fix_source(Source("a.net", "# aa aa\n"), check)
    assert seen == ["# aa aa\n", "# ba aa\n", "# ba ba\n"]
    assert fixed.text == "# ba ba\n"
    assert len(fixed.applied) == 2


def test_fixes_that_go_in_a_circle_end() -> None:
    def check(source: Source) -> list[Diagnostic]:
        return [offer(source, 2, 3, "b" if source.text[2] == "a" else "a")]

    assert fix_source(Source("a.net", "# a\n"), check).text == "# b\n"


def test_fixes_without_end_end() -> None:
    def check(source: Source) -> list[Diagnostic]:
        return [offer(source, 0, 0, "#")]

    assert fix_source(Source("a.net", "# a\n"), check).text == "#" * 10 + "# a\n"


def test_nothing_is_applied_where_the_result_does_not_parse() -> None:
    def broken(source: Source) -> list[Diagnostic]:
        return [offer(source, 0, 0, "net {")]

    assert fix_source(Source("a.net", "# a\n"), broken).text == "# a\n"
    # One mistake of two is mended, and the other is not.
    source = Source("a.net", "net A { input 3;\n linear( }\n")
    assert fix_source(source, errors).text == source.text


def test_the_last_text_that_parses_is_kept() -> None:
    def check(source: Source) -> list[Diagnostic]:
        return [offer(source, 0, 0, "#" if source.text == "# a\n" else "net {")]

    assert fix_source(Source("a.net", "# a\n"), check).text == "## a\n"


def test_other_texts_are_left_alone() -> None:
    other = Source("b.net", "# b\n")
    assert fix_source(Source("a.net", "# a\n"), lambda _: [offer(other, 0, 0, "#")]).text == "# a\n"
