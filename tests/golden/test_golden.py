"""Each `.net` beside exactly what must be printed for it.

python -m pytest tests/golden --bless    # writes what is printed now; review the diff
"""

from __future__ import annotations

from pathlib import Path

import pytest

from netdsl.cli.main import main

FOLDER = Path(__file__).parent
BAD = sorted(FOLDER.glob("bad/*.net"))
GOOD = sorted(FOLDER.glob("good/*.net"))
COMMANDS = {
    ".check.txt": ["check"],
    ".check.json": ["check", "--format", "json"],
    ".github.txt": ["check", "--format", "github"],
    ".shapes.txt": ["shapes"],
    ".shapes.json": ["shapes", "--format", "json"],
    ".py.txt": ["export", "--to", "python"],
}
CASES = [
    *((path, extension) for path in BAD for extension in (".check.txt", ".check.json", ".github.txt")),
    *(
        (path, extension)
        for path in GOOD
        for extension in (".check.txt", ".shapes.txt", ".shapes.json", ".py.txt")
    ),
]


@pytest.mark.parametrize(("path", "extension"), CASES, ids=[f"{p.stem}{e}" for p, e in CASES])
def test_prints_exactly(
    path: Path,
    extension: str,
    bless: bool,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(FOLDER)
    code = main([*COMMANDS[extension], str(path.relative_to(FOLDER))])
    printed = capsys.readouterr()
    text = f"{printed.out}{printed.err}"
    golden = path.with_suffix(extension)
    if bless:
        golden.write_text(text, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == text
    assert code == (1 if path in BAD else 0)
