"""Loads a file with the files it uses."""

from __future__ import annotations

import os

from netdsl.checker.loading.source import path_from_here, read_source
from netdsl.checker.loading.used import bad_use, find_used, under
from netdsl.checker.scope.module import Module
from netdsl.checker.scope.values import Template
from netdsl.diagnostics.catalogue import names as name_codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Label
from netdsl.diagnostics.span import Source
from netdsl.syntax import tree
from netdsl.syntax.parser import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

MOST_FILES = 100


def load_module(
    source: Source, folder: str | None, read: Callable[[str, str], Source] = read_source
) -> tuple[Module, list[Diagnostic]]:
    """A file with the files it uses; `folder` is where its `use` paths start, None forbids them.

    Files that are used may use others, under the same folder. `read` gives
    the text of one by its path and the name it is shown by: an editor has
    texts that are not saved yet. It raises `DiagnosticError` where there is
    none.
    """
    return _Loader(folder, read).load_first(source, folder)


def gather_sources(path: str) -> dict[str, str]:
    """The texts of a file and of those it uses, by their paths from its folder.

    Packaged files that a file elsewhere uses are left out: every copy of
    netdsl has them. Raises `DiagnosticError` where the file can't be read.
    """
    folder = os.path.realpath(os.path.dirname(os.path.abspath(path)))
    loader = _Loader(folder)
    source = read_source(path)
    loader.load_first(source, folder)
    used = {file: module.source.text for file, module in loader.loaded.items() if under(file, folder)}
    texts = {os.path.relpath(file, folder).replace(os.sep, "/"): text for file, text in used.items()}
    return {os.path.basename(path): source.text, **texts}


class _Loader:
    """Loads each file once, and notices circles."""

    def __init__(self, root: str | None, read: Callable[[str, str], Source] = read_source) -> None:
        self.read = read
        self.root = os.path.realpath(root) if root is not None else None
        self.loaded: dict[str, Module] = {}
        self.active: list[str] = []
        self.missing = 0

    def load_first(self, source: Source, folder: str | None) -> tuple[Module, list[Diagnostic]]:
        """The module of the text that is checked, which the files that it uses can't use."""
        self.active.append(os.path.realpath(source.name))
        return self.load(source, folder)

    def load(self, source: Source, folder: str | None) -> tuple[Module, list[Diagnostic]]:
        """The module of a text, with the names of the files it uses."""
        file, diagnostics = parse(source)
        module = Module(file)
        for definition in file.definitions:
            self.define(module, definition, diagnostics)
        for use in file.uses:
            try:
                used, found = self.use(use, folder)
            except DiagnosticError as error:
                diagnostics.append(error.diagnostic)
                module.is_incomplete = True
                continue
            diagnostics.extend(found)
            module.used.append((use, used))
            for template in used.own:
                module.names.setdefault(template.name, template)
        return module, diagnostics

    def define(self, module: Module, definition: tree.Definition, diagnostics: list[Diagnostic]) -> None:
        """Add a net or block to a module; mistakes of its name are reported."""
        name = definition.name
        template = Template(definition, module)
        earlier = module.names.get(name.name)
        if earlier is not None:
            label = Label(earlier.definition.name.span, "first here")
            diagnostics.append(
                Diagnostic(
                    name_codes.DUPLICATE_NAME,
                    f"`{name.name}` is defined twice",
                    name.span,
                    "defined again here",
                    (label,),
                )
            )
            return
        if not name.name[0].isupper():
            meant = name.name.strip("_").title().replace("_", "") or "Net"
            diagnostics.append(
                Diagnostic(
                    name_codes.NAME_STYLE,
                    f"the name of a {definition.kind} begins with a capital",
                    name.span,
                    f"write it as {meant}",
                )
            )
        module.names[name.name] = template
        module.own.append(template)

    def use(self, use: tree.Use, folder: str | None) -> tuple[Module, list[Diagnostic]]:
        """The module of a used file, and what is wrong in it the first time."""
        path = self.find(use, folder)
        if path in self.active:
            raise bad_use(
                use, "files use each other in a circle", f"{os.path.basename(path)} is being read already"
            )
        if path in self.loaded:
            return self.loaded[path], []
        if len(self.loaded) >= MOST_FILES:
            raise bad_use(use, "too many files", f"at most {MOST_FILES} files take part in a check")
        self.active.append(path)
        try:
            module, diagnostics = self.load(self.read(path, path_from_here(path)), os.path.dirname(path))
        except DiagnosticError as error:
            raise bad_use(use, error.diagnostic.message, "used here") from None
        finally:
            self.active.pop()
        self.loaded[path] = module
        return module, diagnostics

    def find(self, use: tree.Use, folder: str | None) -> str:
        """The path of a used file; what was meant is looked for a bounded number of times."""
        try:
            return find_used(use, folder, self.root, suggests=self.missing < MOST_FILES)
        except DiagnosticError:
            self.missing += 1
            raise
