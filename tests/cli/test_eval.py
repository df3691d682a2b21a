from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.run import run, run_json, run_process

Capture = pytest.CaptureFixture[str]


def result_of(folder: Path) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((folder / "result.json").read_text())
    return loaded


def last_metrics(folder: Path) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((folder / "metrics.jsonl").read_text().splitlines()[-1])
    return loaded


def test_gives_the_figures_of_the_run_itself(capsys: Capture, saved_run: Path) -> None:
    result = result_of(saved_run)
    found = run_json(capsys, "eval", str(saved_run), "--format", "json", "--device", "cpu")
    assert found["accuracy"] == result["test_accuracy"]
    assert found["loss"] == result["test_loss"]
    assert found["confusion_matrix"] == result["confusion_matrix"]
    assert found["per_class_accuracy"] == result["per_class_accuracy"]
    assert found["epoch"] == result["best_epoch"]
    assert (found["part"], found["images"], found["data"], found["name"]) == ("test", 100, "images", "tiny")


def test_the_last_weights_on_the_part_that_was_set_aside(capsys: Capture, saved_run: Path) -> None:
    options = ("--weights", "last", "--part", "validation", "--format", "json", "--device", "cpu")
    found = run_json(capsys, "eval", str(saved_run), *options)
    last = last_metrics(saved_run)
    assert (found["images"], found["epoch"]) == (60, 2)
    assert found["accuracy"] == last["validation_accuracy"]
    assert found["loss"] == pytest.approx(last["validation_loss"], abs=1e-6)


def test_the_training_part_is_without_those_set_aside(capsys: Capture, saved_run: Path) -> None:
    found = run_json(capsys, "eval", str(saved_run), "--part", "train", "--format", "json")
    assert found["images"] == 240
    assert sum(map(sum, found["confusion_matrix"])) == 240


def test_tables_for_people(capsys: Capture, saved_run: Path) -> None:
    code, out, err = run(capsys, "eval", str(saved_run), "--batch-size", "7")
    assert (code, err) == (0, "")
    accuracy = result_of(saved_run)["test_accuracy"]
    assert isinstance(accuracy, float)
    assert f"accuracy {100 * accuracy:.2f} %" in out
    assert "100 test images of images" in out
    rows = [line for line in out.splitlines() if line.startswith("0 arrow")]
    assert len(rows) == 1
    assert rows[0].split()[2:] == [str(count) if count else "·" for count in matrix(saved_run)[0]]


def matrix(folder: Path) -> list[list[int]]:
    counts: list[list[int]] = result_of(folder)["confusion_matrix"]  # type: ignore[assignment]
    return counts


def test_other_data_is_brought_to_the_size_of_the_run(
    capsys: Capture, saved_run: Path, trained: Path, tmp_path: Path
) -> None:
    for path in (trained / "images" / "test").rglob("*.png"):
        place = tmp_path / "large" / path.parent.name
        place.mkdir(parents=True, exist_ok=True)
        Image.open(path).resize((48, 40)).save(place / path.name)
    options = ("--data", str(tmp_path / "large"), "--part", "train", "--format", "json")
    found = run_json(capsys, "eval", str(saved_run), *options)
    assert (found["data"], found["images"]) == ("large", 100)


def test_the_same_data_elsewhere_has_the_same_parts(
    capsys: Capture, saved_run: Path, trained: Path, tmp_path: Path
) -> None:
    moved = shutil.copytree(trained / "images", tmp_path / "moved")
    options = ("--part", "validation", "--format", "json", "--weights", "last", "--device", "cpu")
    found = run_json(capsys, "eval", str(saved_run), "--data", str(moved), *options)
    assert found["accuracy"] == last_metrics(saved_run)["validation_accuracy"]


def test_data_that_has_changed_is_warned_of(
    capsys: Capture, saved_run: Path, trained: Path, tmp_path: Path
) -> None:
    moved = shutil.copytree(trained / "images", tmp_path / "images")
    next((moved / "train" / "ring").iterdir()).unlink()
    facts = json.loads((saved_run / "run.json").read_text())
    facts["request"]["data"] = str(moved)
    (saved_run / "run.json").write_text(json.dumps(facts))
    code, _, err = run(capsys, "eval", str(saved_run))
    assert code == 0
    assert "W720" in err


