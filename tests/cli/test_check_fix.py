"""`netdsl check --fix`: what is written, shown and answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdsl.checker import packaged_folder
from tests.cli.run import run

Capture = pytest.CaptureFixture[str]
WRONG = """net Small {
    input 3x32x32
    cnov(8, 3, padding=1) -> bn -> relu
    flatten
    dense(10)
}
"""
MENDED = WRONG.replace("cnov", "conv").replace("dense", "linear")


@pytest.fixture
def wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "small.net"
    path.write_text(WRONG)
    return path


def test_safe_fixes_are_written_and_checked(wrong: Path, capsys: Capture) -> None:
    code, out, err = run(capsys, "check", "--fix", "small.net")
    assert wrong.read_text() == MENDED
    assert code == 0
    assert out.startswith("small.net: Small 3x32x32 -> 10")
    assert err.startswith("fixed E301 (2 times) in small.net\n")
    assert "hint[W504]" in err
    assert run(capsys, "check", "--fix", "small.net")[2].count("fixed") == 0


def test_unsafe_fixes_where_asked(wrong: Path, capsys: Capture) -> None:
    code, _, err = run(capsys, "check", "--fix", "--unsafe", "small.net")
    assert (code, err) == (0, "fixed E301 (2 times), W504 in small.net\n")
    assert wrong.read_text() == MENDED.replace("padding=1", "padding=1, bias=false")


def test_diff_writes_nothing(wrong: Path, capsys: Capture) -> None:
    code, out, err = run(capsys, "check", "--diff", "small.net")
    assert code == 0
    assert wrong.read_text() == WRONG
    assert "-    dense(10)\n+    linear(10)\n" in out
    assert "Small 3x32x32" not in out
    assert "error" not in err


def test_what_is_not_mended_is_told(wrong: Path, capsys: Capture) -> None:
    wrong.write_text(WRONG.replace("flatten", "nothing_like_it"))
    code, _, err = run(capsys, "check", "--fix", "small.net")
    assert code == 1
    assert "fixed E301 (2 times) in small.net" in err
    assert "no layer or block `nothing_like_it`" in err


def test_files_that_do_not_parse_stay(wrong: Path, capsys: Capture) -> None:
    text = WRONG + "net {\n"
    wrong.write_text(text)
    for options in (["--fix", "--unsafe"], ["--diff"]):
        code, _, err = run(capsys, "check", *options, "small.net")
        assert code == 1
        reason = "fixed nothing in small.net: it would still not parse; mend E101 first\n"
        assert err.startswith(reason)
        assert wrong.read_text() == text


def test_used_files_stay(wrong: Path, capsys: Capture) -> None:
    wrong.with_name("user.net").write_text('use "small.net"\n\nnet User {\n    input 3x32x32\n    Small\n}\n')
    code, _, err = run(capsys, "check", "--fix", "user.net")
    assert code == 1
    assert "fixed" not in err
    assert wrong.read_text() == WRONG


def test_packaged_files_stay(wrong: Path, capsys: Capture) -> None:
    path = Path(packaged_folder()) / "conv_bn_dropout.net"
    before = path.read_text(encoding="utf-8")
    assert run(capsys, "check", "--fix", "--unsafe", "--select", "all", "conv_bn_dropout")[0] == 0
    assert path.read_text(encoding="utf-8") == before


def test_what_cannot_be_written_is_told(
    wrong: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.replace", refuse)
    code, _, err = run(capsys, "check", "--fix", "small.net")
    assert code == 1
    assert "error[E607]" in err
    assert "error[E301]" in err
    assert wrong.read_text() == WRONG


@pytest.mark.parametrize("options", [["--unsafe"], ["--diff", "--format", "json"]])
def test_options_that_do_not_go_together(options: list[str], wrong: Path, capsys: Capture) -> None:
    code, out, err = run(capsys, "check", *options, "small.net")
    assert (code, out) == (2, "")
    assert err.startswith("error: --")


GUESSES = """net Guesses {
    input 3x32x32
    Conv2d(3, 5) -> pool(2) -> ReplicationPad2d(2) -> Upsample(64)
    skip { relu } -> conv(3, 3, paddign=1, pad=1)
    dropout2d(0.2) -> AdaptiveAvgPool2d(1) -> flatten -> Dense(units=10)
}
"""


def test_a_safe_fix_never_guesses(wrong: Path, capsys: Capture) -> None:
    wrong.write_text(GUESSES)
    run(capsys, "check", "--fix", "small.net")
    safe = GUESSES.replace("ReplicationPad2d(2)", "pad(2, mode=replicate)").replace("paddign", "padding")
    safe = safe.replace("dropout2d(0.2)", "dropout(0.2, spatial=true)")
    safe = safe.replace("AdaptiveAvgPool2d(1)", "avgpool(adaptive=1)")
    assert wrong.read_text() == safe.replace("Dense(units=10)", "linear(out_features=10)")
    run(capsys, "check", "--fix", "--unsafe", "small.net")
    assert "conv(3, 5) -> maxpool(2) -> pad(2, mode=replicate) -> Upsample(64)" in wrong.read_text()
    assert "residual { relu } -> conv(3, 3, padding=1, pad=1)" in wrong.read_text()
