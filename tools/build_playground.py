"""Bundles the scripts of the playground's page, with the licences of what they are made with.

python tools/build_playground.py            write the files (needs Node.js; the packages come from npm)
python tools/build_playground.py --check    exit with 1 where a file is not what would be written
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "editors" / "playground"
PAGE = ROOT / "netdsl" / "playground" / "page"
LICENCES = "playground.licences.txt"
FETCHING_ATTEMPTS = 3


def fetch_packages() -> None:
    """Install exactly what the lock file names; raises `CalledProcessError` where that fails each time."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is not installed: the page's scripts are bundled with Node.js")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    for _ in range(FETCHING_ATTEMPTS - 1):
        if subprocess.run(command, cwd=SOURCES, stdout=sys.stderr, check=False).returncode == 0:
            return
    subprocess.run(command, cwd=SOURCES, stdout=sys.stderr, check=True)


def bundle(folder: Path) -> list[str]:
    """Write the bundles into a folder; the names of the packages that are in them."""
    command = ["node", "build.mjs", str(folder)]
    made = subprocess.run(command, cwd=SOURCES, check=True, stdout=subprocess.PIPE, text=True)
    return made.stdout.split()


def licences(packages: list[str]) -> str:
    """What those who wrote the bundled packages ask to be kept beside them."""
    parts = ["playground.js holds these packages, each with its licence.\n"]
    for package in packages:
        folder = SOURCES / "node_modules" / package
        version = json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"]
        text = (folder / "LICENSE").read_text(encoding="utf-8")
        parts.append(f"{package} {version}\n\n{text.strip()}\n")
    return f"\n{'-' * 72}\n\n".join(parts)


def build(folder: Path) -> None:
    """Write all that is built into a folder."""
    (folder / LICENCES).write_text(licences(bundle(folder)), encoding="utf-8")


def stale(folder: Path) -> list[str]:
    """The files of a folder that the page has not, or has otherwise."""
    made = sorted(folder.iterdir())
    return [
        each.name
        for each in made
        if not (PAGE / each.name).is_file() or (PAGE / each.name).read_bytes() != each.read_bytes()
    ]


def main() -> int:
    """Write or compare; 1 where a file differs."""
    fetch_packages()
    if "--check" not in sys.argv:
        build(PAGE)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        wrong = stale(Path(folder))
    for name in wrong:
        path = (PAGE / name).relative_to(ROOT)
        sys.stderr.write(f"{path} is not what tools/build_playground.py writes\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
