"""Makes the pictures of docs/drawing.md by the commands that stand above them.

python tools/build_pictures.py            write the diagrams
python tools/build_pictures.py --check    exit with 1 where a diagram is not what its command makes
python tools/build_pictures.py --report   train, and take the picture of the report (needs Chromium)
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from netdsl.cli.main import main as netdsl

DOCS = Path(__file__).resolve().parents[1] / "docs"
PICTURES = DOCS / "pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
REPORT = "report-run.png"
WIDTH, HEIGHT = 1280, 2715
# As wide as a page of the documentation, in as few colours as pages of lines and letters need.
SHOWN_WIDTH, COLORS = 860, 200


def commands() -> list[list[str]]:
    """The words of all commands of the page, without `netdsl`."""
    text = (DOCS / "drawing.md").read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines]


def diagrams() -> dict[str, list[str]]:
    """The command that makes each diagram, by the name of its file."""
    return {words[-1]: words for words in commands() if words[-2] == "-o" and words[-1].endswith(".svg")}


def drawn(words: list[str]) -> str:
    """The picture that a command writes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / words[-1]
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            netdsl([*words[:-1], str(path)])
        return path.read_text(encoding="utf-8")


def take_report() -> None:
    """Train, write the page, and take its picture."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        sys.exit(f"none of {', '.join(BROWSERS)} is there, one of which takes the picture")
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for words in commands():
            if words[0] in ("train", "report"):
                netdsl(words)
        os.chdir(before)
        take(browser, Path(folder) / "lenet5.html", PICTURES / REPORT)


def take(browser: str, page: Path, picture: Path) -> None:
    """Write what a browser shows of a page."""
    shot = page.with_suffix(".png")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    options += ["--disable-background-networking", "--hide-scrollbars", f"--window-size={WIDTH},{HEIGHT}"]
    command = [browser, *options, f"--screenshot={shot}", page.as_uri()]
    subprocess.run(command, check=True, timeout=300, stderr=subprocess.DEVNULL)
    image = Image.open(shot).convert("RGB")
    image = image.resize((SHOWN_WIDTH, HEIGHT * SHOWN_WIDTH // WIDTH), Image.Resampling.LANCZOS)
    image.quantize(COLORS).save(picture, optimize=True)


def main() -> None:
    """Write or check."""
    if "--report" in sys.argv[1:]:
        take_report()
        return
    wrong = []
    for name, words in diagrams().items():
        made, path = drawn(words), PICTURES / name
        if not path.is_file() or path.read_text(encoding="utf-8") != made:
            wrong.append(name)
            if "--check" not in sys.argv[1:]:
                path.write_text(made, encoding="utf-8")
    if wrong and "--check" in sys.argv[1:]:
        sys.exit(f"run python tools/build_pictures.py: {', '.join(wrong)} would change")


if __name__ == "__main__":
    main()
