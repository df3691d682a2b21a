"""Which rule each parameter follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from torch import nn
from torch.nn.modules.batchnorm import _NormBase

from netdsl.diagnostics import Diagnostic, DiagnosticError
from netdsl.diagnostics.catalogue import recipes as codes
from netdsl.diagnostics.suggest import closest
from netdsl.training.recipe.groups import BIASES, NORMS, ParameterGroup

_NORMS = (_NormBase, nn.LayerNorm, nn.GroupNorm, nn.RMSNorm)
_MATRICES = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.MultiheadAttention)


@dataclass(frozen=True, slots=True, eq=False)
class NamedParameter:
    """A parameter, its name in the state dict and the module that owns it."""

    name: str
    parameter: nn.Parameter
    owner: nn.Module

    @property
    def is_matrix(self) -> bool:
        """Whether it is the matrix of a linear map: a weight of a linear, convolution or attention layer."""
        return self.parameter.dim() >= 2 and isinstance(self.owner, _MATRICES)

    def matches(self, pattern: str) -> bool:
        """Whether a word or pattern of a rule names it."""
        if pattern == NORMS:
            return isinstance(self.owner, _NORMS)
        if pattern == BIASES:
            return self.name.rpartition(".")[2].endswith("bias")
        return fnmatchcase(self.name, pattern)


def named_parameters(module: nn.Module) -> list[NamedParameter]:
    """Every parameter once, by the first of its names."""
    seen: set[int] = set()
    found = []
    for prefix, owner in module.named_modules():
        for name, parameter in owner.named_parameters(recurse=False):
            if id(parameter) not in seen:
                seen.add(id(parameter))
                found.append(NamedParameter(f"{prefix}.{name}" if prefix else name, parameter, owner))
    return found


def apply_rules(
    parameters: Sequence[NamedParameter], rules: Sequence[ParameterGroup]
) -> list[tuple[ParameterGroup | None, list[NamedParameter]]]:
    """The trainable parameters by the rule that they follow.

    Those of a frozen rule take no gradient from now on. Raises
    `DiagnosticError` where a rule names no parameter at all.
    """
    for rule in rules:
        _check(rule, parameters)
    by_rule: dict[int, list[NamedParameter]] = {}
    for each in parameters:
        index = next((at for at, rule in enumerate(rules) if any(map(each.matches, rule.parameters))), -1)
        if index >= 0 and rules[index].frozen:
            each.parameter.requires_grad_(False)
        if each.parameter.requires_grad:
            by_rule.setdefault(index, []).append(each)
    return [(rules[at] if at >= 0 else None, by_rule[at]) for at in sorted(by_rule)]


def _check(rule: ParameterGroup, parameters: Sequence[NamedParameter]) -> None:
    for pattern in rule.parameters:
        # A net without norms or biases is no mistake.
        if pattern in (NORMS, BIASES) or any(each.matches(pattern) for each in parameters):
            continue
        meant = closest(pattern, (NORMS, BIASES, *_prefixes(parameters)))
        names = ", ".join(each.name for each in parameters[:6]) + (", ..." if len(parameters) > 6 else "")
        raise DiagnosticError(
            Diagnostic(
                codes.NO_SUCH_PARAMETER,
                f"`parameter_groups` names `{pattern}`, but no parameter of the network is called that",
                help=f"did you mean `{meant}`?" if meant else f"the parameters are {names}",
            )
        )


def _prefixes(parameters: Sequence[NamedParameter]) -> Iterator[str]:
    for each in parameters:
        yield each.name
        yield each.name.rpartition(".")[0] + ".*"
