from __future__ import annotations

import json
import os
import pickle
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from netdsl.cli.train.request import read_request
from netdsl.diagnostics import Diagnostic
from netdsl.training import ImageDataset, Recipe, train
from netdsl.training.run_folder.checkpoint import read_checkpoint
from netdsl.training.run_folder.opened import load_weights, open_run

Net = Callable[..., nn.Module]
Refused = Callable[[Callable[[], object]], Diagnostic]


@pytest.fixture
def folder(tmp_path: Path, small_net: Net, few_shapes: ImageDataset) -> Path:
    """A run that was started from Python."""
    recipe = Recipe(epochs=1, validation=0.2)
    return train(small_net(), few_shapes, recipe, tmp_path / "run", name="small", device="cpu").folder


def test_opens_what_training_wrote(folder: Path, small_net: Net, few_shapes: ImageDataset) -> None:
    saved = open_run(folder)
    assert (saved.facts.name, saved.facts.classes) == ("small", few_shapes.classes)
    assert saved.facts.image_shape == (3, 32, 32)
    assert saved.facts.source is None
    assert saved.recipe.validation == 0.2
    module, untrained = small_net(), small_net()
    load_weights(module, saved.weights("best"))
    changed = [
        not torch.equal(one, other)
        for one, other in zip(module.parameters(), untrained.parameters(), strict=True)
    ]
    assert all(changed)


def test_a_recipe_without_the_measured_statistics(folder: Path, refused: Refused) -> None:
    path = folder / "recipe.yaml"
    lines = path.read_text().splitlines()
    kept = [line for line in lines if not line.startswith("normalization")]
    path.write_text("\n".join(kept))
    assert "mean and standard deviation" in refused(lambda: open_run(folder)).message
    path.write_text("\n".join([*kept, "normalization: {mean: [0.5], std: [0.5]}"]))
    assert "1 means for images of 3 channels" in refused(lambda: open_run(folder)).message


def test_a_missing_recipe(folder: Path, refused: Refused) -> None:
    (folder / "recipe.yaml").unlink()
    found = refused(lambda: open_run(folder))
    assert found.code.id == "E721"
    assert found.file == str(folder / "recipe.yaml")


class Bomb:
    """Runs when it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return print, ("the pickle has run",)


def header(content: object, data: bytes = b"") -> bytes:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return struct.pack("<Q", len(text)) + text + data


TENSOR = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
HOSTILE = {
    "empty": b"",
    "pickle": pickle.dumps(Bomb()),
    "header longer than the file": struct.pack("<Q", 2**60) + b"{}",
    "no JSON": header(b"{oops"),
    "data cut short": header({"weight": TENSOR}, b"\0" * 4),
    "data too long": header({"weight": TENSOR}, b"\0" * 80),
    "offsets outside": header({"weight": {**TENSOR, "data_offsets": [800, 808]}}, b"\0" * 8),
    "shape that its bytes can't hold": header({"weight": {**TENSOR, "shape": [10**9]}}, b"\0" * 8),
    "negative shape": header({"weight": {**TENSOR, "shape": [-2]}}, b"\0" * 8),
    "unknown type": header({"weight": {**TENSOR, "dtype": "F7"}}, b"\0" * 8),
    "text": b"not at all safetensors" * 10,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_weights(
    tmp_path: Path, refused: Refused, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    path = tmp_path / "best.safetensors"
    path.write_bytes(content)
    module = nn.Linear(2, 1)
    before = module.weight.clone()
    assert refused(lambda: load_weights(module, path)).code.id == "E722"
    assert torch.equal(module.weight, before)
    assert "has run" not in capsys.readouterr().out


@pytest.mark.parametrize("facts", ["[" * 100_000, "9" * 5000, "[]", "{"])
def test_checkpoints_with_hostile_facts(tmp_path: Path, refused: Refused, facts: str) -> None:
    path = tmp_path / "checkpoint.safetensors"
    save_file({"weight": torch.zeros(1)}, path, {"version": "1", "facts": facts})
    assert refused(lambda: read_checkpoint(path)).code.id == "E719"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_among_the_records_is_not_waited_for(folder: Path, refused: Refused) -> None:
    (folder / "run.json").unlink()
    os.mkfifo(folder / "run.json")
    assert "regular file" in refused(lambda: open_run(folder)).message.lower()


def test_a_run_that_names_a_file_elsewhere_is_not_resumed(folder: Path, refused: Refused) -> None:
    facts = json.loads((folder / "run.json").read_text())
    source = {"file": "../../other.net", "net": "Net", "settings": {}}
    request = {"data": "shapes", "data_dir": None, "device": None}
    (folder / "run.json").write_text(json.dumps({**facts, "source": source, "request": request}))
    assert "outside" in refused(lambda: read_request(folder)).message


def test_weights_that_are_no_file(tmp_path: Path, refused: Refused) -> None:
    assert "is not there" in refused(lambda: load_weights(nn.Linear(2, 1), tmp_path / "x")).message
    assert refused(lambda: load_weights(nn.Linear(2, 1), tmp_path)).code.id == "E722"


def test_weights_of_another_network(tmp_path: Path, refused: Refused) -> None:
    path = tmp_path / "best.safetensors"
    save_file({"weight": torch.zeros(1, 3), "scale": torch.zeros(())}, path)
    module = nn.Linear(2, 1)
    found = refused(lambda: load_weights(module, path))
    assert found.code.id == "E723"
    assert "`weight` is 1x3 and should be 1x2" in found.message
    assert "`bias` is missing" in found.message
    assert "the network has no `scale`" in found.message
