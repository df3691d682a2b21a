from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from netdsl.playground.service import Service
from tests.cli.run import ROOT, environment
from tests.playground.ask import SMALL, ask, service, units


def test_the_list_has_packaged_nets_files_and_the_first_text(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.net").write_text(SMALL, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no net", encoding="utf-8")
    answer = service(tmp_path, a=SMALL).answer({"method": "list"})
    assert answer["files"] == ["a.net", "sub/b.net"]
    packaged = answer["packaged"]
    assert isinstance(packaged, list)
    assert {"name": "lenet5", "net": "LeNet5"}.items() <= packaged_net(packaged, "LeNet5").items()
    start = answer["start"]
    assert isinstance(start, dict)
    assert start["name"] == "lenet5"
    assert start["text"] == (ROOT / "architectures" / "lenet5.net").read_text(encoding="utf-8")


def packaged_net(rows: list[dict[str, str]], net: str) -> dict[str, str]:
    return next(each for each in rows if each["net"] == net)


def test_files_are_opened_by_their_names(tmp_path: Path) -> None:
    asked = service(tmp_path, a=SMALL)
    assert asked.answer({"method": "open", "name": "a.net"}) == {"name": "a.net", "text": SMALL}
    assert "net ResNet18" in str(asked.answer({"method": "open", "name": "resnet"})["text"])


def test_nothing_else_is_opened(tmp_path: Path) -> None:
    folder = tmp_path / "served"
    folder.mkdir()
    (tmp_path / "secret.net").write_text("# secret", encoding="utf-8")
    (tmp_path / "served2").mkdir()
    (tmp_path / "served2" / "secret.net").write_text("# secret", encoding="utf-8")
    (folder / "plain.txt").write_text("# secret", encoding="utf-8")
    (folder / "link.net").symlink_to(tmp_path / "secret.net")
    (folder / "way").symlink_to(tmp_path, target_is_directory=True)
    (folder / "text.net").symlink_to(folder / "plain.txt")
    asked = service(folder)
    assert asked.answer({"method": "list"})["files"] == []
    names = ("../secret.net", "../served2/secret.net", "link.net", "way/secret.net", "text.net", "plain.txt")
    for name in (
        *names,
        str(tmp_path / "secret.net"),
        "a\0.net",
        "\ud800.net",
        "",
        ".",
        "..",
        "gone.net",
        "../lenet5",
    ):
        answer = asked.answer({"method": "open", "name": name})
        assert list(answer) == ["error"], name
        assert "# secret" not in str(answer)


def test_without_a_folder_no_file_is_opened() -> None:
    assert list(Service().answer({"method": "open", "name": "README.net"})) == ["error"]


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"method": 3},
        {"method": "no"},
        {"method": "check"},
        {"method": "check", "name": "a.net"},
        {"method": "check", "name": "a.net", "text": 1},
        {"method": "check", "name": "a.net", "text": "", "settings": [1]},
        {"method": "check", "name": "a.net", "text": "", "settings": {"a": 1}},
        {"method": "check", "name": "a.net", "text": "", "net": 1},
        {"method": "check", "name": "a.net", "text": "", "whole": "yes"},
        {"method": "check", "name": "a.net", "text": "#" + "é" * 2 * 2**20},
        {"method": "draw", "name": "a.net", "text": SMALL, "style": "pixels"},
        {"method": "hover", "name": "a.net", "text": SMALL},
        {"method": "complete", "name": "a.net", "text": SMALL, "at": True},
        {"method": "open", "name": "gone"},
        {"method": "explain", "code": "E000"},
    ],
)
def test_a_request_that_makes_no_sense_has_an_error(request_: dict[str, object]) -> None:
    answer = Service().answer(request_)
    assert list(answer) == ["error"]
    assert answer["error"]


@pytest.mark.parametrize("text", ["", "{", "[]", "1", "null", '"check"', "[" * 100_000])
def test_what_is_no_request_has_an_error(text: str) -> None:
    assert list(json.loads(Service().answer_json(text))) == ["error"]


def test_answers_are_json() -> None:
    asked = Service()
    # A browser may send half a character.
    for text in (SMALL + "\n# \ud800 🙂", 'use "\ud800.net"\n' + SMALL):
        request = {"method": "check", "name": "a.net", "text": text}
        assert json.loads(asked.answer_json(json.dumps(request))) == asked.answer(request)


