"""The table's own conventions: torch's names, short lines, and no word that means two things."""

from __future__ import annotations

import inspect
from importlib import import_module

import pytest

from netdsl.api import check
from netdsl.emit.instantiate import module_class
from netdsl.layers import table
from netdsl.layers.declaration import Declaration, Layer, Merge, Option, Required
from netdsl.layers.initialization import SCHEMES
from netdsl.layers.kinds import UnfitError, words_of

EVERY = list(table.BUILT_IN.values())
OPTIONS = [(declaration, option) for declaration in EVERY for option in declaration.options]

# Options that torch's class has not, or by another name, and why.
OWN_NAMES = {
    ("depthwise", "multiplier"): "torch has no such layer; out_channels follows from it",
    ("maxpool", "adaptive"): "chooses AdaptiveMaxPool, whose output_size it is",
    ("avgpool", "adaptive"): "chooses AdaptiveAvgPool, whose output_size it is",
    ("bn", "scale"): "chooses between BatchNorm2d and one that learns a shift alone",
    ("tokens", "over"): "chooses between Tokens and Flatten",
    ("layernorm", "over"): "chooses between LayerNorm and one over a map's channels",
    ("prelu", "init_value"): "torch's `init` is a word of the language",
    ("dropout", "spatial"): "chooses Dropout1d, Dropout2d or Dropout3d",
    ("pad", "mode"): "chooses the class",
    ("attention", "heads"): "as the papers call it; torch: num_heads",
    ("window_attention", "heads"): "as in `attention`",
    ("shake", "forward"): "the paper's modes; a method of every module is called forward",
    ("shake", "backward"): "the paper's modes",
    ("residual", "drop_path"): "chooses DropPath after the body",
}


# The class for two spatial axes, where the example becomes another.
WINDOWED = {"maxpool": "torch.nn.MaxPool2d", "avgpool": "torch.nn.AvgPool2d"}
# Modules that take the sizes of one option one by one.
VARIADIC = {"reshape", "permute"}


def torch_parameters(declaration: Declaration) -> set[str]:
    """The parameters of the class that the layer becomes."""
    result = check("net Example {\n" + declaration.example + "\n}")
    assert result.network is not None
    made = {node.kind: node.constructor.target for _, node in result.network.layers()}
    if declaration.name == "residual":
        return set()
    target = WINDOWED.get(declaration.name, made[declaration.name])
    return set(inspect.signature(module_class(target)).parameters)


@pytest.mark.parametrize("declaration", EVERY, ids=lambda each: each.name)
def test_options_are_named_as_in_torch(declaration: Declaration) -> None:
    known = torch_parameters(declaration)
    for option in declaration.options if declaration.name not in VARIADIC else ():
        own = (declaration.name, option.name) in OWN_NAMES
        assert own != (option.name in known), (declaration.name, option.name, sorted(known))


def test_every_exception_is_still_one() -> None:
    assert set(OWN_NAMES) <= {(declaration.name, option.name) for declaration, option in OPTIONS}


@pytest.mark.parametrize("declaration", EVERY, ids=lambda each: each.name)
def test_a_declaration_is_short(declaration: Declaration) -> None:
    assert declaration.doc
    assert "\n" not in declaration.doc
    assert declaration.doc.endswith(".")
    assert len(declaration.positional) <= 2
    names = [option.name for option in declaration.options]
    assert len(set(names)) == len(names)
    assert set(declaration.positional) <= set(names)
    assert declaration.family
    assert declaration.rule is not None


@pytest.mark.parametrize(("declaration", "option"), OPTIONS, ids=lambda each: each.name)
def test_an_option_is_explained_and_has_a_good_default(declaration: Declaration, option: Option) -> None:
    assert option.doc
    assert "\n" not in option.doc
    if isinstance(option.default, Required):
        return
    written = "none" if option.default is None else option.default
    value = written[0] if isinstance(written, tuple) else written
    try:
        # A rule reads a default as it reads a value that was given: a size is a list of sizes.
        assert option.kind.accept(value, None) == option.default, (declaration.name, option.name)
    except UnfitError as error:
        pytest.fail(f"{declaration.name}: the default of {option.name} must be {error}")


@pytest.mark.parametrize(("declaration", "option"), OPTIONS, ids=lambda each: each.name)
def test_an_option_can_be_written(declaration: Declaration, option: Option) -> None:
    """A word of the language, such as `init`, can't be the name of an option."""
    step = f"{declaration.name}({option.name}=0.125)"
    found = check(f"net Example {{\n    input 16x8x8\n    {step}\n}}")
    assert not [each for each in found.diagnostics if each.code.id.startswith("E1")]


def test_synonyms_mean_one_layer_and_are_no_layer_themselves() -> None:
    words = [
        (word.lower().replace("_", ""), declaration.name)
        for declaration in EVERY
        for word in declaration.synonyms
    ]
    seen: dict[str, str] = {}
    for word, name in words:
        assert word not in seen, f"{word} is a synonym of {seen[word]} and of {name}"
        assert word not in table.BUILT_IN, f"{word}, a synonym of {name}, is a layer itself"
        seen[word] = name
    assert seen.keys() >= table.AMBIGUOUS
    spelled = {
        word: declaration.name
        for declaration in EVERY
        if isinstance(declaration, Layer)
        for word, _ in declaration.spellings
    }
    assert not seen.keys() & spelled.keys()
    assert table.synonyms() == seen | spelled


def test_a_choice_is_no_layer() -> None:
    """A bare word that is both is taken as the choice; where a layer is wanted, that would surprise."""
    for declaration, option in OPTIONS:
        clash = {word for word in words_of(option.kind) if word in table.BUILT_IN}
        # gelu(approximate=tanh) and upsample(2, mode=linear) are torch's own words, shake the paper's.
        assert clash <= {"tanh", "linear", "shake"}, (declaration.name, option.name, clash)


def test_families_hold_each_layer_once() -> None:
    names = [layer.name for family in table.FAMILIES for layer in family.LAYERS]
    assert len(set(names)) == len(names)
    assert len(table.BUILT_IN) == len(names) + sum(isinstance(each, Merge) for each in EVERY)


def test_schemes_are_functions_of_torch_with_these_options() -> None:
    functions = import_module("torch.nn.init")
    for name, scheme in SCHEMES.items():
        assert scheme.name == name
        known = inspect.signature(getattr(functions, scheme.torch)).parameters
        assert {option for option, _, _ in scheme.options} <= set(known), name
        assert all(doc for _, _, doc in scheme.options)


def test_installed_layers_need_no_package() -> None:
    assert table.installed_names() == []
    assert table.installed("gated_conv") is None
