"""A fix that the table offers makes the text clean."""

from __future__ import annotations

import pytest
from against_torch import net

from netdsl.api import check

FIXES = [
    ((3, 4, 4), "conv(8, 7)", "conv(8, 7, padding=2)"),
    ((3, 4, 4), "conv(8, 7, padding=1)", "conv(8, 7, padding=2)"),
    ((3, 4, 4), "conv(8, 7, padding=valid)", "conv(8, 7, padding=2)"),
    ((3, 8, 8), "conv(8, 3, stride=2, padding=same)", "conv(8, 3, stride=2, padding=1)"),
    ((3, 8, 8), "conv(8, 5x3, stride=2, padding=same)", "conv(8, 5x3, stride=2, padding=(2, 1))"),
    ((3, 8, 8), "maxpool(2, padding=2)", "maxpool(2, padding=1)"),
    ((3, 8, 8), "maxpool((1, 3), padding=(0, 2))", "maxpool((1, 3), padding=(0, 1))"),
    ((3, 8, 8), "avgpool", "avgpool(kernel_size=2)"),
    ((3, 8, 8), "linear(10)", "flatten -> linear(10)"),
    ((3, 8, 8), "attention(3)", "tokens -> attention(3)"),
    ((3, 8, 8), "upsample(2, mode=linear)", "upsample(2, mode=bilinear)"),
    ((3, 8, 8), "upsample", "upsample(scale_factor=2)"),
    ((3, 8, 8), "prelu(2)", "prelu(channels)"),
]


@pytest.mark.parametrize(("shape", "wrong", "right"), FIXES, ids=[case[1] for case in FIXES])
def test_fix(shape: tuple[int, ...], wrong: str, right: str) -> None:
    (found,) = check(net(shape, wrong)).diagnostics
    assert found.fix is not None
    text = net(shape, wrong)
    for edit in sorted(found.fix.edits, key=lambda edit: -edit.span.start):
        text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    assert text == net(shape, right)
    assert check(text).diagnostics == ()


def test_padding_is_not_offered_where_it_could_be_too_wide() -> None:
    (found,) = check(net((1, 1), "conv(1, 3, padding_mode=reflect)")).diagnostics
    assert found.fix is None or "padding" not in found.fix.title
