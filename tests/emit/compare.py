"""How a network's module and its rendered class are compared."""

from __future__ import annotations

import torch
from torch import nn

import netdsl
from netdsl.checker import CheckResult
from netdsl.diagnostics.render import render_text
from netdsl.emit import instantiate, render
from netdsl.emit.names import net_class_name
from netdsl.network.nodes import Network


def network_of(text: str, name: str | None = None, **settings: object) -> Network:
    """The network of a text that has no mistake."""
    result: CheckResult = netdsl.check(text, name, **settings)  # type: ignore[arg-type]
    assert result.network is not None, render_text(result.diagnostics)
    return result.network


def class_of(network: Network, *, standalone: bool = False) -> type[nn.Module]:
    """The class that the rendered source defines for the net: its last one."""
    space: dict[str, object] = {"__name__": "rendered"}
    exec(compile(render(network, standalone=standalone), "rendered.py", "exec"), space)
    found = list(space.values())[-1]
    assert isinstance(found, type)
    assert issubclass(found, nn.Module)
    assert found.__name__ in (network.name, net_class_name(network.name, {network.name}))
    return found


def shapes_of(module: nn.Module) -> dict[str, tuple[int, ...]]:
    """The shapes in a state dict by its keys, in order."""
    return {name: tuple(value.shape) for name, value in module.state_dict().items()}


def inputs_of(network: Network, batch: int = 2) -> torch.Tensor:
    """A batch of random float64 inputs."""
    generator = torch.Generator().manual_seed(1)
    return torch.randn(batch, *network.input.shape, dtype=torch.float64, generator=generator)


def stir(module: nn.Module) -> None:
    """Give what starts constant, such as norms' statistics, other values, so that a mix-up shows."""
    generator = torch.Generator().manual_seed(2)
    for value in module.state_dict().values():
        if value.is_floating_point():
            value.mul_(torch.rand(value.shape, generator=generator, dtype=value.dtype) + 0.5)
            value.add_(torch.rand(value.shape, generator=generator, dtype=value.dtype) * 0.1)


def assert_agree(network: Network) -> None:
    """The module and both rendered classes: same keys, shapes, draws and outputs, to the bit."""
    torch.manual_seed(5)
    module = instantiate(network)
    assert sum(parameter.numel() for parameter in module.parameters()) == network.parameter_count
    copies = []
    for standalone in (False, True):
        torch.manual_seed(5)
        copies.append(class_of(network, standalone=standalone)())
    for copy in copies:
        assert list(shapes_of(copy).items()) == list(shapes_of(module).items())
        for drawn, expected in zip(copy.state_dict().values(), module.state_dict().values(), strict=True):
            assert torch.equal(drawn, expected)
    stir(module)
    inputs = inputs_of(network)
    module.double()
    for copy in copies:
        copy.double().load_state_dict(module.state_dict())
    for training in (False, True):
        expected = outputs_of(module.train(training), inputs)
        shapes = [node.output.shape for node in network.root.output_nodes] if training else []
        assert [tuple(each.shape[1:]) for each in expected] == [network.output.shape, *shapes]
        for copy in copies:
            results = outputs_of(copy.train(training), inputs)
            for result, wanted in zip(results, expected, strict=True):
                assert torch.equal(result.nan_to_num(7), wanted.nan_to_num(7))


def output_of(module: nn.Module, inputs: torch.Tensor) -> torch.Tensor:
    """What a module makes that has one output."""
    (result,) = outputs_of(module, inputs)
    return result


@torch.no_grad()
def outputs_of(module: nn.Module, inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """What a module makes, from a fixed seed, of an input that is left alone: result and further outputs."""
    torch.manual_seed(3)
    result = module(inputs.clone())
    return result if isinstance(result, tuple) else (result,)
