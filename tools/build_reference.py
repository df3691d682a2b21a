"""Writes docs/layers.md, docs/diagnostics.md, docs/recipes.md and tables of other pages from the code.

python tools/build_reference.py            write the pages
python tools/build_reference.py --check    exit with 1 where a page is not what would be written
"""

from __future__ import annotations

import re
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import get_args

from pydantic.fields import FieldInfo

from netdsl.checker import check_source
from netdsl.checker.description import shown_default, signature
from netdsl.checker.expressions.functions import FLOWING, FUNCTIONS
from netdsl.diagnostics import Code, Source
from netdsl.diagnostics.catalogue import all_codes
from netdsl.diagnostics.render import render_text
from netdsl.experiments.model import Asha, Experiment, Random, Reported, RunEntry, Search
from netdsl.experiments.space import Distribution
from netdsl.layers.declaration import Declaration
from netdsl.layers.initialization import SCHEMES
from netdsl.layers.table import BUILT_IN
from netdsl.lints.examples import findings_of
from netdsl.lints.table import LINTS
from netdsl.training import recipe_fields
from netdsl.training.recipe.fields import takes_of
from netdsl.training.recipe.schedule import AnySchedule
from netdsl.training.recipe.values import Settings

DOCS = Path(__file__).resolve().parents[1] / "docs"
NOTE = "<!-- Written by tools/build_reference.py; change what it reads, not this page. -->"

LAYERS_BEGIN = """# Layers

Every layer of the language, from the one table that the check, the export and `netdsl layers` read. [The
language](language.md#layers-and-arguments) says how a layer is used.

- Options in the signature without a default may be given by position, in that order. All others are named.
  Options have the names of torch.nn where torch has the layer.
- An option "one for each spatial axis" takes `3`, `5x3` or `(5, 3)`. The number of spatial axes is the
  input's: `conv` over `3x32x32` becomes a `Conv2d`, over `3x100` a `Conv1d`, over `1x16x32x32` a `Conv3d`.
- A word such as `same` stands without quotes; quotes do no harm. `none` is Python's `None`.
- Shapes are without the batch. A value is a *vector* (`360`), a *map* (channels first, then one to three
  spatial axes: `16x8x8`) or *tokens* (what `tokens` makes of a map: `64x192` are 64 tokens of 192
  features).
- Multiply-adds are those of one sample, [counted as torchinfo does](language.md#what-is-counted).
"""

LAYERS_END = """
## A layer of your own

A module of an installed Python package can stand in `.net` files. The package declares it, and names the
declaration as an entry point of the group `netdsl.layers`:

```python file=mylayers.py
import torch
from torch import nn

from netdsl.emit.custom import module_layer


class GatedConv(nn.Module):
    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, padding: int = 0):
        super().__init__()
        self.value = nn.Conv2d(in_channels, out_channels, kernel_size, padding=padding)
        self.gate = nn.Conv2d(in_channels, out_channels, kernel_size, padding=padding)

    def forward(self, x):
        return self.value(x) * torch.sigmoid(self.gate(x))


gated_conv = module_layer(
    "gated_conv",
    GatedConv,
    "A convolution times a sigmoid gate.",
    positional=("out_channels", "kernel_size"),
)
```

```toml
[project.entry-points."netdsl.layers"]
gated_conv = "mylayers:gated_conv"
```

Where the package is installed, the layer is used as any other:

```net installed
net Gated {
    input 3x32x32
    gated_conv(16, 3, padding=1) -> relu -> avgpool(global) -> flatten
    linear(10)
}
```

- The options are the constructor's parameters, which must be annotated `int`, `float`, `bool` or `str`. The
  first one that is named `in_channels`, `in_features`, `num_features`, `num_channels`, `embed_dim`,
  `channels` or `dim` is not an option: it is given the channels (or features) of the value that flows in.
  `inferred=(...)` names others.
- The output's shape, the parameters and the multiply-adds come from running the module on torch's meta
  device. So checking a file with such a layer imports torch; other files are checked without it.
- The module takes one tensor and returns one, whose first axis is the batch. What it raises on the meta
  device is reported as E211.
- The name is lower case, and that of no built-in layer. `netdsl layers gated_conv` describes the layer.
- Emitted Python source imports the module from the package.
"""

