from __future__ import annotations

import pytest

from netdsl.editor.signature import Signature, signature_at
from tests.editor.mark import inside, opened, split

BLOCK = "# Doc.\nblock Unit(channels, stride = 1) { conv(channels, 3, stride=stride) }\n"


def of(text: str) -> Signature | None:
    plain, offset = split(text)
    return signature_at(opened(plain), offset)


def active(text: str) -> str | None:
    found = of(text)
    assert found is not None
    return None if found.active is None else found.parts[found.active].name


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("conv(|", "out_channels"),
        ("conv(8, |", "kernel_size"),
        ("conv(8, 3, |", None),
        ("conv(8, 3, bias=|true)", "bias"),
        ("conv(8, 3, bias=true, stride=|", "stride"),
        ("conv(max(1, 2), |3)", "kernel_size"),
        ("Unit(|)", "channels"),
        ("Unit(8, stride=|)", "stride"),
        ("init(conv, |", "scheme"),
        ("init(conv, kaiming_normal, mode=|", "mode"),
    ],
)
def test_the_part_that_is_being_written(call: str, name: str | None) -> None:
    assert active(inside(f"    {call}") + BLOCK) == name


def test_every_part_stands_in_the_label() -> None:
    found = of(inside("    conv(|"))
    assert found is not None
    assert found.label.startswith("conv(out_channels, kernel_size, stride=1")
    assert all(each.text in found.label for each in found.parts)


def test_a_function_and_a_block() -> None:
    found = of(inside("    let a = range(|"))
    assert found is not None
    assert found.label == "range(end), range(start, end, step)"
    found = of(inside("    Unit(|") + BLOCK)
    assert found is not None
    assert (found.label, found.doc) == ("Unit(channels, stride = 1)", "Doc.")


@pytest.mark.parametrize("text", ["net A(|) { }", inside("    conv(8, 3)|"), inside("    nothing(|)"), "|"])
def test_no_signature_where_nothing_known_is_called(text: str) -> None:
    assert of(text) is None
