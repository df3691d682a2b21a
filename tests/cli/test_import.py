"""`netdsl import`: what it prints and writes, and how it fails."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file

from netdsl.checker import check_source
from netdsl.cli.main import main
from netdsl.diagnostics.span import Source
from tests.importing.onnx.graphs import drawn, model, node, saved

MODELS = "tests.importing.models"


def test_writes_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "small.net"
    assert main(["import", f"{MODELS}:lenet", "--input", "1x28x28", "--name", "Small", "-o", str(path)]) == 0
    assert "wrote" in capsys.readouterr().out
    network = check_source(Source("small.net", path.read_text(encoding="utf-8"))).network
    assert network is not None
    assert (network.name, network.output.shape) == ("Small", (10,))


def test_takes_a_module_that_is_ready(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", f"{MODELS}:ready", "--input", "1x28x28"]) == 0
    assert "linear(classes)" in capsys.readouterr().out


def test_weights_that_can_t_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "missing" / "made.safetensors")
    assert main(["import", f"{MODELS}:ready", "--input", "1x28x28", "--weights", path]) == 1
    assert f"error[E607]: `{path}` can't be written" in capsys.readouterr().err


def test_takes_an_onnx_file_and_gives_its_weights(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights = {"w": drawn(6, 4, 3, 3)}
    path = saved(model([node("Conv", "x w", "h"), node("Relu", "h")], weights), tmp_path)
    text, state = tmp_path / "made.net", tmp_path / "made.safetensors"
    assert main(["import", str(path), "-o", str(text), "--weights", str(state)]) == 0
    said = capsys.readouterr()
    assert "net Model, whose outputs are those of" in said.out
    assert "gives the same outputs" in said.err
    assert text.read_text(encoding="utf-8").endswith("conv(6, 3, bias=false) -> relu\n}\n")
    assert np.array_equal(load_file(state)["conv1.weight"].numpy(), weights["w"])


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["gone.onnx"], 1, "can't read gone.onnx"),
        (["torchvision:resnet19"], 1, "did you mean torchvision:resnet18"),
        (["torchvision:resnet19"], 1, "error[E651]"),
        (["nothing.here:Net", "--input", "3"], 1, "can't be imported"),
        ([f"{MODELS}:LeNt", "--input", "3"], 1, "did you mean `LeNet`"),
        ([f"{MODELS}:Unit", "--input", "3"], 1, "without arguments"),
        ([f"{MODELS}:not_a_model", "--input", "3"], 1, "is no module"),
        (["resnet18"], 1, "names no model"),
        ([f"{MODELS}:LeNet", "--input", "3x32x32"], 1, "E652"),
        ([f"{MODELS}:LeNet"], 2, "--input 3x32x32"),
        ([f"{MODELS}:LeNet", "--input", "3,32"], 2, "is no shape"),
        ([f"{MODELS}:LeNet", "--input", "3x²"], 2, "is no shape"),
        ([f"{MODELS}:LeNet", "--input", "9" * 5000], 2, "is no shape"),
        ([f"{MODELS}:LeNet", "--input", "x".join(["999999999"] * 3)], 1, "no value has the shape"),
        ([f"{MODELS}:not_a_model.x", "--input", "3"], 1, "has no `not_a_model.x`"),
        ([f"{MODELS}:LeNet", "--name", "small"], 2, "capital letter"),
    ],
)
def test_says_what_is_wrong(
    arguments: list[str], code: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "out.net"
    assert main(["import", *arguments, "-o", str(path)]) == code
    assert said in capsys.readouterr().err
    assert not path.exists()