DIAGNOSTICS_BEGIN = """# Messages

Every message of netdsl has a code. `netdsl explain E203` prints what stands here. Codes are stable: a
number is never given to another mistake. E is an error, W a warning or a hint, most of them found by
[lints](toolchain.md#lints); errors make a command exit with 1.

| codes | are about |
| --- | --- |
| E1xx | the text of a `.net` file |
| E2xx, W2xx | shapes |
| E3xx, W3xx | names and arguments |
| E4xx | values and expressions |
| E5xx, W5xx | the structure of nets and blocks |
| E6xx | files and the command line |
| E7xx | recipes, devices and runs |
| E8xx, W8xx | the images |
| E9xx | experiment files |
"""

RECIPES_BEGIN = """# Recipes

A recipe is how a network is trained: everything but the network and the data. It is a YAML file with the
keys below, each with a default, so a recipe holds only what differs:

```yaml
optimizer: sgd
learning_rate: 0.1
momentum: 0.9
weight_decay: 0.0005
epochs: 30
validation: 5000
horizontal_flip: true
```

- `netdsl train net.net --recipe my.yaml` takes a recipe. Without `--recipe`, the file beside the network
  with the ending `.yaml` is taken if there is one (`lenet5.yaml` beside `lenet5.net`), and the command says
  so.
- Each key is an option of `netdsl train` too, with dashes: `--learning-rate 0.01`. An option wins over the
  file. Its value is read as YAML: `--resize "[48, 64]"`.
- From Python: `netdsl.train("lenet5", "shapes", epochs=3, learning_rate=0.01)`.
- An unknown key is an error (E702), as is a value that the key does not take (E703, E704), each with line
  and column.
- The run folder's `recipe.yaml` holds every key, and the mean and standard deviation that were used.
  Training with it repeats the run.

## Keys

"""

RECIPES_END = """
## Schedules

`schedule` is one of these words, or a map with `type` and its options, which are named as in
torch.optim.lr_scheduler. `cosine`, `one_cycle` and `polynomial` change with every step, the others at the end
of an epoch.

| `type` | options and defaults | the learning rate |
| --- | --- | --- |
@SCHEDULES@

`warmup` epochs come before: the rate rises evenly to the schedule's. Instead of a schedule, `learning_rate`
may be a map of epochs to rates: `{0: 0.001, 75: 0.0005, 100: 0.0001}`.

## What happens with them

1. Images are read, brought to `resize` and `channels` where these are given, and kept as bytes.
2. `validation` images are set aside from the training part, drawn by `split_seed`, unless the data has a
   validation part (`val/` in an image folder). Of the rest, `subset` keeps some.
3. Each epoch takes the training images in a new order (or draws them by `sampling_weights`), augmented in the
   order of the table above, each image by its own draws.
4. Pixels are scaled to 0..1, then normalized: with `data`, by the mean and standard deviation of each
   channel of the training images (without those set aside); with a map `{mean: [...], std: [...]}`, by
   these numbers. `mixup` and `cutmix` come after that.
5. The loss is averaged over the images of a step. Class weights are scaled so that the training images' mean
   weight is 1. Validation and test losses are without label smoothing and weights.
6. The epoch that is best by `best_by` gives `best.safetensors`; the test accuracy is that of these weights.
   Without validation images it is the last epoch.

The [run folder](json.md#the-run-folder) holds weights, metrics and result. [Training](training.md) shows what
else the command can do.
"""


def layers_page() -> str:
    """docs/layers.md."""
    families: dict[str, list[Declaration]] = {}
    for declaration in BUILT_IN.values():
        families.setdefault(declaration.family, []).append(declaration)
    parts = [LAYERS_BEGIN]
    for family, members in families.items():
        listed = ", ".join(f"[`{each.name}`](#{each.name})" for each in members)
        parts.append(f"- {family}: {listed}")
    parts.append("")
    for family, members in families.items():
        parts.append(f"## {family.capitalize()}\n")
        parts.extend(layer_section(each) for each in members)
    return "\n".join(parts).rstrip() + "\n" + LAYERS_END


