"""What is said of the language's own words, as Markdown."""

from __future__ import annotations

from netdsl.checker.description import shown_default, signature
from netdsl.checker.expressions.functions import FLOWING, FUNCTIONS
from netdsl.editor.keywords import WORDS
from netdsl.editor.symbols import Symbol
from netdsl.layers.declaration import Declaration, Option
from netdsl.layers.initialization import SCHEMES
from netdsl.syntax import tree


def code(text: str) -> str:
    """A piece of the language."""
    return f"```net\n{text}\n```"


def layer(declaration: Declaration) -> str:
    """A layer or merge: how it is called, what it does, its options, what it becomes."""
    parts = [code(signature(declaration)), declaration.doc]
    if declaration.options:
        parts.append("\n".join(f"- {option(each)}" for each in declaration.options))
    return "\n\n".join([*parts, f"Becomes `{declaration.torch}`."])


def option(option: Option) -> str:
    """An option: what it takes, its default, what it is for."""
    default = "required" if option.is_required else f"default `{shown_default(option)}`"
    about = f". {sentence(option.doc)}" if option.doc else ""
    return f"`{option.name}`: {option.kind.describe()} ({default}){about}"


def function(name: str) -> str:
    """A function of expressions."""
    return f"{code(FUNCTIONS[name].signature)}\n\n{sentence(FUNCTIONS[name].doc)}"


def sentence(text: str) -> str:
    """A phrase of a table, as a sentence."""
    return f"{text[:1].upper()}{text[1:]}."


def flowing(name: str) -> str:
    """`in_channels` and the like."""
    return f"{code(name)}\n\nThe {FLOWING[name]}."


def keyword(word: str) -> str:
    """A word of the language."""
    return f"{code(WORDS[word].form)}\n\n{WORDS[word].doc}"


def scheme(name: str) -> str:
    """A scheme of `init`."""
    found = SCHEMES[name]
    lines = [f"- {scheme_option(name, each)}" for each, _, _ in found.options]
    return "\n\n".join([f"`torch.nn.init.{found.torch}`", *(["\n".join(lines)] if lines else [])])


def scheme_option(name: str, wanted: str) -> str:
    """An option of a scheme, empty where it has none of that name."""
    for each, kind, doc in SCHEMES[name].options if name in SCHEMES else ():
        if each == wanted:
            return f"`{each}`: {kind.describe()}. {sentence(doc)}"
    return "`parameter`: `weight` or `bias`. Which is started." if wanted == "parameter" else ""


def header(definition: tree.Definition) -> str:
    """The line that a net or block begins with."""
    if definition.base is not None:
        return f"net {definition.name.name} = {definition.base.span.text}"
    given = ", ".join(each.span.text for each in definition.parameters)
    return f"{definition.kind} {definition.name.name}" + (f"({given})" if given else "")


def symbol(symbol: Symbol) -> str:
    """A name that a file gives."""
    if isinstance(symbol.value, tree.Definition):
        parts = [code(header(symbol.value))]
        return "\n\n".join([*parts, symbol.value.doc] if symbol.value.doc else parts)
    shown = symbol.value.span.text if symbol.value is not None else ""
    match symbol.kind:
        case "parameter":
            line = f"{symbol.name} = {shown}" if shown else symbol.name
            about = f"Parameter of `{symbol.owner}`" + ("." if shown else ", without a default.")
        case "let":
            line, about = f"let {symbol.name} = {shown}", f"In `{symbol.owner}`."
        case "variable":
            line, about = f"for {symbol.name} in {shown}", "Variable of a loop."
        case "label":
            line, about = f"{shown} as {symbol.name}", "Label of a step, and the name of its module."
        case _:
            line, about = f"output {symbol.name}", "Further output in training."
    return f"{code(line)}\n\n{about}"
