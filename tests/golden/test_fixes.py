"""Every fix that is offered mends its finding."""

from __future__ import annotations

import pytest

import netdsl
from netdsl.checker import CheckResult, check_source, packaged_folder
from netdsl.diagnostics import Code, Diagnostic, Source
from netdsl.diagnostics.catalogue import all_codes
from netdsl.lints.examples import findings_of
from tests.golden.test_golden import BAD

PACKAGED = packaged_folder()


def apply(text: str, finding: Diagnostic) -> str:
    """The text with a finding's fix applied."""
    assert finding.fix is not None
    for edit in sorted(finding.fix.edits, key=lambda each: -each.span.start):
        text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    return text


def findings(result: CheckResult) -> list[tuple[str, str, str]]:
    """What was found, without the places, which a fix may move."""
    return [(each.code.id, each.message, each.label) for each in result.diagnostics]


CASES = [
    (path.stem, path.read_text(), number)
    for path in BAD
    for number, finding in enumerate(netdsl.check(path.read_text()).diagnostics)
    if finding.fix is not None
]


@pytest.mark.parametrize(("name", "text", "number"), CASES, ids=[f"{n}-{i}" for n, _, i in CASES])
def test_mends_its_finding(name: str, text: str, number: int) -> None:
    before = netdsl.check(text)
    finding = before.diagnostics[number]
    after = netdsl.check(apply(text, finding))
    wanted = (finding.code.id, finding.message, finding.label)
    assert findings(after).count(wanted) < findings(before).count(wanted)


WRONG = [
    code
    for code in all_codes().values()
    if code.example_kind == "net" and any(each.fix for each in netdsl.check(code.wrong).diagnostics)
]
LINTS = [
    code
    for code in all_codes().values()
    if code.name
    and code.example_kind == "net"
    and any(each.fix for each in findings_of(code, code.wrong, PACKAGED))
]


@pytest.mark.parametrize("code", LINTS, ids=lambda code: code.id)
def test_fixes_of_lints_mend_their_examples(code: Code) -> None:
    finding = next(each for each in findings_of(code, code.wrong, PACKAGED) if each.fix is not None)
    mended = apply(code.wrong, finding)
    assert check_source(Source("mended.net", mended), folder=PACKAGED).ok
    assert not findings_of(code, mended, PACKAGED)


@pytest.mark.parametrize("code", WRONG, ids=lambda code: code.id)
def test_fixes_of_the_catalogue_mend_its_examples(code: Code) -> None:
    finding = next(each for each in netdsl.check(code.wrong).diagnostics if each.fix is not None)
    assert finding.code is code
    assert netdsl.check(apply(code.wrong, finding)).ok


def test_many_examples_have_fixes() -> None:
    assert len(WRONG) > 10


SIX = {
    "kernel_larger_than_map": ("E203", "conv(48, 5)", "avgpool(2)"),
    "misspelt_layer": ("E301", "cnov", None),
    "misspelt_option": ("E302", "paddign", None),
    "string_for_kernel": ("E303", '"three"', None),
    "pooled_to_nothing": ("E203", "maxpool(2)", "maxpool(2)"),
    "residual_shapes": ("E202", "residual", "bn"),
}


@pytest.mark.parametrize("name", SIX)
def test_six_bad_nets_are_clean_once_fixed(name: str) -> None:
    code, place, cause = SIX[name]
    text = next(path for path in BAD if path.stem == name).read_text()
    (finding,) = netdsl.check(text).diagnostics
    assert finding.code.id == code
    assert finding.span is not None
    assert finding.span.text == place
    labels = [label.span.text for label in finding.labels]
    assert cause in labels if cause else not labels
    assert netdsl.check(apply(text, finding)).ok
