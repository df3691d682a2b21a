"""Files with many nets are checked in two parts: the net that is shown, then the others."""

from __future__ import annotations

from typing import Any

from netdsl.playground.service import Service
from tests.playground.ask import SMALL, ask, units

TWO = SMALL + "\nnet Other {\n    input 3x8x8\n    cnov(8, 3) -> flatten -> linear(10)\n}\n"


def codes(answer: dict[str, Any]) -> list[str]:
    return [each["code"] for each in answer["diagnostics"]]


def test_the_shown_net_is_checked_first() -> None:
    asked = Service()
    answer = ask(asked, "check", TWO, whole=False)
    assert (answer["complete"], codes(answer)) == (False, [])
    assert answer["network"]["title"].startswith("Small(")
    answer = ask(asked, "check", TWO)
    assert (answer["complete"], codes(answer)) == (True, ["E301"])


def test_the_net_that_is_asked_for_is_the_shown_one() -> None:
    answer = ask(Service(), "check", TWO, net="Other", whole=False)
    assert (answer["complete"], codes(answer)) == (False, ["E301"])


def test_findings_of_the_others_stay_while_one_types() -> None:
    asked = Service()
    ask(asked, "check", TWO)
    edited = TWO.replace("relu", "leaky_relu(0.2)")
    answer = ask(asked, "check", edited, whole=False)
    assert (answer["complete"], codes(answer)) == (False, ["E301"])
    (found,) = answer["diagnostics"]
    assert units(edited, found) == "cnov"
    assert (found["file"], found["fix"]) == (None, None)
    assert codes(ask(asked, "check", edited)) == ["E301"]


def test_findings_of_another_file_do_not_stay() -> None:
    asked = Service()
    ask(asked, "check", TWO)
    assert codes(ask(asked, "check", TWO, name="other.net", whole=False)) == []


def test_the_second_part_goes_on_where_the_first_ended(monkeypatch: Any) -> None:
    checked: list[str] = []
    asked = Service()
    watch(monkeypatch, checked)
    ask(asked, "check", TWO, whole=False)
    ask(asked, "draw", TWO)
    ask(asked, "hover", TWO, at=TWO.index("conv"))
    ask(asked, "complete", TWO, at=TWO.index("conv"))
    assert checked == ["Small"]
    ask(asked, "check", TWO)
    assert checked == ["Small", "Wide", "Other"]


def test_another_net_of_a_checked_text_costs_no_check(monkeypatch: Any) -> None:
    checked: list[str] = []
    asked = Service()
    ask(asked, "check", TWO)
    watch(monkeypatch, checked)
    answer = ask(asked, "check", TWO, net="Wide")
    assert answer["network"]["title"].startswith("Wide(")
    assert "<svg" in ask(asked, "draw", TWO, net="Wide")["svg"]
    assert checked == []


def watch(monkeypatch: Any, checked: list[str]) -> None:
    """Note the nets that are checked from now on."""
    from netdsl.editor import analysis

    check_net = analysis.check_net

    def noted(template: Any, *rest: Any) -> Any:
        checked.append(template.name)
        return check_net(template, *rest)

    monkeypatch.setattr(analysis, "check_net", noted)
