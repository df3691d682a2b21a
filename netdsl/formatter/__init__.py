"""The one layout of `.net` files: a text to the same text, arranged.

The tree has no comments in it and no brackets that only group, so the
formatter works on the tokens of a text that parses: `pieces` puts each
comment before the token that follows it, `outline` finds statements, bodies
and brackets, `arrange` says where a line may break, `writer` where it does,
and `layout` joins the lines.
"""

from netdsl.formatter.layout import format_source
from netdsl.formatter.ranges import format_range

__all__ = ["format_range", "format_source"]
