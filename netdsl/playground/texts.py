"""The text that the page shows, checked once for all that is asked about it."""

from __future__ import annotations

from netdsl.checker.loading.source import LARGEST_FILE
from netdsl.diagnostics.span import Source
from netdsl.editor.carried import carried, without
from netdsl.editor.document import Document
from netdsl.editor.findings import findings
from netdsl.playground.request import RequestError, chosen_net, settings_of, text_of
from netdsl.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from netdsl.checker.scope.values import Template
    from netdsl.editor.findings import Finding
    from netdsl.network.nodes import Network
    from netdsl.playground.library import Library
    from netdsl.playground.request import Request


class Asked(Record):
    """What tells texts apart that are asked about: a file's name, its text, the settings of the shown net."""

    name: str
    text: str
    settings: tuple[tuple[str, str], ...]
    net: str | None


class CheckedTexts:
    """The document of the last text; of the one before, what completion and the nets after the first need.

    A file with many nets takes longer to check than a person types, so that
    the net that is shown may be checked alone. `later` is what only the
    others had when they were checked last, moved by the edits since.
    """

    def __init__(self, library: Library) -> None:
        self.library = library
        self.later: list[Finding] = []
        self._asked: Asked | None = None
        self._document: Document | None = None
        self._at_once: list[Finding] = []
        self._readable: tuple[str, Document] | None = None

    def check(self, request: Request, *, whole: bool) -> Document:
        """The document of a request, checked anew, as a file that it uses may have changed.

        Where the shown net of this text was checked already, the others
        follow with `whole`. Raises `RequestError` where the request is none.
        """
        asked = asked_of(request)
        document = self._known(asked)
        goes_on = document is not None and whole and not document.analysis.is_finished
        if document is None or (asked == self._asked and not goes_on):
            document = self._begin(asked)
        self._asked = asked
        if whole and not document.analysis.is_finished:
            document.analysis.finish()
            self.later = without(findings(document), self._at_once)
        return document

    def checked(self, request: Request) -> Document:
        """The document of a request, the shown net checked."""
        asked = asked_of(request)
        document = self._known(asked) or self._begin(asked)
        self._asked = asked
        return document

    def parsed(self, request: Request) -> Document:
        """The document of a request; where its text was not checked yet, it is only read."""
        asked = asked_of(request)
        return self._known(asked) or self._made(asked)

    def earlier(self, request: Request) -> Document | None:
        """The last document of the request's file that could be read without an error."""
        name = text_of(request, "name")
        return self._readable[1] if self._readable is not None and self._readable[0] == name else None

    def _known(self, asked: Asked) -> Document | None:
        """The last document, if it is what is asked for, with the net that is to be shown."""
        if self._document is None or self._asked is None:
            return None
        if asked == self._asked:
            return self._document
        if asked.settings or asked != self._asked.replace(net=asked.net):
            return None
        self._document.analysis.net = asked.net
        check_shown(self._document)
        return self._document

    def _begin(self, asked: Asked) -> Document:
        """Check the shown net of a text; a small one is linted at once."""
        before, same_file = self._document, self._asked is not None and self._asked.name == asked.name
        document = self._document = self._made(asked)
        self._asked = asked
        check_shown(document)
        if document.analysis.is_small:
            document.analysis.advance()
        self._at_once = findings(document)
        self.later = carried(self.later, before.source, document.source) if before and same_file else []
        if not document.analysis.is_unreadable:
            self._readable = (asked.name, document)
        return document

    def _made(self, asked: Asked) -> Document:
        place = self.library.place(asked.name)
        given = dict(asked.settings)
        return Document(Source(place.shown, asked.text), place.folder, net=asked.net, given=given)


def asked_of(request: Request) -> Asked:
    """What a request asks about; raises `RequestError` where it lacks some of it."""
    text = text_of(request, "text")
    if len(text.encode(errors="replace")) > LARGEST_FILE:
        raise RequestError(f"the text is longer than a .net file can be: at most {LARGEST_FILE:,} bytes")
    settings = tuple(settings_of(request).items())
    return Asked(text_of(request, "name"), text, settings, chosen_net(request))


def shown_net(document: Document) -> Template | None:
    """The net that is asked for, or the first; None where there is none of that name."""
    wanted = document.analysis.net
    return next((each for each in document.module.nets if wanted in (None, each.name)), None)


def shown_network(document: Document) -> Network | None:
    """The network of that net, where it was checked and has no error."""
    shown = shown_net(document)
    return document.analysis.networks.get(shown.name) if shown is not None else None


def check_shown(document: Document) -> None:
    """Check the shown net, if that was not done."""
    shown = shown_net(document)
    if shown is not None and any(each is shown for each in document.analysis.pending):
        document.analysis.advance(shown.definition.span.start)
