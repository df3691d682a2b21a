"""Writes the page as files that any web server can hand out: Python runs in the browser, by Pyodide."""

from __future__ import annotations

import json
import os
import re
import shutil
import zipfile
from io import BytesIO

from netdsl.atomic import write_output
from netdsl.checker.loading.packaged import packaged_folder, packaged_names
from netdsl.diagnostics.catalogue import files as codes
from netdsl.diagnostics.diagnostic import Diagnostic, DiagnosticError
from netdsl.playground.packed import FILES, FIRST, first_of
from netdsl.playground.pages import INDEX, page_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdsl.playground.service import Service

# The version that the tests run; its Python must be one that netdsl runs on.
PYODIDE = "314.0.7"
PYODIDE_ADDRESS = f"https://cdn.jsdelivr.net/pyodide/v{PYODIDE}/full/"
PYODIDE_FILES = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "pyodide-lock.json",
    "python_stdlib.zip",
)
# igraph orders what stands side by side in a diagram; it needs the other.
LIBRARIES = ("igraph", "texttable")
ARCHIVE = "netdsl.zip"
# What answers the page, without what runs on a machine alone.
PARTS = (
    "__init__.py",
    "file_names.py",
    "record.py",
    "fixes.py",
    "diagnostics",
    "syntax",
    "formatter",
    "layers",
    "network",
    "checker",
    "lints",
    "drawing",
    "editor",
    "playground",
)
LEFT_OUT = (
    "editor/server",
    "editor/lexer.py",
    "playground/page",
    "playground/server.py",
    "playground/export.py",
)
ENDINGS = (".py", ".js")
# Of all files in the archive: the same files make the same archive.
WRITTEN = (1980, 1, 1, 0, 0, 0)


def export(target: str, service: Service, pyodide: str = PYODIDE_ADDRESS) -> list[str]:
    """Write the page with a service's files into a folder; the paths of what was written.

    `pyodide` is the address that Pyodide is loaded from, or a folder that
    holds it, which is copied. Raises `DiagnosticError` where a file can't
    be read or written.
    """
    try:
        return sorted(_write(target, service, pyodide))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        path = str(error.filename or target)
        raise DiagnosticError(
            Diagnostic(codes.UNWRITABLE, f"the page can't be written to `{target}`", file=path, help=reason)
        ) from None


def _write(target: str, service: Service, pyodide: str) -> Iterator[str]:
    os.makedirs(target, exist_ok=True)
    address = pyodide
    if not is_address(pyodide):
        address = "pyodide/"
        yield from _copy_pyodide(pyodide, os.path.join(target, "pyodide"))
    elif not address.endswith("/"):
        address += "/"
    for file in page_files().values():
        data = file.data
        if file.name == INDEX:
            data = configured(data.decode("utf-8"), address).encode("utf-8")
        yield _written(os.path.join(target, file.name), data)
    yield _written(os.path.join(target, ARCHIVE), archive(service))


def _written(path: str, data: bytes) -> str:
    write_output(path, data)
    return path


def is_address(text: str) -> bool:
    """Whether a text is an address of the web, not a folder."""
    return text.startswith(("https://", "http://"))


def configured(page: str, pyodide: str) -> str:
    """The page that asks Pyodide, loaded from an address, where the server's asks the server."""
    values = {"transport": "pyodide", "pyodide": pyodide, "front-end": ARCHIVE}
    metas = "\n".join(
        f'<meta name="netdsl-{name}" content="{quoted(value)}">' for name, value in values.items()
    )
    made, count = re.subn(r'<meta name="netdsl-transport" content="server">', lambda _: metas, page)
    assert count == 1, "the page says once whom it asks"
    return made


def quoted(text: str) -> str:
    """A text as the value of an attribute."""
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _copy_pyodide(folder: str, target: str) -> Iterator[str]:
    """Copy the parts of Pyodide that are needed; raises `DiagnosticError` where one is not there."""
    for name in PYODIDE_FILES:
        if not os.path.isfile(os.path.join(folder, name)):
            raise DiagnosticError(
                Diagnostic(
                    codes.UNREADABLE,
                    f"`{folder}` holds no Pyodide: there is no {name}",
                    file=folder,
                    help=f"name the folder of the npm package pyodide {PYODIDE}, or leave --pyodide out",
                )
            )
    os.makedirs(target, exist_ok=True)
    for name in (*PYODIDE_FILES, *_libraries(folder)):
        yield shutil.copyfile(os.path.join(folder, name), os.path.join(target, name))


def _libraries(folder: str) -> list[str]:
    """The files of the libraries that some diagrams need, where all of them are there."""
    packages = json.loads(_read(os.path.join(folder, "pyodide-lock.json")))["packages"]
    names = [packages[each]["file_name"] for each in LIBRARIES if each in packages]
    is_whole = len(names) == len(LIBRARIES)
    return names if is_whole and all(os.path.isfile(os.path.join(folder, each)) for each in names) else []


def archive(service: Service) -> bytes:
    """A zip of netdsl's front end, the packaged networks and the service's files."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in archived(service):
            entry = zipfile.ZipInfo(name, WRITTEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, data)
    return made.getvalue()


def archived(service: Service) -> Iterator[tuple[str, bytes]]:
    """The files of the archive by their names in it, in order."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for name in sorted(front_end(package)):
        yield f"netdsl/{name}", _read(os.path.join(package, name))
    for name in packaged_names():
        yield f"netdsl/architectures/{name}.net", _read(os.path.join(packaged_folder(), f"{name}.net"))
    for name in service.library.files():
        yield f"{FILES}/{name}", service.library.read(name).text.encode("utf-8")
    for name in service.library.configurations():
        yield f"{FILES}/{name}", _read(os.path.join(str(service.library.folder), name))
    yield FIRST, first_of(service).encode("utf-8")


def front_end(package: str) -> Iterator[str]:
    """The files that answer the page, by their paths in the package."""
    for part in PARTS:
        if os.path.isfile(os.path.join(package, part)):
            yield part
            continue
        for place, folders, names in os.walk(os.path.join(package, part)):
            here = os.path.relpath(place, package).replace(os.sep, "/")
            folders[:] = [
                each for each in folders if f"{here}/{each}" not in LEFT_OUT and each != "__pycache__"
            ]
            yield from (
                f"{here}/{name}"
                for name in names
                if name.endswith(ENDINGS) and f"{here}/{name}" not in LEFT_OUT
            )


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
