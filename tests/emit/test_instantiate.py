"""What `instantiate` makes: plain modules that travel, compile, export, and start as torch's do."""

from __future__ import annotations

import copy
import pickle

import pytest
import torch
from torch import nn

from netdsl.api import load
from netdsl.emit import instantiate
from netdsl.emit.lower import lower
from netdsl.emit.plan import Container
from netdsl.nn import Graph
from tests.emit.compare import class_of, inputs_of, network_of, output_of, shapes_of
from tests.emit.test_agreement import packaged
from tests.emit.texts import TEXTS

# Each kind of step is in one of these.
TRAVELLERS = (
    "merges", "labelled merge reads outer labels", "nested blocks", "empty branches and blocks",
    "net as a layer", "drop path", "shake", "tokens", "shuffle", "rearranging",
)  # fmt: skip


def lenet5_by_hand() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(3, 18, 5, padding=1),
        nn.AvgPool2d(2),
        nn.ReLU(),
        nn.Conv2d(18, 48, 5, padding=1),
        nn.AvgPool2d(2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(48 * 6 * 6, 360),
        nn.ReLU(),
        nn.Linear(360, 252),
        nn.ReLU(),
        nn.Linear(252, 30),
        nn.ReLU(),
        nn.Linear(30, 10),
    )


def test_a_seed_draws_what_it_draws_by_hand() -> None:
    torch.manual_seed(11)
    module = load("lenet5")
    torch.manual_seed(11)
    reference = lenet5_by_hand()
    assert type(module) is nn.Sequential
    assert [type(each) for each in module] == [type(each) for each in reference]
    for drawn, expected in zip(module.parameters(), reference.parameters(), strict=True):
        assert torch.equal(drawn, expected)
    inputs = torch.randn(2, 3, 32, 32)
    assert torch.equal(module(inputs), reference(inputs))


def test_starts_draw_as_the_usual_loop_does() -> None:
    text = """net A { input 3x8x8
        init(conv, kaiming_normal, mode=fan_out)
        init(linear, normal, std=0.01)
        init(linear, zeros, parameter=bias)
        conv(4, 3) -> relu -> flatten -> linear(6) -> linear(2) }"""
    torch.manual_seed(11)
    module = instantiate(network_of(text))
    torch.manual_seed(11)
    reference = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 36, 6), nn.Linear(6, 2)
    )
    for each in reference.modules():
        if isinstance(each, nn.Conv2d):
            nn.init.kaiming_normal_(each.weight, mode="fan_out")
        elif isinstance(each, nn.Linear):
            nn.init.normal_(each.weight, std=0.01)
            nn.init.zeros_(each.bias)
    for drawn, expected in zip(module.parameters(), reference.parameters(), strict=True):
        assert torch.equal(drawn, expected)


def test_inner_and_later_starts_win() -> None:
    module = instantiate(network_of(TEXTS["init of a part"]))
    assert torch.equal(module.part1.conv1.weight, torch.ones(4, 4, 1, 1))
    assert not module.part2.conv1.bias.any()
    text = "net A { input 2x2x2\n init(conv, zeros)\n init(conv, ones)\n conv(2, 1) }"
    assert instantiate(network_of(text)).conv1.weight.min() == 1


def test_a_straight_net_is_a_sequential_and_only_a_branching_one_a_graph() -> None:
    module = instantiate(network_of(TEXTS["nested blocks"]))
    assert not any(isinstance(each, Graph) for each in module.modules())
    module = instantiate(network_of(TEXTS["taps"]))
    assert type(module) is Graph


@pytest.mark.parametrize("name", TRAVELLERS)
def test_pickles_and_copies(name: str) -> None:
    network = network_of(TEXTS[name])
    module = instantiate(network).double().eval()
    inputs = inputs_of(network)
    for each in (pickle.loads(pickle.dumps(module)), copy.deepcopy(module)):
        assert shapes_of(each) == shapes_of(module)
        assert torch.equal(output_of(each, inputs), output_of(module, inputs))


@pytest.mark.parametrize("name", TRAVELLERS)
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_compiles_in_one_graph(name: str, training: bool) -> None:
    network = network_of(TEXTS[name])
    module = instantiate(network).double().train(training)
    reference = copy.deepcopy(module)
    torch._dynamo.reset()
    compiled = torch.compile(module, fullgraph=True, backend="aot_eager")
    inputs = inputs_of(network).requires_grad_()
    torch.manual_seed(3)
    result = compiled(inputs)
    result.sum().backward()
    torch.manual_seed(3)
    expected = reference(inputs)
    expected.sum().backward()
    torch.testing.assert_close(result, expected, equal_nan=True)
    for ours, theirs in zip(module.parameters(), reference.parameters(), strict=True):
        torch.testing.assert_close(ours.grad, theirs.grad, equal_nan=True)


@pytest.mark.parametrize("name", TRAVELLERS)
def test_exports_with_a_free_batch(name: str) -> None:
    network = network_of(TEXTS[name])
    module = instantiate(network).double().eval()
    shapes = ({0: torch.export.Dim("batch")},)
    program = torch.export.export(module, (inputs_of(network),), dynamic_shapes=shapes)
    more = inputs_of(network, 5)
    torch.testing.assert_close(program.module()(more), module(more))


def test_rendered_classes_compile_and_export() -> None:
    network = network_of(TEXTS["labelled merge reads outer labels"])
    module = class_of(network)().double().eval()
    inputs = inputs_of(network)
    torch._dynamo.reset()
    compiled = torch.compile(module, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(compiled(inputs), module(inputs))
    torch.testing.assert_close(torch.export.export(module, (inputs,)).module()(inputs), module(inputs))


def test_is_made_on_the_device_that_is_asked_for() -> None:
    network = network_of(TEXTS["tokens"])
    assert {each.device.type for each in instantiate(network, "meta").parameters()} == {"meta"}
    with torch.device("meta"):
        assert {each.device.type for each in instantiate(network).parameters()} == {"meta"}
    assert {each.device.type for each in instantiate(network).parameters()} == {"cpu"}


def slots(container: Container) -> int:
    """How many values a container holds at once, at most."""
    return 1 + max([container.result, *(max(step.output, *step.inputs) for step in container.steps)])


def test_values_take_as_few_slots_as_they_need() -> None:
    def count(body: str) -> int:
        return slots(lower(network_of(f"net A {{ input 4x8x8\n{body}\n}}")).root)

    assert count("conv(4, 1) -> relu -> conv(4, 1)") == 1
    assert count("repeat 9 { residual { conv(4, 1) -> relu } }") == 2
    # A concat of ten branches needs all ten, and no more.
    assert count("concat { repeat 10 { branch { relu -> tanh } } }") == 10
    assert count("conv(4, 1) as a -> relu -> conv(4, 1) -> add(a) -> conv(4, 1) as b -> relu -> add(b)") == 2


def test_a_unet_lets_each_skip_go_after_its_reader() -> None:
    module = instantiate(packaged("unet"))
    assert isinstance(module, Graph)
    alive: set[int] = set()
    for _, inputs, target, done in module._wiring:
        assert set(inputs) - alive <= {0}
        alive = (alive | {target}) - set(done)
    assert alive == {module._output}
