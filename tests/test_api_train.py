"""`netdsl.train` and what the commands make of the folders that it leaves."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import nn

import netdsl
from netdsl.training import ImageDataset, Recipe, Run, Split
from tests.cli.run import run, run_json

Capture = pytest.CaptureFixture[str]

NET = """net Small(width = 4) {
    input 3x8x8
    conv(width, 3) -> bn -> relu -> flatten
    dropout(0.1)
    linear(2)
}
"""
KEYS: dict[str, Any] = {"batch_size": 8, "learning_rate": 0.01, "validation": 0.25, "horizontal_flip": True}


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with small.net and bright.npz: forty images of two classes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "small.net").write_text(NET)
    numbers = np.random.default_rng(0)
    labels = np.arange(40) % 2
    images = (numbers.integers(0, 60, (40, 8, 8, 3)) + 150 * labels[:, None, None, None]).astype(np.uint8)
    np.savez(
        tmp_path / "bright.npz",
        x_train=images,
        y_train=labels,
        x_test=images[:20],
        y_test=labels[:20],
        classes=np.array(["dark", "bright"]),
    )
    return tmp_path


def in_memory() -> ImageDataset:
    arrays = np.load("bright.npz")
    images = torch.from_numpy(arrays["x_train"]).permute(0, 3, 1, 2).contiguous()
    part = Split(images, torch.from_numpy(arrays["y_train"]))
    return ImageDataset("bright", part, None, part, ("dark", "bright"))


def train_small(out: str, data: object = "bright.npz", **keys: Any) -> Run:
    return netdsl.train(
        "small.net",
        data,  # type: ignore[arg-type]
        out=out,
        settings={"width": 6},
        device="cpu",
        deterministic=True,
        **{**KEYS, **keys},
    )


def facts_of(folder: str) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((Path(folder) / "run.json").read_text())
    return facts


def assert_same_weights(folder: str, expected: str) -> None:
    weights, others = (load_file(Path(each) / "last.safetensors") for each in (folder, expected))
    assert weights.keys() == others.keys()
    assert all(torch.equal(weights[name], others[name]) for name in weights)


def test_the_run_of_a_file_can_be_evaluated_and_asked(capsys: Capture) -> None:
    result = train_small("run", epochs=2).result
    Path("small.net").unlink()
    assert facts_of("run")["deterministic"] is True
    found = run_json(capsys, "eval", "run", "--format", "json", "--device", "cpu")
    assert found["accuracy"] == result.test_accuracy
    assert found["images"] == 20
    Image.new("RGB", (8, 8), "white").save("white.png")
    predicted = run_json(capsys, "predict", "run", "white.png", "--format", "json", "--device", "cpu")
    assert {each["class"] for each in predicted["images"][0]["probabilities"]} == {"dark", "bright"}


def test_where_the_data_was_an_object_eval_asks_for_it(capsys: Capture) -> None:
    train_small("run", in_memory(), epochs=1)
    code, _, err = run(capsys, "eval", "run")
    assert (code, "name the data with `--data`" in err) == (1, True)
    assert run(capsys, "eval", "run", "--data", "bright.npz")[0] == 0


def test_the_run_of_a_module_says_what_to_do(capsys: Capture) -> None:
    netdsl.train(netdsl.load("small.net"), "bright.npz", out="run", epochs=1, **KEYS)
    for command in (("eval", "run"), ("predict", "run", "small.net")):
        code, out, err = run(capsys, *command)
        assert (code, out) == (1, "")
        assert "E724" in err
        assert "give `netdsl.train` the module's file" in err
        assert "netdsl.training.load_weights" in err


def test_files_and_modules_have_their_curves_drawn() -> None:
    pytest.importorskip("matplotlib")
    train_small("file", epochs=1)
    netdsl.train(netdsl.load("small.net"), "bright.npz", out="module", epochs=1, **KEYS)
    for folder in ("file", "module"):
        assert (Path(folder) / "curves.png").is_file()


def test_goes_on_to_the_same_weights() -> None:
    train_small("whole", epochs=4)
    train_small("parts", epochs=1, resume=True)
    assert train_small("parts", epochs=4, resume=True).result.epochs == 4
    assert_same_weights("parts", "whole")
    facts = facts_of("parts")
    assert (facts["source"]["settings"], facts["request"]["data"]) == (
        {"width": "6"},
        str(Path.cwd() / "bright.npz"),
    )


def test_a_run_that_goes_on_keeps_its_recipe() -> None:
    train_small("run", epochs=1)
    run_ = netdsl.train("small.net", "bright.npz", out="run", settings={"width": 6}, resume=True, epochs=2)
    assert run_.recipe.batch_size == 8
    assert [metrics.epoch for metrics in run_.history] == [1, 2]


def test_a_module_goes_on_too() -> None:
    def module() -> nn.Module:
        torch.manual_seed(0)
        return nn.Sequential(nn.Flatten(), nn.Linear(192, 2))

    def train(out: str, epochs: int, resume: bool = False) -> None:
        recipe = Recipe(epochs=epochs, batch_size=8, validation=0.25)
        netdsl.train(module(), in_memory(), recipe, out, deterministic=True, device="cpu", resume=resume)

    train("whole", 3)
    train("parts", 1)
    train("parts", 3, resume=True)
    assert_same_weights("parts", "whole")


def test_the_command_goes_on_with_what_python_began(capsys: Capture) -> None:
    train_small("whole", epochs=2)
    train_small("parts", epochs=1)
    assert run(capsys, "train", "--resume", "parts", "--epochs", "2")[0] == 0
    assert_same_weights("parts", "whole")


@pytest.mark.parametrize("made", ["module", "dataset"])
def test_the_command_can_not_make_what_python_made(capsys: Capture, made: str) -> None:
    if made == "dataset":
        train_small("run", in_memory(), epochs=1)
    else:
        netdsl.train(netdsl.load("small.net"), "bright.npz", out="run", epochs=1, **KEYS)
    code, _, err = run(capsys, "train", "--resume", "run")
    assert (code, "E718" in err, f"with a {made} of its own" in err) == (1, True, True)


def change_the_network() -> None:
    Path("small.net").write_text(NET.replace("relu", "tanh"))


@pytest.mark.parametrize(
    ("change", "keys", "told"),
    [
        (lambda: None, {"learning_rate": 0.1}, "begun with learning_rate 0.01, now 0.1"),
        (lambda: None, {"seed": 1}, "begun with seed 0, now 1"),
        (change_the_network, {}, "begun with another network"),
    ],
    ids=["rate", "seed", "network"],
)
def test_only_the_length_may_be_another(change: Callable[[], None], keys: dict[str, Any], told: str) -> None:
    train_small("run", epochs=1)
    before = (Path("run") / "checkpoint.safetensors").read_bytes()
    change()
    with pytest.raises(netdsl.NetError, match=told) as caught:
        train_small("run", epochs=2, resume=True, **keys)
    assert [each.code.id for each in caught.value.diagnostics] == ["E718"]
    assert (Path("run") / "checkpoint.safetensors").read_bytes() == before


def test_calls_that_make_no_sense() -> None:
    with pytest.raises(TypeError, match="`out`"):
        netdsl.train("small.net", "bright.npz", resume=True)
    with pytest.raises(TypeError, match="`settings`"):
        netdsl.train(nn.Linear(1, 1), "bright.npz", settings={"width": 2})
    with pytest.raises(TypeError, match="not both"):
        netdsl.train("small.net", "bright.npz", Recipe(), epochs=2)
    with pytest.raises(netdsl.NetError, match="no parameter"):
        netdsl.train("small.net", "bright.npz", settings={"depth": 2})
    with pytest.raises(netdsl.NetError, match="E711"):
        netdsl.train("small.net", "bright.npz", out="run", device="nonsense")
