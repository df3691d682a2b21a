"""Names of modules, and labels as the one way to refer to a value."""

from __future__ import annotations

import pytest

from tests.checker.build import built, codes, finding, findings, layer, names, net, place


def test_names_are_kind_and_count_in_their_scope() -> None:
    text = net(
        "conv(8, 3) as stem\nconv(8, 3) -> bn -> relu\nUnit(8)\n"
        "Unit(8)\nUnit(8)\nflatten -> linear(10) as head",
        more="block Unit(c) { conv(c, 1) -> bn -> conv(c, 1) }\n",
    )
    expected = ["stem", "conv1", "bn1", "relu1"]
    expected += [f"unit{n}.{each}" for n in (1, 2, 3) for each in ("conv1", "bn1", "conv2")]
    assert names(built(text)) == [*expected, "flatten1", "head"]


def test_loops_and_branches_add_no_level() -> None:
    network = built(net("repeat 2 { conv(8, 3) }\nconcat { branch { conv(8, 1) } branch { conv(8, 1) } }"))
    assert names(network) == ["conv1", "conv2", "conv3", "conv4", "concat1"]


def test_names_of_one_kind_do_not_depend_on_other_kinds() -> None:
    with_bn = built(net("conv(8, 3) -> bn -> conv(8, 3)"))
    without = built(net("conv(8, 3) -> conv(8, 3)"))
    assert [n for n in names(with_bn) if n.startswith("conv")] == names(without)


def test_labelled_block_and_merge_are_modules() -> None:
    body = "Unit(8) as first\nconcat { branch { conv(4, 1) } branch { } } as both"
    network = built(net(body, more="block Unit(c) { conv(c, 1) as inner }\n"))
    assert names(network) == ["first.inner", "both.conv1", "both.concat1"]


def test_camel_case_becomes_snake_case() -> None:
    more = (
        "block InvertedResidual { conv(8, 1) }\nblock VGGBlock { conv(8, 1) }\nblock Conv3x3 { conv(8, 1) }\n"
    )
    network = built(net("InvertedResidual -> VGGBlock -> Conv3x3", more=more))
    assert names(network) == ["inverted_residual1.conv1", "vgg_block1.conv1", "conv3x31.conv1"]


def test_label_in_a_loop_gets_its_number() -> None:
    network = built(net("repeat 3 { conv(8, 1) as body }"))
    assert names(network) == ["body1", "body2", "body3"]


def test_label_in_nested_loops_gets_both_numbers() -> None:
    network = built(net("for c in [4, 8] { repeat 2 { conv(c, 1) as body } }"))
    assert names(network) == ["body1_1", "body1_2", "body2_1", "body2_2"]


def test_label_in_a_block_in_a_loop_is_the_blocks_own() -> None:
    network = built(net("repeat 2 { Unit }", more="block Unit { conv(8, 1) as inner }\n"))
    assert names(network) == ["unit1.inner", "unit2.inner"]


def test_duplicate_label_is_an_error() -> None:
    found = finding(net("conv(8, 3) as a\nrelu as a"), "E308")
    assert place(found) == "a"
    assert found.span is not None
    assert found.labels[0].span.line < found.span.line


def test_labels_of_other_scopes_do_not_clash() -> None:
    more = "block Unit { conv(8, 1) as a }\n"
    assert names(built(net("conv(8, 3) as a\nUnit\nUnit", more=more))) == ["a", "unit1.a", "unit2.a"]


def test_automatic_name_makes_way_for_a_label_further_up() -> None:
    assert names(built(net("conv(8, 3) as conv1\nconv(8, 3)"))) == ["conv1", "conv2"]


def test_label_that_repeats_an_automatic_name_is_an_error() -> None:
    assert codes(net("conv(8, 3)\nconv(8, 3) as conv1")) == ["E308"]


def test_as_binds_to_the_step_before_it() -> None:
    network = built(net("conv(8, 3, padding=1) as a -> conv(8, 3, padding=1) -> add(a)"))
    assert names(network) == ["a", "conv1", "add1"]


def test_value_of_a_label_flows_into_a_merge() -> None:
    network = built(net("conv(4, 3, padding=1) as skip\nconv(8, 3, padding=1)\nconcat(skip)"))
    assert network.output.channels == 12
    assert layer(network, "concat1").inputs == (2, 1)


