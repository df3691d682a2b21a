"""Makes the tree's nodes: one function for each named alternative of the grammar.

Each takes the source and what its alternative's symbols made (tokens for
terminals), and returns a node, or a list that grows in place.
"""

from __future__ import annotations

from netdsl.diagnostics.span import Source, Span
from netdsl.syntax import tree
from netdsl.syntax.tables import RULES
from netdsl.syntax.tokens import Token

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    # What alternatives make is checked by the grammar, not by types: tokens, nodes, and lists of them.
    Made = Any
    Builder = Callable[[Source, list[Made]], Made]


def _span(source: Source, first: Made, last: Made) -> Span:
    start = first.start if isinstance(first, Token) else first.span.start
    end = last.end if isinstance(last, Token) else last.span.end
    return Span(source, start, end)


def _name(source: Source, token: Token) -> tree.Name:
    return tree.Name(Span(source, token.start, token.end), token.text)


def same(source: Source, made: list[Made]) -> Made:
    """A rule that adds nothing."""
    return made[0]


def list_one(source: Source, made: list[Made]) -> list[Made]:
    """The first of a list."""
    return [made[0]]


def list_more(source: Source, made: list[Made]) -> list[Made]:
    """One more, behind a separator."""
    made[0].append(made[2])
    items: list[Made] = made[0]
    return items


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
    return tree.Use(_span(source, made[0], made[1]), string(source, made[1:]))


def definition(source: Source, made: list[Made]) -> tree.Definition:
    """`net Name(parameters) { }` and the same with `block`."""
    keyword, name, (parameters, last), body = made
    span = _span(source, keyword, last or name)
    return tree.Definition(span, keyword.text, _name(source, name), tuple(parameters), body)


def variant(source: Source, made: list[Made]) -> tree.Definition:
    """`net Name = Base(arguments)`."""
    return tree.Definition(_span(source, made[0], made[3]), "net", _name(source, made[1]), (), None, made[3])


def parameters_none(source: Source, made: list[Made]) -> tuple[list[Made], None]:
    """No brackets behind the name."""
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
    return tree.Parameter(_span(source, made[0], default or made[0]), _name(source, made[0]), default)


def body(source: Source, made: list[Made]) -> tree.Body:
    """`{ statements }`, the last of which may stand before the brace."""
    statements = made[1] if len(made) == 3 else [*made[1], made[2]]
    return tree.Body(_span(source, made[0], made[-1]), tuple(statements))


def one_expression(cls: type[tree.Input | tree.Expect]) -> Builder:
    """A keyword and an expression."""

    def build(source: Source, made: list[Made]) -> tree.Statement:
        return cls(_span(source, made[0], made[1]), made[1])

    return build


def let(source: Source, made: list[Made]) -> tree.Let:
    """`let name = value`."""
    return tree.Let(_span(source, made[0], made[3]), _name(source, made[1]), made[3])


def require(source: Source, made: list[Made]) -> tree.Require:
    """`require condition, message`."""
    return tree.Require(_span(source, made[0], made[-1]), made[1], made[3] if len(made) > 2 else None)


def init(source: Source, made: list[Made]) -> tree.Init:
    """`init(layer, scheme)`."""
    return tree.Init(_span(source, made[0], made[3]), tuple(made[2]))


def repeat(source: Source, made: list[Made]) -> tree.Repeat:
    """`repeat count { }`; the span ends with the count."""
    return tree.Repeat(_span(source, made[0], made[1]), made[1], made[2])


def for_(source: Source, made: list[Made]) -> tree.For:
    """`for names in values { }`; the span ends with the values."""
    names = tuple(_name(source, token) for token in made[1])
    return tree.For(_span(source, made[0], made[3]), names, made[3], made[4])


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
    return tree.If(_span(source, keyword, arms[0][0]), tuple(arms), made[2] if len(made) > 1 else None)


def branch(source: Source, made: list[Made]) -> tree.Branch:
    """`branch { }`."""
    return tree.Branch(_span(source, made[0], made[0]), made[1])


def chain(source: Source, made: list[Made]) -> tree.Chain:
    """Steps joined by `->`."""
    steps = made[0]
    return tree.Chain(_span(source, steps[0], steps[-1]), tuple(steps))


def layer(source: Source, made: list[Made]) -> tree.Step:
    """A step without braces: a bare name or a call."""
    return merge(source, [made[0], None])


def merge(source: Source, made: list[Made]) -> tree.Step:
    """A step with braces, and perhaps a `shortcut`."""
    head, inside, shortcut = made[0], made[1], made[3] if len(made) > 2 else None
    if isinstance(head, Token):
        name = _name(source, head)
        return tree.Step(name.span, name, None, inside, shortcut)
    return tree.Step(head.span, head.name, head.arguments, inside, shortcut)


def step_labelled(source: Source, made: list[Made]) -> tree.Step:
    """`step as name`."""
    step: tree.Step = made[0]
    return tree.Step(step.span, step.name, step.arguments, step.body, step.shortcut, _name(source, made[2]))


def call(source: Source, made: list[Made]) -> tree.Call:
    """`name(arguments)`."""
    arguments = tuple(made[2]) if len(made) > 3 else ()
    depth = 1 + max((each.value.depth for each in arguments), default=0)
    return tree.Call(_span(source, made[0], made[-1]), depth, _name(source, made[0]), arguments)


