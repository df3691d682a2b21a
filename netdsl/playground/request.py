"""What a request of the page holds: plain values of JSON, read with their types."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdsl.editor.positions import Units

    Request = Mapping[str, object]


class RequestError(Exception):
    """A request that can't be answered; the text says why."""


def text_of(request: Request, key: str, default: str | None = None) -> str:
    """A text; raises `RequestError` where there is none."""
    found = request.get(key, default)
    if not isinstance(found, str):
        raise RequestError(f"the request needs the text `{key}`")
    return found


def chosen_net(request: Request) -> str | None:
    """The net that is asked for, None for the first."""
    return None if request.get("net") is None else text_of(request, "net")


def settings_of(request: Request) -> dict[str, str]:
    """The values given to parameters, by name; an empty one is none."""
    found = request.get("settings") or {}
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise RequestError("`settings` are texts by the name of a parameter")
    return {str(name): value.strip() for name, value in found.items() if value.strip()}


def choice_of(request: Request, key: str, choices: tuple[str, ...]) -> str:
    """One of several words, the first where none is given."""
    found = text_of(request, key, choices[0])
    if found not in choices:
        raise RequestError(f"`{key}` is one of {', '.join(choices)}")
    return found


def flag_of(request: Request, key: str, default: bool = False) -> bool:
    """True or false."""
    found = request.get(key, default)
    if not isinstance(found, bool):
        raise RequestError(f"`{key}` is true or false")
    return found


def offset_of(request: Request, units: Units) -> int:
    """The place `at` as an offset of the text."""
    found = request.get("at")
    if not isinstance(found, int) or isinstance(found, bool):
        raise RequestError("the request needs `at`, a place in the text")
    return units.offset(found)
