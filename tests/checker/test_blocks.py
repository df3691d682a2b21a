"""Blocks, nets used as blocks, and variants."""

from __future__ import annotations

import netdsl
from tests.checker.build import built, codes, finding, findings, names, net, place

BASE = (
    "net Base(width = 8, depths = [1, 2]) {\n    input 3x32x32\n"
    "    for d in depths { repeat d { conv(width, 3) } }\n}\n"
)


def test_arguments_by_position_and_name() -> None:
    more = "block Unit(channels, stride = 1) { conv(channels, 3, stride=stride) }\n"
    for call in ("Unit(8, 2)", "Unit(8, stride=2)", "Unit(stride=2, channels=8)"):
        assert str(built(net(call, more=more)).output) == "8x15x15"


def test_missing_argument_points_at_use_and_parameter() -> None:
    found = finding(net("Unit", more="block Unit(channels) { conv(channels, 3) }\n"), "E304")
    assert place(found) == "Unit"
    assert found.labels[0].span.text == "channels"


def test_wrong_argument_is_found_where_it_is_used_with_the_use() -> None:
    text = net('Unit("8")', more="block Unit(channels) {\n    conv(channels, 3)\n}\n")
    (found,) = findings(text)
    assert found.code.id == "E303"
    assert [(label.span.text, label.text) for label in found.labels] == [('"8"', '`channels` is "8"')]


def test_misspelt_parameter_of_a_block() -> None:
    found = finding(net("Unit(chanels=8)", more="block Unit(channels = 4) { conv(channels, 3) }\n"), "E302")
    assert found.fix is not None
    assert found.fix.edits[0].replacement == "channels"


def test_block_defined_above_or_below_its_use() -> None:
    block = "block Unit { conv(8, 3) }\n"
    assert names(built(block + net("Unit"))) == names(built(net("Unit", more=block))) == ["unit1.conv1"]


def test_empty_block_is_the_identity() -> None:
    assert str(built(net("Nothing\nconv(4, 3)", more="block Nothing { }\n")).output) == "4x30x30"


def test_recursion_is_an_error_at_its_use() -> None:
    found = finding(net("Body", more="block Body {\n    conv(8, 3)\n    Body\n}\n"), "E506")
    assert place(found) == "Body"
    assert found.span is not None
    assert found.span.line == 7


def test_mutual_recursion_is_an_error() -> None:
    text = net("Ping", more="block Ping { Pong }\nblock Pong { Ping }\n")
    assert codes(text) == ["E506"]


def test_recursion_through_a_parameter_is_an_error() -> None:
    text = net("Twice(Twice)", more="block Twice(f) { f(f) }\n")
    assert codes(text) == ["E506"]


def test_recursion_that_a_condition_would_end_is_an_error_too() -> None:
    text = net("Body(3)", more="block Body(n) {\n    if n > 0 { Body(n - 1) }\n}\n")
    assert codes(text) == ["E506"]


def test_net_used_as_a_layer_is_a_block() -> None:
    network = built(net("conv(3, 1)\nBase(width=4)", more=BASE))
    assert names(network) == ["conv1", "base1.conv1", "base1.conv2", "base1.conv3"]


def test_input_of_a_net_used_as_a_layer_is_checked() -> None:
    found = finding(net("conv(8, 1)\nBase", more=BASE), "E204")
    assert place(found) == "3x32x32"
    assert found.labels[0].span.text == "conv(8, 1)"


def test_input_in_a_block_is_an_error() -> None:
    text = net("Body", more="block Body {\n    input 3x32x32\n    conv(8, 3)\n}\n")
    assert place(finding(text, "E502")) == "input 3x32x32"


def test_second_input_is_an_error() -> None:
    assert codes(net("input 3x32x32\nconv(8, 3)")) == ["E502"]
    found = finding(net("conv(8, 3)\ninput 3x32x32"), "E502")
    assert found.message == "a net has one input"
    assert [label.span.line for label in found.labels] == [2]


def test_input_in_inner_braces_is_an_error() -> None:
    text = "net N(colour = true) {\n    if colour { input 3x8x8 } else { input 1x8x8 }\n    relu\n}\n"
    assert "E502" in codes(text)


def test_variant_gives_other_defaults() -> None:
    text = BASE + "net Deep = Base(depths=[3, 3])\nnet Wide = Deep(width=16)\n"
    assert len(names(built(text, "Deep"))) == 6
    wide = built(text, "Wide")
    assert wide.name == "Wide"
    assert len(names(wide)) == 6
    assert wide.output.channels == 16


def test_settings_of_a_variant_win_over_its_own() -> None:
    text = "net Wide = Base(width=16)\n" + BASE
    assert built(text).output.channels == 16
    assert built(text, width=5).output.channels == 5
    assert len(names(built(text, depths=[1]))) == 1


def test_variant_by_position() -> None:
    assert built("net Wide = Base(16, [1])\n" + BASE).output.channels == 16


def test_unknown_parameter_of_a_variant() -> None:
    found = finding("net Wide = Base(widht=16)\n" + BASE, "E302")
    assert place(found) == "widht"


def test_variant_of_a_block_or_of_nothing() -> None:
    found = finding("net Small = Body(16)\n\nblock Body(c) { conv(c, 3) }\n", "E508")
    assert place(found) == "Body"
    assert codes("net Small = Nowhere(16)\n") == ["E508"]


def test_variants_in_a_circle() -> None:
    assert set(codes("net A = B()\nnet B = A()\n")) == {"E506"}
    assert codes("net A = A(3)\n") == ["E506"]


def test_first_net_is_the_default_and_a_name_selects() -> None:
    text = net("conv(4, 3)", "net First") + net("conv(8, 3)", "net Second")
    assert built(text).name == "First"
    assert built(text, "Second").output.channels == 8
    found = netdsl.check(text, "Secnod").diagnostics
    assert [each.code.id for each in found] == ["E603"]
    assert "Second" in (found[0].help or "")


def test_errors_in_unused_blocks_are_found() -> None:
    text = net("conv(4, 3)", more="block Unused(c) {\n    cnov(c, 3)\n    conv(c, 3, paddign=1)\n}\n")
    assert codes(text) == ["E301", "E302"]


def test_unused_blocks_may_depend_on_what_flows_in() -> None:
    more = (
        "block Unused(c, f) {\n    let half = in_channels // 2\n"
        "    f -> conv(half, c)\n    if half > 2 { bn }\n    linear(c)\n}\n"
    )
    assert codes(net("conv(4, 3)", more=more)) == []


def test_two_definitions_of_one_name() -> None:
    found = finding(net("conv(4, 3)") + "block N { relu }\n", "E308")
    assert place(found) == "N"


def test_comment_directly_above_is_the_documentation() -> None:
    text = "# Not this.\n\n# One.\n#  Two.\n" + net("conv(4, 3)")
    assert built(text).doc == "One.\nTwo."
