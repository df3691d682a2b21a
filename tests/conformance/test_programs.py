"""Random programs: what the check says is what torch does; and the comparison sees it where it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from torch import Tensor

import netdsl
from conformance.programs.campaign import Task, run_part
from conformance.programs.choices import Seeded
from conformance.programs.comparison import ACCEPTED, REFUSED, compare
from conformance.programs.coverage import never_hit, wanted
from conformance.programs.drawing.files import draw_program
from conformance.programs.drawing.steps import LAYERS
from conformance.programs.program import Program
from conformance.programs.reduce import reduce
from conformance.programs.strategies import programs
from netdsl.checker.scope import context
from netdsl.diagnostics.catalogue import shapes
from netdsl.diagnostics.diagnostic import Code
from netdsl.layers import table
from netdsl.layers.arguments import Arguments
from netdsl.layers.declaration import Layer
from netdsl.layers.outcome import Constructor, Outcome
from netdsl.layers.refusal import LayerError
from netdsl.layers.tensor import TensorType
from netdsl.nn import LayerScale


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(programs())
def test_drawn_programs_agree(program: Program) -> None:
    assert compare(program).disagreements == []


@pytest.mark.parametrize("first", [0, 200])
def test_numbered_programs_agree(first: int) -> None:
    part = run_part(Task(0, first, 200))
    assert part.disagreements == []
    assert part.hits["programs"] == 200
    assert part.hits[f"verdict: {ACCEPTED}"] > 70
    assert part.hits[f"verdict: {REFUSED}"] > 50


def test_a_program_has_a_number() -> None:
    for number in range(30):
        assert draw_program(Seeded(1, number)) == draw_program(Seeded(1, number))
    assert draw_program(Seeded(1, 2)) != draw_program(Seeded(2, 2))


def test_the_check_is_that_of_the_interface() -> None:
    for number in range(60):
        program = draw_program(Seeded(2, number))
        found = [
            each.code.id for each in netdsl.check(program.text, program.net, **program.settings).diagnostics
        ]
        assert sorted(found) == sorted(compare(program).codes)


def test_every_layer_is_drawn_and_wanted() -> None:
    assert {each.name for each in LAYERS} == {
        name for name, each in table.BUILT_IN.items() if isinstance(each, Layer)
    }
    assert {name.split(": ")[1] for name in wanted() if name.startswith("layer: ")} == set(table.BUILT_IN)
    part = run_part(Task(3, 0, 20))
    assert set(never_hit(part.hits)) < set(wanted())


NET = "net Main {{\n    input 4x6x6\n    {}\n}}\n"
Rule = Callable[[Arguments, TensorType], Outcome]


def changed(rule: Rule, change: Callable[[Outcome], Outcome]) -> Rule:
    """The rule, with what it says of a layer changed."""
    return lambda arguments, value: change(rule(arguments, value))


def with_keywords(outcome: Outcome, **keywords: float | bool) -> Outcome:
    """The outcome with other keywords of the constructor."""
    made = outcome.constructor
    given: dict[str, Any] = {**dict(made.keywords), **keywords}
    return outcome.replace(constructor=Constructor(made.target, made.arguments, tuple(given.items())))


def raising(error: Exception) -> Rule:
    """A rule that always raises."""

    def rule(arguments: Arguments, value: TensorType) -> Outcome:
        raise error

    return rule


def refusal(code: Code = shapes.OPTIONS_CONTRADICT) -> LayerError:
    """What a rule refuses with."""
    return LayerError(code, "no", "no")


# A rule that is wrong, and what the comparison says of it.
WRONG: list[tuple[str, str, Callable[[Rule], Rule], str]] = [
    (
        "conv",
        "conv(3, 3)",
        lambda rule: changed(rule, lambda made: made.replace(output=TensorType((3, 5, 4), "map"))),
        "conv1: the check says (3, 5, 4), the module makes (3, 4, 4)",
    ),
    (
        "linear",
        "flatten -> linear(2)",
        lambda rule: changed(rule, lambda made: made.replace(parameters=made.parameters[:1])),
        "parameters: the check says",
    ),
    (
        "conv",
        "conv(3, 3)",
        lambda rule: changed(rule, lambda made: made.replace(multiply_adds=made.multiply_adds + 1)),
        "multiply-adds of conv1",
    ),
    (
        "leaky_relu",
        "leaky_relu(0.5)",
        lambda rule: changed(rule, lambda made: with_keywords(made, negative_slope=0.4)),
        "in evaluation the module's values differ",
    ),
    (
        "bn",
        "bn(momentum=0.5)",
        lambda rule: changed(rule, lambda made: with_keywords(made, momentum=0.5, eps=2.0)),
        "in evaluation the module's values differ",
    ),
    (
        "dropout",
        "dropout(0.5)",
        lambda rule: changed(rule, lambda made: with_keywords(made, inplace=True)),
        "",
    ),
    (
        "groupnorm",
        "groupnorm(2)",
        lambda rule: raising(refusal()),
        "torch runs what the check refuses",
    ),
    (
        "maxpool",
        "maxpool(9)",
        lambda rule: (
            lambda arguments, value: Outcome(
                TensorType((4, 1, 1), "map"), Constructor("torch.nn.MaxPool2d", (9,))
            )
        ),
        "the check accepts what torch refuses",
    ),
    ("relu", "relu", lambda rule: raising(ZeroDivisionError()), "the check raises"),
]


@pytest.mark.parametrize(("name", "step", "change", "said"), WRONG, ids=[case[1] for case in WRONG])
def test_a_wrong_rule_is_found(
    monkeypatch: pytest.MonkeyPatch, name: str, step: str, change: Callable[[Rule], Rule], said: str
) -> None:
    program = Program(NET.format(step), "Main")
    layer = table.BUILT_IN[name]
    assert isinstance(layer, Layer)
    monkeypatch.setitem(table.BUILT_IN, name, layer.replace(rule=change(layer.rule)))
    found = compare(program).disagreements
    assert any(said in each for each in found) if said else found == []
    monkeypatch.undo()
    assert compare(program).disagreements == []


@pytest.mark.parametrize(
    ("name", "step", "code"),
    [
        ("relu", "relu", shapes.WRONG_LAYOUT),
        ("conv", "conv(4, 3)", shapes.WRONG_LAYOUT),
        ("conv", "conv(4, 3)", shapes.TOO_LARGE),
        ("channel_split", "channel_split(2)", shapes.NOT_DIVISIBLE),
        ("shake", "shake { branch { } branch { relu } }", shapes.SHAPES_DIFFER),
        ("concat", "concat { branch { } branch { relu } }", shapes.SHAPES_DIFFER),
    ],
)
def test_a_refusal_that_is_only_at_times_stricter_than_torch_is_found_at_others(
    monkeypatch: pytest.MonkeyPatch, name: str, step: str, code: Code
) -> None:
    program = Program(NET.format(step), "Main")
    assert compare(program).disagreements == []
    wrong = table.BUILT_IN[name].replace(rule=raising(refusal(code)))
    monkeypatch.setitem(table.BUILT_IN, name, wrong)
    assert compare(program).disagreements[0].startswith("torch runs what the check refuses")


def test_a_bound_of_the_check_that_is_too_low_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(NET.format("repeat 3 { relu }"), "Main")
    monkeypatch.setattr(context, "MOST_STEPS", 4)
    assert "E507" in compare(program).disagreements[0]


def test_a_refusal_elsewhere_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Torch refuses the second step; the check must not put it on the first."""
    program = Program(NET.format("tanh -> maxpool(9)"), "Main")
    assert compare(program).verdict == REFUSED
    layer = table.BUILT_IN["tanh"]
    monkeypatch.setitem(table.BUILT_IN, "tanh", layer.replace(rule=raising(refusal())))
    assert compare(program).disagreements[0].startswith("refused elsewhere")


def test_a_wrong_gradient_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(NET.format("conv(4, 1) -> layer_scale(0.5)"), "Main")

    def scale(self: LayerScale, x: Tensor) -> Tensor:
        return x.detach() * self.weight.view(-1, 1, 1)

    monkeypatch.setattr(LayerScale, "forward", scale)
    assert "gradient of the input: one in torch alone" in compare(program).disagreements
    monkeypatch.undo()
    assert compare(program).disagreements == []


def test_a_program_is_made_smaller() -> None:
    loop = "repeat 2 { if true { bn -> maxpool(9) -> relu } }"
    text = NET.format(f"conv(4, 3, padding=1) as first -> relu\n{loop}\nadd(first)")
    text = f"block Unused {{ relu }}\n{text}"

    def shows(program: Program) -> bool:
        return "E203" in compare(program).codes

    small = reduce(Program(text, "Main"), shows).text
    assert shows(Program(small, "Main"))
    assert small.split() == ["net", "Main", "{", "input", "4x6x6", "maxpool(9)", "}"]
