from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from netdsl.diagnostics import DiagnosticError
from netdsl.report.history import read_history
from tests.report.conftest import metrics_line

Make = Callable[..., Path]


def refused(folder: Path) -> tuple[str, str]:
    """Code and message with which a folder is refused."""
    with pytest.raises(DiagnosticError) as caught:
        read_history(folder)
    return caught.value.diagnostic.code.id, caught.value.diagnostic.message


def test_a_whole_folder(make_run: Make) -> None:
    history = read_history(make_run())
    assert [epoch.epoch for epoch in history.epochs] == [1, 2, 3, 4]
    assert history.epochs[1].validation_loss == 1.05
    assert history.best is history.epochs[2]
    assert (history.name, history.data, history.classes) == ("small", "animals", ("cat", "dog"))
    assert history.result is not None
    assert history.result.confusion_matrix == [[3, 1], [1, 3]]


def test_a_run_that_goes_on_has_no_result(make_run: Make) -> None:
    folder = make_run()
    (folder / "result.json").unlink()
    history = read_history(folder)
    assert (history.result, history.best, history.name, history.classes) == (
        None,
        None,
        "small",
        ("cat", "dog"),
    )


def test_without_validation_images_no_epoch_is_the_best(make_run: Make) -> None:
    folder = make_run()
    (folder / "metrics.jsonl").write_text(metrics_line(1, False) + metrics_line(2, False))
    result = json.loads((folder / "result.json").read_text())
    changes = {"validation_accuracy": None, "validation_loss": None, "best_epoch": 2}
    (folder / "result.json").write_text(json.dumps(result | changes))
    assert read_history(folder).best is None


def test_a_folder_of_an_earlier_version(make_run: Make) -> None:
    folder = make_run()
    (folder / "run.json").unlink()
    result = json.loads((folder / "result.json").read_text())
    for key in ("confusion_matrix", "images_per_second", "peak_memory_bytes"):
        del result[key]
    (folder / "result.json").write_text(json.dumps(result))
    history = read_history(folder)
    assert history.facts is None
    assert history.classes == ("cat", "dog")


def test_keys_of_a_later_version_are_ignored(make_run: Make) -> None:
    folder = make_run()
    for name in ("run.json", "result.json"):
        content = json.loads((folder / name).read_text()) | {"new_key": 1}
        (folder / name).write_text(json.dumps(content))
    assert read_history(folder).name == "small"


def test_a_last_line_that_is_cut_is_left_out(make_run: Make) -> None:
    folder = make_run()
    path = folder / "metrics.jsonl"
    path.write_text(path.read_text() + metrics_line(5)[:40])
    assert len(read_history(folder).epochs) == 4


def test_a_broken_line_before_is_an_error(make_run: Make) -> None:
    folder = make_run()
    path = folder / "metrics.jsonl"
    path.write_text(metrics_line(1) + "{oops\n" + metrics_line(3))
    code, message = refused(folder)
    assert code == "E721"
    assert "metrics.jsonl, line 2, is no JSON" in message


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("result.json", "", "is no JSON"),
        ("result.json", "[1, 2]", "holds no keys and values"),
        ("result.json", "[" * 100_000, "nested too deeply"),
        ("run.json", '{"version": 1}', "has a wrong `name`: field required"),
        ("run.json", "\0\1\2", "is no JSON"),
    ],
)
def test_broken_files_are_named(make_run: Make, name: str, text: str, reason: str) -> None:
    folder = make_run()
    (folder / name).write_text(text)
    code, message = refused(folder)
    assert code == "E721"
    assert name in message
    assert reason in message


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"version": 2}, "version 2"),
        ({"classes": []}, "no classes"),
        ({"classes": ["cat", "cat"]}, "one twice"),
        ({"image_shape": [3, 0, 8]}, "impossible"),
        ({"image_shape": [8, 8]}, "image_shape"),
        ({"parameters": "many"}, "parameters"),
    ],
)
def test_facts_that_can_not_be(make_run: Make, change: dict[str, object], reason: str) -> None:
    folder = make_run()
    path = folder / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    code, message = refused(folder)
    assert code == "E721"
    assert reason in message


@pytest.mark.parametrize("matrix", [[[1, 2]], [[1], [2]], [[1, -1], [0, 1]], [[1]]])
def test_a_matrix_that_can_not_be(make_run: Make, matrix: list[list[int]]) -> None:
    folder = make_run()
    path = folder / "result.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"confusion_matrix": matrix}))
    assert refused(folder)[0] == "E721"


def test_no_text(make_run: Make) -> None:
    folder = make_run()
    (folder / "metrics.jsonl").write_bytes(b"\xff\xfe")
    assert refused(folder)[0] == "E721"


def test_no_run(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    for path in (tmp_path, tmp_path / "missing", file):
        assert refused(path)[0] == "E720"


def test_reading_imports_neither_torch_nor_matplotlib(make_run: Make) -> None:
    code = (
        "import sys; from pathlib import Path; from netdsl.report.history import read_history; "
        "import netdsl.report.after_training; read_history(Path(sys.argv[1])); "
        "assert not {'torch', 'matplotlib', 'rich'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(make_run())], check=True)
