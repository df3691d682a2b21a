"""The page as files that need no server."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from netdsl.playground.export import PYODIDE_ADDRESS, PYODIDE_FILES, archive, configured
from netdsl.playground.pages import page_files
from netdsl.playground.service import Service
from tests.cli.run import run
from tests.playground.ask import SMALL


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two files."""
    made = tmp_path / "mine"
    (made / "sub").mkdir(parents=True)
    (made / "b.net").write_text('use "sub/unit.net"\n' + SMALL.replace("relu", "Unit"), encoding="utf-8")
    (made / "sub" / "unit.net").write_text("block Unit { conv(8, 3) -> relu }\n", encoding="utf-8")
    (made / "netdsl.toml").write_text('ignore = ["W503"]\n', encoding="utf-8")
    return made


def test_the_page_asks_pyodide(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    site = tmp_path / "site"
    code, out, err = run(capsys, "play", "--export", str(site))
    assert (code, err) == (0, "")
    assert out.startswith(f"wrote {len(list(site.iterdir()))} files to {site}; ")
    page = (site / "index.html").read_text(encoding="utf-8")
    assert '<meta name="netdsl-transport" content="pyodide">' in page
    assert f'<meta name="netdsl-pyodide" content="{PYODIDE_ADDRESS}">' in page
    assert '<meta name="netdsl-front-end" content="netdsl.zip">' in page
    for name, file in page_files().items():
        assert name == "index.html" or (site / name).read_bytes() == file.data
    assert zipfile.is_zipfile(site / "netdsl.zip")


def test_an_address_stays_what_it_is() -> None:
    page = configured('<meta name="netdsl-transport" content="server">', 'https://a.example/?a="b"&\\1<')
    assert 'content="https://a.example/?a=&quot;b&quot;&amp;\\1&lt;"' in page


def test_pyodide_is_copied_from_a_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    copy = tmp_path / "pyodide"
    copy.mkdir()
    for name in PYODIDE_FILES:
        (copy / name).write_text(name, encoding="utf-8")
    wheels = {"igraph": "igraph-1.whl", "texttable": "texttable-2.whl", "numpy": "numpy-3.whl"}
    packages = {name: {"file_name": file} for name, file in wheels.items()}
    (copy / "pyodide-lock.json").write_text(json.dumps({"packages": packages}), encoding="utf-8")
    site = tmp_path / "site"
    assert run(capsys, "play", "--export", str(site), "--pyodide", str(copy))[0] == 0
    assert {each.name for each in (site / "pyodide").iterdir()} == set(PYODIDE_FILES)
    for name in wheels.values():
        (copy / name).write_text(name, encoding="utf-8")
    assert run(capsys, "play", "--export", str(site), "--pyodide", str(copy))[0] == 0
    copied = {each.name for each in (site / "pyodide").iterdir()}
    assert copied == {*PYODIDE_FILES, "igraph-1.whl", "texttable-2.whl"}
    assert 'name="netdsl-pyodide" content="pyodide/"' in (site / "index.html").read_text(encoding="utf-8")
    (copy / PYODIDE_FILES[0]).unlink()
    code, _, err = run(capsys, "play", "--export", str(site), "--pyodide", str(copy))
    assert (code, err.startswith("error[E602]: ")) == (1, True)
    assert f"there is no {PYODIDE_FILES[0]}" in err


def test_where_nothing_can_be_written_is_an_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, _, err = run(capsys, "play", "--export", str(tmp_path / "file" / "site"))
    assert (code, err.startswith("error[E607]: ")) == (1, True)


def test_the_same_files_make_the_same_archive(folder: Path) -> None:
    assert archive(Service(str(folder))) == archive(Service(str(folder)))


def test_the_archive_answers_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path, folder: Path) -> None:
    site, unpacked = tmp_path / "site", tmp_path / "unpacked"
    assert run(capsys, "play", str(folder), "--export", str(site))[0] == 0
    with zipfile.ZipFile(site / "netdsl.zip") as packed:
        packed.extractall(unpacked)
    assert sorted(each.name for each in unpacked.iterdir()) == ["files", "first.json", "netdsl"]
    assert not (unpacked / "netdsl" / "training").exists()
    code = (
        "import json\n"
        "from netdsl.playground.packed import packed_service\n"
        "service = packed_service()\n"
        "listed = service.answer({'method': 'list'})\n"
        "checked = service.answer({'method': 'check', **listed['start']})\n"
        "drawn = service.answer({'method': 'draw', **listed['start']})\n"
        "print(json.dumps([len(listed['packaged']), listed['files'], listed['start']['name'],\n"
        "    checked['diagnostics'], checked['net'], drawn['svg'][:4]]))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=unpacked, env={}, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    packaged, files, start, found, net, svg = json.loads(done.stdout)
    assert packaged > 100
    assert (files, start, found, net, svg) == (["b.net", "sub/unit.net"], "b.net", [], "Small", "<svg")