def argument(source: Source, made: list[Made]) -> tree.Argument:
    """`value` or `name=value`."""
    if len(made) == 1:
        return tree.Argument(made[0].span, None, made[0])
    return tree.Argument(_span(source, made[0], made[2]), _name(source, made[0]), made[2])


def conditional(source: Source, made: list[Made]) -> tree.Conditional:
    """`a if condition else b`."""
    then, _, condition, _, otherwise = made
    depth = 1 + max(then.depth, condition.depth, otherwise.depth)
    return tree.Conditional(_span(source, then, otherwise), depth, condition, then, otherwise)


def binary(source: Source, made: list[Made]) -> tree.Binary:
    """`a + b`."""
    left, operator, right = made
    depth = 1 + max(left.depth, right.depth)
    return tree.Binary(_span(source, left, right), depth, operator.text, left, right)


def unary(source: Source, made: list[Made]) -> tree.Unary:
    """`-a`."""
    return tree.Unary(_span(source, made[0], made[1]), 1 + made[1].depth, made[0].text, made[1])


def compared(source: Source, made: list[Made]) -> list[Made]:
    """The parts of a comparison in a flat list: value, operator, value, ..."""
    parts: list[Made] = made[0] if isinstance(made[0], list) else [made[0]]
    parts += made[1:]
    return parts


def comparison(source: Source, made: list[Made]) -> tree.Comparison:
    """`a < b <= c`."""
    first, *rest = made[0]
    pairs = tuple((rest[i].text, rest[i + 1]) for i in range(0, len(rest), 2))
    depth = 1 + max(first.depth, *(value.depth for _, value in pairs))
    return tree.Comparison(_span(source, first, pairs[-1][1]), depth, first, pairs)


def index(source: Source, made: list[Made]) -> tree.Index:
    """`value[index]`."""
    depth = 1 + max(made[0].depth, made[2].depth)
    return tree.Index(_span(source, made[0], made[3]), depth, made[0], made[2])


def literal(convert: Callable[[str], Any]) -> Builder:
    """A token whose text is a value."""

    def build(source: Source, made: list[Made]) -> tree.Literal:
        token = made[0]
        return tree.Literal(Span(source, token.start, token.end), convert(token.text))

    return build


string = literal(lambda text: text[1:-1])


def name(source: Source, made: list[Made]) -> tree.Name:
    """A bare word."""
    return _name(source, made[0])


def parenthesized(source: Source, made: list[Made]) -> tree.Expression:
    """`(a)` is `a`, with the place of the brackets."""
    inside: tree.Expression = made[1]
    return inside.replace(span=_span(source, made[0], made[2]))


def sequence(source: Source, made: list[Made]) -> tree.Sequence:
    """`[a, b]` or `(a, b)`."""
    items: list[tree.Expression] = []
    for each in made[1:-1]:
        if isinstance(each, list):
            items.extend(each)
        elif not isinstance(each, Token):
            items.append(each)
    depth = 1 + max((item.depth for item in items), default=0)
    return tree.Sequence(_span(source, made[0], made[-1]), depth, tuple(items))


_BUILDERS: dict[str, Builder] = {
    "same": same,
    "list_one": list_one,
    "list_more": list_more,
    "file_empty": file_empty,
    "file_blank": same,
    "file_definition": file_definition,
    "use": use,
    "net": definition,
    "variant": variant,
    "block": definition,
    "parameters_none": parameters_none,
    "parameters_empty": parameters_empty,
    "parameters_listed": parameters_listed,
    "parameter_required": parameter,
    "parameter_default": parameter,
    "body": body,
    "body_last": body,
    "lines_empty": file_empty,
    "lines_blank": same,
    "lines_statement": file_definition,
    "input": one_expression(tree.Input),
    "expect": one_expression(tree.Expect),
    "let": let,
    "require": require,
    "require_message": require,
    "init": init,
    "repeat": repeat,
    "for": for_,
    "if_first": if_first,
    "if_more": if_more,
    "if": if_,
    "if_else": if_,
    "branch": branch,
    "chain": chain,
    "step_labelled": step_labelled,
    "layer_bare": layer,
    "layer_call": layer,
    "merge_bare": merge,
    "merge_call": merge,
    "merge_bare_shortcut": merge,
    "merge_call_shortcut": merge,
    "call": call,
    "call_empty": call,
    "argument_positional": argument,
    "argument_named": argument,
    "conditional": conditional,
    "binary": binary,
    "unary": unary,
    "compared_first": compared,
    "compared_more": compared,
    "comparison": comparison,
    "index": index,
    "integer": literal(int),
    "float": literal(float),
    "shape": literal(lambda text: tuple(int(size) for size in text.split("x"))),
    "string": string,
    "boolean": literal(lambda text: text == "true"),
    "name": name,
    "parenthesized": parenthesized,
    "tuple_one": sequence,
    "tuple": sequence,
    "list_empty": sequence,
    "list": sequence,
}

# By number of the rule: what it makes, from how many symbols, and how.
REDUCTIONS: tuple[tuple[str, int, Builder], ...] = tuple(
    (made, length, _BUILDERS[alternative]) for made, length, alternative in RULES
)
