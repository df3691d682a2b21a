"""The recipe's optimizer for a module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import SGD, Adagrad, Adam, AdamW, NAdam, Optimizer, RMSprop

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.training.optimize.groups import NamedParameter, apply_rules, named_parameters
from netdsl.training.optimize.light import without_compiler
from netdsl.training.optimize.muon import Muon
from netdsl.training.recipe import Recipe
from netdsl.training.recipe.groups import ParameterGroup

# Where torch has one kernel that updates all parameters at once.
_FUSED_ON = ("cpu", "cuda", "mps")
_FACTOR = "lr_factor"

Group = dict[str, Any]


class Optimizers:
    """One optimizer, or several that share the work; their state can be taken out as tensors and put back."""

    def __init__(self, optimizers: Sequence[Optimizer]) -> None:
        self.each = tuple(optimizers)
        self.rate = 0.0

    @property
    def parameters(self) -> list[nn.Parameter]:
        """Every parameter that is optimized."""
        return [parameter for group in self._groups() for parameter in group["params"]]

    def set_rate(self, rate: float) -> None:
        """Set the learning rate, each group's by its factor."""
        self.rate = rate
        for group in self._groups():
            group["lr"] = rate * group[_FACTOR]

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for optimizer in self.each:
            optimizer.zero_grad()

    def state(self) -> dict[str, Tensor]:
        """The optimizers' state, such as momenta, by name."""
        return {
            f"{number}.{index}.{key}": value if isinstance(value, Tensor) else torch.tensor(value)
            for number, optimizer in enumerate(self.each)
            for index, values in optimizer.state_dict()["state"].items()
            for key, value in values.items()
        }

    def lay_out(self) -> None:
        """Let the state that is there already lie in memory as the parameters do by now.

        Adagrad makes its sums at once, before the memory format is known.
        """
        for optimizer in self.each:
            for parameter, values in optimizer.state.items():
                for key, value in values.items():
                    if isinstance(value, Tensor):
                        values[key] = _laid_out(value, parameter)

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Put a state back; momenta come to lie in memory as their parameters do."""
        for number, optimizer in enumerate(self.each):
            parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
            values: dict[int, dict[str, Tensor]] = {}
            for name, value in state.items():
                owner, index, key = name.split(".", 2)
                if int(owner) == number:
                    values.setdefault(int(index), {})[key] = _laid_out(value, parameters[int(index)])
            optimizer.load_state_dict({**optimizer.state_dict(), "state": values})

    def _groups(self) -> Iterator[Group]:
        for optimizer in self.each:
            yield from optimizer.param_groups


def make_optimizers(module: nn.Module, recipe: Recipe) -> Optimizers:
    """The recipe's optimizer over the module's trainable parameters, fused where torch and the device allow.

    Raises `DiagnosticError` where there is nothing to train, or a rule of
    `parameter_groups` names no parameter.
    """
    ruled = apply_rules(named_parameters(module), recipe.parameter_groups)
    if not ruled:
        raise DiagnosticError(
            Diagnostic(codes.NOTHING_TO_TRAIN, "the network has no parameter to train", help=_HELP)
        )
    if recipe.optimizer != "muon":
        groups = [_group(rule, parameters, recipe) for rule, parameters in ruled]
        return Optimizers([_optimizer(recipe.optimizer, groups, recipe)])
    matrices = [_group(rule, _only(parameters, True), recipe) for rule, parameters in ruled]
    others = [_group(rule, _only(parameters, False), recipe) for rule, parameters in ruled]
    made = [
        _optimizer(name, groups, recipe)
        for name, groups in (("muon", _filled(matrices)), ("adamw", _filled(others)))
        if groups
    ]
    return Optimizers(made)


_HELP = "add a layer that learns, such as linear(10)"


def _only(parameters: Sequence[NamedParameter], matrices: bool) -> list[NamedParameter]:
    return [each for each in parameters if each.is_matrix == matrices]


def _filled(groups: list[Group]) -> list[Group]:
    return [group for group in groups if group["params"]]


def _group(rule: ParameterGroup | None, parameters: Sequence[NamedParameter], recipe: Recipe) -> Group:
    decay = rule.weight_decay if rule is not None else None
    factor = rule.lr_factor if rule is not None else None
    return {
        "params": [each.parameter for each in parameters],
        "weight_decay": recipe.weight_decay if decay is None else decay,
        _FACTOR: 1.0 if factor is None else factor,
    }


def _optimizer(name: str, groups: list[Group], recipe: Recipe) -> Optimizer:
    rate, momentum = recipe.base_rate, recipe.momentum or 0.0
    betas = recipe.betas or (0.9, 0.999)
    eps: dict[str, Any] = {} if recipe.eps is None else {"eps": recipe.eps}
    parameters = [parameter for group in groups for parameter in group["params"]]
    fused = all(p.device.type in _FUSED_ON and p.is_floating_point() for p in parameters)
    match name:
        case "sgd":
            return without_compiler(SGD)(
                groups, lr=rate, momentum=momentum, nesterov=recipe.nesterov, fused=fused
            )
        case "rmsprop":
            alpha = 0.99 if recipe.alpha is None else recipe.alpha
            return without_compiler(RMSprop)(groups, lr=rate, momentum=momentum, alpha=alpha, **eps)
        case "adagrad":
            on_cpu = all(p.device.type == "cpu" for p in parameters)
            return without_compiler(Adagrad)(groups, lr=rate, fused=fused and on_cpu, **eps)
        case "nadam":
            return without_compiler(NAdam)(groups, lr=rate, betas=betas, **eps)
        case "muon":
            return without_compiler(Muon)(
                groups, lr=rate, momentum=0.95 if recipe.momentum is None else momentum, weight_decay=0.0
            )
        case "adamw":
            return without_compiler(AdamW)(groups, lr=rate, betas=betas, fused=fused, **eps)
        case _:
            return without_compiler(Adam)(groups, lr=rate, betas=betas, fused=fused, **eps)


def _laid_out(value: Tensor, parameter: Tensor) -> Tensor:
    """The value with its parameter's strides: fused kernels walk both in the order of memory."""
    if value.shape != parameter.shape:
        return value
    return torch.empty_like(parameter, dtype=value.dtype, requires_grad=False).copy_(value)
