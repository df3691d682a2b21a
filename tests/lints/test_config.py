"""The configuration: where it is found, what it changes, and what is said of mistakes in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdsl.diagnostics import Source
from netdsl.lints import LintOptions
from netdsl.lints.config import bytes_of, options_for, read_config
from netdsl.lints.table import LINTS, wanted

OWN = 'select = ["default", "W506"]\nignore = ["W2", "softmax-last"]\nmemory = "8GiB"\nbatch-size = 256\n'


def test_all_keys() -> None:
    options, wrong = read_config(
        Source("netdsl.toml", OWN + '[severity]\nW503 = "error"\nunused-let = "hint"\n')
    )
    assert not wrong
    assert options == LintOptions(
        ("default", "W506"),
        ("W2", "softmax-last"),
        (("W503", "error"), ("W303", "hint")),
        8 * 2**30,
        256,
    )
    active = wanted(options)
    assert "W506" in active
    assert not {code for code in active if code.startswith("W2")}
    assert "W501" not in active
    assert "W502" in active


def test_what_runs_without_one() -> None:
    assert wanted(LintOptions()) == {lint.code.id for lint in LINTS if lint.is_default}
    assert wanted(LintOptions(("all",))) == {lint.code.id for lint in LINTS}
    assert wanted(LintOptions(("W505",))) == {"W505"}
    assert wanted(LintOptions((), ())) == set()


def test_nearest_one_is_taken(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert options_for(str(inner / "x.net")) == (LintOptions(), [])
    (tmp_path / "pyproject.toml").write_text('[tool.netdsl]\nignore = ["W201"]\n')
    assert options_for(str(inner / "x.net"))[0].ignore == ("W201",)
    (tmp_path / "a" / "pyproject.toml").write_text('[tool.other]\nignore = ["W202"]\n')
    assert options_for(str(inner / "x.net"))[0].ignore == ("W201",)
    (tmp_path / "a" / "netdsl.toml").write_text('ignore = ["W203"]\n')
    assert options_for(str(inner / "x.net"))[0].ignore == ("W203",)
    (inner / "pyproject.toml").write_text('[tool.netdsl]\nignore = ["W204"]\n')
    assert options_for(str(inner / "x.net"))[0].ignore == ("W204",)


def test_files_that_are_no_configuration_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "netdsl.toml").mkdir()
    (tmp_path / "pyproject.toml").write_bytes(b"[tool.other]\n\xff")
    assert options_for(str(tmp_path / "x.net")) == (LintOptions(), [])


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("netdsl.toml", b"# \xff", "it is not UTF-8 text: byte 2 can't be part of one"),
        ("pyproject.toml", b"[tool.netdsl]\n\xff", "it is not UTF-8 text: byte 14 can't be part of one"),
        ("netdsl.toml", b"#" * (2**20 + 1), "it is larger than 1,048,576 bytes"),
    ],
)
def test_a_configuration_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, data: bytes, reason: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(data)
    options, (finding,) = options_for("x.net")
    assert options == LintOptions()
    assert (finding.code.id, finding.file, finding.help) == ("E608", name, reason)


WRONG = {
    "no TOML": ("select = [\n  W201\n]", "configuration is no TOML", "W", ""),
    "unknown key": ('selct = ["W201"]', "no key `selct`", "selct", "did you mean `select`?"),
    "unknown code": ('ignore = ["W201", "W999"]', "no lint `W999`", "W999", "docs/diagnostics.md"),
    "misspelt name": (
        'ignore = ["unused-blok"]',
        "no lint `unused-blok`",
        "unused-blok",
        "did you mean `unused-block`?",
    ),
    "no list": ('select = "W201"', "`select` is a list of codes", "select", '["W201"]'),
    "a list of numbers": ("ignore = [201]", "`ignore` is a list of codes", "ignore", '["W201"]'),
    "severity of nothing": ('[severity]\nW9 = "hint"', "no lint `W9`", "W9", ""),
    "severity of several": ('[severity]\nW2 = "hint"', "no lint `W2`", "W2", ""),
    "no severity": ('severity = {W201 = "fatal"}', "no severity 'fatal'", "W201", '"warning"'),
    "severity no table": ("severity = 3", "`severity` is a table of codes", "severity", ""),
    "memory in words": ('memory = "much"', "`memory` is a number of bytes", "memory", "8GiB"),
    "no memory": ("memory = 0", "`memory` is a number of bytes", "memory", ""),
    "memory true": ("memory = true", "`memory` is a number of bytes", "memory", ""),
    "no samples": ("batch-size = 0", "`batch-size` is a positive integer", "batch-size", "256"),
    "true samples": ("batch-size = true", "`batch-size` is a positive integer", "batch-size", ""),
}


@pytest.mark.parametrize("name", WRONG)
def test_mistakes_are_told(name: str) -> None:
    text, message, place, help = WRONG[name]
    options, (finding,) = read_config(Source("netdsl.toml", text))
    assert finding.code.id == "E608"
    assert finding.message == message
    assert finding.span is not None
    assert finding.span.text.startswith(place)
    assert help in (finding.help or "")
    assert options == LintOptions(options.select, options.ignore)


def test_no_more_is_told_than_is_read() -> None:
    codes = ", ".join(f'"W{number}"' for number in range(1000, 30_000))
    assert len(read_config(Source("netdsl.toml", f"ignore = [{codes}]"))[1]) == 50


def test_mistakes_of_a_shared_file() -> None:
    _, (finding,) = read_config(Source("pyproject.toml", "[tool]\nnetdsl = 3\n"))
    assert finding.message == "`tool.netdsl` is a table"
    assert not read_config(Source("pyproject.toml", 'tool = "netdsl"\n'))[1]


@pytest.mark.parametrize(
    ("text", "count"),
    [("8GiB", 8 * 2**30), ("1.5 MiB", 3 * 2**19), ("2MB", 2_000_000), ("10", 10), ("7B", 7), ("1TiB", 2**40)],
)
def test_numbers_of_bytes(text: str, count: int) -> None:
    assert bytes_of(text) == count


@pytest.mark.parametrize(
    "text", ["", "GiB", "8 gib", "-1GiB", "1e3", "8G", "1.2.3MiB", "0", "9" * 30 + "GiB"]
)
def test_what_is_no_number_of_bytes(text: str) -> None:
    assert bytes_of(text) is None
