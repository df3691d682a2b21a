"""The page says what `netdsl check` prints, whatever it is given."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdsl.playground.service import Service
from tests.cli.run import run
from tests.playground.ask import SMALL, ask

# Far more hints than a check tells: each bias is of no use.
LONG = (
    "net Long {\n    input 3x8x8\n" + "    conv(8, 1) -> bn -> relu\n" * 90 + "    flatten -> linear(10)\n}\n"
)
BROKEN = SMALL.replace("linear(10)", "linear(10, bais=1) -> cnov(3)")
WARNED = "net Warned {\n    input 3x8x8\n    flatten -> linear(10) -> relu\n}\n"


@pytest.mark.parametrize(
    ("text", "config"),
    [
        (SMALL, ""),
        (LONG, ""),
        (BROKEN, ""),
        (WARNED, ""),
        (WARNED, 'ignore = ["W201", "W999"]\n'),
        (SMALL, "ignore = 3\n"),
        (BROKEN, "nonsense"),
        (LONG, 'select = ["all"]\n[severity]\nW503 = "error"\n'),
        (SMALL, 'memory = "1KiB"\n'),
        ("net {", ""),
        ("block Unit { relu }\n", ""),
        ('use "gone.net"\n' + SMALL, ""),
        ("", ""),
    ],
)
def test_a_file(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    text: str,
    config: str,
) -> None:
    (tmp_path / "a.net").write_text(text, encoding="utf-8")
    (tmp_path / "netdsl.toml").write_text(config, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    _, out, err = run(capsys, "check", "a.net")
    assert ask(Service("."), "check", text, "a.net")["rendered"] == f"{out}{err}".rstrip("\n")


@pytest.mark.parametrize(
    ("net", "settings"),
    [
        ("", {"width": "4"}),
        ("", {"width": "-1"}),
        ("", {"heigth": "1"}),
        ("Wide", {"width": "3", "act": "1"}),
    ],
)
def test_settings(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    net: str,
    settings: dict[str, str],
) -> None:
    text = SMALL + "block Unused { cnov(1) }\n"
    (tmp_path / "a.net").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    given = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
    _, out, err = run(capsys, "check", f"a.net:{net}" if net else "a.net", *given)
    answer = ask(Service("."), "check", text, "a.net", net=net or None, settings=settings)
    # The command line says which net it was asked for.
    assert answer["rendered"] == f"{out}{err}".rstrip("\n").replace(f"a.net:{net}: ", "a.net: ")