def layer_section(declaration: Declaration) -> str:
    """A layer: signature, documentation, options, torch class and a measured example."""
    lines = [f"### {declaration.name}\n", f"`{signature(declaration)}`\n", f"{declaration.doc}\n"]
    if declaration.options:
        lines += ["| option | takes | default | meaning |", "| --- | --- | --- | --- |"]
        for option in declaration.options:
            default = "required" if option.is_required else f"`{shown_default(option)}`"
            cells = (f"`{option.name}`", option.kind.describe(), default, option.doc)
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        lines.append("")
    lines.append(f"Becomes `{declaration.torch}`.\n")
    text = example(declaration)
    network = check_source(Source("example.net", text)).network
    assert network is not None, declaration.name
    lines += [
        f"```net\n{text}```\n",
        f"{network.input} becomes {network.output}; {network.parameter_count:,} parameters, "
        f"{network.multiply_adds:,} multiply-adds.\n",
    ]
    return "\n".join(lines)


def example(declaration: Declaration) -> str:
    """A layer's example as a whole file."""
    body, depth = [], 1
    for line in declaration.example.splitlines():
        closes = line.startswith("}")
        body.append("    " * (depth - closes) + line)
        depth += line.count("{") - line.count("}")
    return "net Example {\n" + "\n".join(body) + "\n}\n"


def diagnostics_page() -> str:
    """docs/diagnostics.md."""
    codes = all_codes()
    parts = [DIAGNOSTICS_BEGIN]
    parts += [f"- [{code.id}](#{anchor(code)}) {code.title}" for code in codes.values()]
    parts.append("")
    parts += [code_section(code) for code in codes.values()]
    return "\n".join(parts).rstrip() + "\n"


def heading(code: Code) -> str:
    """The heading of a code's section."""
    return f"{code.id}: {code.title}"


def anchor(code: Code) -> str:
    """What GitHub links a heading by."""
    return re.sub(r"[^\w\- ]", "", heading(code).lower()).replace(" ", "-")


def code_section(code: Code) -> str:
    """A code with its explanation, what is wrong, the message, and what is right."""
    lines = [f"## {heading(code)}\n", textwrap.fill(code.explanation, 118) + "\n"]
    if code.name:
        lines.append(f"The lint `{code.name}`; severity: {code.severity}.\n")
    kinds = {"net": "net", "yaml": "yaml", "experiment": "yaml experiment", "command": "", "toml": "toml"}
    kind = kinds[code.example_kind]
    lines += ["Wrong:\n", f"```{kind}{' wrong' * bool(kind)}\n{code.wrong.rstrip()}\n```\n"]
    if code.example_kind == "net":
        lines.append(f"```text\n{message(code)}\n```\n")
    lines += ["Right:\n", f"```{kind}\n{code.right.rstrip()}\n```\n"]
    return "\n".join(lines)


def message(code: Code) -> str:
    """What the check says of the wrong example."""
    with tempfile.TemporaryDirectory() as folder:
        found = findings_of(code, code.wrong.rstrip() + "\n", folder)
    return render_text(found[:1])


def recipes_page() -> str:
    """docs/recipes.md."""
    rows: list[str] = []
    section = ""
    for field in recipe_fields():
        if field.section != section:
            section = field.section
            rows += [
                "",
                f"### {section}",
                "",
                "| key | takes | default | meaning |",
                "| --- | --- | --- | --- |",
            ]
        names = ", ".join(f"`{name}`" for name in (field.name, *field.aliases))
        default = "" if field.default in ("", "null") else f"`{field.default}`"
        cells = (names, field.takes, default, field.help)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    end = RECIPES_END.replace("@SCHEDULES@", schedules_table())
    return RECIPES_BEGIN + "\n".join(rows[1:]) + "\n" + end


def schedules_table() -> str:
    """The types of `schedule`."""
    rows = []
    for kind in get_args(AnySchedule):
        options = [
            f"`{name}`" if info.is_required() else f"`{name}: {shown_option(info.default)}`"
            for name, info in kind.model_fields.items()
            if name != "type"
        ]
        doc = (kind.__doc__ or "").strip()
        rows.append(f"| `{kind.model_fields['type'].default}` | {', '.join(options)} | {doc} |")
    return "\n".join(rows)


