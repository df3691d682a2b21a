"""Makes the nodes of files, definitions and statements: a function for each named alternative."""

from __future__ import annotations

from netdsl.diagnostics.span import Source
from netdsl.syntax import tree
from netdsl.syntax.build_expressions import string
from netdsl.syntax.made import name_node, span_of
from netdsl.syntax.tokens import Token

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.syntax.made import Builder, Made


def file_empty(source: Source, made: list[Made]) -> list[Made]:
    """Nothing yet."""
    return []


def file_definition(source: Source, made: list[Made]) -> list[Made]:
    """One more definition or use."""
    made[0].append(made[1])
    items: list[Made] = made[0]
    return items


def use(source: Source, made: list[Made]) -> tree.Use:
    """`use "file.net"`."""
    return tree.Use(span_of(source, made[0], made[1]), string(source, made[1:]))


def definition(source: Source, made: list[Made]) -> tree.Definition:
    """`net Name(parameters) { }` and the same with `block`."""
    keyword, name, (parameters, last), body = made
    span = span_of(source, keyword, last or name)
    return tree.Definition(span, keyword.text, name_node(source, name), tuple(parameters), body)


def variant(source: Source, made: list[Made]) -> tree.Definition:
    """`net Name = Base(arguments)`."""
    return tree.Definition(
        span_of(source, made[0], made[3]), "net", name_node(source, made[1]), (), None, made[3]
    )


def parameters_none(source: Source, made: list[Made]) -> tuple[list[Made], None]:
    """No brackets after the name."""
    return [], None


def parameters_empty(source: Source, made: list[Made]) -> tuple[list[Made], Token]:
    """`()`."""
    return [], made[1]


def parameters_listed(source: Source, made: list[Made]) -> tuple[list[Made], Token]:
    """`(a, b = 1)`."""
    return made[1], made[-1]


def parameter(source: Source, made: list[Made]) -> tree.Parameter:
    """`name` or `name = default`."""
    default = made[2] if len(made) > 1 else None
    return tree.Parameter(span_of(source, made[0], default or made[0]), name_node(source, made[0]), default)


def body(source: Source, made: list[Made]) -> tree.Body:
    """`{ statements }`, the last of which may stand before the brace."""
    statements = made[1] if len(made) == 3 else [*made[1], made[2]]
    return tree.Body(span_of(source, made[0], made[-1]), tuple(statements))


def one_expression(cls: type[tree.Input | tree.Expect]) -> Builder:
    """A keyword and an expression."""

    def build(source: Source, made: list[Made]) -> tree.Statement:
        return cls(span_of(source, made[0], made[1]), made[1])

    return build


def let(source: Source, made: list[Made]) -> tree.Let:
    """`let name = value`."""
    return tree.Let(span_of(source, made[0], made[3]), name_node(source, made[1]), made[3])


def require(source: Source, made: list[Made]) -> tree.Require:
    """`require condition, message`."""
    return tree.Require(span_of(source, made[0], made[-1]), made[1], made[3] if len(made) > 2 else None)


def init(source: Source, made: list[Made]) -> tree.Init:
    """`init(layer, scheme)`."""
    return tree.Init(span_of(source, made[0], made[-1]), tuple(made[2]))


def repeat(source: Source, made: list[Made]) -> tree.Repeat:
    """`repeat count { }`; the span ends with the count."""
    return tree.Repeat(span_of(source, made[0], made[1]), made[1], made[2])


def for_(source: Source, made: list[Made]) -> tree.For:
    """`for names in values { }`; the span ends with the values."""
    names = tuple(name_node(source, token) for token in made[1])
    return tree.For(span_of(source, made[0], made[3]), names, made[3], made[4])


def if_first(source: Source, made: list[Made]) -> list[Made]:
    """`if condition { }`, kept with its keyword."""
    return [made[0], (made[1], made[2])]


def if_more(source: Source, made: list[Made]) -> list[Made]:
    """`else if condition { }`."""
    made[0].append((made[3], made[4]))
    arms: list[Made] = made[0]
    return arms


def if_(source: Source, made: list[Made]) -> tree.If:
    """The whole of an `if`; the span ends with the first condition."""
    keyword, *arms = made[0]
    return tree.If(span_of(source, keyword, arms[0][0]), tuple(arms), made[2] if len(made) > 1 else None)


def branch(source: Source, made: list[Made]) -> tree.Branch:
    """`branch { }`."""
    return tree.Branch(span_of(source, made[0], made[0]), made[1])


def branch_labelled(source: Source, made: list[Made]) -> tree.Branch:
    """`branch(label) { }`."""
    return tree.Branch(span_of(source, made[0], made[3]), made[4], name_node(source, made[2]))


def output(source: Source, made: list[Made]) -> tree.Output:
    """`output name { }`."""
    return tree.Output(span_of(source, made[0], made[1]), name_node(source, made[1]), made[2])


def chain(source: Source, made: list[Made]) -> tree.Chain:
    """Steps joined by `->`."""
    steps = made[0]
    return tree.Chain(span_of(source, steps[0], steps[-1]), tuple(steps))


def layer(source: Source, made: list[Made]) -> tree.Step:
    """A step without braces: a bare name or a call."""
    return merge(source, [made[0], None])


def merge(source: Source, made: list[Made]) -> tree.Step:
    """A step with braces, and perhaps a `shortcut`."""
    head, inside, shortcut = made[0], made[1], made[3] if len(made) > 2 else None
    if isinstance(head, Token):
        name = name_node(source, head)
        return tree.Step(name.span, name, None, inside, shortcut)
    return tree.Step(head.span, head.name, head.arguments, inside, shortcut)


def step_labelled(source: Source, made: list[Made]) -> tree.Step:
    """`step as name`."""
    step: tree.Step = made[0]
    return tree.Step(
        step.span, step.name, step.arguments, step.body, step.shortcut, name_node(source, made[2])
    )
