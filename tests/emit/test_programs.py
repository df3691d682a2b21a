"""Random programs: what the check says of every layer is what runs, and what is rendered."""

from __future__ import annotations

import copy
import pickle

import torch
from hypothesis import HealthCheck, given, settings
from torch import nn

from netdsl.emit import instantiate
from netdsl.network.statements import statements
from tests.emit.compare import assert_agree, network_of
from tests.emit.programs import programs

# Derandomized: a run of the suite says the same on every machine.
modest = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@modest
@given(programs())
def test_every_layer_makes_what_was_predicted(text: str) -> None:
    network = network_of(text)
    module = instantiate(network)
    shapes: dict[str, tuple[int, ...]] = {}
    parameters: dict[str, int] = {}

    def note(name: str) -> None:
        def hook(layer: nn.Module, inputs: object, output: torch.Tensor) -> None:
            shapes[name] = tuple(output.shape[1:])

        layer = module.get_submodule(name)
        parameters[name] = sum(each.numel() for each in layer.parameters())
        layer.register_forward_hook(hook)

    rows = statements(network)
    for row in rows:
        note(row.name)
    with torch.no_grad():
        output = module(torch.randn(2, *network.input.shape))
    assert shapes == {row.name: row.output.shape for row in rows}
    assert parameters == {row.name: row.parameters for row in rows}
    assert tuple(output.shape[1:]) == network.output.shape
    assert sum(parameters.values()) == network.parameter_count == sum(p.numel() for p in module.parameters())


@modest
@given(programs())
def test_what_is_rendered_is_what_runs(text: str) -> None:
    assert_agree(network_of(text))


@settings(modest, max_examples=20)
@given(programs())
def test_copies_run_alike(text: str) -> None:
    network = network_of(text)
    module = instantiate(network).eval()
    inputs = torch.randn(2, *network.input.shape)
    with torch.no_grad():
        expected = module(inputs)
        for each in (pickle.loads(pickle.dumps(module)), copy.deepcopy(module)):
            assert torch.equal(each(inputs).nan_to_num(7), expected.nan_to_num(7))