def test_a_place_outside_of_the_text_is_its_end() -> None:
    for at in (-5, 10**9):
        assert "options" in ask(Service(), "complete", at=at)


def test_a_diagram_opens_and_closes_its_blocks() -> None:
    asked = Service()
    text = SMALL.replace("relu", "Unit") + "block Unit { conv(8, 3) }\n"
    answer = ask(asked, "draw", text)
    assert answer["svg"].startswith("<svg ")
    assert json.loads(answer["places"])["graph"]
    volumes = ask(asked, "draw", text, style="volumes")
    assert volumes["svg"].startswith("<svg ")
    assert volumes["places"] is None


def test_settings_change_the_diagram() -> None:
    asked = Service()
    assert "Conv2d(3, 8, 3)" in ask(asked, "draw")["svg"]
    assert "Conv2d(3, 24, 3)" in ask(asked, "draw", settings={"width": "24"})["svg"]


def test_a_net_with_errors_is_not_drawn() -> None:
    answer = ask(Service(), "draw", SMALL.replace("conv", "cnov"))
    assert list(answer) == ["error"]


def test_a_diagram_that_needs_igraph_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    branches = "".join(f"branch {{ conv({n}, 1) -> relu }}\n" for n in range(1, 5))
    text = SMALL.replace("flatten", f"concat {{\n{branches}}}\n flatten")
    asked = Service()
    assert "svg" in ask(asked, "draw", text)
    monkeypatch.setitem(sys.modules, "igraph", None)
    answer = ask(asked, "draw", text)
    assert answer["needs"] == "igraph"
    assert "igraph, which is not installed" in answer["error"]


def test_completion_offers_what_may_stand_there() -> None:
    text = "# 🙂\n" + SMALL.replace("relu", "re")
    at = len(text[: text.index("re\n") + 2].encode("utf-16-le")) // 2
    answer = ask(Service(), "complete", text, at=at)
    assert units(text, {"from": answer["from"], "to": at}) == "re"
    options = {each["label"]: each for each in answer["options"]}
    assert {"relu", "residual", "conv"} <= set(options)
    assert options["relu"]["type"] == "function"
    assert options["conv"]["snippet"] == "conv(${1:out_channels}, ${2:kernel_size})"
    assert options["residual"]["snippet"].endswith("${}\n}")
    assert options["residual"]["apply"] == "residual"


def test_completion_knows_the_names_of_the_text_that_could_be_read() -> None:
    asked = Service()
    ask(asked, "check")
    broken = SMALL.replace("net Small(width = 8) {", "net Small(width = 8 {").replace(
        "conv(width, 3)", "conv(w"
    )
    found = ask(asked, "complete", broken, at=broken.index("conv(w") + 6)
    assert "width" in {each["label"] for each in found["options"]}


def test_hovering_says_what_a_step_made() -> None:
    text = "# 🙂\n" + SMALL
    at = len(text[: text.index("conv")].encode("utf-16-le")) // 2
    answer = ask(Service(), "hover", text, at=at)
    assert units(text, answer) == "conv"
    assert "makes **8x14x14**" in answer["markdown"]
    assert ask(Service(), "hover", text, at=0) == {}


def test_the_one_layout() -> None:
    asked = Service()
    assert ask(asked, "format", "net A {input 3x8x8\nflatten}") == {
        "text": "net A {\n    input 3x8x8\n    flatten\n}\n"
    }
    assert "E101" in ask(asked, "format", "net A {{")["error"]


def test_codes_are_explained() -> None:
    page = Service().answer({"method": "explain", "code": "E203"})["markdown"]
    assert str(page).startswith("## E203: ")
    assert "```net\n" in str(page)
    assert "error[E203]" in str(page)


def test_it_needs_the_standard_library_alone() -> None:
    code = (
        "import sys\n"
        "before = {each.partition('.')[0] for each in sys.modules}\n"
        "from netdsl.playground.service import Service\n"
        "service = Service()\n"
        "text = service.answer({'method': 'open', 'name': 'lenet5'})\n"
        "for method in ('list', 'check', 'draw', 'format', 'complete', 'hover'):\n"
        "    assert 'error' not in service.answer({'method': method, 'at': 0, **text}), method\n"
        "used = {each.partition('.')[0] for each in sys.modules} - before\n"
        "print(sorted(used - sys.stdlib_module_names - {'netdsl'}), 'threading' in used)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], env=environment(), capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("[] False\n", "")
