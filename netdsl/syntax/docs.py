"""The comment directly above a net or block is its documentation."""

from __future__ import annotations

from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

DIRECTIVE = "netdsl:"


def attach_docs(
    items: Iterable[tree.Definition | tree.Use], comments: tuple[tree.Comment, ...]
) -> tuple[tree.Definition | tree.Use, ...]:
    """The items, each definition with the comment lines that end on the line above it."""
    own_line = {
        comment.span.line: comment.span.text.lstrip("#").strip() for comment in comments if _alone(comment)
    }
    # What is said to netdsl is no documentation.
    told = {line for line, text in own_line.items() if text.startswith(DIRECTIVE)}
    done: list[tree.Definition | tree.Use] = []
    for item in items:
        if isinstance(item, tree.Definition):
            lines: list[str] = []
            line = item.span.line - 1
            while line in own_line:
                if line not in told:
                    lines.append(own_line[line])
                line -= 1
            if lines:
                item = item.replace(doc="\n".join(reversed(lines)))
        done.append(item)
    return tuple(done)


def _alone(comment: tree.Comment) -> bool:
    source = comment.span.source
    line, column = source.position(comment.span.start)
    return not source.line(line)[: column - 1].strip()
