"""Recipes and experiment files."""

from __future__ import annotations

import zlib
from abc import abstractmethod
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from random import Random

from conformance.hostile.kind import Kind
from conformance.hostile.mutate.bytewise import mutate_bytes
from conformance.hostile.mutate.extremes import number
from conformance.hostile.mutate.tokens import Vocabulary, mutate_tokens, pieces_of
from conformance.hostile.promises import CODES, check_said, promise
from netdsl.diagnostics import Diagnostic
from netdsl.experiments.check import check_networks
from netdsl.experiments.load import load_experiment
from netdsl.experiments.plan import make_plan
from netdsl.training.recipe import load_recipe
from netdsl.training.recipe.fields import recipe_fields

ROOT = Path(__file__).parents[3]
_VALUES = (
    *("[]", "{}", "null", "~", '""', "yes", "0x1F", "0o17", "1_000", "1:30", ".inf", "-.inf", ".nan"),
    *("!!int abc", "!!int ''", "!!float ''", "!!bool maybe", "!!null x", "!!binary '@@'", "!!timestamp abc"),
    *("!!set {a, b}", "!!omap [a: 1]", "!!pairs [a: 1]", "!!python/object/apply:os.system ['x']", "!x y"),
    *(
        "!!python/name:os.system",
        "2026-01-02",
        "&a [*a]",
        "&a {b: *a}",
        "*b",
        "[[[[[[1]]]]]]",
        "{a: {b: {}}}",
    ),
    *("[1, 2", "{a: 1", "'x", '"\\x00"', '"\\ud800"', "|\n  text", ">\n  text", "? [a]", "<<: *a", "- 1"),
    *("a: b: c", "!!str 1"),
)
_TYPES = ("true", "1", "0", "-1", "0.5", "sgd", "[1, 2]", "{mean: [1], std: [0]}", "{0: 0.1}", "[{a: 1}]")
_USES = ("set: {{w: {0}}}", "epochs: {0}", "grid: {{set.w: {0}}}", "runs: {0}", "recipe: {{lr: {0}}}")
_PIECES = ("epochs: 3\n", "x", "- 1\n", "a: 1\n", "9", "#\n", "'", "\n", "--- \n", "&a ", "title: x\n")
_SEEDS = ("seeds: 1000000", "seeds: [0, 9223372036854775807]", "seeds: 99999999999999999999", "seeds: 2")
_RUNS = (
    "grid: {set.a: [1, 2, 3], recipe.lr: [1, 2]}",
    "random: {draws: 1000000000, space: {recipe.lr: {uniform: [0, 1e308]}}}",
    "random: {draws: 3, space: {recipe.lr: {uniform: [-1e308, 1e308]}}}",
    "random: {draws: 2, space: {set.a: {integer: [-9223372036854775808, 9223372036854775807]}}}",
    *("runs: [{name: '../../x'}, {name: '..'}, {name: '/'}]", "runs: [{name: a, recipe: '.'}]"),
    *("recipe: /dev/zero", "net: /dev/zero", "net: /etc/passwd"),
)


class YamlFile(Kind):
    """YAML that is read as one of the program's kinds of files."""

    # Keys that are written with any values.
    keys: Sequence[str]

    def draw(self, random: Random, pool: Sequence[bytes]) -> bytes:
        """A file with keys added, tokens changed, or bytes; or one that grows without end."""
        chance = random.random()
        if chance < 0.02:
            return random.choice(FORMS)(random).encode()
        data = random.choice(pool)
        for _ in range(random.randrange(3)):
            value = random.choice(random.choice((_VALUES, _TYPES)))
            value = value if random.random() < 0.8 else number(random)
            data += f"\n{random.choice(self.keys)}: {value}".encode()
        if random.random() < 0.6:
            pieces = pieces_of(data.decode("utf-8", "surrogateescape"))
            for _ in range(1 + int(random.expovariate(1))):
                pieces = mutate_tokens(random, pieces, self.words)
            data = "".join(pieces).encode("utf-8", "replace")
        if random.random() < 0.3:
            data = mutate_bytes(random, data, pool)
        return data

    def run(self, data: bytes) -> frozenset[str]:
        """Read the file; print what is said."""
        # As from a file: what can't be decoded never comes so far.
        accepted, said = self.read(data.decode("utf-8", "replace"), zlib.crc32(data))
        promise(accepted or bool(said), "neither accepted nor a reason")
        return check_said(said) | (frozenset(("accepted",)) if accepted else frozenset())

    @abstractmethod
    def read(self, text: str, chance: int) -> tuple[bool, Sequence[Diagnostic]]:
        """Whether the text is accepted, and what is said; `chance` is a number that is the text's own."""

    @cached_property
    def words(self) -> Vocabulary:
        """The words of all seeds."""
        return Vocabulary([seed.decode() for seed in self.seeds()], [*self.keys, *_VALUES, *_TYPES])


