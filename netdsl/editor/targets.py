"""What a call calls, as far as the text says so: a layer, a block, or a parameter that holds one."""

from __future__ import annotations

import re

from netdsl.checker.scope.values import Template
from netdsl.checker.statements.templates import root_of
from netdsl.editor.symbols import LET, PARAMETER, Symbol, parameter_symbol
from netdsl.layers.declaration import Declaration, Option
from netdsl.layers.initialization import SCHEMES
from netdsl.layers.kinds import words_of
from netdsl.layers.table import BUILT_IN
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.module import Module

_SCHEME = re.compile(r"init\s*\([^,()]*,\s*(\w+)")


def static_target(symbol: Symbol | None, word: str, module: Module) -> Declaration | Template | None:
    """The layer, block or net of a name; a parameter or `let` stands for what is written after it."""
    if symbol is None:
        return BUILT_IN.get(word) or module.names.get(word)
    if symbol.kind not in (PARAMETER, LET):
        return None
    value = symbol.value
    name = value.name if isinstance(value, tree.Call) else value
    if not isinstance(name, tree.Name):
        return None
    return BUILT_IN.get(name.name) or module.names.get(name.name)


def find_parameter(template: Template, name: str) -> Symbol | None:
    """The parameter of a block or net, of a variant that of the net it is of."""
    root = root_of(template)
    for parameter in root.definition.parameters:
        if parameter.name.name == name:
            return parameter_symbol(root, parameter)
    return None


def option_of(declaration: Declaration, name: str | None, position: int) -> Option | None:
    """The option that an argument gives, by its name or position."""
    if name is not None:
        return declaration.option(name)
    if position < len(declaration.positional):
        return declaration.option(declaration.positional[position])
    return None


def argument_words(target: Declaration | Template | None, name: str | None, position: int) -> tuple[str, ...]:
    """The bare words that an argument of a layer takes."""
    if not isinstance(target, Declaration):
        return ()
    option = option_of(target, name, position)
    return words_of(option.kind) if option is not None else ()


def written_scheme(text: str, start: int) -> str:
    """The scheme that the `init` at an offset names, empty where it names none yet."""
    match = _SCHEME.match(text, start)
    return match[1] if match is not None else ""


def scheme_words(name: str) -> tuple[str, ...]:
    """The bare words that an option of any scheme of `init` takes."""
    for scheme in SCHEMES.values():
        for option, kind, _ in scheme.options:
            if option == name and words_of(kind):
                return words_of(kind)
    return ("bias", "weight") if name == "parameter" else ()
