"""What the check says of a network against what its module does, and what the reference made of it."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from conformance.programs.products import COUNTED, compare_products, counted_in, note_positions
from conformance.programs.reference.run import SEED, seed
from conformance.programs.reference.tape import Run, keep_counts_aside
from netdsl.emit import instantiate, render
from netdsl.network import Network, ScopeNode


def compare_network(network: Network, run: Run) -> Iterator[str]:
    """All in which they disagree."""
    seed()
    module = instantiate(network, run.device)
    yield from compare_names(network, run, module)
    yield from compare_state(network, run, module)
    start = {name: value.clone() for name, value in module.state_dict().items()}
    shapes = watch(network, module)
    assert run.input is not None
    if run.device == "meta":
        keep_counts_aside(module)
        made = outputs_of(module.train(), run.input.clone())
        yield from compare_shapes(network, run, shapes, made)
        return
    stir(module)
    load(run, module)
    with torch.no_grad():
        # Torch's quick path of attention in evaluation rounds otherwise, on both sides.
        expected = run.replay(run.input.clone(), training=False)
        made = outputs_of(module.eval(), run.input.clone())
    yield from differ("in evaluation", made, expected)
    yield from compare_source(network, module, start, run.input, made)
    # In double precision: what rounding makes of a gradient can be as large as the gradient.
    load(run, module.double())
    yield from compare_training(network, run, module, shapes)


def outputs_of(module: nn.Module, inputs: Tensor) -> tuple[Tensor, ...]:
    """What a module makes: its result, and the further outputs if there are any."""
    made = module(inputs)
    return made if isinstance(made, tuple) else (made,)


def compare_names(network: Network, run: Run, module: nn.Module) -> Iterator[str]:
    """The names of all modules, in running order."""
    names = [name for name, _ in network.layers()]
    expected = [entry.name for entry in run.entries]
    if names != expected:
        yield f"names: the check says {names}, the page {expected}"
    kinds = [node.kind for _, node in network.layers()]
    if kinds != [entry.kind for entry in run.entries]:
        yield f"kinds: the check says {kinds}, the program {[entry.kind for entry in run.entries]}"
    if list(module.state_dict()) != list(run.state()):
        yield f"state dict: the module has {list(module.state_dict())}, the program {list(run.state())}"


def compare_state(network: Network, run: Run, module: nn.Module) -> Iterator[str]:
    """Every parameter: its shape as the check says, its values as the seed gives them."""
    predicted = {f"{name}.{key}": shape for name, node in network.layers() for key, shape in node.parameters}
    parameters = {name: tuple(value.shape) for name, value in module.named_parameters()}
    if predicted != parameters:
        yield f"parameters: the check says {predicted}, the module has {parameters}"
    count = sum(value.numel() for value in module.parameters())
    if count != network.parameter_count:
        yield f"number of parameters: the check says {network.parameter_count}, the module has {count}"
    expected = {
        f"{entry.name}.{key}": value
        for entry in run.entries
        for key, value in entry.module.named_parameters()
    }
    for name, value in module.named_parameters():
        other = expected.get(name)
        if other is None or other.shape != value.shape:
            expected_shape = None if other is None else tuple(other.shape)
            yield f"{name}: the module has {tuple(value.shape)}, torch {expected_shape}"
        elif run.device != "meta" and not torch.equal(value.nan_to_num(7), other.nan_to_num(7)):
            yield f"{name}: the seed gives the module other values than the layers written by hand"


def watch(network: Network, module: nn.Module) -> dict[str, tuple[int, ...]]:
    """The shapes that modules make, by name, once the network has run; and where biases are added."""
    shapes: dict[str, tuple[int, ...]] = {}

    def note(name: str) -> None:
        def hook(layer: nn.Module, inputs: object, output: Tensor) -> None:
            shapes[name] = tuple(output.shape[1:])

        module.get_submodule(name).register_forward_hook(hook)

    for each in module.modules():
        if isinstance(each, COUNTED[:2]):
            each.register_forward_hook(note_positions)
    for name in [*(name for name, _ in network.layers()), *(name for name, _ in scopes(network.root))]:
        note(name)
    return shapes


def scopes(scope: ScopeNode, prefix: str = "") -> Iterator[tuple[str, ScopeNode]]:
    """The blocks and labelled merges of a network, by name."""
    for node in scope.nodes:
        if isinstance(node, ScopeNode):
            yield prefix + node.name, node
            yield from scopes(node, f"{prefix}{node.name}.")


def compare_shapes(
    network: Network, run: Run, shapes: dict[str, tuple[int, ...]], made: tuple[Tensor, ...]
) -> Iterator[str]:
    """The shape after every layer, block and labelled merge, and that of the output."""
    layers = dict(network.layers())
    parts = dict(scopes(network.root))
    expected = {entry.name: entry.shape for entry in run.entries} | run.parts
    for name, node in {**layers, **parts}.items():
        said, does, should = node.output.shape, shapes.get(name), expected.get(name)
        if not said == does == should:
            yield f"{name}: the check says {said}, the module makes {does}, torch {should}"
    outputs = [network.output.shape, *(node.output.shape for node in network.root.output_nodes)]
    found = [tuple(each.shape[1:]) for each in made]
    if outputs != found:
        yield f"outputs: the check says {outputs}, the module makes {found}"


def stir(module: nn.Module) -> None:
    """Other values for what starts constant, such as norms' scales, so that a mix-up shows."""
    generator = torch.Generator().manual_seed(SEED)
    for value in module.state_dict().values():
        if value.is_floating_point():
            value.mul_(torch.rand(value.shape, generator=generator) + 0.5)
            value.add_(torch.rand(value.shape, generator=generator) * 0.1)


