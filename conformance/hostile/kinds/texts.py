"""`.net` texts, from Python and from a file."""

from __future__ import annotations

import ast
import json
import random as _random
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random

import netdsl
from conformance.hostile.kind import Kind
from conformance.hostile.kinds.texts_made import make_text
from conformance.hostile.mutate.bytewise import mutate_bytes
from conformance.hostile.mutate.tokens import Vocabulary, mutate_tokens, pieces_of
from conformance.hostile.promises import CODES, check_said, promise
from netdsl.checker import packaged_folder
from netdsl.diagnostics.render.json import to_json
from netdsl.emit.render import render
from netdsl.emit.summary import summarize
from netdsl.layers import table
from netdsl.network.nodes import Network
from netdsl.network.table import as_dict
from netdsl.spec import check_file
from netdsl.syntax.tables import KEYWORDS, LITERALS

ROOT = Path(__file__).parents[3]
# Of a network up to these sizes, the source is rendered, and of some torchinfo's table is made.
MOST_LAYERS, MOST_PARAMETERS, MOST_ACTIVATIONS = 200, 10**6, 10**8
# One of so many texts comes from a file; of so many networks, one is written as source, and one is built.
FROM_FILE, WRITTEN, BUILT = 16, 3, 60
_SETTINGS = ("classes=10", "width=0", "act=relu", "x=[1, 2]", "size=1e309", "depths=[", "p=Unit")


class Texts(Kind):
    """Texts of the language."""

    name = "texts"
    part = 10_000

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        _write_used(folder)
        # Which packages are installed does not change, and finding out takes longer than most texts.
        table.installed_names = cache(table.installed_names)

    def seeds(self) -> Sequence[bytes]:
        """Small nets: the golden files, the catalogue's examples, the layers', and the packaged networks."""
        return [text.encode() for text in small_texts()]

    def draw(self, random: Random, pool: Sequence[bytes]) -> bytes:
        """A text with some tokens changed, some bytes, or one that is made to be too much."""
        chance = random.random()
        if chance < 0.004:
            return make_text(random).encode()
        data = random.choice(pool) if chance < 0.98 else random.choice(packaged_texts()).encode()
        if random.random() < 0.8:
            data = self._with_other_tokens(random, data)
        if random.random() < 0.3:
            for _ in range(_some(random)):
                data = mutate_bytes(random, data, pool)
        return data

    def run(self, data: bytes) -> frozenset[str]:
        """Check the text; print what is said; tell the shapes of a network and write its source."""
        chance = _random.Random(zlib.crc32(data))
        settings = dict([chance.choice(_SETTINGS).split("=")]) if chance.random() < 0.05 else {}
        text = data.decode("utf-8", "surrogateescape")
        if chance.randrange(FROM_FILE):
            result = netdsl.check(text, None, **settings)
            promise(bool(result.diagnostics or result.networks), "neither a network nor a reason")
        else:
            path = self.folder / "hostile.net"
            path.write_bytes(data)
            result = check_file(str(path), settings, every=not settings)
        signs = check_said(result.diagnostics)
        promise(result.ok or result.network is None, "a network despite an error")
        for network in result.networks if result.ok else ():
            signs |= use_network(
                network, written=not chance.randrange(WRITTEN), built=not chance.randrange(BUILT)
            )
        return signs

    def _with_other_tokens(self, random: Random, data: bytes) -> bytes:
        pieces = pieces_of(data.decode("utf-8", "surrogateescape"))
        for _ in range(_some(random)):
            pieces = mutate_tokens(random, pieces, vocabulary())
        return "".join(pieces).encode("utf-8", "surrogateescape" if _has_escapes(pieces) else "surrogatepass")


def use_network(network: Network, *, written: bool, built: bool) -> frozenset[str]:
    """Do with a network what the commands do; the kinds of its layers.

    The shapes are told and printed as JSON. Small ones are `written` as
    source, which must compile and hold nothing but imports, a docstring and
    classes, or `built` and run, for torchinfo's table.
    """
    layers = [node for _, node in network.layers()]
    if len(layers) > MOST_LAYERS:
        return frozenset(("accepted", "large"))
    told = json.loads(to_json(as_dict(network)))
    promise(told["parameters"] == network.parameter_count, "other counts in the JSON")
    if network.parameter_count <= MOST_PARAMETERS and network.activation_bytes <= MOST_ACTIVATIONS:
        if written:
            check_source_text(render(network))
        if built and max(network.multiply_adds, network.input.size) <= MOST_ACTIVATIONS // 10:
            promise("Total params" in summarize(network), "no table of torchinfo's")
    return frozenset(("accepted", *(node.kind for node in layers)))


def check_source_text(source: str) -> None:
    """Raise `BrokenPromiseError` where rendered source runs anything when it is imported."""
    compile(source, "rendered.py", "exec")
    for statement in ast.parse(source).body:
        harmless = isinstance(statement, ast.Import | ast.ImportFrom | ast.ClassDef)
        promise(harmless or _is_docstring(statement), "the source runs something when it is imported")
        if isinstance(statement, ast.ClassDef):
            for inner in statement.body:
                promise(
                    isinstance(inner, ast.FunctionDef) or _is_docstring(inner), "a class that runs something"
                )


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _some(random: Random) -> int:
    return 1 + min(int(random.expovariate(1.1)), 7)


def _has_escapes(pieces: Sequence[str]) -> bool:
    return any("\udc80" <= each <= "\udcff" for piece in pieces for each in piece)


@cache
def packaged_texts() -> tuple[str, ...]:
    """The packaged networks."""
    return tuple(path.read_text() for path in sorted(Path(packaged_folder()).glob("*.net")))


@cache
def small_texts() -> tuple[str, ...]:
    """Nets of a few lines that use all there is, right and wrong ones."""
    golden = (
        path for part in ("bad", "good") for path in sorted((ROOT / "tests/golden" / part).glob("*.net"))
    )
    texts = [path.read_text() for path in golden]
    texts += [
        text for code in CODES.values() if code.example_kind == "net" for text in (code.wrong, code.right)
    ]
    texts += [f"net N {{\n    input 8x16x16\n    {layer.example}\n}}\n" for layer in table.BUILT_IN.values()]
    return tuple(text for text in dict.fromkeys(texts) if len(text) < 700)


@cache
def vocabulary() -> Vocabulary:
    """The words of all seeds, of the grammar and of the layers."""
    options = [option.name for layer in table.BUILT_IN.values() for option in layer.options]
    words = [*KEYWORDS, *LITERALS.values(), *table.BUILT_IN, *options]
    return Vocabulary([*small_texts(), *packaged_texts()], [str(word) for word in words])


def _write_used(folder: Path) -> None:
    """Files that a text can name: two that use each other, one in a folder, a link out, a loop."""
    (folder / "inner").mkdir(exist_ok=True)
    (folder / "a.net").write_text('use "b.net"\nblock A { relu }\n')
    (folder / "b.net").write_text('use "a.net"\nblock B { tanh }\n')
    (folder / "inner" / "c.net").write_text('use "../a.net"\nblock C(c = 3) { conv(c, 3) }\n')
    for name, target in (("out.net", "/etc/passwd"), ("loop.net", "loop.net"), ("up", "..")):
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(target)
