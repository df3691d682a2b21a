"""`init` statements, as calls of torch.nn.init."""

from __future__ import annotations

import warnings
from collections.abc import Iterable

import torch
from torch import Tensor, nn

from conformance.programs.reference.expressions import Evaluator
from conformance.programs.reference.scopes import Frame, Part, Start
from conformance.programs.reference.tape import Entry
from conformance.programs.reference.values import LayerValue, RefusedError, Value, is_number, no
from netdsl.layers.initialization import SCHEMES
from netdsl.layers.kinds import words_of
from netdsl.syntax import tree


def read_start(evaluator: Evaluator, statement: tree.Init, frame: Frame) -> Start:
    """What an `init` asks for."""
    positional = [each for each in statement.arguments if each.name is None]
    named = [each for each in statement.arguments if each.name is not None]
    if len(positional) != 2:
        raise no("an `init` of other than a layer and a scheme", statement)
    layer = evaluator.value(positional[0].value, frame)
    if not isinstance(layer, LayerValue) or layer.definition is not None or layer.arguments:
        raise no("no kind of layer", statement)
    scheme = evaluator.value(positional[1].value, frame, tuple(SCHEMES))
    if not isinstance(scheme, str) or scheme not in SCHEMES:
        raise no("no scheme", statement)
    kinds = {name: kind for name, kind, _ in SCHEMES[scheme].options}
    options: dict[str, Value] = {}
    for argument in named:
        assert argument.name is not None
        name = argument.name.name
        if name in options or (name != "parameter" and name not in kinds):
            raise no(f"no option `{name}`, or twice", statement)
        words = ("weight", "bias") if name == "parameter" else words_of(kinds[name])
        options[name] = evaluator.value(argument.value, frame, words)
    parameter = options.pop("parameter", "weight")
    if parameter not in ("weight", "bias"):
        raise no("no such parameter", statement)
    if any(name not in options for name in SCHEMES[scheme].required):
        raise no("an option is missing", statement)
    try_start(statement, scheme, options)
    if any(
        isinstance(value, bool) or not (is_number(value) or isinstance(value, str))
        for value in options.values()
    ):
        raise no("no value of an option", statement)
    return Start(statement, layer.name, str(parameter), scheme, options)


def try_start(statement: tree.Init, scheme: str, options: dict[str, Value]) -> None:
    """Start a weight that fits, as a statement may be about layers that are not there."""
    groups = options.get("groups", 1)
    channels = 2 * groups if isinstance(groups, int) and 0 < groups < 100 else 2
    with torch.random.fork_rng(devices=()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        start(torch.empty(channels, 2, 3), scheme, options, statement)


def start(weight: Tensor, scheme: str, options: dict[str, Value], statement: tree.Init) -> None:
    """Call a function of torch.nn.init; what it raises is torch's refusal."""
    try:
        getattr(nn.init, SCHEMES[scheme].torch)(weight, **options)
    except Exception as error:  # whatever torch raises, it refuses
        raise RefusedError("torch", f"init: {error}", statement.span) from None


def apply_starts(entries: Iterable[Entry], parts: Iterable[Part]) -> None:
    """Start all parameters that an `init` names, in the order of the steps. Raises `RefusedError`."""
    for entry, part in zip(entries, parts, strict=True):
        rules = [rule for rule in part.rules() if rule.layer == entry.kind]
        for name, parameter in entry.module.named_parameters(recurse=False):
            rule = next((each for each in reversed(rules) if each.parameter == name), None)
            if rule is not None:
                start(parameter, rule.scheme, rule.options, rule.node)
