"""One request of the page to one answer, both plain values of JSON. Needs the standard library alone."""

from __future__ import annotations

import json

from netdsl.diagnostics.catalogue import all_codes
from netdsl.diagnostics.diagnostic import DiagnosticError
from netdsl.diagnostics.render.text import render_text
from netdsl.diagnostics.span import Source
from netdsl.lints.explanation import explanation_markdown
from netdsl.playground.checking import check_answer
from netdsl.playground.library import Library
from netdsl.playground.pictures import draw_answer
from netdsl.playground.request import RequestError, flag_of, text_of
from netdsl.playground.texts import CheckedTexts
from netdsl.playground.writing import complete_answer, format_answer, hover_answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from netdsl.playground.request import Request

    Answer = dict[str, object]

START = "lenet5"


class Service:
    """What one page asks. It keeps the last text, so that nothing is checked again for the next question.

    `folder` holds the files that the page may open besides the packaged
    ones, None where there are none; `start` is the one that it begins with,
    and `net` the net of it that is shown, None for the first.
    """

    def __init__(self, folder: str | None = None, start: str = START, net: str | None = None) -> None:
        self.library = Library(folder)
        self.texts = CheckedTexts(self.library)
        self.start = start
        self.net = net
        self._methods: dict[str, Callable[[Request], Answer]] = {
            "list": self._list,
            "open": self._open,
            "check": self._check,
            "draw": lambda request: draw_answer(self.texts.checked(request), request),
            "complete": self._complete,
            "hover": lambda request: hover_answer(self.texts.checked(request), request),
            "format": self._format,
            "explain": self._explain,
        }

    def answer(self, request: Request) -> Answer:
        """The answer to a request; one with an `error` where it can't be given."""
        try:
            method = self._methods.get(text_of(request, "method"))
            if method is None:
                raise RequestError(f"no method `{request['method']}`")
            return method(request)
        except RequestError as error:
            return {"error": str(error)}
        except DiagnosticError as error:
            return {"error": render_text([error.diagnostic])}

    def answer_json(self, text: str) -> str:
        """The same with both as JSON."""
        try:
            request = json.loads(text)
        except (ValueError, RecursionError) as error:
            return json.dumps({"error": f"the request is no JSON: {error}"})
        answer = self.answer(request) if isinstance(request, dict) else {"error": "the request is no object"}
        return json.dumps(answer)

    def _list(self, _: Request) -> Answer:
        return {
            "packaged": self.library.packaged(),
            "files": self.library.files(),
            "start": {**self._open({"name": self.start}), "net": self.net},
        }

    def _open(self, request: Request) -> Answer:
        name = text_of(request, "name")
        return {"name": name, "text": self.library.read(name).text}

    def _check(self, request: Request) -> Answer:
        document = self.texts.check(request, whole=flag_of(request, "whole", default=True))
        return check_answer(document, self.texts.later)

    def _complete(self, request: Request) -> Answer:
        return complete_answer(self.texts.parsed(request), request, self.texts.earlier(request))

    def _format(self, request: Request) -> Answer:
        place = self.library.place(text_of(request, "name"))
        return format_answer(Source(place.shown, text_of(request, "text")))

    def _explain(self, request: Request) -> Answer:
        code = all_codes().get(text_of(request, "code"))
        if code is None:
            raise RequestError(f"no code {request['code']}")
        return {"markdown": explanation_markdown(code)}
