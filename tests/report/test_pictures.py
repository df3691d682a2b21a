from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from netdsl.diagnostics import DiagnosticError
from netdsl.report.after_training import write_pictures
from netdsl.report.confusion import ConfusionTable, draw_confusion
from netdsl.report.curves import draw_curves
from netdsl.report.history import read_history
from netdsl.report.predictions import ShownImage, draw_predictions
from tests.report.conftest import metrics_line

pytestmark = pytest.mark.skipif(find_spec("matplotlib") is None, reason="needs the extra `plots`")

Make = Callable[..., Path]


def pixels(path: Path) -> NDArray[np.uint8]:
    return np.asarray(Image.open(path).convert("RGB"))


def has_color(path: Path, color: str) -> bool:
    """Whether a pixel of the picture has the colour."""
    wanted = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    return bool((pixels(path) == wanted).all(2).any())


def test_a_run_gets_its_pictures(make_run: Make) -> None:
    folder = make_run()
    assert write_pictures(folder) == [folder / "curves.png", folder / "confusion.png"]
    for path in folder.glob("*.png"):
        drawn = pixels(path)
        assert drawn.shape[1] >= 600
        assert (drawn[0] == 255).all()
        assert len(np.unique(drawn.reshape(-1, 3), axis=0)) > 20


def texts(path: Path) -> list[str]:
    """The texts of a picture that is SVG; Matplotlib draws them as shapes and notes down what they say."""
    return [each.strip() for each in re.findall("<!--(.*?)-->", path.read_text(encoding="utf-8"))]


def test_curves_name_the_first_epoch_and_what_was_reached_in_the_best(make_run: Make) -> None:
    folder = make_run()
    found = texts(draw_curves(read_history(folder), folder / "curves.svg"))
    assert "validation 0.7, epoch 3" in found
    assert "validation 65.0 %, epoch 3" in found
    assert found.count("1") == found.count("4") == 3


def test_curves_without_validation_have_one_line(make_run: Make) -> None:
    folder = make_run()
    with_both = draw_curves(read_history(folder), folder / "both.png")
    (folder / "metrics.jsonl").write_text(metrics_line(1, False) + metrics_line(2, False))
    alone = draw_curves(read_history(folder), folder / "alone.png")
    orange = "#D55E00"
    assert has_color(with_both, orange)
    assert not has_color(alone, orange)


def test_one_epoch_can_be_drawn(make_run: Make) -> None:
    folder = make_run()
    (folder / "metrics.jsonl").write_text(metrics_line(1))
    assert draw_curves(read_history(folder), folder / "one.png").exists()


def test_nothing_finished_draws_nothing(make_run: Make) -> None:
    folder = make_run()
    (folder / "metrics.jsonl").write_text("")
    result = json.loads((folder / "result.json").read_text()) | {"confusion_matrix": None}
    (folder / "result.json").write_text(json.dumps(result))
    assert write_pictures(folder) == []


def test_without_matplotlib_there_are_no_pictures_and_no_error(
    make_run: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netdsl.report.canvas.find_spec", lambda name: None)
    folder = make_run()
    assert write_pictures(folder) == []
    with pytest.raises(DiagnosticError) as caught:
        draw_curves(read_history(folder), folder / "x.png")
    assert caught.value.diagnostic.code.id == "E727"
    assert "netdsl[plots]" in str(caught.value.diagnostic.help)


@pytest.mark.parametrize("size", [2, 13, 40, 100])
def test_confusion_of_any_size(tmp_path: Path, size: int) -> None:
    names = tuple(f"class number {i}" for i in range(size))
    counts = tuple(tuple(9 if i == j else int(j == 0) for j in range(size)) for i in range(size))
    drawn = pixels(draw_confusion(ConfusionTable(names, counts), tmp_path / "c.png"))
    height, width = drawn.shape[:2]
    assert width < 2600
    assert 0.7 < height / width < 1.4
    blue = ((drawn[:, :, 2].astype(int) - drawn[:, :, 0]) > 100).sum()
    assert blue > height * width / size / 6


def test_classes_without_images_are_told_from_classes_that_are_never_right(tmp_path: Path) -> None:
    table = ConfusionTable(("a", "b", "c"), ((0, 0, 0), (0, 0, 5), (0, 0, 5)))
    assert table.share(0, 0) is None
    assert table.share(1, 1) == 0
    assert table.accuracy == 0.5
    assert has_color(draw_confusion(table, tmp_path / "c.png"), "#F3F4F6")


def test_halves_of_percents_are_rounded_up(tmp_path: Path) -> None:
    counts = ((133, 67), (171, 29))
    found = texts(draw_confusion(ConfusionTable(("a", "b"), counts), tmp_path / "c.svg"))
    assert {"67 %", "34 %", "86 %", "15 %"} <= set(found)


def test_a_matrix_has_a_row_for_each_class() -> None:
    with pytest.raises(ValueError, match="row and a column"):
        ConfusionTable(("a", "b"), ((1, 2),))


NAMES = ["$x_", "$a$", "a\nb\t", "鸟", "x" * 300, "\\", "{", ""]


def test_names_are_never_formulas(tmp_path: Path) -> None:
    size = len(NAMES)
    counts = tuple(tuple(int(i == j) for j in range(size)) for i in range(size))
    draw_confusion(ConfusionTable(tuple(NAMES), counts), tmp_path / "c.png")
    image = np.zeros((8, 8, 1), np.uint8)
    shown = ShownImage("$frac{", image, tuple((name, 0.1) for name in NAMES), "$x_")
    draw_predictions([shown], tmp_path / "p.png", title="$x")
    assert pixels(tmp_path / "p.png").shape[1] < 2000


def test_the_right_class_is_marked_where_it_is_known(tmp_path: Path) -> None:
    image = np.full((8, 8, 3), 128, np.uint8)
    likely = (("cat", 0.7), ("dog", 0.3))
    green, blue, orange = "#009E73", "#0072B2", "#D55E00"
    unknown = draw_predictions([ShownImage("a", image, likely)], tmp_path / "a.png", "net")
    assert [has_color(unknown, color) for color in (green, blue, orange)] == [False, True, False]
    right = draw_predictions([ShownImage("a", image, likely, "cat")], tmp_path / "b.png", "net")
    assert [has_color(right, color) for color in (green, blue, orange)] == [True, False, False]
    wrong = draw_predictions([ShownImage("a", image, likely, "dog")], tmp_path / "c.png", "net")
    assert [has_color(wrong, color) for color in (green, blue, orange)] == [True, False, True]


def test_images_are_drawn_as_they_are(tmp_path: Path) -> None:
    image = np.full((8, 8, 3), (10, 200, 90), np.uint8)
    drawn = draw_predictions([ShownImage("a", image, (("cat", 1.0),))], tmp_path / "a.png", "net")
    assert has_color(drawn, "#0AC85A")


@pytest.mark.parametrize("name", ["missing/a.png", "a.doc"])
def test_a_picture_that_can_not_be_written(tmp_path: Path, name: str) -> None:
    table = ConfusionTable(("a", "b"), ((1, 0), (0, 1)))
    with pytest.raises(DiagnosticError) as caught:
        draw_confusion(table, tmp_path / name)
    assert caught.value.diagnostic.code.id == "E729"


def test_drawing_leaves_no_figure_behind(make_run: Make) -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    write_pictures(make_run())
    assert dict(matplotlib.rcParams) == before
