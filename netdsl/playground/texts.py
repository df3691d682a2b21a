"""The text that the page shows, checked once for all that is asked about it."""

from __future__ import annotations

from netdsl.checker.files import LARGEST_FILE
from netdsl.diagnostics.span import Source
from netdsl.editor.document import Document
from netdsl.playground.request import RequestError, chosen_net, settings_of, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.playground.library import Library
    from netdsl.playground.request import Request

Key = tuple[str, str, str | None, tuple[tuple[str, str], ...]]


class CheckedTexts:
    """The document of the last text, and the last one of its name that could be read."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._key: Key | None = None
        self._document: Document | None = None
        self._readable: tuple[str, Document] | None = None

    def checked(self, request: Request, *, anew: bool = False) -> Document:
        """The document of a request, every net checked; `anew` where a file that it uses may have changed.

        Raises `RequestError` where the request names no text.
        """
        name, text, net, given = key = key_of(request)
        if self._document is None or key != self._key or anew:
            self._document = self._made(name, text, net, dict(given))
            self._document.analysis.finish()
            self._key = key
            if not self._document.analysis.is_unreadable:
                self._readable = (name, self._document)
        return self._document

    def parsed(self, request: Request) -> Document:
        """The document of a request; where its text was not checked yet, it is only read."""
        name, text, net, given = key_of(request)
        if self._document is not None and self._key is not None and self._key[:2] == (name, text):
            return self._document
        return self._made(name, text, net, dict(given))

    def earlier(self, request: Request) -> Document | None:
        """The last document of the request's file that could be read without an error."""
        name = text_of(request, "name")
        return self._readable[1] if self._readable is not None and self._readable[0] == name else None

    def _made(self, name: str, text: str, net: str | None, given: dict[str, str]) -> Document:
        place = self.library.place(name)
        return Document(Source(place.shown, text), place.folder, net=net, given=given)


def key_of(request: Request) -> Key:
    """What tells documents apart; raises `RequestError` where the request lacks some of it."""
    text = text_of(request, "text")
    if len(text) > LARGEST_FILE:
        raise RequestError(f"the text is longer than a .net file can be: at most {LARGEST_FILE:,} bytes")
    settings = tuple(settings_of(request).items())
    return text_of(request, "name"), text, chosen_net(request), settings