def shown_option(value: object) -> str:
    """A default as YAML has it."""
    return "null" if value is None else str(value)


def schemes_table() -> str:
    """The schemes of `init`."""
    rows = ["| scheme | options | for |", "| --- | --- | --- |"]
    for scheme in SCHEMES.values():
        options = "; ".join(f"`{name}`: {kind.describe()}, {doc}" for name, kind, doc in scheme.options)
        least, most = scheme.axes
        axes = (
            f"{least} to {most} axes"
            if most < 10
            else f"{least} axes or more"
            if least > 1
            else "any parameter"
        )
        rows.append(f"| `{scheme.name}` | {options} | {axes} |")
    return "\n".join(rows)


def functions_table() -> str:
    """The functions of expressions."""
    rows = ["| function | gives |", "| --- | --- |"]
    return "\n".join(rows + [f"| `{each.signature}` | {each.doc} |" for each in FUNCTIONS.values()])


def flowing_table() -> str:
    """The names of what flows in."""
    rows = ["| name | is |", "| --- | --- |"]
    return "\n".join(rows + [f"| `{name}` | {doc} |" for name, doc in FLOWING.items()])


def keys_table(model: type[Settings]) -> str:
    """The keys of a part of an experiment file."""
    rows = ["| key | takes | default | meaning |", "| --- | --- | --- | --- |"]
    for name, info in model.model_fields.items():
        default = "required" if info.is_required() else shown_key_default(info)
        cells = (f"`{name}`", takes_of(info).words, default, info.description or "")
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows)


def shown_key_default(info: FieldInfo) -> str:
    """A default as YAML has it; empty where it is nothing."""
    value = info.get_default(call_default_factory=True)
    return f"`{value}`" if value not in (None, (), {}) else ""


def filled(page: str, tables: dict[str, str]) -> str:
    """A page with its tables filled in; all else in it is written by hand."""
    text = (DOCS / page).read_text(encoding="utf-8")
    for name, table in tables.items():
        pattern = rf"<!-- {name} -->\n.*?<!-- end -->"
        whole = f"<!-- {name} -->\n{table}\n<!-- end -->"
        text, count = re.subn(pattern, lambda _, whole=whole: whole, text, flags=re.DOTALL)
        assert count == 1, name
    return text


def language_page() -> str:
    """docs/language.md."""
    tables = {"schemes": schemes_table(), "functions": functions_table(), "flowing": flowing_table()}
    return filled("language.md", tables)


def lints_table() -> str:
    """The lints with what they are called, how bad what they find is, and what they are about."""
    rows = [
        f"| [{lint.code.id}](diagnostics.md#{anchor(lint.code)}) | `{lint.code.name}` | "
        f"{lint.code.severity}{'' if lint.is_default else ', off'} | {lint.code.title} |"
        for lint in sorted(LINTS, key=lambda each: each.code.id)
    ]
    return "\n".join(["| code | name | severity | finds |", "| --- | --- | --- | --- |", *rows])


def experiments_page() -> str:
    """docs/experiments.md."""
    parts = {
        "a file": Experiment,
        "a run": RunEntry,
        "reported": Reported,
        "random": Random,
        "search": Search,
        "a space": Distribution,
        "asha": Asha,
    }
    return filled("experiments.md", {f"keys of {name}": keys_table(model) for name, model in parts.items()})


def pages() -> dict[str, str]:
    """Every generated page by its file name."""
    made = {
        "layers.md": layers_page(),
        "diagnostics.md": diagnostics_page(),
        "recipes.md": recipes_page(),
    }
    noted = {name: text.replace("\n", f"\n\n{NOTE}\n", 1) for name, text in made.items()}
    return {
        **noted,
        "language.md": language_page(),
        "experiments.md": experiments_page(),
        "toolchain.md": filled("toolchain.md", {"lints": lints_table()}),
    }


def main() -> int:
    """Write the pages, or with `--check` compare them."""
    code = 0
    for name, text in pages().items():
        path = DOCS / name
        if "--check" not in sys.argv[1:]:
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            print(f"docs/{name} is out of date; run python tools/build_reference.py", file=sys.stderr)  # noqa: T201
            code = 1
    return code


if __name__ == "__main__":
    raise SystemExit(main())
