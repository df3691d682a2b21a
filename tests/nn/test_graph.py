"""A Graph runs its children on the values that its wiring names, and on nothing else."""

from __future__ import annotations

import weakref

import pytest
import torch
from torch import Tensor, nn

from netdsl.nn import Add, Concat, Graph


class Spy(nn.Module):
    """Passes a copy of its input on, and notes which of the values made so far are still alive."""

    def __init__(self, made: list[weakref.ref[Tensor]], alive: list[list[int]]) -> None:
        super().__init__()
        self.made = made
        self.alive = alive

    def forward(self, x: Tensor) -> Tensor:
        self.alive.append([number for number, each in enumerate(self.made) if each() is not None])
        result = x + 1
        self.made.append(weakref.ref(result))
        return result


def test_chain_equals_sequential() -> None:
    layers = {"one": nn.Linear(3, 4), "two": nn.Tanh(), "three": nn.Linear(4, 2)}
    graph = Graph(layers, [("one", (0,), 0), ("two", (0,), 0), ("three", (0,), 0)])
    x = torch.randn(5, 3)
    assert torch.equal(graph(x), nn.Sequential(*layers.values())(x))
    assert list(graph.state_dict()) == ["one.weight", "one.bias", "three.weight", "three.bias"]


def test_skip_reads_an_earlier_value() -> None:
    body = nn.Linear(3, 3)
    graph = Graph({"body": body, "add": Add()}, [("body", (0,), 1), ("add", (1, 0), 0)])
    x = torch.randn(5, 3)
    assert torch.equal(graph(x), body(x) + x)


def test_takes_several_inputs_and_gives_any_slot() -> None:
    graph = Graph({"join": Concat(), "add": Add()}, [("join", (0, 2), 3), ("add", (0, 1), 0)], output=3)
    x, y, z = torch.randn(3, 2, 4)
    assert torch.equal(graph(x, y, z), torch.cat([x, z], 1))


def test_further_outputs_come_behind_the_result_in_training_alone() -> None:
    layers = {
        "one": nn.Linear(3, 4),
        "side": nn.Linear(4, 5),
        "two": nn.Linear(4, 2),
        "late": nn.Linear(2, 1),
    }
    wiring = [("one", (0,), 0), ("side", (0,), 1), ("two", (0,), 0), ("late", (0,), 2)]
    graph = Graph(layers, wiring, training_outputs=("late", "side"))
    ran: list[str] = []
    for name, layer in layers.items():
        layer.register_forward_hook(lambda *_, name=name: ran.append(name))
    x = torch.randn(6, 3)
    result, late, side = graph.train()(x)
    assert torch.equal(result, graph.eval()(x))
    assert torch.equal(side, layers["side"](layers["one"](x)))
    assert torch.equal(late, layers["late"](result))
    assert ran[:6] == ["one", "side", "two", "late", "one", "two"]
    assert "return x0, x2 (late, in training), x1 (side, in training)" in graph.extra_repr()


def test_further_outputs_are_children() -> None:
    with pytest.raises(ValueError, match="must name children"):
        Graph({"one": nn.Identity()}, [("one", (0,), 0)], training_outputs=("other",))


def test_output_may_be_an_input() -> None:
    x = torch.randn(2, 3)
    assert torch.equal(Graph({}, [])(x), x)
    y = torch.randn(2, 3)
    assert Graph({}, [], output=1)(x, y) is y


@pytest.mark.parametrize(
    "wiring",
    [
        [],
        [("one", (0,), 0)],
        [("one", (0,), 0), ("two", (0,), 0), ("two", (0,), 0)],
        [("one", (0,), 0), ("other", (0,), 0)],
    ],
    ids=["empty", "one missing", "one twice", "unknown"],
)
def test_wiring_that_names_other_children_is_refused(wiring: list[tuple[str, tuple[int, ...], int]]) -> None:
    with pytest.raises(ValueError, match="each child once"):
        Graph({"one": nn.ReLU(), "two": nn.ReLU()}, wiring)


@pytest.mark.parametrize("wiring", [[("one", (-1,), 0)], [("one", (0,), -1)]], ids=["read", "written"])
def test_negative_slots_are_refused(wiring: list[tuple[str, tuple[int, ...], int]]) -> None:
    with pytest.raises(ValueError, match="slot"):
        Graph({"one": nn.ReLU()}, wiring)


def test_an_input_too_few_is_refused() -> None:
    graph = Graph({"add": Add()}, [("add", (0, 1), 0)])
    x = torch.zeros(1, 2)
    with pytest.raises(TypeError, match="2 inputs, not 1"):
        graph(x)


def test_a_value_is_freed_after_its_last_reader() -> None:
    made: list[weakref.ref[Tensor]] = []
    alive: list[list[int]] = []
    modules: dict[str, nn.Module] = {f"spy{number}": Spy(made, alive) for number in range(5)}
    modules["add"] = Add()
    # spy0 makes a skip that `add` reads; after `add`, neither it nor the body's end is needed.
    wiring = [
        ("spy0", (0,), 1),
        ("spy1", (1,), 2),
        ("spy2", (2,), 2),
        ("add", (2, 1), 0),
        ("spy3", (0,), 0),
        ("spy4", (0,), 0),
    ]
    with torch.inference_mode():
        Graph(modules, wiring)(torch.zeros(1, 2))
    assert alive == [[], [0], [0, 1], [], [3]]


def test_a_value_that_nobody_reads_is_freed_at_once() -> None:
    made: list[weakref.ref[Tensor]] = []
    alive: list[list[int]] = []
    modules = {"unread": Spy(made, alive), "read": Spy(made, alive)}
    with torch.inference_mode():
        Graph(modules, [("unread", (0,), 1), ("read", (0,), 0)])(torch.zeros(1, 2))
    assert alive == [[], []]


def test_shows_its_wiring() -> None:
    graph = Graph({"join": Concat(), "add": Add()}, [("join", (0, 2), 3), ("add", (3, 1), 0)])
    lines = ["x3 = join(x0, x2)", "x0 = add(x3, x1)", "return x0"]
    assert graph.extra_repr().splitlines() == lines


def test_a_graph_may_hold_graphs() -> None:
    inner = Graph({"body": nn.Linear(3, 3), "add": Add()}, [("body", (0,), 1), ("add", (0, 1), 0)])
    outer = Graph({"inner": inner, "add": Add()}, [("inner", (0,), 1), ("add", (1, 0), 0)])
    x = torch.randn(5, 3)
    assert torch.equal(outer(x), x + inner.body(x) + x)
    assert list(outer.state_dict()) == ["inner.body.weight", "inner.body.bias"]


def test_gradients_reach_every_reader() -> None:
    graph = Graph({"join": Concat(), "add": Add()}, [("add", (0, 0), 1), ("join", (1, 0), 0)])
    x = torch.randn(2, 3, requires_grad=True)
    graph(x).sum().backward()
    assert torch.equal(x.grad, torch.full_like(x, 3))


def test_names_of_the_module_itself_are_refused() -> None:
    with pytest.raises(KeyError, match="forward"):
        Graph({"forward": nn.ReLU()}, [("forward", (0,), 0)])
