"""Names: scopes, shadowing, labels, and the state-dict keys that come of them."""

from __future__ import annotations

import pytest

from netdsl.emit import instantiate
from tests.checker.helpers import found, names, net, network


def test_layers_are_counted_by_kind_in_their_scope() -> None:
    text = (
        net("conv(8, 3) -> relu\nUnit\nUnit\nconv(8, 3)") + "block Unit { conv(8, 3) -> relu -> conv(8, 3) }"
    )
    assert names(text) == [
        *("conv1", "relu1", "unit1.conv1", "unit1.relu1", "unit1.conv2"),
        *("unit2.conv1", "unit2.relu1", "unit2.conv2", "conv2"),
    ]


def test_names_do_not_change_when_an_unrelated_line_does() -> None:
    before = names(net("conv(8, 3)\nrelu\nconv(8, 3)"))
    after = names(net("conv(8, 3)\nrelu -> maxpool(2)\nconv(8, 3)"))
    assert [name for name in after if name != "maxpool1"] == before


def test_labels_name_modules() -> None:
    module = instantiate(network(net("conv(8, 3) as stem\nflatten -> linear(10) as head")))
    assert list(module.state_dict()) == ["stem.weight", "stem.bias", "head.weight", "head.bias"]


def test_repeat_and_for_add_no_level_of_their_own() -> None:
    assert names(net("repeat 2 { conv(8, 3) }\nfor c in [4, 8] { conv(c, 3) }")) == [
        f"conv{i}" for i in (1, 2, 3, 4)
    ]


def test_labels_in_loops_get_the_iteration_number() -> None:
    text = net("repeat 2 { conv(3, 3, padding=1) as c\n relu -> add(c) }")
    assert [name for name in names(text) if name.startswith("c")] == ["c1", "c2"]
    nested = net("repeat 2 { repeat 2 { conv(3, 3) as c } }")
    assert names(nested) == ["c1_1", "c1_2", "c2_1", "c2_2"]


def test_an_unlabelled_merge_adds_no_level_and_a_labelled_one_does() -> None:
    merge = "add { branch { conv(3, 1) } branch { conv(3, 1) } }"
    assert names(net(merge)) == ["conv1", "conv2", "add1"]
    assert names(net(f"{merge} as mix")) == ["mix.conv1", "mix.conv2", "mix.add1"]


def test_blocks_are_named_in_snake_case() -> None:
    text = net("InvertedResidual\nSE2Net") + "block InvertedResidual { relu }\nblock SE2Net { relu }"
    assert names(text) == ["inverted_residual1.relu1", "se2_net1.relu1"]


@pytest.mark.parametrize(
    ("body", "code", "place"),
    [
        ("conv(8, 3) as a\nconv(8, 3) as a", "E308", "a"),
        ("conv(8, 3)\nconv(8, 3) as conv1", "E308", "conv1"),
        ("conv(8, 3) as forward", "E316", "forward"),
        ("conv(8, 3) as class", "E316", "class"),
        ("let w = 1\nlet w = 2", "E309", "w"),
        ("let w = 1\nfor w in [1] { relu }", "E309", "w"),
        ("let conv = 1", "E309", "conv"),
        ("let min = 1", "E309", "min"),
        ("repeat 1 { let w = 8 }\nconv(w, 3)", "E307", "w"),
        ("add(later)\nrelu as later", "E310", "later"),
        ("repeat 1 { relu as inner }\nadd(inner)", "E310", "inner"),
    ],
)
def test_misused_names_are_refused(body: str, code: str, place: str) -> None:
    assert (code, place) in found(net(body))


def test_a_branch_sees_labels_around_it() -> None:
    text = net(
        "conv(8, 3, padding=1) as skip\nconcat { branch { relu } branch { conv(8, 1) -> add(skip) } } as mix"
    )
    assert network(text).output.shape == (16, 32, 32)


def test_a_parameter_may_not_have_the_name_of_a_layer() -> None:
    assert found(net("relu", "net N(dropout = 0.1)")) == [("E309", "dropout")]


def test_labels_of_an_automatic_name_only_move_the_count() -> None:
    assert names(net("relu as relu1\nrelu")) == ["relu1", "relu2"]
