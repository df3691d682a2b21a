"""The extension for VS Code can be packaged, with all that it needs and nothing else."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.editor.test_setups import EXTENSION, MANIFEST

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The packaged extension, made in a copy by the commands of the documentation."""
    folder = tmp_path_factory.mktemp("vscode") / "extension"
    shutil.copytree(EXTENSION, folder, ignore=shutil.ignore_patterns("node_modules", "*.vsix"))
    for command in (["npm", "ci", "--no-audit", "--no-fund"], ["npm", "run", "package"]):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    (path,) = folder.glob("*.vsix")
    assert path.name == f"netdsl-{MANIFEST['version']}.vsix"
    return zipfile.ZipFile(path)


def test_holds_the_extension_as_it_is(package: zipfile.ZipFile) -> None:
    parts = MANIFEST["contributes"]
    names = ["package.json", "extension.js", "language-configuration.json"]
    names += [each["path"] for each in (*parts["grammars"], *parts["snippets"])]
    for name in names:
        packed = package.read(f"extension/{Path(name)}")
        assert packed == (EXTENSION / name).read_bytes(), name


def test_holds_what_it_imports(package: zipfile.ZipFile) -> None:
    client = "extension/node_modules/vscode-languageclient"
    names = package.namelist()
    assert f"{client}/node.js" in names
    version = json.loads(package.read(f"{client}/package.json"))["version"]
    lock = json.loads((EXTENSION / "package-lock.json").read_text(encoding="utf-8"))
    assert version == lock["packages"]["node_modules/vscode-languageclient"]["version"]


def test_holds_nothing_of_its_making(package: zipfile.ZipFile) -> None:
    development = {name.split("/")[0] for name in MANIFEST["devDependencies"]}
    packed = {name.split("/")[2] for name in package.namelist() if name.startswith("extension/node_modules/")}
    assert not development & packed
    own = [name for name in package.namelist() if "node_modules" not in name]
    assert not [
        name for name in own if name.endswith((".md.txt", "package-lock.json", ".vscodeignore", ".gitignore"))
    ]
