from __future__ import annotations

from pathlib import Path
from typing import Any

from netdsl.playground.service import Service
from tests.playground.ask import SMALL, ask, service, units


def test_a_right_text_has_hints_nets_and_a_table() -> None:
    answer = ask(Service(), "check")
    assert answer["diagnostics"] == []
    assert answer["complete"]
    assert [(SMALL[: each["at"]].split("\n")[-1].strip(), each["text"]) for each in answer["hints"]] == [
        ("conv(width, 3) -> relu", "8x14x14"),
        ("flatten -> linear(10)", "10"),
    ]
    assert [each["name"] for each in answer["nets"]] == ["Small", "Wide"]
    assert answer["nets"][1]["parameters"] == [{"name": "width", "default": "8", "value": "16"}]
    network = answer["network"]
    assert answer["net"] == "Small"
    assert network["title"] == "Small(width=8), input 3x16x16"
    assert network["totals"].startswith("15,914 parameters, ")
    assert network["parameters"] == 15_914
    conv, *_, linear = network["rows"]
    assert (conv["line"], conv["name"], conv["layer"], conv["output"]) == ("3", "conv1", "conv", "8x14x14")
    assert (conv["parameters"], conv["inputs"], conv["sees"]) == ("224", "", "3x3")
    assert units(SMALL, conv) == "conv(width, 3)"
    assert units(SMALL, linear) == "linear(10)"


def test_a_mistake_has_its_place_its_fix_and_what_the_command_line_prints() -> None:
    text = SMALL.replace("conv(", "cnov(")
    answer = ask(Service(), "check", text)
    (found,) = answer["diagnostics"]
    assert (found["code"], found["severity"]) == ("E301", "error")
    assert units(text, found) == "cnov"
    assert found["fix"]["safe"]
    (edit,) = found["fix"]["edits"]
    assert (units(text, edit), edit["text"]) == ("cnov", "conv")
    assert answer["network"] is None
    assert answer["rendered"].startswith("error[E301]: ")
    assert answer["rendered"].endswith("1 error; netdsl explain E301 tells more")


def test_places_count_as_javascript_does() -> None:
    text = "# 🙂\n" + SMALL.replace("linear(10)", "linear(10) -> conv(8, 3)")
    (found,) = ask(Service(), "check", text)["diagnostics"]
    assert units(text, found) == "conv(8, 3)"
    assert [units(text, each) for each in found["labels"]] == ["flatten"]


def test_the_shown_net_has_its_hints_and_its_table() -> None:
    answer = ask(Service(), "check", net="Wide")
    assert answer["network"]["title"].startswith("Wide(width=16)")
    assert [each["text"] for each in answer["hints"]] == ["16x14x14", "10"]


def test_a_net_that_is_not_there_shows_nothing() -> None:
    answer = ask(Service(), "check", net="Gone")
    assert (answer["net"], answer["network"], answer["diagnostics"]) == (None, None, [])


def test_settings_are_those_of_the_shown_net() -> None:
    answer = ask(Service(), "check", net="Wide", settings={"width": " 4 "})
    assert answer["network"]["title"].startswith("Wide(width=4)")
    assert answer["rendered"] == "small.net: Wide 3x16x16 -> 10, 7,962 parameters"
    assert [each["text"] for each in answer["hints"]] == ["4x14x14", "10"]


def test_a_setting_without_a_value_is_none() -> None:
    assert ask(Service(), "check", settings={"width": ""})["network"]["title"].startswith("Small(width=8)")


def test_a_wrong_setting_is_shown_at_its_parameter() -> None:
    (found,) = ask(Service(), "check", settings={"width": "0"})["diagnostics"]
    assert units(SMALL, found) == "width"
    (found,) = ask(Service(), "check", net="Wide", settings={"width": "eight"})["diagnostics"]
    assert (found["setting"], found["file"]) == ("width", "<command line>")
    assert units(SMALL, found) == "width"
    (found,) = ask(Service(), "check", settings={"widht": "8"})["diagnostics"]
    assert (found["code"], found["setting"]) == ("E312", "widht")
    assert units(SMALL, found) == "Small"


def test_lints_are_found_as_on_the_command_line() -> None:
    text = SMALL.replace(" -> relu", "").replace("flatten", "conv(8, 3) -> flatten", 1)
    found = ask(Service(), "check", text)["diagnostics"]
    assert {"code": "W503", "severity": "warning"}.items() <= found[0].items()
    assert units(text, found[0]).startswith("conv(8, 3)")


def test_files_are_used_from_the_folder_and_the_packaged_ones(tmp_path: Path) -> None:
    asked = service(tmp_path, unit="block Unit(c) { conv(c, 3) }\n")
    using = 'use "unit.net"\nuse "resnet.net"\n' + SMALL.replace("relu", "relu -> Unit(8) -> BasicUnit(8)")
    assert errors(ask(asked, "check", using)) == []
    missing = ask(asked, "check", using.replace("unit.net", "gone.net"))["diagnostics"]
    assert missing[0]["code"] == "E604"
    alone = using.replace('use "unit.net"\n', "").replace("Unit(8) -> ", "")
    assert errors(ask(Service(), "check", alone)) == []


def errors(answer: dict[str, Any]) -> list[str]:
    return [each["code"] for each in answer["diagnostics"] if each["severity"] == "error"]


def test_a_file_outside_of_the_folder_is_not_used(tmp_path: Path) -> None:
    folder = tmp_path / "served"
    folder.mkdir()
    (tmp_path / "secret.net").write_text("block Secret { relu }\n", encoding="utf-8")
    (folder / "link.net").symlink_to(tmp_path / "secret.net")
    asked = service(folder)
    for wanted in ("../secret.net", "link.net", str(tmp_path / "secret.net")):
        found = ask(asked, "check", f'use "{wanted}"\n' + SMALL)["diagnostics"]
        assert [each["code"] for each in found] == ["E604"], wanted


def test_a_finding_in_a_used_file_stands_at_its_use(tmp_path: Path) -> None:
    asked = service(tmp_path, unit="block Unit(c) { cnov(c, 3) }\n")
    text = 'use "unit.net"\n' + SMALL.replace("relu", "Unit(8)")
    found = ask(asked, "check", text)["diagnostics"]
    assert found[0]["file"].endswith("unit.net")
    assert found[0]["fix"] is None
    assert units(text, found[0]) in ('"unit.net"', "Unit(8)")


def test_a_used_file_that_has_changed_is_read_again(tmp_path: Path) -> None:
    asked = service(tmp_path, unit="block Unit(c) { conv(c, 3) }\n")
    text = 'use "unit.net"\n' + SMALL.replace("relu", "Unit(8)")
    assert errors(ask(asked, "check", text)) == []
    (tmp_path / "unit.net").write_text("block Unit(c) { cnov(c, 3) }\n", encoding="utf-8")
    assert errors(ask(asked, "check", text)) == ["E301"]


def test_a_file_of_blocks_has_no_net() -> None:
    answer = ask(Service(), "check", "block Unit { relu }\n")
    assert (answer["net"], answer["nets"], answer["network"]) == (None, [], None)
    assert answer["rendered"] == "small.net: no net, only blocks"


def test_texts_that_nobody_means_well_with_have_an_answer() -> None:
    asked = Service()
    for text in (
        "",
        "\0",
        "net",
        "net {",
        '"' * 3000,
        "(" * 3000,
        "\ud800",
        "net A = A\n",
        'use "a\0.net"\n',
    ):
        assert "diagnostics" in ask(asked, "check", text), text
