"""`netdsl check`: exit codes, formats, settings, and files that can't be read."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.run import run, run_json, run_process

Capture = pytest.CaptureFixture[str]


def test_clean_file(small: str, capsys: Capture) -> None:
    code, out, err = run(capsys, "check", small)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"{small}: Small 3x16x16 -> 10, 906 parameters",
        f"{small}: Wide 3x16x16 -> 10, 2,954 parameters",
    ]


def test_errors_go_to_standard_error(bad: str, capsys: Capture) -> None:
    code, out, err = run(capsys, "check", bad)
    assert (code, out) == (1, "")
    assert err.count("error[") == 2
    assert err.splitlines()[-1] == "2 errors; netdsl explain E301 tells more"


@pytest.mark.parametrize("line", ["rleu", "relu;"])
def test_says_that_a_check_ended_before_it_told_everything(
    line: str, tmp_path: Path, capsys: Capture
) -> None:
    path = tmp_path / "many.net"
    for count, said in ((49, "49 errors;"), (80, "50 errors, and perhaps more: the check ended there;")):
        path.write_text("net Many {\n    input 3x32x32\n" + f"    {line}\n" * count + "}\n")
        code, _, err = run(capsys, "check", str(path))
        assert code == 1
        assert err.splitlines()[-1].startswith(said)


def test_json_and_github_say_too_that_a_check_ended_early(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "many.net"
    lines = {20: False, 80: True}
    for count, is_cut in lines.items():
        path.write_text("net Many {\n    input 3x32x32\n" + "    rleu\n" * count + "}\n")
        _, out, err = run(capsys, "check", str(path), "--format", "json")
        assert len(json.loads(out)) == min(count, 50)
        assert err == ("50 errors, and perhaps more: the check ended there\n" if is_cut else "")
        _, out, _ = run(capsys, "check", str(path), "--format", "github")
        last = "::notice title=netdsl::perhaps more: the check ended there"
        assert (out.splitlines()[-1] == last) == is_cut


def test_several_files(small: str, bad: str, capsys: Capture) -> None:
    code, out, err = run(capsys, "check", small, bad, "lenet5")
    assert code == 1
    assert "Small" in out
    assert "LeNet5" in out
    assert "E301" in err


def test_named_net_and_settings(small: str, capsys: Capture) -> None:
    assert run(capsys, "check", f"{small}:Wide")[1].count("\n") == 1
    assert "-> 7," in run(capsys, "check", small, "--set", "classes=7")[1]
    code, _, err = run(capsys, "check", f"{small}:Wdie")
    assert code == 1
    assert "did you mean `Wide`?" in err


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("classes", "E605"),
        ("=3", "E605"),
        ("classes=", "E605"),
        ("1x=3", "E605"),
        ("clases=3", "E312"),
        ("classes=)", "E101"),
    ],
)
def test_wrong_settings_point_at_the_command_line(
    small: str, setting: str, code: str, capsys: Capture
) -> None:
    status, _, err = run(capsys, "check", small, "--set", setting)
    assert status == 1
    assert code in err
    assert "<command line>" in err


def test_json(bad: str, capsys: Capture) -> None:
    first, second = run_json(capsys, "check", "--format", "json", bad)
    assert list(first) == [
        *("code", "severity", "message", "file", "line", "column", "end_line", "end_column"),
        *("label", "labels", "help", "fix"),
    ]
    assert (first["code"], first["severity"], first["file"]) == ("E301", "error", bad)
    assert (first["line"], first["column"], first["end_line"], first["end_column"]) == (4, 16, 4, 20)
    assert first["fix"]["safe"] is True
    (edit,) = first["fix"]["edits"]
    assert edit == {
        "file": bad,
        "line": 4,
        "column": 16,
        "end_line": 4,
        "end_column": 20,
        "replacement": "conv",
    }
    assert second["code"] == "E302"


def test_json_labels(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "a.net"
    path.write_text("net A {\n    input 3x8x8\n    maxpool(4)\n    conv(8, 3)\n}\n")
    (found,) = run_json(capsys, "check", "--format", "json", str(path))
    assert [sorted(label) for label in found["labels"]] == [
        ["column", "end_column", "end_line", "file", "line", "text"]
    ]


def test_json_of_a_clean_file_is_an_empty_list(small: str, capsys: Capture) -> None:
    assert run(capsys, "check", "--format", "json", small) == (0, "[]\n", "")


def test_json_without_a_place(capsys: Capture) -> None:
    (found,) = run_json(capsys, "check", "--format", "json", "nowhere.net")
    assert (found["code"], found["file"], found["line"], found["labels"]) == ("E601", "nowhere.net", None, [])


def test_github(bad: str, capsys: Capture) -> None:
    code, out, err = run(capsys, "check", "--format", "github", bad)
    assert (code, err) == (1, "")
    first = out.splitlines()[0]
    assert first.startswith("::error file=")
    assert ",line=4,endLine=4,col=16,endColumn=20,title=E301::no layer or block `cnov`" in first
    assert run(capsys, "check", "--format", "github", "lenet5") == (0, "", "")


def test_github_escapes_what_its_runner_reads(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "a,b%.net"
    path.write_text('net A {\n    input 3x8x8\n    require false, "50%"\n}\n')
    _, out, _ = run(capsys, "check", "--format", "github", str(path))
    assert "a%2Cb%25.net" in out
    assert "50%25" in out


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "E603"),
        (b"# nothing\n", "E603"),
        (b"\xff\xfe", "E602"),
        (b"net A { input 3x8x8 }\xe9", "E602"),
        (b"#" * (4 * 2**20 + 1), "E602"),
    ],
)
def test_files_that_are_no_nets(tmp_path: Path, content: bytes, code: str, capsys: Capture) -> None:
    path = tmp_path / "a.net"
    path.write_bytes(content)
    for command in ("check", "shapes"):
        status, _, err = run(capsys, command, str(path))
        assert status == 1
        assert f"error[{code}]" in err


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbfnet A { input 3x8x8 }\n", b"net A {\r\n  input 3x8x8\r\n}\r\n"]
)
def test_byte_order_marks_and_carriage_returns(tmp_path: Path, content: bytes, capsys: Capture) -> None:
    path = tmp_path / "a.net"
    path.write_bytes(content)
    assert run(capsys, "check", str(path))[0] == 0


def test_missing_file_folder_and_device(tmp_path: Path, capsys: Capture) -> None:
    for name, code in (
        (str(tmp_path / "no.net"), "E601"),
        ("lenet55", "E601"),
        ("", "E601"),
        (str(tmp_path), "E602"),
        (os.devnull, "E602"),
    ):
        status, _, err = run(capsys, "check", name)
        assert status == 1
        assert f"error[{code}]" in err
    assert "did you mean `lenet5`?" in run(capsys, "check", "lenet55")[2]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_file_without_permission(small: str, capsys: Capture) -> None:
    Path(small).chmod(0)
    status, _, err = run(capsys, "check", small)
    assert status == 1
    assert "permission denied" in err


def test_huge_file_is_not_read(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "a.net"
    with path.open("wb") as file:
        file.truncate(10**11)
    assert "larger than a .net file can be" in run(capsys, "check", str(path))[2]


@pytest.mark.parametrize(
    "arguments", [[], ["check"], ["check", "--format", "xml", "a"], ["check", "a", "--set"]]
)
def test_wrong_usage_exits_with_two(arguments: list[str], capsys: Capture) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert "usage: netdsl" in err


def test_colour_is_for_terminals_and_those_who_force_it(bad: str) -> None:
    assert "\x1b[" not in run_process("check", bad).stderr
    assert "\x1b[" in run_process("check", bad, FORCE_COLOR="1").stderr
    assert "\x1b[" not in run_process("check", bad, FORCE_COLOR="1", NO_COLOR="1").stderr


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "a.net"
    path.write_text("net A {\n    input 3x8x8 \x1b[31m\x07\n}\n")
    _, _, err = run(capsys, "check", str(path))
    assert "\x1b" not in err
    assert "\x07" not in err
