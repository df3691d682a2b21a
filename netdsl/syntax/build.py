"""Which function makes the node of which alternative of the grammar.

Each takes the source and what its alternative's symbols made (tokens for
terminals), and returns a node, or a list that grows in place.
"""

from __future__ import annotations

from netdsl.syntax import build_expressions as expressions
from netdsl.syntax import build_statements as statements
from netdsl.syntax import made, tree
from netdsl.syntax.tables import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.syntax.made import Builder

_BUILDERS: dict[str, Builder] = {
    "same": made.same,
    "list_one": made.list_one,
    "list_more": made.list_more,
    "file_empty": statements.file_empty,
    "file_blank": made.same,
    "file_definition": statements.file_definition,
    "use": statements.use,
    "net": statements.definition,
    "variant": statements.variant,
    "block": statements.definition,
    "parameters_none": statements.parameters_none,
    "parameters_empty": statements.parameters_empty,
    "parameters_listed": statements.parameters_listed,
    "parameter_required": statements.parameter,
    "parameter_default": statements.parameter,
    "body": statements.body,
    "body_last": statements.body,
    "lines_empty": statements.file_empty,
    "lines_blank": made.same,
    "lines_statement": statements.file_definition,
    "input": statements.one_expression(tree.Input),
    "expect": statements.one_expression(tree.Expect),
    "let": statements.let,
    "require": statements.require,
    "require_message": statements.require,
    "init": statements.init,
    "repeat": statements.repeat,
    "for": statements.for_,
    "if_first": statements.if_first,
    "if_more": statements.if_more,
    "if": statements.if_,
    "if_else": statements.if_,
    "branch": statements.branch,
    "branch_labelled": statements.branch_labelled,
    "output": statements.output,
    "chain": statements.chain,
    "step_labelled": statements.step_labelled,
    "layer_bare": statements.layer,
    "layer_call": statements.layer,
    "merge_bare": statements.merge,
    "merge_call": statements.merge,
    "merge_bare_shortcut": statements.merge,
    "merge_call_shortcut": statements.merge,
    "call": expressions.call,
    "call_empty": expressions.call,
    "argument_positional": expressions.argument,
    "argument_named": expressions.argument,
    "conditional": expressions.conditional,
    "binary": expressions.binary,
    "unary": expressions.unary,
    "compared_first": expressions.compared,
    "compared_more": expressions.compared,
    "comparison": expressions.comparison,
    "index": expressions.index,
    "slice": expressions.slice_,
    "bound_none": made.nothing,
    "integer": expressions.literal(int),
    "float": expressions.literal(float),
    "shape": expressions.literal(lambda text: tuple(int(size) for size in text.split("x"))),
    "string": expressions.string,
    "boolean": expressions.literal(lambda text: text == "true"),
    "name": expressions.name,
    "parenthesized": expressions.parenthesized,
    "tuple_one": expressions.sequence,
    "tuple": expressions.sequence,
    "list_empty": expressions.sequence,
    "list": expressions.sequence,
    "comprehension": expressions.comprehension,
}

# By number of the rule: what it makes, from how many symbols, and how.
REDUCTIONS: tuple[tuple[str, int, Builder], ...] = tuple(
    (made, length, _BUILDERS[alternative]) for made, length, alternative in RULES
)
