from __future__ import annotations

from netdsl.editor.hints import hints
from tests.editor.mark import NET, inside, opened


def shown(text: str) -> list[tuple[str, str]]:
    """The end of what stands before each hint, and the hint."""
    return [(text[: each.offset].split("\n")[-1].strip(), each.text) for each in hints(opened(text))]


def test_the_shape_behind_every_statement() -> None:
    text = inside("    conv(8, 3) -> relu\n    avgpool(global) -> flatten as flat")
    assert shown(text) == [
        ("conv(8, 3) -> relu", "8x30x30"),
        ("avgpool(global) -> flatten as flat", "8"),
        ("linear(10)", "10"),
    ]


def test_a_loop_shows_the_first_turn_and_that_others_differ() -> None:
    found = dict(shown(inside("    repeat 2 { conv(8, 3) }\n    repeat 2 { relu }\n    flatten")))
    assert found["repeat 2 { conv(8, 3)"] == "8x30x30 …"
    assert found["repeat 2 { relu"] == "8x28x28"


def test_a_merge_has_its_hint_behind_its_braces() -> None:
    text = inside("    residual { conv(3, 1) } shortcut { relu } as both\n    flatten")
    assert ("residual { conv(3, 1) } shortcut { relu } as both", "3x32x32") in shown(text)


def test_a_residual_that_drops_paths_has_one_shape() -> None:
    found = dict(shown(inside("    residual(drop_path=0.1) { conv(3, 1) }\n    flatten")))
    assert found["residual(drop_path=0.1) { conv(3, 1) }"] == "3x32x32"


def test_what_stands_above_a_mistake_keeps_its_shape() -> None:
    text = (
        inside("    conv(8, 3)\n    Unit(4)\n    conv(8, 99)\n    relu")
        + "block Unit(c) { conv(c, 1)\n bn(3, 4) }\n"
    )
    found = dict(shown(text))
    assert found["conv(8, 3)"] == "8x30x30"
    assert found["block Unit(c) { conv(c, 1)"] == "4x30x30"
    assert "relu" not in found


def test_a_text_that_does_not_parse_keeps_its_shapes() -> None:
    assert ("conv(8, 3)", "8x30x30") in shown(inside("    conv(8, 3)\n    conv(16, \n    let"))


def test_the_first_net_that_runs_a_block_is_shown() -> None:
    found = dict(shown(NET))
    assert found["conv(channels, 1, stride=stride)"] == "32x16x16 …"


def test_only_what_ends_in_the_range_is_shown() -> None:
    text = inside("    conv(8, 3)\n    flatten")
    begin = text.index("flatten")
    assert [each.text for each in hints(opened(text), begin, begin + 10)] == ["7200"]
