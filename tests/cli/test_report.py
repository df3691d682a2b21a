"""The page of trained runs: complete, on its own, and about what was really measured."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file, save_file

from netdsl.report.page.pictures import data_uri
from netdsl.report.page.samples import choose_samples
from netdsl.training.saved.predict import Prediction
from tests.cli.run import run, run_process
from tests.cli.saved_run import CLASSES

Capture = pytest.CaptureFixture[str]
VOID = {"meta", "img", "br", "link", "input", "hr"}


class Page(HTMLParser):
    """The texts, images and headings of a page; raises where tags don't fit together."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.images: list[str] = []
        self.references: list[str] = []
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.references += [found[key] or "" for key in ("src", "href", "xlink:href") if key in found]
        self.ids += [found["id"] or ""] if "id" in found else []
        if tag == "img":
            self.images.append(found["src"] or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.references += [value or "" for key, value in attrs if key in ("src", "href", "xlink:href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("h1", "h2", "h3"):
            self.headings.append(data)
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


def page(capsys: Capture, folder: Path, *arguments: str) -> Page:
    output = folder / "page.html"
    code, out, err = run(capsys, "report", *arguments, "-o", str(output), "--device", "cpu")
    assert code == 0, err
    assert out == f"wrote {output}\n"
    return Page(output.read_text(encoding="utf-8"))


def test_a_run_with_everything(capsys: Capture, saved_run: Path, tmp_path: Path) -> None:
    found = page(capsys, tmp_path, str(saved_run))
    assert found.headings == [
        "tiny",
        "run",
        "Architecture",
        "Accuracy by class",
        "Confusion matrix",
        "Mistakes that it was surest of",
        "Images drawn at random",
        "Filters of the first layer",
    ]
    result = json.loads((saved_run / "result.json").read_text())
    assert f"{100 * result['test_accuracy']:.2f} %" in found.text
    assert "Of 100 test images" in found.text
    assert "net Tiny(width = 8, classes = 10) {" in found.text
    assert "learning_rate: 0.01" in found.text
    assert len(set(found.ids)) == len(found.ids)


def test_the_page_needs_no_other_file(capsys: Capture, saved_run: Path, tmp_path: Path) -> None:
    found = page(capsys, tmp_path, str(saved_run))
    assert all(each.startswith(("data:image/png;base64,", "#")) for each in found.references)
    assert "http" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", (tmp_path / "page.html").read_text())


def test_the_mistakes_are_those_that_it_was_surest_of(
    capsys: Capture, saved_run: Path, tmp_path: Path
) -> None:
    page(capsys, tmp_path, str(saved_run))
    text = (tmp_path / "page.html").read_text()
    mistakes = text[text.index("Mistakes that") : text.index("Images drawn at random")]
    shown = re.findall(r"test image (\d+): (\w+).*?<td>(\w+)</td>.*?([\d.]+) %", mistakes, re.DOTALL)
    arguments = [
        "predict",
        str(saved_run),
        "--random",
        "100",
        "--top",
        "10",
        "--format",
        "json",
        "--device",
        "cpu",
    ]
    code, out, _ = run(capsys, *arguments)
    assert code == 0
    every = json.loads(out)["images"]
    wrong = []
    for each in every:
        if each["class"] != each["label"]:
            sure, place = each["probabilities"][0]["probability"], int(each["file"].split()[-1])
            wrong.append((-sure, place, each["label"], each["class"]))
    assert len(every) == 100
    assert len(shown) == min(12, len(wrong))
    surest = [(str(place), label, named) for _, place, label, named in sorted(wrong)[:12]]
    assert [each[:3] for each in shown] == surest


def test_runs_side_by_side(capsys: Capture, saved_run: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(saved_run, tmp_path / "other"))
    (other / "result.json").unlink()
    metrics = (other / "metrics.jsonl").read_text().splitlines(keepends=True)
    (other / "metrics.jsonl").write_text(metrics[0])
    output = tmp_path / "two" / "page.html"
    arguments = ["report", str(saved_run), str(other), "-o", str(output), "--title", "Two <runs>"]
    code, _, err = run(capsys, *arguments, "--no-images")
    assert (code, err) == (0, "")
    found = Page(output.read_text())
    assert found.headings[0] == "Two <runs>"
    assert [each for each in found.headings if each in ("run", "other")] == ["run", "other"]
    assert "1 so far" in found.text
    assert "Mistakes" not in found.text


def test_the_keys_of_the_charts_lead_to_their_runs(capsys: Capture, saved_run: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(saved_run, other)
    found = page(capsys, tmp_path, str(saved_run), str(other), "--no-images")
    assert [each for each in found.references if each.startswith("#run")] == ["#run1", "#run2"]
    assert {"run1", "run2"} <= set(found.ids)


def test_accuracy_is_drawn_over_the_time_of_the_whole_run(
    capsys: Capture, saved_run: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copytree(saved_run, tmp_path / "other"))
    result = json.loads((other / "result.json").read_text())
    (other / "result.json").write_text(json.dumps(result | {"seconds": 2 * result["seconds"]}))
    found = page(capsys, tmp_path, str(saved_run), str(other), "--no-images")
    assert "Test accuracy over seconds of the whole run" in found.words


def test_a_sweep_with_its_table(capsys: Capture, saved_run: Path, tmp_path: Path) -> None:
    sweep = tmp_path / "sweep"
    for name in ("narrow", "wide"):
        shutil.copytree(saved_run, sweep / name / "seed-0")
    row = {
        "train_accuracy": None,
        "test_accuracy": {"count": 1, "mean": 0.5, "deviation": None, "low": None, "high": None},
        "epochs": 2.0,
        "reported": {"test_accuracy": 0.75, "validation_loss": 1.5},
        "difference": {"test_accuracy": -25.0},
        "partial": None,
        "state": None,
    }
    rows = [
        {"run": name, "runs": [{"seed": 0, "folder": f"{name}/seed-0"}], **row} for name in ("narrow", "wide")
    ]
    rows.append(
        {"run": "later", "runs": [{"seed": 0, "folder": "later/seed-0"}], **row, "state": "not trained yet"}
    )
    table = {"title": "Widths & heights", "source": "A. Author", "note": None, "rows": rows}
    rows[2]["runs"] += [{"seed": 1, "folder": "a\0b"}, {"seed": 2, "folder": "x" * 5000}]
    (sweep / "table.json").write_text(json.dumps(table))
    found = page(capsys, tmp_path, str(sweep), "--no-images")
    assert found.headings[0] == "Widths & heights"
    assert "test 75.00 %, validation loss 1.5" in found.text
    assert "test -25.00" in found.text
    assert "not trained yet" in found.text
    assert "narrow" in found.headings
    assert "later" not in found.headings


def test_the_keys_name_a_run_of_several_seeds_once(capsys: Capture, saved_run: Path, tmp_path: Path) -> None:
    sweep = tmp_path / "sweep"
    for folder in ("narrow/seed-0", "narrow/seed-3", "wide/seed-0"):
        shutil.copytree(saved_run, sweep / folder)
    row = {"reported": {}, "difference": {}}
    seeds = [{"seed": seed, "folder": f"narrow/seed-{seed}"} for seed in (0, 3)]
    rows = [
        {"run": "narrow", "runs": seeds, **row},
        {"run": "wide", "runs": [{"seed": 0, "folder": "wide/seed-0"}], **row},
    ]
    (sweep / "table.json").write_text(json.dumps({"title": "Widths", "rows": rows}))
    found = page(capsys, tmp_path, str(sweep), "--no-images")
    assert found.headings[1:].count("narrow, seed 0") == 1
    assert found.headings[1:].count("narrow, seed 3") == 1
    words = [each for each in found.words if each.strip()]
    first = words.index("seed 0")
    assert words[first - 1 : first + 3] == ["narrow", "seed 0", "seed 3", "wide"]
    assert [each for each in found.references if each.startswith("#run")] == ["#run1", "#run2", "#run3"]


def test_images_that_cannot_be_had_are_told_of(
    capsys: Capture, saved_run: Path, trained: Path, tmp_path: Path
) -> None:
    output = tmp_path / "page.html"
    gone = str(tmp_path / "gone")
    code, _, err = run(capsys, "report", str(saved_run), "-o", str(output), "--data", gone, "--device", "cpu")
    assert code == 0
    assert err.startswith("run: no images: ")
    assert gone in Page(output.read_text()).text


def test_names_of_classes_are_text(capsys: Capture, saved_run: Path, tmp_path: Path) -> None:
    facts = json.loads((saved_run / "run.json").read_text())
    result = json.loads((saved_run / "result.json").read_text())
    hostile = "<script>alert(1)</script>"
    facts["classes"][0] = hostile
    result["per_class_accuracy"] = {
        hostile if name == CLASSES[0] else name: value for name, value in result["per_class_accuracy"].items()
    }
    (saved_run / "run.json").write_text(json.dumps(facts))
    (saved_run / "result.json").write_text(json.dumps(result))
    found = page(capsys, tmp_path, str(saved_run), "--no-images")
    assert hostile in found.text
    assert "<script" not in (tmp_path / "page.html").read_text()


def write_row(run: Path, **wrong: object) -> None:
    """A sweep's table with a row of the run itself."""
    row = {"run": "a", "runs": [{"seed": 0, "folder": "."}], "reported": {}, "difference": {}, **wrong}
    text = json.dumps({"title": "T", "rows": [row]}).replace("Infinity", "1e999")
    (run / "table.json").write_text(text)


@pytest.mark.parametrize(
    ("break_it", "code"),
    [
        (lambda run: shutil.rmtree(run), "E7"),
        (lambda run: (run / "recipe.yaml").unlink(), "E7"),
        (lambda run: (run / "best.safetensors").write_bytes(b"no weights"), "E7"),
        (lambda run: (run / "table.json").write_text('{"rows": 3}'), "E7"),
        (lambda run: (run / "table.json").write_text('{"rows": [], "title": "T"}'), "E7"),
        (lambda run: write_row(run, parameters="x"), "E7"),
        (lambda run: write_row(run, seconds=[]), "E7"),
        (lambda run: write_row(run, epochs=1e999), "E7"),
    ],
)
def test_broken_folders_end_in_a_diagnostic(
    break_it: object, code: str, capsys: Capture, saved_run: Path, tmp_path: Path
) -> None:
    break_it(saved_run)  # type: ignore[operator]
    exit_code, out, err = run(capsys, "report", str(saved_run), "-o", str(tmp_path / "p.html"), "--no-images")
    assert exit_code == 1
    assert f"error[{code}" in err
    assert out == ""
    assert not (tmp_path / "p.html").exists()


def test_a_page_that_cannot_be_written(capsys: Capture, saved_run: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "page.html"
    code, _, err = run(capsys, "report", str(saved_run), "-o", str(path), "--no-images")
    assert code == 1
    assert "can't be written" in err


def test_without_images_torch_is_not_imported(saved_run: Path, tmp_path: Path) -> None:
    arguments = ["report", str(saved_run), "--no-images", "-o", str(tmp_path / "p.html")]
    done = run_process(*arguments, PYTHONPROFILEIMPORTTIME="1")
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert done.returncode == 0
    assert "netdsl.report.page.write" in imported
    assert "torch" not in imported


def test_filters_are_the_weights(capsys: Capture, saved_run: Path, tmp_path: Path) -> None:
    weights = load_file(saved_run / "best.safetensors")
    key = next(key for key, value in weights.items() if value.ndim == 4)
    # The first filter is a ramp from left to right, in all channels alike.
    weights[key][0] = np.array([0.0, 0.5, 1.0], dtype=np.float32)
    save_file(weights, saved_run / "best.safetensors")
    found = page(capsys, tmp_path, str(saved_run), "--no-images")
    assert len(found.images) == len(weights[key])
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(found.images[0].partition(",")[2]))))
    assert pixels.shape[0] == pixels.shape[1] >= 80
    first = pixels.astype(int)
    assert (np.diff(first.mean(axis=2), axis=1) >= 0).all()
    assert first[0, 0].tolist() == [0, 0, 0]
    assert first[0, -1].tolist() == [255, 255, 255]


def test_small_images_are_enlarged_by_whole_factors() -> None:
    pixels = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    picture = Image.open(io.BytesIO(base64.b64decode(data_uri(pixels).partition(",")[2])))
    assert picture.size == (96, 64)
    assert picture.getpixel((95, 63)) == tuple(pixels[1, 2].tolist())


def test_the_images_own_class_is_shown_even_where_it_is_unlikely() -> None:
    probabilities = (0.3, 0.2, 0.15, 0.12, 0.1, 0.08, 0.05)
    classes = tuple("abcdefg")
    pixels = np.zeros((2, 2, 3), dtype=np.uint8)
    for label, shown in (("a", "abcde"), ("g", "abcdeg"), (None, "abcde")):
        prediction = Prediction("image", pixels, (2, 2), label, probabilities)
        (card,) = choose_samples([prediction], 1, "test", classes, 0).drawn
        assert "".join(name for name, _ in card.likely) == shown


def test_a_moment_is_written_for_people(capsys: Capture, saved_run: Path, tmp_path: Path) -> None:
    path = saved_run / "run.json"
    facts = json.loads(path.read_text())
    for written, shown in {"2025-01-02T03:04:05+00:00": "2025-01-02 03:04 UTC", "once": "once"}.items():
        path.write_text(json.dumps(facts | {"started": written}))
        assert shown in page(capsys, tmp_path, str(saved_run), "--no-images").words
