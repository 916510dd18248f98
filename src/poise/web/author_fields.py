"""What belongs into the fields of a piece, in words, read off its model."""

from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from poise.content.piece import Piece

NUMBERS: dict[Any, str] = {int: "a whole number", float: "a number", bool: "true or false", str: "words"}


@dataclass(frozen=True)
class Described:
    """A field: its name, what belongs there, whether it may be left out, and the fields inside."""

    name: str
    words: str
    optional: bool
    inside: tuple["Described", ...] = ()


def describe_fields(model: type[Piece]) -> tuple[Described, ...]:
    """Return each field of a model in words."""
    return tuple(
        Described(
            name,
            _say(field.annotation) + _say_limits(field),
            not field.is_required(),
            describe_fields(inner) if (inner := _inner(field.annotation)) else (),
        )
        for name, field in model.model_fields.items()
    )


def _parts(kind: Any) -> tuple[Any, tuple[Any, ...]]:  # noqa: ANN401  any annotation
    """Return an annotation without its marks, and what it is made of."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, UnionType):
        kinds = [one for one in get_args(kind) if one is not NoneType]
        return _parts(kinds[0])
    return kind, get_args(kind)


def _inner(kind: Any) -> type[Piece] | None:  # noqa: ANN401  as above
    kind, args = _parts(kind)
    if isinstance(kind, type) and issubclass(kind, Piece):
        return kind
    for one in reversed([one for one in args if one is not Ellipsis] if get_origin(kind) in (tuple, dict) else []):
        return _inner(one)
    return None


def _say(kind: Any) -> str:  # noqa: ANN401  as above
    kind, args = _parts(kind)
    origin = get_origin(kind)
    if origin is Literal:
        return " or ".join(str(one).lower() if isinstance(one, bool) else str(one) for one in args)
    if origin is tuple:
        number = "a list" if Ellipsis in args else f"a list of {len(args)}"
        return number if _inner(kind) else f"{number}: {_say(args[0])}"
    if origin is dict:
        return "names, each with its fields" if _inner(kind) else f"names, each with {_say(args[1])}"
    return NUMBERS.get(kind, "fields of its own")


def _say_limits(field: FieldInfo) -> str:
    limits = {
        name: getattr(mark, name) for mark in field.metadata for name in ("ge", "gt", "le", "lt") if hasattr(mark, name)
    }
    sizes = {
        name: getattr(mark, name)
        for mark in field.metadata
        for name in ("min_length", "max_length")
        if hasattr(mark, name)
    }
    said = [
        f"{words} {limits[name]}"
        for name, words in (("ge", "from"), ("gt", "above"), ("le", "to"), ("lt", "below"))
        if name in limits
    ]
    if isinstance(sizes.get("min_length"), int) and sizes["min_length"] > 1:
        said.append(f"at least {sizes['min_length']}")
    if isinstance(sizes.get("max_length"), int):
        said.append(f"at most {sizes['max_length']}")
    return ", " + " ".join(said) if said else ""
