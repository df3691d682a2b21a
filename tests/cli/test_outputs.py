"""Files that commands write are whole, or what was there stays."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from netdsl.atomic import replacing_with_parts
from tests.cli.run import run

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize(("command", "name"), [("draw", "net.svg"), ("export", "net.py")])
def test_a_full_disk_leaves_what_was_there(
    small: str, command: str, name: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "outputs"
    folder.mkdir()
    (folder / "kept").write_text("old")
    (folder / "kept").chmod(0o640)
    (folder / name).symlink_to("kept")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        code, _, err = run(capsys, command, small, "-o", str(folder / name))
    assert (code, "no space left on device" in err.lower()) == (1, True)
    assert (folder / "kept").read_text() == "old"
    assert run(capsys, command, small, "-o", str(folder / name))[0] == 0
    assert (folder / name).is_symlink()
    assert (folder / "kept").stat().st_mode & 0o777 == 0o640
    assert "Small" in (folder / "kept").read_text()
    assert sorted(each.name for each in folder.iterdir()) == ["kept", name]


def test_what_is_no_file_is_written_to(small: str, capsys: Capture) -> None:
    assert run(capsys, "export", small, "-o", os.devnull)[0] == 0
    assert not Path(os.devnull).is_file()


def test_a_file_with_parts_is_replaced_with_them(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"

    def write(text: str, *, fails: bool) -> None:
        with replacing_with_parts(path) as temporary:
            temporary.write_text(text)
            temporary.with_name("net.onnx.data").write_text(text)
            if fails:
                raise RuntimeError

    write("old", fails=False)
    with pytest.raises(RuntimeError):
        write("new", fails=True)
    assert {each.name: each.read_text() for each in tmp_path.iterdir()} == {
        "net.onnx": "old",
        "net.onnx.data": "old",
    }
