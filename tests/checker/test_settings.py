"""`--set` and keywords: values of the language, whose mistakes point at the command line."""

from __future__ import annotations

import pytest

import netdsl
from netdsl.api import check_file
from netdsl.diagnostics import Diagnostic
from tests.checker.build import built, finding, names, net, place

TEXT = net(
    'require width % 4 == 0, "width must be a multiple of 4"\n'
    "for d in depths { conv(width, d) -> act }\nif final { act }",
    "net N(width = 8, depths = [1], act = relu, final = false)",
)


def set_one(setting: str, value: str) -> Diagnostic:
    """The only finding where a parameter is given this text."""
    return finding(TEXT, finding_code(setting, value), **{setting: value})


def finding_code(setting: str, value: str) -> str:
    """The code of the only finding."""
    (found,) = netdsl.check(TEXT, **{setting: value}).diagnostics
    return found.code.id


def test_every_kind_of_value() -> None:
    assert built(TEXT, width="4 * 3").output.channels == 12
    assert len(names(built(TEXT, depths="[3, 1, 5]"))) == 6
    assert "leaky_relu1" in names(built(TEXT, act="leaky_relu(0.1)"))
    assert names(built(TEXT, final="true")) == ["conv1", "relu1", "relu2"]


def test_values_of_python() -> None:
    assert len(names(built(TEXT, depths=[3, (1)], width=16, final=True))) == 5
    with pytest.raises(TypeError, match="object"):
        netdsl.check(TEXT, width=object())  # type: ignore[arg-type]


def test_settings_are_kept_with_the_network() -> None:
    settings = dict(built(TEXT, width=12, act="leaky_relu(0.1)").settings)
    assert settings == {"width": "12", "depths": "[1]", "act": "leaky_relu(0.1)", "final": "false"}


def test_unknown_setting_points_at_the_command_line() -> None:
    found = set_one("widht", "8")
    assert found.code.id == "E312"
    assert found.span is not None
    assert found.span.source.name == "<command line>"
    assert place(found) == "widht"
    assert "width" in found.label


def test_layer_that_lacks_an_argument_points_at_the_command_line() -> None:
    found = set_one("act", "conv")
    assert (found.code.id, [each.span.source.name for each in found.labels]) == ("E304", ["<command line>"])


def test_number_with_too_many_digits_is_said_as_in_a_file() -> None:
    found = set_one("width", "9" * 20)
    assert (found.code.id, place(found)) == ("E108", "9" * 20)


def test_requirement_that_a_setting_breaks_points_at_the_command_line() -> None:
    found = set_one("width", "10")
    assert (found.code.id, found.message) == ("E408", "width must be a multiple of 4")
    assert found.span is not None
    assert found.span.source.name == "<command line>"
    assert place(found) == "width=10"
    assert [label.span.text for label in found.labels] == ["width % 4 == 0"]


@pytest.mark.parametrize(
    "value", ["", "1 2", "1)", "(1", "conv(", "]", "let x = 1", "1\n2", "{", "}", "net N { }", '"']
)
def test_texts_that_are_no_value(value: str) -> None:
    found = set_one("width", value)
    assert found.span is not None
    assert found.span.source.name == "<command line>"


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [
        ("width", "wide", "E307"),
        ("width", "1 // 0", "E403"),
        ("act", "rleu", "E307"),
        ("width", "in_channels", "E409"),
    ],
)
def test_values_with_mistakes_in_them(setting: str, value: str, code: str) -> None:
    found = set_one(setting, value)
    assert found.code.id == code
    assert found.span is not None
    assert found.span.source.name == "<command line>"


def test_value_of_the_wrong_kind_shows_the_use_and_the_setting() -> None:
    (found,) = netdsl.check(TEXT, act="3").diagnostics
    assert found.code.id == "E315"
    sources = {label.span.source.name for label in found.labels} | {
        found.span.source.name if found.span else ""
    }
    assert "<command line>" in sources


def test_required_parameter() -> None:
    text = net("conv(width, 3)", "net N(width)")
    found = finding(text, "E511")
    assert place(found) == "width"
    assert "--set width=" in (found.help or "")
    assert built(text, width=4).output.channels == 4


def test_settings_are_for_the_named_net(tmp_path: object) -> None:
    path = f"{tmp_path}/two.net"
    with open(path, "w") as file:  # noqa: PTH123
        file.write(net("conv(4, 1)", "net A") + net("conv(w, 1)", "net B(w = 5)"))
    result = check_file(f"{path}:B", {"w": "7"})
    assert result.network is not None
    assert result.network.output.channels == 7
    assert [each.code.id for each in check_file(f"{path}:A", {"w": "7"}).diagnostics] == ["E312"]
