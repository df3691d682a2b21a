"""What a function of torch does to values that are followed."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from netdsl.importing.model import Call
from netdsl.importing.tracing.function_table import EXPANDING
from netdsl.importing.tracing.functions import concat_options, is_shape_question, parts_of, translate
from netdsl.importing.tracing.parameters import is_reshaped_parameter, learned_layer
from netdsl.importing.tracing.reading import NoLayerError
from netdsl.importing.tracing.recording import BATCH, Recording, tensors_in, unknown
from netdsl.importing.tracing.use import Layers, Use

Arguments = tuple[Any, ...]
Keywords = dict[str, Any]


def record_function(
    recording: Recording, name: str, args: Arguments, keywords: Keywords, result: object
) -> None:
    """Write the calls down that a function is."""
    given = tensors_in([*args, *keywords.values()])
    known = [call for value in given if (call := recording.find(value)) is not None]
    if not known:
        if is_reshaped_parameter(recording, name, given, result) and isinstance(result, Tensor):
            recording.bind_parameter(result, recording.parameters[id(given[0])])
        return
    if name == "setitem":
        recording.add(unknown("a value that is assigned to in place"), known[:1], given[0])
    elif is_shape_question(result):
        return
    elif len(known) < len(given):
        beside_parameters(recording, name, given, known, result)
    elif name in ("add", "mul", "multiply") and len(known) == 2 and keywords.get("alpha", 1) == 1:
        merge(recording, "add" if name == "add" else "multiply", known, result)
    elif name in ("cat", "concat", "concatenate"):
        joined(recording, given, known, args, keywords, result)
    elif name in EXPANDING and known[0] is recording.find(given[0]):
        recording.follow([], known[0], result)
    elif len(known) == 1:
        one_value(recording, name, known[0], args, keywords, result)
    else:
        recording.follow([unknown(f"`{name}` of several values")], known[0], result)


def merge(recording: Recording, name: str, inputs: list[Call], result: object) -> None:
    """Several values made one."""
    assert isinstance(result, Tensor)
    recording.add((name, ()), inputs, result)


def beside_parameters(
    recording: Recording, name: str, given: list[Tensor], known: list[Call], result: object
) -> None:
    """A function of a value and of a tensor that no layer before made, such as a parameter."""
    try:
        layer, parameter = learned_layer(recording, name, given)
    except NoLayerError as error:
        recording.follow([unknown(str(error))], known[0], result)
        return
    assert isinstance(result, Tensor)
    recording.add(layer, known, result, parameter=parameter)


def joined(
    recording: Recording,
    given: list[Tensor],
    known: list[Call],
    args: Arguments,
    keywords: Keywords,
    result: object,
) -> None:
    """A concatenation."""
    dim = args[1] if len(args) > 1 else keywords.get("dim", keywords.get("axis", 0))
    try:
        options = concat_options(given, dim)
    except NoLayerError as error:
        recording.follow([unknown(str(error))], known[0], result)
        return
    if len(known) == 1:
        recording.follow([], known[0], result)
    else:
        assert isinstance(result, Tensor)
        recording.add(("concat", options), known, result)


def one_value(
    recording: Recording, name: str, before: Call, args: Arguments, keywords: Keywords, result: object
) -> None:
    """A function of one value."""
    results = tensors_in([result])
    # `2 * x` has the value after its other argument.
    rest = tuple(value for place, value in enumerate(args) if not (isinstance(value, Tensor) and place < 2))
    keywords = {key: value for key, value in keywords.items() if not isinstance(value, Tensor)}
    for place, value in enumerate(results):
        use = Use(name, before.shape, tuple(value.shape[1:]), rest, keywords)
        try:
            if value.dim() < 1 or value.shape[0] != BATCH:
                raise NoLayerError(f"`{name}` mixes the images of a batch")
            if not value.is_floating_point():
                raise NoLayerError(f"`{name}` makes a value that is not of floating point")
            layers: Layers = translate(use) if isinstance(result, Tensor) else parts_of(use, results, place)
        except NoLayerError as error:
            layers = [unknown(str(error))]
        recording.follow(layers, before, value)
