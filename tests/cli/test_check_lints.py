"""`netdsl check` with lints: what is printed, the exit codes, and the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.run import environment, run, run_json, run_python

Capture = pytest.CaptureFixture[str]

TEXT = """net Small {
    input 3x32x32
    conv(8, 4) -> relu -> maxpool(2)
    flatten
    linear(16) -> linear(10)
}
"""


@pytest.fixture
def linted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "small.net"
    path.write_text(TEXT)
    return path


def test_findings_do_not_fail(linted: Path, capsys: Capture) -> None:
    code, out, err = run(capsys, "check", "small.net")
    assert code == 0
    assert out.startswith("small.net: Small 3x32x32 -> 10")
    assert "hint[W201]" in err
    assert "warning[W503]" in err
    assert err.splitlines()[-1] == "1 warning, 1 hint; netdsl explain W503 tells more"


def test_errors_come_alone(linted: Path, capsys: Capture) -> None:
    linted.write_text(TEXT.replace("relu", "rleu"))
    code, _, err = run(capsys, "check", "small.net")
    assert code == 1
    assert "W503" not in err
    assert err.splitlines()[-1] == "1 error; netdsl explain E301 tells more"


def test_selection(linted: Path, capsys: Capture) -> None:
    def codes(*options: str) -> list[str]:
        return [each["code"] for each in run_json(capsys, "check", "small.net", "--format", "json", *options)]

    assert codes() == ["W201", "W503"]
    assert codes("--ignore", "W201") == ["W503"]
    assert codes("--select", "nothing-between") == ["W503"]
    assert codes("--select", "W2,W3") == ["W201", "W208"]
    assert codes("--select", "default", "--ignore", "W201,W503") == []


def test_unknown_lints_are_told(linted: Path, capsys: Capture) -> None:
    code, _, err = run(capsys, "check", "small.net", "--select", "W999")
    assert code == 1
    assert "error[E608]: no lint `W999`" in err


def test_severities_decide(linted: Path, capsys: Capture) -> None:
    linted.with_name("netdsl.toml").write_text('ignore = ["W201"]\n\n[severity]\nW503 = "error"\n')
    code, _, err = run(capsys, "check", "small.net")
    assert code == 1
    assert err.startswith("error[W503]")
    linted.with_name("netdsl.toml").write_text('[severity]\nW503 = "hint"\n')
    code, out, _ = run(capsys, "check", "small.net", "--format", "github")
    assert code == 0
    assert [line.partition(" ")[0] for line in out.splitlines()] == ["::notice", "::notice"]


def test_wrong_configuration_is_told_once(linted: Path, capsys: Capture) -> None:
    linted.with_name("netdsl.toml").write_text("slect = []\n")
    linted.with_name("other.net").write_text(TEXT)
    code, _, err = run(capsys, "check", "small.net", "other.net")
    assert code == 1
    assert err.count("error[E608]: no key `slect`") == 1
    assert "--> netdsl.toml:1:1" in err


def test_memory(linted: Path, capsys: Capture) -> None:
    code, _, err = run(capsys, "check", "small.net", "--memory", "1MiB", "--batch-size", "64")
    assert code == 1
    assert "error[W209]: activations over the stated 1 MiB" in err
    assert run(capsys, "check", "small.net", "--memory", "1MiB")[0] == 0
    linted.with_name("netdsl.toml").write_text('memory = "1MiB"\nbatch-size = 64\n')
    assert run(capsys, "check", "small.net")[0] == 1
    assert run(capsys, "check", "small.net", "--batch-size", "1")[0] == 0
    for wrong in (["--memory", "much"], ["--batch-size", "0"]):
        code, _, err = run(capsys, "check", "small.net", *wrong)
        assert code == 2
        assert "Traceback" not in err


def test_other_commands_tell_nothing(linted: Path, capsys: Capture) -> None:
    code, _, err = run(capsys, "shapes", "small.net")
    assert (code, err) == (0, "")


def test_imports_nothing_slow(linted: Path) -> None:
    linted.with_name("netdsl.toml").write_text('select = ["all"]\n')
    program = (
        f"import sys; sys.path.insert(0, {environment()['PYTHONPATH']!r}); from netdsl.cli.main import main; "
        "main(['check', 'small.net']); "
        "print(sorted({'torch', 'rich', 'pydantic', 'inspect', 'dataclasses', 'numpy'} & set(sys.modules)))"
    )
    done = run_python(program, cwd=linted.parent)
    assert done.stdout.splitlines()[-1] == "[]"
