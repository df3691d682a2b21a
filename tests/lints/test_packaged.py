"""The packaged networks: nothing is found in them that their files don't allow, and no allow is useless."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdsl.checker import packaged_folder
from netdsl.diagnostics.render import render_text
from netdsl.lints import LintOptions
from netdsl.lints.table import LINTS
from netdsl.spec import lint_file

NAMES = sorted(path.stem for path in Path(packaged_folder()).glob("*.net"))
REPORTS = [
    *("lenet5", "default_cnn", "two_conv_cnn", "lenet5_edited", "conv_pairs", "three_conv", "six_conv"),
    *("conv_bn_dropout", "vgg16_cifar"),
]


@pytest.mark.parametrize("name", NAMES)
def test_says_nothing_unexpected(name: str) -> None:
    result = lint_file(name, every=True)
    assert not result.diagnostics, render_text(result.diagnostics)


# What is true of the networks of the reports, by all lints; the allowed ones have a reason in the file.
TRUE = {
    "conv_bn_dropout": {"W208"},
    "three_conv": {"W506"},
    "vgg16_cifar": {"W208", "W506"},
}


@pytest.mark.parametrize("name", REPORTS)
def test_all_that_is_true_of_the_reports_networks(name: str) -> None:
    options = LintOptions(select=("all",))
    found = {each.code.id for each in lint_file(name, every=True, options=options).diagnostics}
    assert found == TRUE.get(name, set())


def test_nothing_is_found_twice_by_one_name() -> None:
    assert len({lint.code.id for lint in LINTS}) == len(LINTS) == len({lint.code.name for lint in LINTS})
