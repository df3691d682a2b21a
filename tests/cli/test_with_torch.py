"""The commands that need torch: summary and export."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

import netdsl
from tests.cli.run import run, run_json, run_python

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("name", ["lenet5", "densenet", "mobilenet_v2"])
def test_summary_and_shapes_agree(name: str, capsys: Capture) -> None:
    table = run_json(capsys, "shapes", name, "--format", "json")
    code, out, _ = run(capsys, "summary", name)
    assert code == 0
    (total,) = re.findall(r"^Total params: ([\d,]+)", out, re.MULTILINE)
    assert int(total.replace(",", "")) == table["parameters"]
    module = netdsl.load(name)
    assert sum(p.numel() for p in module.parameters()) == table["parameters"]


def test_summary_of_a_batch(small: str, capsys: Capture) -> None:
    assert "[4, 10]" in run(capsys, "summary", small, "--batch-size", "4")[1]


def test_summary_on_a_device_that_is_not_there(small: str, capsys: Capture) -> None:
    code, out, err = run(capsys, "summary", small, "--device", "nonsense")
    assert (code, out) == (1, "")
    assert err.startswith("error[E711]: there is no device nonsense here")


def test_summary_that_does_not_fit_into_memory(
    small: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise RuntimeError("not enough memory\nand more")

    monkeypatch.setattr("torchinfo.summary", refused)
    code, out, err = run(capsys, "summary", small)
    assert (code, out) == (1, "")
    assert err.startswith("error[E609]: Small can't be run on cpu: not enough memory\n")


@pytest.mark.parametrize("option", ["0", "-1", "x"])
def test_sizes_of_a_batch_that_are_none(small: str, option: str, capsys: Capture) -> None:
    assert run(capsys, "summary", small, "--batch-size", option)[0] == 2


@pytest.mark.parametrize("name", ["lenet5", "shake_shake", "vit"])
def test_standalone_python_needs_only_torch(name: str, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "exported.py"
    code, out, _ = run(capsys, "export", name, "--standalone", "-o", str(path))
    assert code == 0
    table = run_json(capsys, "shapes", name, "--format", "json")
    assert table["net"] in out
    check = (
        "import sys, torch, exported\n"
        f"module = exported.{table['net']}()\n"
        f"out = module.eval()(torch.zeros(2, *{table['input']}))\n"
        "assert not [name for name in sys.modules if name.startswith('netdsl')]\n"
        "print(sum(p.numel() for p in module.parameters()), list(out.shape))"
    )
    done = run_python("import sys; sys.path.insert(0, sys.argv[1])\n" + check, str(tmp_path))
    assert done.stdout.strip() == f"{table['parameters']} [2, {table['output'][0]}]", done.stderr


def test_python_has_the_state_dict_and_the_outputs_of_the_module(tmp_path: Path, capsys: Capture) -> None:
    code, source, _ = run(capsys, "export", "densenet")
    assert code == 0
    namespace: dict[str, object] = {"__name__": "exported"}
    exec(compile(source, "exported.py", "exec"), namespace)
    cls = namespace[
        "DenseNet40"
        if "DenseNet40" in namespace
        else run_json(capsys, "shapes", "densenet", "--format", "json")["net"]
    ]
    assert callable(cls)
    exported, module = cls().eval(), netdsl.load("densenet").eval()
    exported.load_state_dict(module.state_dict())
    inputs = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        assert torch.equal(exported(inputs), module(inputs))


def test_program_can_be_loaded_and_takes_any_batch(small: str, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "small.pt2"
    assert run(capsys, "export", small, "--to", "pt2", "-o", str(path))[0] == 0
    program = torch.export.load(path).module()
    assert program(torch.zeros(5, 3, 16, 16)).shape == (5, 10)


def test_weights_go_into_the_export(small: str, tmp_path: Path, capsys: Capture) -> None:
    from safetensors.torch import save_file

    module = netdsl.load(small).eval()
    weights, path = tmp_path / "w.safetensors", tmp_path / "small.pt2"
    save_file(module.state_dict(), weights)
    assert run(capsys, "export", small, "--to", "pt2", "--weights", str(weights), "-o", str(path))[0] == 0
    inputs = torch.randn(3, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        torch.testing.assert_close(torch.export.load(path).module()(inputs), module(inputs))
    code, _, err = run(
        capsys, "export", f"{small}:Wide", "--to", "pt2", "--weights", str(weights), "-o", str(path)
    )
    assert (code, err.startswith("error[E723]: ")) == (1, True)
    code, _, err = run(capsys, "export", small, "--to", "pt2", "--weights", small, "-o", str(path))
    assert (code, err.startswith("error[E722]: ")) == (1, True)
    assert sorted(tmp_path.glob(".*")) == []
    assert run(capsys, "export", small, "--weights", str(weights))[0] == 2


SWIN = ["size=32", "dim=8", "depths=[2]", "heads=[2]", "window=4"]


@pytest.mark.parametrize("settings", [None, SWIN], ids=["small", "swin"])
def test_onnx_runs_as_the_module_does(
    small: str, settings: list[str] | None, tmp_path: Path, capsys: Capture
) -> None:
    pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    path = tmp_path / "small.onnx"
    # Attention's kernel lays its result out as no other operation does, and the graph has none of it.
    file = [word for each in settings for word in ("--set", each)] if settings else []
    code, out, _ = run(
        capsys, "export", "swin" if settings else small, *file, "--to", "onnx", "-o", str(path)
    )
    assert code == 0
    (difference,) = re.findall(r"differs by at most (\S+)", out)
    assert float(difference) < 1e-4
    assert path.stat().st_size > 1000


@pytest.mark.parametrize("to", ["python", "pt2"])
def test_export_to_a_folder_that_is_not_there(small: str, to: str, tmp_path: Path, capsys: Capture) -> None:
    code, _, err = run(capsys, "export", small, "--to", to, "-o", str(tmp_path / "no" / "x.pt2"))
    assert code == 1
    assert err.startswith("error[E607]: ")


def test_errors_of_the_net_come_first(bad: str, capsys: Capture) -> None:
    for command in ("summary", "export"):
        code, out, err = run(capsys, command, bad)
        assert (code, out) == (1, "")
        assert "E301" in err
