"""Records: the classes of the model. Like frozen, slotted dataclasses to every reader and type checker, at about a
quarter of what those cost to define: that is what a linter that starts anew for every commit pays for.

That they do not change is the type checkers' to prove (`frozen_default`); nothing enforces it at run time.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")

_MISSING: Any = object()


class _Field:
    """What `field()` says of a field, until the record is made."""

    __slots__ = ("compare", "default", "factory", "init")

    def __init__(self, default: Any = _MISSING, factory: Any = None, compare: bool = True, init: bool = True) -> None:
        self.default = default
        self.factory = factory
        self.compare = compare
        self.init = init


def field(*, default: Any = _MISSING, default_factory: Any = None, compare: bool = True, init: bool = True) -> Any:
    """A field with more to say: its default, a function that makes it anew, whether it counts when records are
    compared and whether it is given at all (`init`): one that is not is made by its function and left out of the
    record's text."""
    return _Field(default, default_factory, compare, init)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """Make a record of a class whose body annotates its fields. Equality and hash are by class and content.

    Fields of base records come first. Raises TypeError where a field without default follows one with.
    """
    inherited: dict[str, _Field] = {}
    for base in reversed(cls.__mro__[1:]):
        inherited.update(getattr(base, "_record_fields", {}))
    own: dict[str, _Field] = {}
    namespace = dict(cls.__dict__)
    for name in namespace.get("__annotations__", {}):
        given = namespace.pop(name, _MISSING)
        own[name] = given if isinstance(given, _Field) else _Field(given)
    fields = {**inherited, **own}
    given_names = tuple(name for name, field in fields.items() if field.init)
    compared = [name for name, field in fields.items() if field.compare]
    key = attrgetter(*compared) if compared else lambda self: ()
    namespace.pop("__dict__", None)
    namespace.pop("__weakref__", None)
    namespace["__slots__"] = tuple(name for name in own if name not in inherited)
    namespace["__match_args__"] = given_names
    namespace["_record_fields"] = fields
    namespace["__init__"] = _initialiser(cls.__name__, fields)

    def equal(self: Any, other: object) -> Any:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: Any) -> int:
        return hash(key(self))

    def shown(self: Any) -> str:
        return f"{cls.__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in given_names)})"

    namespace.setdefault("__eq__", equal)
    if namespace.get("__hash__") is None:
        namespace["__hash__"] = hashed
    namespace.setdefault("__repr__", shown)
    metaclass: Any = type(cls)
    made: type[T] = metaclass(cls.__name__, cls.__bases__, namespace)
    made.__qualname__ = cls.__qualname__
    return made


def _initialiser(name: str, fields: dict[str, _Field]) -> Any:
    scope: dict[str, Any] = {}
    parameters: list[str] = []
    lines: list[str] = []
    optional = False
    for field_name, field in fields.items():
        value = field_name
        if not field.init:
            scope[f"_make_{field_name}"] = field.factory
            lines.append(f" self.{field_name} = _make_{field_name}()")
            continue
        if field.factory is not None:
            scope[f"_make_{field_name}"], scope["_missing"] = field.factory, _MISSING
            parameters.append(f"{field_name}=_missing")
            value = f"_make_{field_name}() if {field_name} is _missing else {field_name}"
        elif field.default is not _MISSING:
            scope[f"_default_{field_name}"] = field.default
            parameters.append(f"{field_name}=_default_{field_name}")
        elif optional:
            raise TypeError(f"{name}.{field_name} has no default but follows a field that has")
        else:
            parameters.append(field_name)
        optional = optional or len(parameters[-1]) > len(field_name)
        lines.append(f" self.{field_name} = {value}")
    exec(f"def __init__(self, {', '.join(parameters)}):\n" + ("\n".join(lines) or " pass"), scope)
    return scope["__init__"]


def replace(original: T, **changes: Any) -> T:
    """A copy of a record with some fields changed."""
    return type(original)(**{**as_dict(original), **changes})


def as_dict(original: object) -> dict[str, Any]:
    """A record's fields and their values, in order."""
    names: tuple[str, ...] = type(original).__match_args__  # type: ignore[attr-defined]
    return {name: getattr(original, name) for name in names}
