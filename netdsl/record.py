"""Frozen, slotted classes that cost almost nothing to import.

The front end starts in a blink because it never imports `dataclasses` (and
with it `inspect`); `Record` gives the part of it that a compiler needs:
fields from annotations, positional and keyword construction, defaults,
immutability, equality by value, and a readable `repr`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ClassVar, Self, dataclass_transform
else:

    def dataclass_transform(**_options):  # noqa: D103
        return lambda cls: cls


_set = object.__setattr__


@dataclass_transform(frozen_default=True)
class RecordType(type):
    """Turns a class's annotations into slots and its assignments into defaults."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> RecordType:  # noqa: D102
        own = tuple(namespace.get("__annotations__", ()))
        inherited = tuple(field for base in bases for field in getattr(base, "_fields", ()))
        defaults: dict[str, Any] = {}
        for base in bases:
            defaults.update(getattr(base, "_defaults", {}))
        for field in own:
            if field in namespace:
                defaults[field] = namespace.pop(field)
        namespace["__slots__"] = own
        namespace["_fields"] = inherited + own
        namespace["_defaults"] = defaults
        namespace.setdefault("__init__", _first_init)
        return super().__new__(cls, name, bases, namespace)


def _first_init(self: Record, *values: Any, **named: Any) -> None:
    """Stands in until a class is first used: most are not used in a run, and compiling costs."""
    cls = type(self)
    type.__setattr__(cls, "__init__", _compile_init(cls))
    cls.__init__(self, *values, **named)


def _compile_init(cls: type[Record]) -> Callable[..., None]:
    defaults = cls._defaults
    signature = ", ".join(f"{name}=_defaults[{name!r}]" if name in defaults else name for name in cls._fields)
    lines = [f"    _set(self, {name!r}, {name})" for name in cls._fields] or ["    pass"]
    namespace: dict[str, Any] = {"_set": _set, "_defaults": defaults}
    exec("\n".join([f"def __init__(self, {signature}):", *lines]), namespace)
    init: Callable[..., None] = namespace["__init__"]
    return init


class Record(metaclass=RecordType):
    """Base of all immutable values; subclasses only annotate their fields.

    Raises `TypeError` on a missing, unknown or doubled field, and
    `AttributeError` on assignment.
    """

    if TYPE_CHECKING:
        _fields: ClassVar[tuple[str, ...]]
        _defaults: ClassVar[dict[str, Any]]

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable: cannot set {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable: cannot delete {name!r}")

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, field) == getattr(other, field) for field in self._fields)

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, field) for field in self._fields)))

    def __repr__(self) -> str:
        inside = ", ".join(f"{field}={getattr(self, field)!r}" for field in self._fields)
        return f"{type(self).__name__}({inside})"

    def __reduce__(self) -> tuple[type[Self], tuple[Any, ...]]:
        return type(self), tuple(getattr(self, field) for field in self._fields)

    def replace(self, **changes: Any) -> Self:
        """The same value with some fields changed."""
        values = {field: getattr(self, field) for field in self._fields}
        return type(self)(**{**values, **changes})