def load(run: Run, module: nn.Module) -> None:
    """Give the reference's modules the state of the module."""
    state = module.state_dict()
    dtype = next((each.dtype for each in state.values() if each.is_floating_point()), torch.float32)
    for entry in run.entries:
        prefix = f"{entry.name}."
        own = {key: state[prefix + key] for key in entry.module.state_dict()}
        entry.module.to(dtype).load_state_dict(own)


def differ(when: str, made: tuple[Tensor, ...], expected: tuple[Tensor, ...]) -> Iterator[str]:
    """Say so where outputs are not the same."""
    shapes = [[tuple(each.shape) for each in values] for values in (made, expected)]
    if shapes[0] != shapes[1]:
        yield f"{when} the module makes {shapes[0]}, torch {shapes[1]}"
        return
    for a, b in zip(made, expected, strict=True):
        rounding = 1e-4 if a.dtype == torch.float32 else 1e-7
        if not torch.allclose(a, b, rtol=rounding, atol=rounding / 10, equal_nan=True):
            yield f"{when} the module's values differ from torch's by up to {(a - b).abs().max():g}"


def compare_training(
    network: Network, run: Run, module: nn.Module, shapes: dict[str, tuple[int, ...]]
) -> Iterator[str]:
    """A step of training: shapes, the same draws and values, gradients; and the products that are counted."""
    assert run.input is not None
    inputs = [run.input.double().requires_grad_() for _ in range(2)]
    seed()
    # As if something that learns stood before it: a layer may overwrite what flows in.
    expected = run.replay(inputs[0] * 1.0, training=True)
    go_back(expected)
    seed()
    made = outputs_of(module.train(), inputs[1] * 1.0)
    yield from compare_shapes(network, run, shapes, made)
    yield from differ("in training", made, expected)
    go_back(made)
    yield from compare_gradients(run, module, inputs)
    # Once more, since the counter takes some operations apart, and not always to the same values.
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        outputs_of(module, run.input.double())
    for name, node in network.layers():
        yield from compare_products(name, node, module.get_submodule(name), counted_in(counter, name))


def go_back(outputs: tuple[Tensor, ...]) -> None:
    """The backward pass, from other gradients at each output's element."""
    generator = torch.Generator().manual_seed(SEED)
    grown = [each for each in outputs if each.requires_grad]
    if grown:
        torch.autograd.backward(grown, [torch.randn(each.shape, generator=generator) for each in grown])


def compare_gradients(run: Run, module: nn.Module, inputs: list[Tensor]) -> Iterator[str]:
    """The gradients of the input and of every parameter."""
    own = {"the input": inputs[1].grad} | {name: each.grad for name, each in module.named_parameters()}
    other = {"the input": inputs[0].grad} | {
        f"{entry.name}.{key}": each.grad
        for entry in run.entries
        for key, each in entry.module.named_parameters()
    }
    for name, gradient in own.items():
        expected = other.get(name)
        if gradient is None or expected is None:
            if gradient is not expected:
                yield f"gradient of {name}: one in {'torch' if gradient is None else 'the module'} alone"
            continue
        spread = float(expected.nan_to_num(0, 0, 0).abs().max())
        if not torch.allclose(gradient, expected, rtol=1e-6, atol=1e-8 * (1 + spread), equal_nan=True):
            worst = float((gradient - expected).abs().max())
            yield f"gradient of {name} differs from torch's by up to {worst:g} of {spread:g}"


def compare_source(
    network: Network,
    module: nn.Module,
    start: dict[str, Tensor],
    inputs: Tensor,
    made: tuple[Tensor, ...],
) -> Iterator[str]:
    """Python's source: the same names, the same values at the start and of its output to the bit.

    Every other network's source is written to stand alone.
    """
    source = render(network, standalone=len(network.root.nodes) % 2 == 0)
    space: dict[str, object] = {"__name__": "rendered"}
    exec(compile(source, "rendered.py", "exec"), space)
    target = list(space.values())[-1]
    assert isinstance(target, type)
    seed()
    copy = target()
    state = copy.state_dict()
    if list(state) != list(start):
        yield f"source: its state dict has {list(state)}, the module's {list(start)}"
        return
    if not all(torch.equal(state[name].nan_to_num(7), start[name].nan_to_num(7)) for name in start):
        yield "source: the seed gives it other values"
    copy.load_state_dict(module.state_dict())
    with torch.no_grad():
        (result,) = outputs_of(copy.eval(), inputs.clone())
    if not torch.equal(result.nan_to_num(7), made[0].nan_to_num(7)):
        yield "source: it makes other values than the module"
