"""Resolves the names of a file by the language's scopes, without running it."""

from __future__ import annotations

from netdsl.checker.expressions.functions import FLOWING, FUNCTIONS
from netdsl.checker.scope.values import Template
from netdsl.editor import symbols as kinds
from netdsl.editor.symbols import Names, Occurrence, Symbol, definition_symbol, parameter_symbol
from netdsl.editor.targets import argument_words, find_parameter, scheme_words, static_target
from netdsl.layers.declaration import Declaration, Merge
from netdsl.layers.initialization import SCHEMES
from netdsl.layers.table import BUILT_IN
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.module import Module


def find_names(module: Module) -> Names:
    """Every symbol and occurrence of a file. A name that means nothing is none."""
    walker = _Walker(module)
    for template in module.own:
        walker.definition(template)
    return Names(
        tuple(sorted(walker.symbols, key=lambda each: each.span.start)),
        tuple(sorted(walker.occurrences, key=lambda each: (each.span.start, -each.span.end))),
    )


class _Walker:
    """Goes through the definitions of a file with the names in scope."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.symbols: list[Symbol] = []
        self.occurrences: list[Occurrence] = []
        self.values: list[dict[str, Symbol]] = []
        self.labels: list[dict[str, Symbol]] = []
        self.owner = ""
        self.end = 0

    def definition(self, template: Template) -> None:
        """A net, block or variant."""
        definition = template.definition
        self.owner = template.name
        self.give(definition_symbol(template))
        self.values, self.labels = [{}], [{}]
        for parameter in definition.parameters:
            if parameter.default is not None:
                self.expression(parameter.default)
            symbol = parameter_symbol(template, parameter)
            self.give(symbol)
            self.values[-1].setdefault(symbol.name, symbol)
        if definition.base is not None:
            self.call(definition.base)
        if definition.body is not None:
            self.body(definition.body)

    def give(self, symbol: Symbol) -> None:
        """A name that is given here."""
        self.symbols.append(symbol)
        self.occurrences.append(Occurrence(symbol.span, symbol.kind, symbol))

    def name_here(self, kind: str, name: tree.Name, start: int, value: tree.Node | None = None) -> None:
        """A name that holds from `start` to the end of the braces."""
        symbol = Symbol(kind, name.name, name.span, self.owner, start, self.end, value)
        self.give(symbol)
        if kind != kinds.OUTPUT:
            table = self.labels if kind == kinds.LABEL else self.values
            table[-1][name.name] = symbol

    def body(
        self, body: tree.Body, names: tuple[tree.Name, ...] = (), values: tree.Node | None = None
    ) -> None:
        """Statements in braces, with the names that a loop gives them."""
        self.values.append({})
        self.labels.append({})
        around, self.end = self.end, body.span.end - 1
        for name in names:
            self.name_here(kinds.VARIABLE, name, body.span.start, values)
        for statement in body.statements:
            self.statement(statement)
        self.end = around
        self.values.pop()
        self.labels.pop()

    def statement(self, statement: tree.Statement) -> None:
        """One statement with all that is in it."""
        match statement:
            case tree.Chain(steps=steps):
                for step in steps:
                    self.step(step)
            case tree.Let(name=name, value=value):
                self.expression(value)
                self.name_here(kinds.LET, name, statement.span.end, value)
            case tree.Input(shape=shape) | tree.Expect(shape=shape):
                self.expression(shape)
            case tree.Require(condition=condition, message=message):
                self.expression(condition)
                self.optional(message)
            case tree.Init():
                self.init(statement)
            case _:
                self.braced(statement)

    def braced(self, statement: tree.Statement) -> None:
        """A statement with braces."""
        match statement:
            case tree.Repeat(count=count, body=body):
                self.expression(count)
                self.body(body)
            case tree.For(names=names, values=values, body=body):
                self.expression(values)
                self.body(body, names, values)
            case tree.If(arms=arms, otherwise=otherwise):
                for condition, body in arms:
                    self.expression(condition)
                    self.body(body)
                if otherwise is not None:
                    self.body(otherwise)
            case tree.Branch(body=body, label=label):
                if label is not None:
                    self.label(label)
                self.body(body)
            case tree.Output(name=name, body=body):
                self.name_here(kinds.OUTPUT, name, statement.span.end)
                self.body(body)

    def step(self, step: tree.Step) -> None:
        """A step, its braces and its label."""
        target = self.used(step.name)
        takes_labels = isinstance(target, Merge) and step.body is None and step.shortcut is None
        self.arguments(step.arguments or (), target, takes_labels)
        for braces in (step.body, step.shortcut):
            if braces is not None:
                self.body(braces)
        if step.label is not None:
            self.name_here(kinds.LABEL, step.label, step.label.span.end, step)

    def init(self, statement: tree.Init) -> None:
        """`init(layer, scheme, options)`."""
        for position, argument in enumerate(statement.arguments):
            value = argument.value
            if argument.name is not None:
                self.occurrences.append(Occurrence(argument.name.span, kinds.OPTION))
                self.expression(value, scheme_words(argument.name.name))
            elif position == 1 and isinstance(value, tree.Name) and value.name in SCHEMES:
                self.occurrences.append(Occurrence(value.span, kinds.SCHEME))
            else:
                self.expression(value)

    def expression(self, node: tree.Expression, choices: tuple[str, ...] = ()) -> None:
        """A value, with the bare words that its option takes."""
        match node:
            case tree.Name():
                self.word(node, choices)
            case tree.Call():
                self.call(node)
            case tree.Unary(operand=operand):
                self.expression(operand)
            case tree.Binary(left=left, right=right):
                self.expression(left)
                self.expression(right)
            case tree.Comparison(first=first, rest=rest):
                for each in (first, *(value for _, value in rest)):
                    self.expression(each)
            case tree.Conditional(condition=condition, then=then, otherwise=otherwise):
                self.expression(then, choices)
                self.expression(condition)
                self.expression(otherwise, choices)
            case tree.Sequence(items=items):
                for each in items:
                    self.expression(each)
            case _:
                self.subscript(node)

    def subscript(self, node: tree.Expression) -> None:
        """An item, a slice, or a list made of another."""
        match node:
            case tree.Index(value=value, index=index):
                self.expression(value)
                self.expression(index)
            case tree.Slice(value=value, start=start, end=end):
                self.expression(value)
                self.optional(start)
                self.optional(end)
            case tree.Comprehension(item=item, names=names, values=values):
                self.expression(values)
                self.values.append({})
                around, self.end = self.end, node.span.end
                for name in names:
                    self.name_here(kinds.VARIABLE, name, node.span.start, values)
                self.expression(item)
                self.end = around
                self.values.pop()

    def optional(self, node: tree.Expression | None) -> None:
        """A value that may be left out."""
        if node is not None:
            self.expression(node)

    def call(self, node: tree.Call) -> None:
        """A function, or a layer with arguments."""
        target = self.used(node.name)
        self.arguments(node.arguments, target)

    def arguments(
        self,
        arguments: tuple[tree.Argument, ...],
        target: Declaration | Template | None,
        takes_labels: bool = False,
    ) -> None:
        """The arguments of a call of a layer, block or net; those of a merge without braces are labels."""
        for position, argument in enumerate(arguments):
            name, value = argument.name, argument.value
            if name is not None and isinstance(target, Declaration):
                if target.option(name.name) is not None:
                    self.occurrences.append(Occurrence(name.span, kinds.OPTION, None, target))
            elif name is not None and isinstance(target, Template):
                symbol = find_parameter(target, name.name)
                if symbol is not None:
                    self.occurrences.append(Occurrence(name.span, kinds.PARAMETER, symbol))
            if takes_labels and name is None and isinstance(value, tree.Name):
                self.label(value)
            else:
                self.expression(value, argument_words(target, name.name if name else None, position))

    def used(self, name: tree.Name) -> Declaration | Template | None:
        """The layer, block or net that a step or call names, where that is known without running it."""
        self.word(name, ())
        return static_target(self.find(name.name), name.name, self.module)

    def word(self, name: tree.Name, choices: tuple[str, ...]) -> None:
        """A bare word, looked up as the check does."""
        word, span = name.name, name.span
        symbol = self.find(word)
        template = self.module.names.get(word)
        if symbol is not None:
            self.occurrences.append(Occurrence(span, symbol.kind, symbol))
        elif word in FLOWING:
            self.occurrences.append(Occurrence(span, kinds.FLOWING))
        elif word in choices:
            self.occurrences.append(Occurrence(span, kinds.CHOICE))
        elif word in FUNCTIONS:
            self.occurrences.append(Occurrence(span, kinds.FUNCTION))
        elif word in BUILT_IN:
            self.occurrences.append(Occurrence(span, kinds.LAYER, None, BUILT_IN[word]))
        elif template is not None:
            self.occurrences.append(Occurrence(span, template.definition.kind, definition_symbol(template)))

    def label(self, name: tree.Name) -> None:
        """A reference to a label."""
        symbol = next((each[name.name] for each in reversed(self.labels) if name.name in each), None)
        if symbol is not None:
            self.occurrences.append(Occurrence(name.span, kinds.LABEL, symbol))

    def find(self, word: str) -> Symbol | None:
        """The value of this name in the scopes here."""
        return next((each[word] for each in reversed(self.values) if word in each), None)
