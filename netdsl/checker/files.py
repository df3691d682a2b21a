"""Reads files: the one named on the command line, packaged ones, and those they use."""

from __future__ import annotations

import os

from netdsl.checker.module import Module
from netdsl.checker.other_files import is_yaml, taker
from netdsl.checker.values import Template
from netdsl.diagnostics.catalogue import files as codes
from netdsl.diagnostics.catalogue import names as name_codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError, Edit, Fix, Label
from netdsl.diagnostics.span import Source, Span
from netdsl.diagnostics.suggest import closest
from netdsl.file_names import can_name_file
from netdsl.syntax import tree
from netdsl.syntax.parser import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_FILE = 4 * 2**20
MOST_FILES = 100


def packaged_folder() -> str:
    """The folder of the packaged architectures."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    inside = os.path.join(package, "architectures")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(package), "architectures")


def packaged_names() -> list[str]:
    """The names of the packaged architectures, without their extension."""
    try:
        found = os.listdir(packaged_folder())
    except OSError:
        return []
    return sorted(name[:-4] for name in found if name.endswith(".net"))


def find_file(name: str) -> str:
    """The path of a file, or of the packaged architecture of this name.

    Raises `DiagnosticError` where there is neither.
    """
    if os.path.lexists(name):
        return name
    bare = os.sep not in name and "/" not in name
    stem = name[:-4] if name.endswith(".net") else name
    packaged = os.path.join(packaged_folder(), stem + ".net")
    if bare and stem in packaged_names():
        return packaged
    if os.path.lexists(name + ".net"):
        return name + ".net"
    meant = closest(stem, packaged_names()) if bare else None
    raise DiagnosticError(
        Diagnostic(
            codes.NOT_FOUND,
            f"no file `{name}`"
            + ("" if name.endswith(".net") or not bare else ", and no packaged architecture of that name"),
            file=name,
            help=f"did you mean `{meant}`?" if meant else "`netdsl list` prints the packaged architectures",
        )
    )


def read_source(path: str, shown: str | None = None) -> Source:
    """The text of a file; raises `DiagnosticError` where it can't be read as text."""
    name = shown or path

    def refuse(message: str, help: str | None = None) -> DiagnosticError:
        return DiagnosticError(Diagnostic(codes.UNREADABLE, message, file=name, help=help))

    if os.path.isdir(path):
        raise refuse(f"`{name}` is a folder", "name a .net file in it")
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            raise refuse(f"`{name}` is not a regular file")
        size = os.path.getsize(path)
        if size > LARGEST_FILE:
            raise refuse(
                f"`{name}` is larger than a .net file can be", f"{size:,} bytes; at most {LARGEST_FILE:,}"
            )
        with open(path, "rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise refuse(f"`{name}` can't be read", (error.strerror or str(error)).lower()) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(f"`{name}` is not UTF-8 text", f"byte {error.start} can't be part of a text") from None
    if is_yaml(path):
        raise refuse(f"`{name}` is a YAML file, not a network", f"perhaps {taker(name, text)}")
    return Source(name, text.replace("\r\n", "\n"))


def load_module(
    source: Source, folder: str | None, read: Callable[[str, str], Source] = read_source
) -> tuple[Module, list[Diagnostic]]:
    """A file with the files it uses; `folder` is where its `use` paths start, None forbids them.

    Files that are used may use others, under the same folder. `read` gives
    the text of one by its path and the name it is shown by: an editor has
    texts that are not saved yet. It raises `DiagnosticError` where there is
    none.
    """
    return _Loader(folder, read).load(source, folder)


def find_used(use: tree.Use, folder: str | None) -> str:
    """The path of the file that a `use` in a file of this folder leads to.

    Raises `DiagnosticError` where there is none.
    """
    return _Loader(folder).resolve(use, folder)


def gather_sources(path: str) -> dict[str, str]:
    """The texts of a file and of those it uses, by their paths from its folder.

    Packaged files that a file elsewhere uses are left out: every copy of
    netdsl has them. Raises `DiagnosticError` where the file can't be read.
    """
    folder = os.path.realpath(os.path.dirname(os.path.abspath(path)))
    loader = _Loader(folder)
    source = read_source(path)
    loader.load(source, folder)
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
        path = self.resolve(use, folder)
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

    def resolve(self, use: tree.Use, folder: str | None) -> str:
        """The path of a used file: beside the using one, or packaged."""
        wanted = str(use.path.value)
        if folder is None or self.root is None:
            raise bad_use(use, "a text without a file can't use others", "there is no folder to look in")
        if not can_name_file(wanted):
            raise bad_use(use, "no file can have this name", "a zero or half a character is in it")
        if os.path.isabs(wanted):
            raise bad_use(use, "a used file is named by a relative path", "not a relative path")
        path = os.path.realpath(os.path.join(folder, wanted))
        library = os.path.realpath(packaged_folder())
        if not under(path, self.root) and not under(path, library):
            raise bad_use(use, "a used file stays under the folder of the file", "leads out of the folder")
        if os.path.lexists(path):
            return path
        packaged = os.path.realpath(os.path.join(library, wanted))
        if under(packaged, library) and os.path.isfile(packaged):
            return packaged
        self.missing += 1
        meant = meant_file(use, os.path.dirname(path)) if self.missing <= MOST_FILES else None
        raise bad_use(use, f"no file `{wanted}`", "neither beside this file nor packaged", meant)


def path_from_here(path: str) -> str:
    """A path from the current folder; as it is where none leads there, as between drives of Windows."""
    try:
        return os.path.relpath(path)
    except (OSError, ValueError):
        return path


def under(path: str, folder: str) -> bool:
    """Whether a real path is inside a real folder."""
    return path.startswith(folder.rstrip(os.sep) + os.sep)


def meant_file(use: tree.Use, folder: str) -> str | None:
    """The file in a folder, or the packaged one, that was probably meant by a `use` that leads nowhere."""
    below, wanted = os.path.split(str(use.path.value))
    own = os.path.basename(use.path.span.source.name)
    try:
        beside = [name[:-4] for name in sorted(os.listdir(folder)) if name.endswith(".net") and name != own]
    except OSError:
        beside = []
    meant = closest(wanted.removesuffix(".net"), [*beside, *packaged_names()])
    if meant is None or not meant.isprintable() or '"' in meant:
        return None
    return f"{below}/{meant}.net" if below and meant in beside else f"{meant}.net"


def bad_use(use: tree.Use, message: str, label: str, meant: str | None = None) -> DiagnosticError:
    """The error of a `use` that can't be followed, with the file that was probably meant."""
    help = f"did you mean `{meant}`?" if meant else None
    fix = Fix(f"write `{meant}`", (Edit(use.path.span, f'"{meant}"'),)) if meant else None
    return DiagnosticError(Diagnostic(codes.BAD_USE, message, use.path.span, label, help=help, fix=fix))


def whole(source: Source) -> Span:
    """The beginning of a text, for findings about all of it."""
    return Span(source, 0, min(1, len(source.text)))