def refused(capsys: Capture, *arguments: str) -> str:
    """What is said where a command ends with 1 and prints nothing else."""
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (1, "")
    assert "Traceback" not in err
    return err


def test_data_with_other_classes(capsys: Capture, saved_run: Path, trained: Path, tmp_path: Path) -> None:
    moved = shutil.copytree(trained / "images" / "test", tmp_path / "fewer")
    (moved / "ring").rename(moved / "hoop")
    err = refused(capsys, "eval", str(saved_run), "--data", str(moved), "--part", "train")
    assert "E725" in err
    assert "lacks ring and has hoop too" in err


def test_a_part_that_is_not_there(capsys: Capture, saved_run: Path, trained: Path) -> None:
    err = refused(capsys, "eval", str(saved_run), "--data", str(trained / "images" / "test"))
    assert "E726" in err
    assert "--part train" in err


def test_no_run(capsys: Capture, tmp_path: Path) -> None:
    assert "E720" in refused(capsys, "eval", str(tmp_path))
    assert "E720" in refused(capsys, "eval", str(tmp_path / "missing"))


def test_a_run_from_python_has_no_network(capsys: Capture, saved_run: Path) -> None:
    change_facts(saved_run, source=None)
    err = refused(capsys, "eval", str(saved_run))
    assert "E724" in err
    assert "give `netdsl.train` the module's file" in err


def change_facts(folder: Path, **changes: object) -> None:
    facts = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(facts | changes))


@pytest.mark.parametrize(
    "source",
    [
        {"file": "../outside.net", "net": "Tiny", "settings": {}},
        {"file": "/etc/passwd", "net": "Tiny", "settings": {}},
        {"file": "source/gone.net", "net": "Tiny", "settings": {}},
        {"file": "source/tiny.net", "net": "Tiny; x", "settings": {}},
        {"file": "source/tiny.net", "net": "Tiny", "settings": {"width": 4}},
        {"file": "source/tiny.net", "net": "Tiny"},
        {},
    ],
)
def test_a_source_that_can_not_be(capsys: Capture, saved_run: Path, source: dict[str, object]) -> None:
    (saved_run.parent / "outside.net").write_text((saved_run / "source" / "tiny.net").read_text())
    change_facts(saved_run, source=source)
    assert "E721" in refused(capsys, "eval", str(saved_run))


def test_settings_that_the_net_has_not(capsys: Capture, saved_run: Path) -> None:
    change_facts(saved_run, source={"file": "source/tiny.net", "net": "Tiny", "settings": {"depth": "3"}})
    assert "E312" in refused(capsys, "eval", str(saved_run))


def test_a_network_that_was_changed_since(capsys: Capture, saved_run: Path) -> None:
    change_facts(saved_run, source={"file": "source/tiny.net", "net": "Tiny", "settings": {"width": "5"}})
    err = refused(capsys, "eval", str(saved_run))
    assert "E723" in err
    assert "is 4x3x3x3 and should be 5x3x3x3" in err


def test_broken_weights_name_the_others(capsys: Capture, saved_run: Path) -> None:
    path = saved_run / "best.safetensors"
    path.write_bytes(path.read_bytes()[:-7])
    err = refused(capsys, "eval", str(saved_run))
    assert "E722" in err
    assert "--weights last" in err
    assert run(capsys, "eval", str(saved_run), "--weights", "last")[0] == 0


def test_a_broken_recipe_is_shown_where_it_is(capsys: Capture, saved_run: Path) -> None:
    path = saved_run / "recipe.yaml"
    path.write_text(path.read_text() + "oops: 1\n")
    err = refused(capsys, "eval", str(saved_run))
    assert "E702" in err
    assert "recipe.yaml" in err


def test_a_run_without_request_wants_its_data_named(capsys: Capture, saved_run: Path, trained: Path) -> None:
    change_facts(saved_run, request=None)
    assert "--data" in refused(capsys, "eval", str(saved_run))
    assert run(capsys, "eval", str(saved_run), "--data", str(trained / "images"))[0] == 0


def test_is_a_command_of_its_own_process(saved_run: Path) -> None:
    done = run_process("eval", str(saved_run), "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["accuracy"] == result_of(saved_run)["test_accuracy"]