def test_forward_reference_is_an_error() -> None:
    found = finding(net("conv(8, 3) -> add(later)\nrelu as later"), "E310")
    assert place(found) == "later"


def test_misspelt_label_is_suggested() -> None:
    found = finding(net("conv(8, 3) as skip\nrelu -> add(skpi)"), "E310")
    assert found.fix is not None
    assert found.fix.edits[0].replacement == "skip"


def test_label_of_an_iteration_is_visible_in_it_alone() -> None:
    inside = "repeat 2 {\nconv(8, 1) as a\nrelu -> add(a)\n}"
    assert names(built(net(inside))) == ["a1", "relu1", "add1", "a2", "relu2", "add2"]
    assert codes(net(inside + "\nadd(a)")) == ["E310"]


def test_label_of_braces_that_have_ended_is_shown() -> None:
    found = finding(net("repeat 2 { relu as a }\nconv(8, 1) as b\nadd(a)"), "E310")
    assert found.labels[0].span.line == 3
    assert "identity as a" in (found.help or "")
    elsewhere = finding(net("Unit\nadd(a)", more="block Unit { relu as a }\n"), "E310")
    assert elsewhere.labels == ()


def test_after_a_loop_the_values_of_its_turns_are_said_to_have_no_label() -> None:
    loop = "repeat 2 { conv(3, 1) as a }\n"
    for use in (
        "add(a)",
        "add(a[0])",
        "add(a2)",
        "repeat 2 { relu -> add(a) }",
        "add { branch { } branch(a1) { } }",
    ):
        found = finding(net(loop + use), "E310")
        assert found.labels[0].span.line == 3
        assert found.label == "after the loop, none of its values is labelled"
    # In the turn itself, braces that are no loop's have ended.
    found = finding(net("repeat 2 {\nif true { relu as a }\nadd(a)\n}"), "E310")
    assert "for the value after the braces" in (found.help or "")
    # And a label that is one value has no index.
    assert place(finding(net("relu as a\nadd(a[0])"), "E310")) == "a[0]"


def test_the_name_of_a_module_is_no_label() -> None:
    found = finding(net("conv(3, 1)\nrelu\nadd(conv1)"), "E310")
    assert found.label == "`conv1` is the name of a module; labels are names after `as`"
    assert found.labels[0].span.line == 3


def test_label_behind_the_braces_of_a_loop_is_explained() -> None:
    found = finding(net("repeat 2 { relu } as a\nrelu"), "E101")
    assert place(found) == "as"
    assert "identity as a" in (found.help or "")
    assert names(built(net("repeat 2 { relu }\nidentity as a\nrelu -> add(a)")))[2] == "a"


def test_label_around_braces_is_visible_in_them() -> None:
    body = "conv(8, 3) as a\nresidual { relu -> add(a) }"
    assert names(built(net(body))) == ["a", "relu1", "add1", "residual1"]


def test_label_of_the_caller_is_not_visible_in_a_block() -> None:
    text = net("conv(8, 3) as a\nUnit", more="block Unit { relu -> add(a) }\n")
    assert place(finding(text, "E310")) == "a"


def test_value_from_outside_flows_into_a_labelled_merge() -> None:
    body = "conv(8, 3) as a\nrelu\nconcat { branch { relu } branch { add(a) } } as both"
    network = built(net(body))
    assert names(network) == ["a", "relu1", "both.relu1", "both.add1", "both.concat1"]
    (both,) = (node for node in network.root.nodes if node.name == "both")
    assert len(both.inputs) == 2


@pytest.mark.parametrize("word", ["class", "lambda", "train", "forward", "type", "training", "half"])
def test_labels_that_a_module_can_not_have(word: str) -> None:
    assert place(finding(net(f"conv(8, 3) as {word}"), "E316")) == word


def test_words_of_the_grammar_can_not_be_labels() -> None:
    assert codes(net("conv(8, 3) as repeat")) == ["E105"]


def test_label_used_as_a_step_is_explained() -> None:
    (found,) = findings(net("conv(8, 3) as skip\nskip"))
    assert found.code.id == "E301"
    assert found.fix is None
    assert "add(skip)" in (found.help or "")
