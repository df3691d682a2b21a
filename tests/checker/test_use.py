"""`use`: paths, circles, and mistakes in used files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from netdsl.api import check_file
from netdsl.checker import CheckResult
from netdsl.diagnostics import Diagnostic
from netdsl.editor.texts import shown_name
from netdsl.lints.config import options_for
from tests.checker.build import codes, finding, names, net

BLOCK = "block Unit(c) {\n    conv(c, 3)\n}\n"


def check_main(folder: Path, text: str, **files: str) -> CheckResult:
    """Check a main file beside others; `a__b` is b.net in the folder a."""
    for name, content in files.items():
        path = folder / (name.replace("__", os.sep) + ".net")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    (folder / "main.net").write_text(text)
    return check_file(str(folder / "main.net"))


def only(result: CheckResult) -> Diagnostic:
    """The only finding."""
    (found,) = result.diagnostics
    return found


def test_blocks_of_another_file(tmp_path: Path) -> None:
    result = check_main(tmp_path, 'use "blocks.net"\n' + net("Unit(8)"), blocks=BLOCK)
    assert result.network is not None
    assert names(result.network) == ["unit1.conv1"]
    ((_, layer),) = result.network.layers()
    assert layer.span.source.name.endswith("blocks.net")


def test_files_on_another_drive_are_shown_by_their_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def apart(path: str, start: str = "") -> str:
        raise ValueError("path is on mount 'C:', start on mount 'D:'")

    monkeypatch.setattr(os.path, "relpath", apart)
    result = check_main(tmp_path, 'use "blocks.net"\n' + net("Unit(8)"), blocks=BLOCK.replace("3", "n"))
    used, configured = tmp_path / "blocks.net", tmp_path / "netdsl.toml"
    configured.write_text("[")
    assert [each.span.source.name for each in result.diagnostics if each.span] == [str(used)]
    assert shown_name(str(used)) == str(used)
    (wrong,) = options_for(str(used))[1]
    assert wrong.span is not None
    assert wrong.span.source.name == str(configured)


def test_nets_of_another_file_are_not_checked_as_the_files_own(tmp_path: Path) -> None:
    result = check_main(tmp_path, 'use "other.net"\n' + net("Other"), other=net("conv(4, 3)", "net Other"))
    assert [network.name for network in result.networks] == ["N"]


def test_own_names_win_over_used_ones(tmp_path: Path) -> None:
    text = 'use "blocks.net"\n' + net("Unit(8)", more="block Unit(c) { linear(c) -> relu }\n", shape="12")
    result = check_main(tmp_path, text, blocks=BLOCK)
    assert result.network is not None
    assert names(result.network) == ["unit1.linear1", "unit1.relu1"]


def test_used_blocks_see_the_names_of_their_own_file(tmp_path: Path) -> None:
    blocks = 'use "deep/more.net"\n' + "block Unit(c) { Inner(c) }\nblock Other { relu }\n"
    more = "block Inner(c) { Other -> conv(c, 3) }\nblock Other { tanh }\n"
    text = 'use "blocks.net"\n' + net("Unit(8) -> Other")
    result = check_main(tmp_path, text, blocks=blocks, deep__more=more)
    assert result.network is not None
    assert names(result.network) == ["unit1.inner1.other1.tanh1", "unit1.inner1.conv1", "other1.relu1"]


def test_names_of_a_files_uses_are_not_passed_on(tmp_path: Path) -> None:
    text = 'use "blocks.net"\n' + net("Inner(8)")
    result = check_main(tmp_path, text, blocks='use "more.net"\n' + BLOCK, more="block Inner(c) { relu }\n")
    assert only(result).code.id == "E301"


def test_mistake_in_a_used_file_is_shown_there(tmp_path: Path) -> None:
    result = check_main(tmp_path, 'use "blocks.net"\n' + net("Unit(8)"), blocks=BLOCK.replace("conv", "cnov"))
    found = only(result)
    assert found.span is not None
    assert found.span.source.name.endswith("blocks.net")
    assert found.span.text == "cnov"
    assert [label.span.text for label in found.labels] in ([], ["Unit(8)"])


def test_syntax_error_in_a_used_file(tmp_path: Path) -> None:
    result = check_main(tmp_path, 'use "blocks.net"\n' + net("Unit(8)"), blocks=BLOCK.replace("c, 3", "c 3"))
    assert only(result).code.id == "E101"


def test_files_in_a_circle(tmp_path: Path) -> None:
    result = check_main(tmp_path, 'use "a.net"\n' + net("relu"), a='use "b.net"\n', b='use "a.net"\n')
    found = only(result)
    assert (found.code.id, found.message) == ("E604", "files use each other in a circle")


def test_file_that_uses_itself(tmp_path: Path) -> None:
    assert only(check_main(tmp_path, 'use "main.net"\n' + net("relu"))).code.id == "E604"


def test_file_used_twice_is_read_once(tmp_path: Path) -> None:
    text = 'use "a.net"\nuse "b.net"\n' + net("A(4) -> B(4)")
    a, b = (f'use "blocks.net"\nblock {name}(c) {{ Unit(c) }}\n' for name in "AB")
    result = check_main(tmp_path, text, a=a, b=b, blocks=BLOCK.replace("conv(c, 3)", "cnov(c, 3)"))
    assert only(result).code.id == "E301"


@pytest.mark.parametrize(
    "path",
    [
        "../outside.net",
        "/etc/passwd",
        "deep/../../outside.net",
        "nothing.net",
        "",
        ".",
        "deep",
        "a\\0b",
        "nul\0",
    ],
)
def test_paths_that_are_refused(tmp_path: Path, path: str) -> None:
    (tmp_path / "outside.net").write_text("block Secret { relu }\n")
    inside = tmp_path / "inside"
    result = check_main(inside, f'use "{path}"\n' + net("relu"), deep__x=BLOCK)
    found = only(result)
    assert found.code.id == "E604"
    assert found.span is not None
    assert found.span.text == f'"{path}"'


def test_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside.net").write_text(BLOCK)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.net").symlink_to(tmp_path / "outside.net")
    assert only(check_main(inside, 'use "link.net"\n' + net("relu"))).code.id == "E604"


def test_packaged_file_can_be_used(tmp_path: Path) -> None:
    result = check_main(tmp_path, 'use "squeeze_excite.net"\n' + net("conv(16, 3) -> SqueezeExcite(4)"))
    assert result.network is not None


def test_used_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "blob.net").write_bytes(b"\xff\xfe\x00")
    found = only(check_main(tmp_path, 'use "blob.net"\n' + net("relu")))
    assert found.code.id == "E604"
    assert "UTF-8" in found.message


def test_text_without_a_file_uses_nothing() -> None:
    assert finding('use "blocks.net"\n' + net("relu"), "E604").label == "there is no folder to look in"
    assert codes('use "blocks.net"\n' + net("rleu")) == ["E604", "E301"]


def test_block_missing_because_its_file_is_missing_is_one_mistake(tmp_path: Path) -> None:
    result = check_main(tmp_path, 'use "blcoks.net"\n' + net("Unit(8)"), blocks=BLOCK)
    assert result.diagnostics[0].code.id == "E604"


def test_mistakes_of_a_file_that_uses_itself_are_said_once(tmp_path: Path) -> None:
    result = check_main(tmp_path, 'use "main.net"\n' + net("relux ("))
    assert sorted(each.code.id for each in result.diagnostics) == ["E102", "E604"]