class Recipes(YamlFile):
    """Recipes, some with keys of a command line laid over them."""

    name = "recipes"
    keys = tuple(each.name for each in recipe_fields())

    def seeds(self) -> Sequence[bytes]:
        """The packaged recipes, and the examples of the catalogue."""
        texts = [path.read_text() for path in sorted((ROOT / "architectures").glob("*.yaml"))]
        return [text.encode() for text in dict.fromkeys([*texts, *_examples("yaml"), "epochs: 3\nlr: 0.1\n"])]

    def read(self, text: str, chance: int) -> tuple[bool, Sequence[Diagnostic]]:
        """Read it, some as the value of an option."""
        overrides = {"lr": text, "epochs": "3"} if chance % 16 == 0 else {}
        recipe, said = load_recipe(text, "recipe.yaml", overrides)
        return recipe is not None, said


class Experiments(YamlFile):
    """Experiment files, with their plans, as `netdsl sweep --dry-run` makes them."""

    name = "experiments"
    keys = (
        *("title", "net", "set", "data", "recipe", "seeds", "runs", "grid", "random", "search", "scheduler"),
        *("note", "source", "partial_epochs", "name", "draws", "space", "choice", "uniform", "set.width"),
    )

    def seeds(self) -> Sequence[bytes]:
        """The examples, and those of the catalogue."""
        paths = sorted((ROOT / "examples").rglob("*.yaml"))
        texts = [*(path.read_text() for path in paths), *_examples("experiment")]
        return [text.encode() for text in dict.fromkeys(texts) if len(text) < 3000]

    def read(self, text: str, chance: int) -> tuple[bool, Sequence[Diagnostic]]:
        """Read it and plan its runs; the networks of some are checked too."""
        file, said = load_experiment(text, "experiment.yaml", self.folder)
        if file is None or file.experiment.search is not None:
            return file is not None, said
        planned, wrong = make_plan(file)
        said = [*said, *wrong]
        if not said and chance % 8 == 0:
            _, wrong = check_networks(planned)
            said += wrong
        return not said, said


def _examples(kind: str) -> list[str]:
    return [text for code in CODES.values() if code.example_kind == kind for text in (code.wrong, code.right)]


def _aliases(random: Random) -> str:
    count, width = random.choice((3, 6, 12, 40)), random.choice((2, 9, 40))
    lines = ["a0: &a0 [1]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, count))]
    return "\n".join([*lines, "title: x", random.choice(_USES).format(f"*a{count - 1}")])


def _merges(random: Random) -> str:
    lines = ["a0: &a0 {k: 1}", *(f"a{n}: &a{n} {{!!merge x: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 30))]
    return "\n".join(lines)


def _nested(random: Random) -> str:
    depth = random.choice((3, 63, 64, 65, 300, 1000, 5000))
    indented = "\n".join(" " * n + "a:" for n in range(min(depth, 1000)))
    flow = ("epochs: " + "[" * depth, "epochs: " + "[" * depth + "]" * depth, "{a: " * depth)
    return random.choice((*flow, "a: " * depth, "- " * depth, indented, "? " * depth))


def _long(random: Random) -> str:
    piece = random.choice(_PIECES)
    return piece * random.choice((1000, 3000)) if random.random() < 0.9 else piece * (2**20 + 1)


def _huge(random: Random) -> str:
    return f"title: x\nnet: lenet5\n{random.choice(_SEEDS)}\n{random.choice(_RUNS)}\n"


FORMS: tuple[Callable[[Random], str], ...] = (_aliases, _merges, _nested, _long, _huge)
