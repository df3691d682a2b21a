"""Expressions, by the rules of the language's page: no conversions, and numbers with bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conformance.programs.reference.bounds import MOST_EVALUATIONS, Spent
from conformance.programs.reference.calls import choices_of
from conformance.programs.reference.functions import FUNCTIONS
from conformance.programs.reference.operations import ORDER, arithmetic, bounded, item_of
from conformance.programs.reference.scopes import Frame
from conformance.programs.reference.values import (
    MAP,
    Given,
    LayerValue,
    Value,
    Word,
    is_number,
    no,
    same,
)
from netdsl.layers.table import BUILT_IN
from netdsl.syntax import tree

# Expressions that may make a list of their own; others take one that there is.
MAKES_LISTS = (tree.Sequence, tree.Call, tree.Binary, tree.Slice, tree.Comprehension)
FLOWING = ("in_channels", "in_features", "in_shape")


class Evaluator:
    """Evaluates expressions; `definitions` are the nets and blocks of the file, `spent` is counted up."""

    def __init__(self, definitions: Mapping[str, tree.Definition], spent: Spent) -> None:
        self.definitions = definitions
        self.spent = spent
        self.seen: set[str] = set()

    def value(self, node: tree.Expression, frame: Frame, choices: tuple[str, ...] = ()) -> Value:
        """The value of an expression. Raises `RefusedError` where it has none, or there are too many."""
        made = self.value_of(node, frame, choices)
        items = len(made) if isinstance(made, tuple) and isinstance(node, MAKES_LISTS) else 0
        self.spent.evaluations += 1 + items
        if self.spent.evaluations > MOST_EVALUATIONS:
            raise no("too many expressions", node)
        return made

    def value_of(self, node: tree.Expression, frame: Frame, choices: tuple[str, ...]) -> Value:
        """The value of an expression, which is not counted itself."""
        match node:
            case tree.Literal(value=value):
                return bounded(node, value) if isinstance(value, float) else value
            case tree.Name():
                return self.word(node, frame, choices)
            case tree.Sequence(items=items):
                return tuple(self.value(item, frame, choices) for item in items)
            case tree.Call():
                return self.call(node, frame)
            case tree.Conditional(condition=condition, then=then, otherwise=otherwise):
                self.seen.add("a if b else c")
                return self.value(then if self.truth(condition, frame) else otherwise, frame, choices)
            case tree.Unary() | tree.Binary():
                return self.operation(node, frame)
            case tree.Comparison(first=first, rest=rest):
                return self.comparison(node, self.value(first, frame), rest, frame)
            case tree.Index() | tree.Slice() | tree.Comprehension():
                return self.listed(node, frame)
        raise AssertionError(node)

    def operation(self, node: tree.Unary | tree.Binary, frame: Frame) -> Value:
        """An operation on truth values, numbers or lists."""
        signed = isinstance(node, tree.Unary) and node.operator != "not"
        self.seen.add(f"{node.operator}x" if signed else node.operator)
        match node:
            case tree.Unary(operator="not", operand=operand):
                return not self.truth(operand, frame)
            case tree.Unary(operator=sign, operand=operand):
                value = self.value(operand, frame)
                if not is_number(value):
                    raise no(f"{sign} of no number", node)
                return -value if sign == "-" else value  # type: ignore[operator]
            case tree.Binary(operator="and", left=left, right=right):
                return self.truth(left, frame) and self.truth(right, frame)
            case tree.Binary(operator="or", left=left, right=right):
                return self.truth(left, frame) or self.truth(right, frame)
            case tree.Binary(operator=sign, left=left, right=right):
                return arithmetic(node, sign, self.value(left, frame), self.value(right, frame))
        raise AssertionError(node)

    def listed(self, node: tree.Index | tree.Slice | tree.Comprehension, frame: Frame) -> Value:
        """An item of a list, some of its items, or a list made of them."""
        match node:
            case tree.Index(value=listed, index=position):
                self.seen.add("xs[i]")
                return item_of(node, self.items(listed, frame), self.position(position, frame))
            case tree.Slice(value=listed, start=start, end=end):
                self.seen.add("xs[a:b]")
                ends = [None if each is None else self.position(each, frame) for each in (start, end)]
                return self.items(listed, frame)[slice(*ends)]
            case tree.Comprehension(item=item, values=listed):
                self.seen.add("[f(x) for x in xs]")
                return tuple(self.comprehended(node, item, self.items(listed, frame), frame))
        raise AssertionError(node)

    def items(self, node: tree.Expression, frame: Frame) -> tuple[Value, ...]:
        """The items of a list."""
        listed = self.value(node, frame)
        if not isinstance(listed, tuple):
            raise no("no list", node)
        return listed

    def position(self, node: tree.Expression, frame: Frame) -> int:
        """A place in a list."""
        position = self.value(node, frame)
        if not isinstance(position, int) or isinstance(position, bool):
            raise no("no index", node)
        return position

    def comprehended(
        self, node: tree.Comprehension, item: tree.Expression, listed: tuple[Value, ...], frame: Frame
    ) -> Iterator[Value]:
        """An item for each of another list."""
        for each in listed:
            inside = frame.braces()
            self.unpack(node, each, inside)
            yield self.value(item, inside)

    def unpack(self, node: tree.For | tree.Comprehension, value: Value, frame: Frame) -> None:
        """Give a loop's names their values of a turn."""
        if len(node.names) == 1:
            self.define(node.names[0], value, frame)
            return
        if not isinstance(value, tuple) or len(value) != len(node.names):
            raise no("values that don't match the names", node)
        for name, each in zip(node.names, value, strict=True):
            self.define(name, each, frame)

    def define(self, name: tree.Name, value: Value, frame: Frame) -> None:
        """Give a name its value; a name means one thing."""
        word = name.name
        if frame.scope.value(word) is not None or word in {*FUNCTIONS, *FLOWING, *BUILT_IN}:
            raise no(f"`{word}` has a meaning already", name)
        frame.scope.names[word] = value

    def truth(self, node: tree.Expression, frame: Frame) -> bool:
        """The value of a condition."""
        value = self.value(node, frame)
        if not isinstance(value, bool):
            raise no("a condition that is neither true nor false", node)
        return value

    def word(self, node: tree.Name, frame: Frame, choices: tuple[str, ...]) -> Value:
        """A bare word: a name in scope, what flows in, a choice of the option, a layer, block or net."""
        word = node.name
        value = frame.scope.value(word)
        if value is not None:
            if word in choices:
                raise no("a word that means two things", node)
            return value
        if word in FLOWING:
            return self.flowing(node, frame)
        if word in choices:
            return Word(word)
        return self.layer(node)

    def layer(self, name: tree.Name) -> LayerValue:
        """A layer of the table, or a block or net of the file."""
        if name.name in BUILT_IN:
            return LayerValue(name.name, None)
        if name.name in self.definitions:
            return LayerValue(name.name, self.definitions[name.name])
        raise no(f"`{name.name}` is not defined", name)

    def flowing(self, node: tree.Name, frame: Frame) -> Value:
        """What is known of the value that flows in."""
        flow = frame.flow
        if flow is None:
            raise no("nothing flows in here", node)
        self.seen.add(node.name)
        if node.name == "in_shape":
            return flow.shape
        whole = node.name == "in_features" and flow.layout == MAP
        return flow.tensor[0].numel() if whole else flow.channels

    def call(self, node: tree.Call, frame: Frame) -> Value:
        """A function's value, or a layer with arguments."""
        word = node.name.name
        bound = frame.scope.value(word)
        if bound is None and word in FUNCTIONS:
            return self.function(node, frame)
        value = bound if bound is not None else self.layer(node.name)
        if not isinstance(value, LayerValue):
            raise no(f"`{word}` can't be called", node)
        given = self.arguments(node.arguments, frame, value)
        return LayerValue(value.name, value.definition, (*value.arguments, *given))

    def function(self, node: tree.Call, frame: Frame) -> Value:
        """The value of a built-in function."""
        word = node.name.name
        if any(argument.name is not None for argument in node.arguments):
            raise no(f"`{word}` takes no named arguments", node)
        values = [self.value(argument.value, frame) for argument in node.arguments]
        self.seen.add(f"{word}()")
        try:
            made = FUNCTIONS[word](*values)
        except (TypeError, ValueError, OverflowError) as error:
            raise no(f"`{word}`: {error}", node) from None
        return bounded(node, made)

    def arguments(
        self, arguments: tuple[tree.Argument, ...], frame: Frame, target: LayerValue
    ) -> tuple[Given, ...]:
        """The values of a call's arguments; positional ones come first."""
        given: list[Given] = []
        for position, argument in enumerate(arguments):
            name = argument.name.name if argument.name is not None else None
            if name is None and any(each.name for each in given):
                raise no("a positional argument after a named one", argument)
            choices = choices_of(target, name, position)
            given.append(Given(name, self.value(argument.value, frame, choices)))
        return tuple(given)

    def comparison(
        self, node: tree.Comparison, left: Value, rest: tuple[tuple[str, tree.Expression], ...], frame: Frame
    ) -> bool:
        """A chain of comparisons, which stops at the first that does not hold."""
        for sign, expression in rest:
            self.seen.add(sign)
            right = self.value(expression, frame)
            if sign in ("==", "!="):
                holds = same(left, right) == (sign == "==")
            elif sign == "in":
                if not isinstance(right, tuple):
                    raise no("`in` of no list", node)
                holds = any(same(left, item) for item in right)
            elif is_number(left) and is_number(right):
                holds = ORDER[sign](left, right)  # type: ignore[arg-type]
            else:
                raise no("an order of other values than numbers", node)
            if not holds:
                return False
            left = right
        return True
