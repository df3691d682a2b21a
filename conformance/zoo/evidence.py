"""What is found out of one network, and how."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torchvision
from torch import Tensor, nn

import netdsl
from conformance.zoo.compare import count, difference, outputs, share_state, without_draws
from conformance.zoo.mapping import paired
from conformance.zoo.networks import Entry
from conformance.zoo.starts import differing_starts
from netdsl.spec import check_file

# Of the largest output: what may be rounding, where an operation sums in another order.
ROUNDING = {"float64": 1e-12, "float32": 1e-4}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A network's figures.

    `difference` is the greatest of the outputs in evaluation,
    `train_difference` the greatest of those in training and of the running
    statistics after it, `export_difference` that of the exported program's
    outputs from the module's; `largest` is the largest output. `failed` says
    why, by the name of each check that did: `start`, `gradients`, `compile`,
    `export`.
    """

    parameters: int
    torchvision_parameters: int
    multiply_adds: int
    precision: str
    side: int
    difference: float
    train_difference: float
    export_difference: float
    largest: float
    failed: dict[str, str]


def problems(entry: Entry, found: Evidence) -> list[str]:
    """Whatever is not as it must be for the two networks to be the same."""
    wrong = [f"{check}: {why}" for check, why in found.failed.items()]
    if found.parameters != found.torchvision_parameters:
        wrong.append(f"{found.parameters:,} parameters, torchvision has {found.torchvision_parameters:,}")
    bound = ROUNDING[found.precision] * found.largest if entry.difference else 0.0
    differences = found.difference, found.train_difference, found.export_difference
    return wrong + [f"outputs differ by {each:.1e}" for each in differences if not each <= bound]


def gather(entry: Entry, *, traced: bool = True) -> Evidence:
    """Compare a network with torchvision's; with `traced`, also compile and export it, which takes longest.

    Raises `MismatchError` where the state dicts don't go together.
    """
    checked = check_file(entry.spec).network
    assert checked is not None
    module, reference = fresh_pair(entry)
    whole = count(whole_reference(entry) if entry.sized else reference)
    failed = {"start": "; ".join(differing_starts(module, reference, entry.mapping)[:3])}
    dtype = torch.float32 if entry.single else torch.float64
    module, reference = module.to(dtype), reference.to(dtype)
    share_state(module, reference, entry.mapping)
    torch.manual_seed(1)
    inputs = torch.randn(2, 3, entry.side, entry.side, dtype=dtype)
    evaluated = difference(module.eval(), reference.eval(), inputs[:1])
    largest = float(outputs(module, inputs)[0].abs().max())
    trained = training_difference(module.train(), reference.train(), inputs, entry)
    del reference
    failed["gradients"] = missing_gradients(module, inputs)
    exported = 0.0
    if traced:
        failed["compile"] = compile_failure(module, inputs)
        exported, failed["export"] = export_difference(module.eval(), inputs)
    return Evidence(
        parameters=checked.parameter_count,
        torchvision_parameters=whole,
        multiply_adds=checked.multiply_adds,
        precision=str(dtype).removeprefix("torch."),
        side=entry.side,
        difference=evaluated,
        train_difference=trained,
        export_difference=exported,
        largest=largest,
        failed={check: why for check, why in failed.items() if why},
    )


def fresh_pair(entry: Entry) -> tuple[nn.Module, nn.Module]:
    """Our module and torchvision's, at the size of the comparison."""
    torch.manual_seed(0)
    module = netdsl.load(entry.spec, size=entry.side)
    sized = {"image_size": entry.side} if entry.sized else {}
    torch.manual_seed(0)
    reference: nn.Module = torchvision.models.get_model(entry.name, **entry.options, **sized)
    return module, reference


def whole_reference(entry: Entry) -> nn.Module:
    """Torchvision's module for images of its own size, without memory for its parameters."""
    with torch.device("meta"):
        reference: nn.Module = torchvision.models.get_model(entry.name, **entry.options)
    return reference


def training_difference(module: nn.Module, reference: nn.Module, inputs: Tensor, entry: Entry) -> float:
    """The greatest difference of outputs and running statistics, one pass in training from one seed."""
    with without_draws(module, reference):
        found = [difference(module, reference, inputs, entry.outputs)]
    own, theirs = module.state_dict(), reference.state_dict()
    buffers = {name for name, value in module.named_buffers() if value.is_floating_point()}
    found += [
        float((own[mine] - theirs[other]).abs().max())
        for mine, other in paired(own, theirs, entry.mapping)
        if mine in buffers
    ]
    return max(found)


def missing_gradients(module: nn.Module, inputs: Tensor) -> str:
    """Parameters to which a pass in training gives no finite gradient."""
    torch.manual_seed(0)
    made = module(inputs)
    sum(each.square().mean() for each in (made if isinstance(made, tuple) else (made,))).backward()
    missing = [
        name
        for name, parameter in module.named_parameters()
        if parameter.grad is None or not bool(parameter.grad.isfinite().all())
    ]
    module.zero_grad(set_to_none=True)
    return ", ".join(missing[:3])


def compile_failure(module: nn.Module, inputs: Tensor) -> str:
    """Why torch.compile can't take the module in training as one graph, or makes another function of it.

    What is shown is that there is no break in the graph: it is traced in full
    and then run by torch itself, not by generated kernels.
    """
    torch._dynamo.reset()
    expected = outputs(module, inputs)
    try:
        compiled: nn.Module = torch.compile(module, fullgraph=True, backend="eager")  # type: ignore[assignment]
        made = outputs(compiled, inputs)
    except (RuntimeError, torch._dynamo.exc.TorchDynamoException) as error:
        return first_line(error)
    finally:
        torch._dynamo.reset()
    same = all(torch.equal(mine, wanted) for mine, wanted in zip(made, expected, strict=True))
    return "" if same else "another output"


def export_difference(module: nn.Module, inputs: Tensor) -> tuple[float, str]:
    """How far the outputs of the exported program are from the module's, or why there is none.

    Its batch is free, and is another one in the comparison.
    """
    free = ({0: torch.export.Dim("batch")},)
    try:
        program = torch.export.export(module, (inputs,), dynamic_shapes=free).module()
    except (RuntimeError, ValueError, torch._dynamo.exc.TorchDynamoException) as error:
        return 0.0, first_line(error)
    return difference(program, module, torch.cat([inputs, inputs[:1]])), ""


def first_line(error: Exception) -> str:
    """The first line of a message."""
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0][:160]}"
