"""The syntax tree: what stands in a `.net` file, with the place of every part.

The tree knows no layer and no meaning; names are as they were written.
"""

from __future__ import annotations

from netdsl.diagnostics.span import Source, Span
from netdsl.record import Record


class Node(Record):
    """Anything that stands somewhere in a file."""

    span: Span


class Expression(Node):
    """Anything that has a value; `depth` is how deeply it is nested, 1 for a leaf."""

    @property
    def depth(self) -> int:
        """Levels of expressions inside this one, itself included."""
        return 1


class Literal(Expression):
    """A number, `true`, `false`, a string, or a shape (a tuple of integers)."""

    value: int | float | bool | str | tuple[int, ...]


class Name(Expression):
    """A bare word: a parameter, a `let`, a layer or an option's choice."""

    name: str


class Composite(Expression):
    """An expression made of others."""

    # Shadows the property of the leaves by a slot: a deep expression must not be measured recursively.
    depth: int


class Unary(Composite):
    """`-x`, `+x` or `not x`."""

    operator: str
    operand: Expression


class Binary(Composite):
    """`left operator right`, arithmetic or `and`/`or`."""

    operator: str
    left: Expression
    right: Expression


class Comparison(Composite):
    """`first operator second ...`, chained as in Python."""

    first: Expression
    rest: tuple[tuple[str, Expression], ...]


class Conditional(Composite):
    """`then if condition else otherwise`."""

    condition: Expression
    then: Expression
    otherwise: Expression


class Index(Composite):
    """`value[index]`."""

    value: Expression
    index: Expression


class Slice(Composite):
    """`value[start:end]`; either end may be left out."""

    value: Expression
    start: Expression | None
    end: Expression | None


class Comprehension(Composite):
    """`[item for names in values]`."""

    item: Expression
    names: tuple[Name, ...]
    values: Expression


class Sequence(Composite):
    """A list `[a, b]` or a tuple `(a, b)`; both are the same kind of value."""

    items: tuple[Expression, ...]


class Argument(Node):
    """An argument of a call, with a name where one was given."""

    name: Name | None
    value: Expression


class Call(Composite):
    """`name(arguments)`: a function's value, or a configured layer."""

    name: Name
    arguments: tuple[Argument, ...]


class Statement(Node):
    """Anything that stands on a line of its own in braces."""


class Body(Node):
    """Statements in braces."""

    statements: tuple[Statement, ...]


class Broken(Statement):
    """A statement that could not be parsed; it has been reported."""


class Input(Statement):
    """`input 3x32x32`."""

    shape: Expression


class Expect(Statement):
    """`expect 48x6x6`."""

    shape: Expression


class Let(Statement):
    """`let name = value`."""

    name: Name
    value: Expression


class Require(Statement):
    """`require condition, message`."""

    condition: Expression
    message: Expression | None


class Init(Statement):
    """`init(layer, scheme, option=value)`."""

    arguments: tuple[Argument, ...]


class Repeat(Statement):
    """`repeat count { }`."""

    count: Expression
    body: Body


class For(Statement):
    """`for names in values { }`."""

    names: tuple[Name, ...]
    values: Expression
    body: Body


class If(Statement):
    """`if a { } else if b { } else { }`: conditions with their bodies, and what is left."""

    arms: tuple[tuple[Expression, Body], ...]
    otherwise: Body | None


class Branch(Statement):
    """`branch { }`, inside a merge; `branch(label) { }` takes a labelled value, not the one that flows."""

    body: Body
    label: Name | None = None


class Output(Statement):
    """`output name { }`: what its braces make of the value that flows is returned too, in training."""

    name: Name
    body: Body


class Step(Node):
    """A use of a layer, a block, a net or a merge.

    `span` covers name and arguments. `arguments` is None where no brackets
    stand; `body` and `shortcut` are there for merges alone; `label` is the
    name after `as`.
    """

    name: Name
    arguments: tuple[Argument, ...] | None
    body: Body | None = None
    shortcut: Body | None = None
    label: Name | None = None


class Chain(Statement):
    """Steps joined by `->`."""

    steps: tuple[Step, ...]


class Parameter(Node):
    """A parameter of a net or block, with its default if it has one."""

    name: Name
    default: Expression | None


class Use(Node):
    """`use "file.net"`."""

    path: Literal


class Definition(Node):
    """A net or block; a variant of a net has a `base` and no body.

    `span` covers the header. `doc` is the comment directly above.
    """

    kind: str
    name: Name
    parameters: tuple[Parameter, ...]
    body: Body | None
    base: Call | None = None
    doc: str = ""


class Comment(Node):
    """A comment, from `#` to the end of its line."""


class File(Record):
    """A whole file: definitions and uses in order, and the comments, which belong to nobody."""

    source: Source
    items: tuple[Definition | Use, ...]
    comments: tuple[Comment, ...]

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """The nets and blocks, in order."""
        return tuple(item for item in self.items if isinstance(item, Definition))

    @property
    def uses(self) -> tuple[Use, ...]:
        """The `use` lines, in order."""
        return tuple(item for item in self.items if isinstance(item, Use))
