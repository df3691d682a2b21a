"""Files that are broken, hostile, or more than the language says: each has its message."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from netdsl.diagnostics.diagnostic import DiagnosticError
from netdsl.diagnostics.render import render_text
from netdsl.importing.onnx.importer import import_onnx
from tests.importing.onnx.graphs import drawn, model, node, saved


def refused(path: Path, *, external: bool = False) -> tuple[str, str]:
    with pytest.raises(DiagnosticError) as caught:
        import_onnx(path, None, None, external=external)
    return caught.value.diagnostic.code.id, render_text([caught.value.diagnostic])


def einsum() -> onnx.ModelProto:
    return model([node("Relu", "x", "h"), node("Einsum", "h h", equation="nchw,nchw->nchw")])


def chosen() -> onnx.ModelProto:
    arm = helper.make_graph(
        [node("Relu", "x", "z")], "arm", [], [helper.make_tensor_value_info("z", 1, None)]
    )
    return model([node("If", "c", then_branch=arm, else_branch=arm)], {"c": np.array(True)})


def with_function() -> onnx.ModelProto:
    made = model([node("Relu", "x")])
    made.functions.add().name = "own"
    return made


def two_inputs() -> onnx.ModelProto:
    made = model([node("Add", "x z")])
    made.graph.input.append(helper.make_tensor_value_info("z", TensorProto.FLOAT, [1, 4, 8, 8]))
    return made


def two_outputs() -> onnx.ModelProto:
    made = model([node("Relu", "x"), node("Tanh", "x", "z")])
    made.graph.output.append(helper.make_tensor_value_info("z", TensorProto.FLOAT, None))
    return made


def shared() -> onnx.ModelProto:
    return model([node("Conv", "x w", "h"), node("Conv", "h w")], {"w": drawn(4, 4, 1, 1)})


def calculated_weight() -> onnx.ModelProto:
    return model([node("Conv", "x x")])


def added_number() -> onnx.ModelProto:
    return model([node("Add", "x c")], {"c": np.array(1.5, np.float32)})


def attention() -> onnx.ModelProto:
    return model([node("MatMul", "x x")])


def short_weight() -> onnx.ModelProto:
    made = model([node("Conv", "x w")], {"w": drawn(4, 4, 1, 1)})
    made.graph.initializer[0].raw_data = b"1234"
    return made


def huge_weight() -> onnx.ModelProto:
    made = model([node("Conv", "x w")], {"w": drawn(4, 4, 1, 1)})
    made.graph.initializer[0].dims[:] = [2**30, 2**30, 1, 1]
    return made


def negative_weight() -> onnx.ModelProto:
    made = model([node("Conv", "x w")], {"w": drawn(4, 4, 1, 1)})
    made.graph.initializer[0].dims[:] = [-4, 4, 1, 1]
    return made


def filled() -> onnx.ModelProto:
    shape = np.array([2**20, 2**20], np.int64)
    return model([node("ConstantOfShape", "s", "h"), node("Add", "x h")], {"s": shape})


def doubled() -> onnx.ModelProto:
    nodes = [node("Concat", f"c{i} c{i}", f"c{i + 1}", axis=0) for i in range(60)]
    return model([*nodes, node("Add", "x c60")], {"c0": drawn(64)})


def spread() -> onnx.ModelProto:
    weights = {"a": drawn(1, 50_000), "b": drawn(50_000, 1)}
    return model([node("Add", "a b", "c"), node("Add", "x c")], weights)


def large_value() -> onnx.ModelProto:
    scales = np.array([1, 1, 60_000, 60_000], np.float32)
    return model([node("Resize", "x  s", mode="nearest")], {"s": scales})


def cyclic() -> onnx.ModelProto:
    return model([node("Add", "x y", "h"), node("Relu", "h")])


def disconnected() -> onnx.ModelProto:
    return model([node("Relu", "c")], {"c": drawn(1, 4)})


def open_shape() -> onnx.ModelProto:
    return model([node("Relu", "x")], shape=(None, 3, None, None))


def old() -> onnx.ModelProto:
    return model([node("Relu", "x")], opset=6)


def without_input() -> onnx.ModelProto:
    return model([helper.make_node("Sigmoid", [], ["h"], "node_h"), node("Mul", "x h")])


def squeezed_number() -> onnx.ModelProto:
    weights = {"c": np.array(1.5, np.float32), "axes": np.array([0], np.int64)}
    return model([node("Squeeze", "c axes", "h"), node("Add", "x h")], weights)


def unsqueezed_twice() -> onnx.ModelProto:
    made = model([node("Unsqueeze", "c axes", "h"), node("Add", "x h")], {"axes": np.array([0, 0], np.int64)})
    # A single number of bfloat16 stands in the way of nothing.
    made.graph.initializer.append(helper.make_tensor("c", TensorProto.BFLOAT16, [], [1.5]))
    return made


def stride_of_zero() -> onnx.ModelProto:
    conv = node("Conv", "x w", auto_pad="SAME_UPPER", strides=[0, 0])
    return model([conv], {"w": drawn(4, 4, 3, 3)})


def alone() -> onnx.ModelProto:
    return model([node("Identity", "c")], {"c": drawn(1, 4)})


def many_images() -> onnx.ModelProto:
    return model([node("Relu", "x")], shape=(2**31 - 1, 4, 8, 8))


def shared_positions() -> onnx.ModelProto:
    nodes = [
        node("Reshape", "x s", "f"),
        node("Transpose", "f", "t", perm=[0, 2, 1]),
        node("Add", "t p", "a"),
        node("Relu", "a", "r"),
        node("Add", "r p"),
    ]
    return model(nodes, {"s": np.array([0, 4, -1], np.int64), "p": drawn(1, 64, 4)})


@pytest.mark.parametrize(
    ("make", "code", "said"),
    [
        (einsum, "E653", ["`Einsum`", "node_y: Einsum"]),
        (chosen, "E655", ["`node_y` (If)", "without If"]),
        (with_function, "E655", ["functions of its own"]),
        (two_inputs, "E655", ["2 inputs: `x`, `z`"]),
        (two_outputs, "E655", ["2 outputs: `y`, `z`"]),
        (shared, "E653", ["`w` is the weight of two nodes", "node_y: Conv"]),
        (calculated_weight, "E653", ["weight that is calculated", "node_y: Conv"]),
        (added_number, "E653", ["no layer adds a number", "node_y: Add"]),
        (attention, "E653", ["`MatMul` of two values", "node_y: MatMul"]),
        (short_weight, "E655", ["`w` has 4 bytes", "needs 64"]),
        (huge_weight, "E655", ["more than 4 GiB"]),
        (negative_weight, "E655", ["no shape"]),
        (filled, "E655", ["node_h: ConstantOfShape", "too many numbers"]),
        (doubled, "E655", ["more numbers than a network has weights"]),
        (spread, "E655", ["node_c: Add", "too many numbers"]),
        (large_value, "E652", ["node_y: Resize", "multiply-adds"]),
        (cyclic, "E653", ["`y` is read, which nothing makes"]),
        (disconnected, "E652", ["does not come from its input"]),
        (open_shape, "E655", ["3x?x?", "--input"]),
        (old, "E655", ["operator set 6"]),
        (without_input, "E655", ["`node_h: Sigmoid` has 0 inputs", "the operator has 1"]),
        (squeezed_number, "E655", ["node_h: Squeeze", "modulo by zero"]),
        (unsqueezed_twice, "E655", ["`Unsqueeze` of one axis twice"]),
        (stride_of_zero, "E652", ["node_y: Conv"]),
        (alone, "E653", ["`y` does not come from the input"]),
        (many_images, "E652", ["2,147,483,647 images at once"]),
        (shared_positions, "E653", ["the parameter `p` is used twice", "node_y: Add"]),
    ],
)
def test_says_what_is_in_the_way(
    make: Callable[[], onnx.ModelProto], code: str, said: list[str], tmp_path: Path
) -> None:
    found, printed = refused(saved(make(), tmp_path))
    assert found == code, printed
    assert all(each in printed for each in said), printed


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"net A { }", b"\x08\x08:\xff\xff\xff\xff\x0f", b"\x3a\x03abc", b"\xff" * 40),
        # A name that is not UTF-8.
        model([node("Relu", "x")]).SerializeToString().replace(b"node_y", b"node_\xff"),
    ],
)
def test_bytes_that_are_no_model(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(data)
    assert refused(path)[0] == "E655"


def test_many_small_messages_are_counted_before_they_are_parsed(tmp_path: Path) -> None:
    nodes = b"\x0a\x00" * 2_100_000
    length = len(nodes)
    size = bytes([length & 127 | 128, length >> 7 & 127 | 128, length >> 14 & 127 | 128, length >> 21])
    path = tmp_path / "model.onnx"
    path.write_bytes(b"\x3a" + size + nodes)
    assert "more than 2,000,000 fields" in refused(path)[1]


def test_no_file(tmp_path: Path) -> None:
    assert "No such file" in refused(tmp_path / "gone.onnx")[1]


def external(folder: Path, location: str, **more: str) -> Path:
    made = model([node("Conv", "x w")], {"w": drawn(4, 4, 1, 1)})
    weight = made.graph.initializer[0]
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    for key, value in {"location": location, **more}.items():
        weight.external_data.add(key=key, value=value)
    (folder / "inside").mkdir()
    return saved(made, folder / "inside")


def test_external_data_is_read_where_it_is_asked_for(tmp_path: Path) -> None:
    path = external(tmp_path, "weights.bin", offset="8", length="64")
    values = drawn(4, 4, 1, 1, seed=5)
    (path.parent / "weights.bin").write_bytes(bytes(8) + values.tobytes())
    assert "--external-data" in refused(path)[1]
    state = import_onnx(path, None, None, external=True).module().state_dict()
    assert np.array_equal(state["conv1.weight"].numpy(), values)


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("../secret.bin", "not beside the model"),
        ("/etc/hostname", "not beside the model"),
        ("..\\secret.bin", "not beside the model"),
        ("link.bin", "behind a link"),
        ("linked/secret.bin", "behind a link"),
        ("gone.bin", "No such file"),
        (".", "not beside the model"),
        ("short.bin", "too few bytes"),
    ],
)
def test_external_data_stays_beside_the_model(location: str, said: str, tmp_path: Path) -> None:
    path = external(tmp_path, location)
    (tmp_path / "secret.bin").write_bytes(bytes(64))
    (path.parent / "short.bin").write_bytes(bytes(63))
    (path.parent / "link.bin").symlink_to(tmp_path / "secret.bin")
    (path.parent / "linked").symlink_to(tmp_path, target_is_directory=True)
    code, printed = refused(path, external=True)
    assert code == "E655"
    assert said in printed


def test_external_data_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = external(tmp_path, "weights.bin")
    (path.parent / "weights.bin").write_bytes(bytes(64))
    readable = Path.open

    def opened(self: Path, *arguments: Any) -> Any:
        if self.name == "weights.bin":
            raise PermissionError(13, "Permission denied")
        return readable(self, *arguments)

    monkeypatch.setattr(Path, "open", opened)
    code, printed = refused(path, external=True)
    assert code == "E655"
    assert "weights.bin: Permission denied" in printed


def test_half_precision_and_listed_values(tmp_path: Path) -> None:
    values = drawn(4, 4, 1, 1).astype(np.float16)
    made = model([node("Cast", "h", "w", to=TensorProto.FLOAT), node("Conv", "x w b")], {"h": values})
    made.graph.initializer.append(helper.make_tensor("b", TensorProto.FLOAT, [4], [0.5, 1, 2, 3]))
    state = import_onnx(saved(made, tmp_path), None, None, external=False).module().state_dict()
    assert np.array_equal(state["conv1.weight"].numpy(), values.astype(np.float32))
    assert state["conv1.bias"].tolist() == [0.5, 1, 2, 3]
    assert numpy_helper.to_array(made.graph.initializer[0]).dtype == np.float16
