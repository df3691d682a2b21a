"""Colours for `.net` texts in documents: a lexer for Pygments, which Sphinx, MkDocs and rich use."""

from __future__ import annotations

from pygments.lexer import RegexLexer, bygroups, words
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Text

from netdsl.checker.expressions.functions import FLOWING, FUNCTIONS
from netdsl.editor.keywords import BEHIND, CONSTANT, EXPRESSION, FILE, STATEMENT, WORDS
from netdsl.layers.table import BUILT_IN


def _whole(*roles: str) -> words:
    """The words that have these roles, whole."""
    return words([each.word for each in WORDS.values() if each.role in roles], prefix=r"\b", suffix=r"\b")


class NetLexer(RegexLexer):  # type: ignore[misc]
    """Finds words, layers, names, values and comments; knows no meaning beyond these."""

    name = "netdsl"
    aliases = ("netdsl",)
    filenames = ("*.net",)
    url = ""
    tokens = {  # noqa: RUF012
        "root": [
            (r"\s+", Text.Whitespace),
            (r"#.*?$", Comment.Single),
            (r'"[^"\n]*"', String.Double),
            (
                r"\b(net|block)(\s+)([A-Za-z_]\w*)",
                bygroups(Keyword.Declaration, Text.Whitespace, Name.Class),
            ),
            (_whole(FILE), Keyword.Declaration),
            (_whole(EXPRESSION), Operator.Word),
            (_whole(CONSTANT), Keyword.Constant),
            (_whole(STATEMENT, BEHIND), Keyword),
            (r"\d+(x\d+)+", Number.Integer),
            (r"\d+\.\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|\d+[eE][+-]?\d+", Number.Float),
            (r"\d+", Number.Integer),
            (r"[A-Za-z_]\w*(?=\s*=(?!=))", Name.Attribute),
            (words(FLOWING, prefix=r"\b", suffix=r"\b"), Name.Builtin.Pseudo),
            (words(FUNCTIONS, prefix=r"\b", suffix=r"\b"), Name.Builtin),
            (words(BUILT_IN, prefix=r"\b", suffix=r"\b"), Name.Function),
            (r"[A-Z]\w*", Name.Class),
            (r"[A-Za-z_]\w*", Name),
            (r"->|\*\*|//|==|!=|<=|>=|[-+*/%<>=]", Operator),
            (r"[(){}\[\],:]", Punctuation),
        ]
    }
