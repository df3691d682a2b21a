from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.run import run, run_json
from tests.cli.saved_run import CLASSES

Capture = pytest.CaptureFixture[str]


def test_agrees_with_the_test_of_the_run(capsys: Capture, saved_run: Path, trained: Path) -> None:
    """The classes of all test images make up the run's own confusion matrix."""
    folder = str(trained / "images" / "test")
    found = run_json(capsys, "predict", str(saved_run), folder, "--format", "json", "--device", "cpu")
    names = sorted(CLASSES)
    counts = [[0] * len(names) for _ in names]
    for image in found["images"]:
        counts[names.index(image["label"])][names.index(image["class"])] += 1
    result = json.loads((saved_run / "result.json").read_text())
    assert counts == result["confusion_matrix"]
    assert found["unreadable"] == []


def first(trained: Path, name: str = "ring") -> Path:
    return min((trained / "images" / "test" / name).iterdir())


def test_probabilities(capsys: Capture, saved_run: Path, trained: Path) -> None:
    options = ("--top", "10", "--format", "json")
    (image,) = run_json(capsys, "predict", str(saved_run), str(first(trained)), *options)["images"]
    probabilities = [each["probability"] for each in image["probabilities"]]
    assert sum(probabilities) == pytest.approx(1, abs=1e-5)
    assert probabilities == sorted(probabilities, reverse=True)
    assert {each["class"] for each in image["probabilities"]} == set(CLASSES)
    assert image["class"] == image["probabilities"][0]["class"]
    assert (image["label"], image["size"], image["resized"]) == ("ring", [32, 32], False)


def test_a_table_an_image(capsys: Capture, saved_run: Path, trained: Path) -> None:
    files = [str(first(trained, name)) for name in ("ring", "star")]
    code, out, err = run(capsys, "predict", str(saved_run), *files, "--top", "3")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert [lines[0], lines[4]] == files
    assert len(lines) == 8
    assert all(" %" in line for line in lines[1:4])


def test_another_size_is_said(capsys: Capture, saved_run: Path, tmp_path: Path) -> None:
    Image.new("L", (50, 40), 90).save(tmp_path / "grey.png")
    code, out, _ = run(capsys, "predict", str(saved_run), str(tmp_path / "grey.png"))
    assert code == 0
    assert "40x50, resized to 32x32" in out


def test_unreadable_images_do_not_hide_the_others(
    capsys: Capture, saved_run: Path, trained: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n")
    files = [str(broken), str(first(trained)), str(tmp_path / "gone.png")]
    code, out, err = run(capsys, "predict", str(saved_run), *files)
    assert code == 1
    assert str(first(trained)) in out
    assert err.count("E805") == 3
    assert "is not there" in err
    code, out, _ = run(capsys, "predict", str(saved_run), *files, "--format", "json")
    found = json.loads(out)
    assert code == 1
    assert len(found["images"]) == 1
    assert [each["file"] for each in found["unreadable"]] == [files[0], files[2]]
    assert {each["code"] for each in found["unreadable"]} == {"E805"}


def test_a_folder_without_images(capsys: Capture, saved_run: Path, tmp_path: Path) -> None:
    (tmp_path / "empty" / ".hidden").mkdir(parents=True)
    Image.new("L", (8, 8)).save(tmp_path / "empty" / ".hidden" / "a.png")
    code, out, err = run(capsys, "predict", str(saved_run), str(tmp_path / "empty"))
    assert (code, out) == (1, "")
    assert "E728" in err


@pytest.mark.skipif(find_spec("matplotlib") is None, reason="needs the extra `plots`")
def test_a_picture(capsys: Capture, saved_run: Path, trained: Path, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    arguments = ("predict", str(saved_run), str(first(trained)), "--picture")
    code, _, err = run(capsys, *arguments, str(path))
    assert (code, err) == (0, f"wrote {path}\n")
    assert Image.open(path).size[0] > 500
    code, _, err = run(capsys, *arguments, str(tmp_path / "missing" / "x.png"))
    assert code == 1
    assert "E729" in err


def test_a_picture_without_matplotlib_is_refused_first(
    capsys: Capture, saved_run: Path, trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netdsl.report.canvas.find_spec", lambda name: None)
    code, out, err = run(capsys, "predict", str(saved_run), str(first(trained)), "--picture", "x.png")
    assert (code, out) == (1, "")
    assert "netdsl[plots]" in err


def test_no_run(capsys: Capture, tmp_path: Path) -> None:
    code, out, err = run(capsys, "predict", str(tmp_path), str(tmp_path / "a.png"))
    assert (code, out) == (1, "")
    assert "E720" in err


def test_random_images_are_those_of_the_part(capsys: Capture, saved_run: Path, trained: Path) -> None:
    """All of the test part, drawn, are what its files are; a few are the first of the same draw."""
    options = ("--top", "10", "--format", "json", "--seed", "3")
    files = run_json(capsys, "predict", str(saved_run), str(trained / "images" / "test"), *options)["images"]
    drawn = run_json(capsys, "predict", str(saved_run), "--random", "100", *options)["images"]
    assert len({image["file"] for image in drawn}) == 100

    def seen(images: list[dict[str, object]]) -> list[tuple[object, str]]:
        return sorted((image["label"], str(image["probabilities"])) for image in images)

    assert [label for label, _ in seen(drawn)] == [label for label, _ in seen(files)]
    assert {image["class"] for image in drawn} == {image["class"] for image in files}
    few = run_json(capsys, "predict", str(saved_run), "--random", "4", *options)["images"]
    assert [image["file"] for image in few] == [image["file"] for image in drawn[:4]]
    (one,) = run_json(
        capsys, "predict", str(saved_run), "--random", "1", "--part", "validation", "--format", "json"
    )["images"]
    assert one["file"].startswith("validation image ")


def test_images_or_a_draw(capsys: Capture, saved_run: Path) -> None:
    assert run(capsys, "predict", str(saved_run))[0] == 2
    assert run(capsys, "predict", str(saved_run), "a.png", "--random", "2")[0] == 2
