"""Hostile nets end quickly, with a message, and without filling the memory."""

from __future__ import annotations

import cProfile
import resource
from pathlib import Path

import pytest

import netdsl
from netdsl.checker import packaged_folder
from netdsl.checker.scope.context import MOST_FINDINGS
from netdsl.layers import table
from netdsl.spec import check_file
from tests.checker.build import codes, net

# Calls of functions: half of it at most. Without a bound, these would take hours.
MOST_CALLS = 3_000_000
MEGABYTES = 300

DOUBLING = "\n".join(["let a0 = [1, 2]", *(f"let a{n + 1} = a{n} + a{n}" for n in range(60))])
SQUARING = "\n".join(["let a0 = 9", *(f"let a{n + 1} = a{n} * a{n}" for n in range(60))])
NESTING = "\n".join(["let a0 = [1]", *(f"let a{n + 1} = [{', '.join([f'a{n}'] * 8)}]" for n in range(40))])
LAYERS = "\n".join(["let a0 = relu", *(f"let a{n + 1} = Pair(a{n}, a{n})" for n in range(60)), "a60"])
APART = "\n".join(
    f"let {name}{n + 1} = [{name}{n}, {name}{max(0, n - 1)}]" for name in "bc" for n in range(999)
)
PAIRS = "\n".join(["let a0 = relu", *(f"let a{n + 1} = Pair(a{n}, a{n})" for n in range(60))])
OTHERS = "\n".join(["let b0 = relu", *(f"let b{n + 1} = Pair(b{n}, b{n})" for n in range(60))])
PAIR = "block Pair(f, g) { f -> g }\n"
TOWER = (
    "".join(f"block B{n} {{\n    B{n + 1}\n    B{n + 1}\n}}\n" for n in range(50)) + "block B50 { relu }\n"
)

HOSTILE = {
    "repeat": (net("repeat 1000000000 { relu }"), "E507"),
    "repeat of nothing": (net("repeat 1000000000 { }"), "E507"),
    "repeats of nothing": (net("repeat 99999 { repeat 99999 { repeat 99999 { } } }"), "E507"),
    "repeats": (net("repeat 1000 { repeat 1000 { repeat 1000 { relu } } }"), "E507"),
    "repeat of let": (net("repeat 1000000000 { let x = 1 }"), "E507"),
    "range": (net("for x in range(10 ** 15) { relu }"), "E401"),
    "ranges": (net("for x in range(99999) { for y in range(99999) { } }"), "E507"),
    "range of ranges": (net("for x in range(1000) { let y = range(100000) }"), "E507"),
    "backwards range": (net("let x = range(0, -(10 ** 18), -1)"), "E401"),
    "list doubling": (net(DOUBLING), "E507"),
    "list times": (net("let x = [1] * 10 ** 15"), "E403"),
    "lists times": (net("let x = [[1] * 1000000] * 1000000"), "E403"),
    "squaring": (net(SQUARING), "E403"),
    "power": (net("let x = 2 ** 10 ** 10"), "E403"),
    "power of powers": (net("let x = 10 ** 10 ** 10 ** 10"), "E403"),
    "negative power": (net("let x = 2 ** -(10 ** 18)\nconv(x, 3)"), None),
    "small power": (net("let x = 1 ** 10 ** 18\nlet y = (0 - 1) ** 10 ** 18\nconv(x, 3)"), None),
    "equal lists": (net(NESTING + "\nif a40 == a40 { relu }"), None),
    "equal nested lists": (net(NESTING + "\nlet b = a39 + []\nif [a40] == [a40 + []] { relu }"), None),
    "sum of nothing": (net("repeat 90000 { let x = sum(range(100)) }"), "E507"),
    "tower of blocks": (net("B0", more=TOWER), "E507"),
    "tower of values": (net(LAYERS, more="block Pair(f, g) { f -> g }\n"), "E506"),
    "wide": (net("conv(10 ** 15, 3)"), "E303"),
    "wide input": (net("relu", shape="999999999x999999999x999999999"), "E207"),
    "many branches": (net("concat { repeat 1000000 { branch { } } }"), "E507"),
    "doubling channels": (net("repeat 90 { concat { branch { } branch { } } }"), "E207"),
    "long message": (net(f'require false, "{"x" * 1_000_000}"'), "E408"),
    "labels": (net("repeat 90000 { relu as a }"), None),
    "deep merges": (net("residual { " * 60 + "relu" + " }" * 60), None),
    "nested values": (net(NESTING + "\nconv(a40, 3)"), "E303"),
    "nested message": (net(NESTING + "\nrequire false, a40"), "E408"),
    "nested layers": (net(PAIRS + "\nconv(a60, 3)", more=PAIR), "E303"),
    "nested layers in a message": (net(PAIRS + "\nrequire false, a60", more=PAIR), "E408"),
    "equal layers": (net(PAIRS + "\nif a60 == a60 { relu }", more=PAIR), None),
    "equal layers apart": (net(f"{PAIRS}\n{OTHERS}\nif a60 == b60 {{ relu }}", more=PAIR), None),
    "lists out of step": (net(f"let b0 = [1]\nlet c0 = [1]\n{APART}\nif b999 == c999 {{ relu }}"), None),
    "unknown layer": (net("repeat 20000 { cnov(3) }"), "E301"),
    "unknown names": (net("repeat 20000 { if in_chanels > 3 { relu } }"), "E307"),
    "unknown option": (net("repeat 20000 { conv(3, 3, paddding=2) }"), "E302"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_ends_quickly(case: str) -> None:
    text, code = HOSTILE[case]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with cProfile.Profile() as profile:
        found = codes(text)
    assert sum(each.callcount for each in profile.getstats()) < MOST_CALLS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEGABYTES * 1024
    if code is not None:
        assert code in found


def test_steps_that_take_long_are_bounded_too() -> None:
    text = (Path(packaged_folder()) / "swin.net").read_text()
    with cProfile.Profile() as profile:
        found = netdsl.check(text, depths="[2, 65536, 6, 2]").diagnostics
    assert [each.code.id for each in found] == ["E507"]
    assert sum(each.callcount for each in profile.getstats()) < MOST_CALLS


def test_one_mistake_met_again_and_again_says_nothing_else() -> None:
    assert codes(net("repeat 20000 { cnov(3) }")) == ["E301"]


def test_installed_packages_are_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[None] = []
    monkeypatch.setattr(table, "installed_names", lambda: looked.append(None) or [])
    codes(net("repeat 400 { cnov(3) }\nlineer(3)\nlet x = rleu"))
    assert len(looked) == 1


def test_files_that_are_not_there_are_named_up_to_a_screenful(tmp_path: Path) -> None:
    path = tmp_path / "many.net"
    path.write_text('use "missing.net"\n' * 500 + net("relu"))
    found = check_file(str(path)).diagnostics
    assert {each.code.id for each in found} == {"E604"}
    assert len(found) == MOST_FINDINGS


def test_the_work_of_a_check_grows_linearly_with_the_file() -> None:
    def calls(count: int) -> int:
        text = net("\n".join("conv(8, 3, padding=1)" for _ in range(count)))
        with cProfile.Profile() as profile:
            assert codes(text) == []
        return sum(each.callcount for each in profile.getstats())

    calls(10)
    assert calls(2500) < 1.2 * 5 * calls(500)
