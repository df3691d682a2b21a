from __future__ import annotations

from pathlib import Path

import pytest

from netdsl.diagnostics.span import Source
from netdsl.editor.document import Document
from netdsl.editor.navigation import definition_at, highlights, references, symbol_at
from netdsl.editor.rename import RenameError, apply, rename, renamed_at
from netdsl.editor.texts import Texts, shown_name
from tests.editor.mark import NET, at, inside, opened, split

BLOCKS = "block Unit(channels, stride = 1) {\n    conv(channels, 3, stride=stride)\n}\n"
MAIN = 'use "blocks.net"\n\nnet A(unit = Unit) {\n    input 3x32x32\n    Unit(8, stride=2) -> unit(8)\n}\n'


@pytest.fixture
def texts(tmp_path: Path) -> Texts:
    (tmp_path / "blocks.net").write_text(BLOCKS)
    (tmp_path / "main.net").write_text(MAIN)
    (tmp_path / "broken.net").write_text("net Unit {")
    return Texts((str(tmp_path),))


def file(texts: Texts, name: str) -> Document:
    path = Path(texts.folders[0]) / name
    return Document(texts.read(str(path), shown_name(str(path))), texts.folders[0], texts.read)


def renamed(text: str, name: str) -> str:
    plain, offset = split(text)
    document = opened(plain)
    return apply(document.source, rename(document, offset, name, Texts()))


def test_the_definition_in_this_file() -> None:
    document = opened(NET)
    span = definition_at(document, at(NET, "double", "Unit(double"), Texts())
    assert span is not None
    assert span.start == at(NET, "double")


def test_the_definition_in_a_used_file(texts: Texts) -> None:
    main = file(texts, "main.net")
    for word in ("Unit(8", "stride=2", "Unit)"):
        span = definition_at(main, at(MAIN, word), texts)
        assert span is not None
        assert Path(span.source.name).name == "blocks.net"


def test_the_path_of_a_use_leads_to_the_file(texts: Texts) -> None:
    span = definition_at(file(texts, "main.net"), at(MAIN, "blocks"), texts)
    assert span is not None
    assert (Path(span.source.name).name, span.start) == ("blocks.net", 0)


def test_a_text_that_is_not_saved_counts(texts: Texts) -> None:
    texts.open(str(Path(texts.folders[0]) / "blocks.net"), f"# One line more.\n{BLOCKS}")
    span = definition_at(file(texts, "main.net"), at(MAIN, "Unit(8"), texts)
    assert span is not None
    assert span.line == 2


def test_references_in_every_file_that_uses_this_one(texts: Texts) -> None:
    for name, word in (("blocks.net", "Unit"), ("main.net", "Unit(8")):
        document = file(texts, name)
        symbol = symbol_at(document, at(document.text, word))
        assert symbol is not None
        found = sorted(
            (Path(each.source.name).name, each.line) for each in references(document, symbol, texts)
        )
        assert found == [("blocks.net", 1), ("main.net", 3), ("main.net", 5)]


def test_highlights_are_of_this_file() -> None:
    assert [each.text for each in highlights(opened(NET), at(NET, "stem"))] == ["stem", "stem"]
    assert highlights(opened(NET), at(NET, "conv")) == []


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ("    let a|b = 1\n    conv(ab, 1)", "c", "    let c = 1\n    conv(c, 1)"),
        ("    conv(3, 1) as sk|ip\n    add(skip)", "kept", "    conv(3, 1) as kept\n    add(kept)"),
        ("    for i|x in [1] { conv(ix, 1) }", "n", "    for n in [1] { conv(n, 1) }"),
    ],
)
def test_a_name_of_a_body(before: str, name: str, after: str) -> None:
    assert renamed(inside(before), name) == inside(after)


def test_a_parameter_with_its_named_arguments() -> None:
    after = renamed(NET.replace("stride = 1", "str|ide = 1"), "step")
    assert "block Unit(channels, step = 1)" in after
    assert "Unit(double, step=2)" in after
    assert "conv(channels, 3, stride=step, padding=1)" in after


def test_a_block_in_every_file(texts: Texts) -> None:
    main = file(texts, "main.net")
    edits = rename(main, at(MAIN, "Unit(8"), "Part", texts)
    changed = {Path(each.span.source.name).name: apply(each.span.source, edits) for each in edits}
    assert changed == {"blocks.net": BLOCKS.replace("Unit", "Part"), "main.net": MAIN.replace("Unit", "Part")}


@pytest.mark.parametrize(
    ("text", "name", "reason"),
    [
        (inside("    conv(|width, 1)"), "9a", "no name"),
        (inside("    conv(|width, 1)"), "let", "word of the language"),
        (inside("    conv(|width, 1)"), "act", "already|else already|two parameters"),
        (inside("    conv(|width, 1)"), "dropout", "already a layer"),
        (inside("    |conv(8, 1)"), "x", "no net, block"),
        ("net |A { input 3\n linear(1) }\n", "a", "begins with a capital"),
        (inside("    conv(3, 1) as |skip\n    add(skip)"), "train", "can't be a label"),
        (inside("    if false { let a = 1\n        conv(|a, 1) }"), "width", "else"),
    ],
)
def test_a_name_that_would_change_the_meaning_is_refused(text: str, name: str, reason: str) -> None:
    with pytest.raises(RenameError, match=reason):
        renamed(text, name)


def test_a_packaged_file_is_not_changed() -> None:
    text, offset = split('use "squeeze_excite.net"\nnet A { input 3x8x8\n    |SqueezeExcite }\n')
    with pytest.raises(RenameError, match="packaged file"):
        rename(Document(Source("<text>", text), "."), offset, "Squeeze", Texts())


def test_what_can_be_renamed() -> None:
    document = opened(NET)
    span = renamed_at(document, at(NET, "double", "Unit(double") + 3)
    assert span is not None
    assert span.text == "double"
    assert renamed_at(document, at(NET, "conv")) is None
