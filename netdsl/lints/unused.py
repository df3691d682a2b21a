"""Lints about names that nothing uses."""

from __future__ import annotations

from netdsl.diagnostics.catalogue import lint_names as codes
from netdsl.diagnostics.diagnostic import Diagnostic, Edit, Fix
from netdsl.diagnostics.span import Span
from netdsl.lints.declaration import FileLint
from netdsl.lints.walk import bodies, parts, used_names
from netdsl.syntax import tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdsl.checker.scope.module import Module


def unused_blocks(module: Module) -> Iterator[Diagnostic]:
    """Blocks of a file with nets that no other definition names, and that no setting could choose."""
    if not module.nets:
        return
    chosen = default_blocks(module)
    users: dict[str, set[int]] = {}
    for definition in module.file.definitions:
        for name in used_names(definition):
            users.setdefault(name, set()).add(id(definition))
    for template in module.own:
        definition = template.definition
        is_used = users.get(template.name, set()) - {id(definition)}
        if definition.kind == "block" and not is_used and not any(fits(definition, each) for each in chosen):
            yield Diagnostic(
                codes.UNUSED_BLOCK,
                f"block `{template.name}` is never used",
                definition.name.span,
                "no net or block of this file uses it",
                help="use it, or leave it out",
            )


def default_blocks(module: Module) -> list[tree.Definition]:
    """The blocks that are defaults of a net's parameters, for which `--set` may give others."""
    found = []
    for net in module.nets:
        for parameter in net.definition.parameters:
            default = parameter.default
            name = default.name if isinstance(default, tree.Call) else default
            template = module.names.get(name.name) if isinstance(name, tree.Name) else None
            if template is not None and template.definition.kind == "block":
                found.append(template.definition)
    return found


def fits(block: tree.Definition, default: tree.Definition) -> bool:
    """Whether a block could be used as another one is: it needs no more parameters than that one has."""
    needed = [each for each in block.parameters if each.default is None]
    return len(needed) <= len(default.parameters)


def unused_parameters(module: Module) -> Iterator[Diagnostic]:
    """Parameters that neither the body nor a later default names."""
    passed = passed_on(module.file)
    for definition in module.file.definitions:
        if definition.body is None or definition.name.name in passed:
            continue
        # From the last to the first, since a default may name the parameters before its own.
        names = used_names(definition.body)
        for parameter in reversed(definition.parameters):
            name = parameter.name.name
            is_unused = not name.startswith("_") and name not in names
            names |= used_names(parameter.default)
            if is_unused:
                yield Diagnostic(
                    codes.UNUSED_PARAMETER,
                    f"parameter `{name}` is never used",
                    parameter.name.span,
                    f"`{definition.name.name}` is the same whatever it is",
                    help="use it, or leave it out",
                )


def passed_on(file: tree.File) -> set[str]:
    """The names that stand in expressions, where a block is a value that others of its kind may replace."""
    steps = {id(part.name) for part in parts(file.items) if isinstance(part, tree.Step)}
    bases = {id(each.base.name) for each in file.definitions if each.base is not None}
    return {
        part.name
        for part in parts(file.items, given=False)
        if isinstance(part, tree.Name) and id(part) not in steps | bases
    }


def unused_lets(module: Module) -> Iterator[Diagnostic]:
    """`let`s whose names nothing says in the rest of their braces."""
    for definition in module.file.definitions:
        for body in bodies(definition):
            names: set[str] = set()
            for statement in reversed(body.statements):
                name = statement.name.name if isinstance(statement, tree.Let) else "_"
                is_unused = not name.startswith("_") and name not in names
                names |= used_names(statement)
                if isinstance(statement, tree.Let) and is_unused:
                    yield Diagnostic(
                        codes.UNUSED_LET,
                        f"`{name}` is never used",
                        statement.name.span,
                        "nothing in these braces says it",
                        help="use it, or leave the line out",
                        fix=Fix("leave the line out", (Edit(whole_line(statement.span), ""),)),
                    )


def unused_uses(module: Module) -> Iterator[Diagnostic]:
    """`use` lines whose files give this one nothing."""
    names = used_names(module.file.definitions)
    for use, used in module.used:
        if not any(each.name in names and module.names[each.name] is each for each in used.own):
            yield Diagnostic(
                codes.UNUSED_USE,
                f'nothing of "{use.path.value}" is used',
                use.span,
                "none of its nets and blocks stands in this file",
                help="leave the line out",
                fix=Fix("leave the line out", (Edit(whole_line(use.span), ""),), safe=True),
            )


def unused_labels(module: Module) -> Iterator[Diagnostic]:
    """Labels that no merge and no branch of their definition takes."""
    for definition in module.file.definitions:
        names = used_names(definition)
        for part in parts(definition):
            label = part.label if isinstance(part, tree.Step) else None
            if label is not None and label.name not in names:
                yield Diagnostic(
                    codes.UNUSED_LABEL,
                    f"label `{label.name}` is never referred to",
                    label.span,
                    "no merge and no branch takes this value",
                    help="leave it out, unless it is there to name the module",
                )


def whole_line(span: Span) -> Span:
    """The line of a statement with its line break, where nothing else stands on it; else the statement."""
    source = span.source
    line, _ = source.position(span.start)
    start = source.line_starts[line - 1]
    text = source.line(line)
    if text.strip() != span.text:
        return span
    return Span(source, start, min(start + len(text) + 1, len(source.text)))


LINTS = (
    FileLint(codes.UNUSED_BLOCK, True, unused_blocks),
    FileLint(codes.UNUSED_PARAMETER, True, unused_parameters),
    FileLint(codes.UNUSED_LET, True, unused_lets),
    FileLint(codes.UNUSED_USE, True, unused_uses),
    FileLint(codes.UNUSED_LABEL, False, unused_labels),
)
