"""Requests and answers of server functions: JSON to frozen dataclasses and back.

A request is parsed by the annotations of its dataclass: bool, int, float, str, None, Literal, unions, tuples, lists,
dicts with text keys, nested dataclasses, and Any for values that the engine checks itself. Anything else in its place
is a ValueError of one sentence that names the field. An answer is written as JSON without NaN or infinities, which
become null.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import lru_cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np

from app.server.parsing import as_float, as_int, quoted
from engine.files import json_text

T = TypeVar("T")
MOST = 10_000
"""entries of one list in a request"""
WORDS = {bool: "true or false", int: "a whole number", float: "a number", str: "text", types.NoneType: "nothing"}


def parse_payload(kind: type[T], data: object, label: str) -> T:
    """An instance of a request's dataclass; `label` names it in the sentence of a ValueError."""
    if not isinstance(data, dict):
        raise ValueError(f"{label} is {quoted(data)}; an object is expected.")
    hints = hints_of(kind)
    unknown = next((name for name in data if name not in hints), None)
    if unknown is not None:
        raise ValueError(f"{label} has no field {quoted(unknown)}; it takes {', '.join(hints) or 'none'}.")
    missing = [field.name for field in fields(kind) if field.name not in data and is_required(field)]
    if missing:
        raise ValueError(f"{label} lacks {', '.join(missing)}.")
    return kind(**{name: parse_value(hints[name], value, f"{label}.{name}") for name, value in data.items()})


@lru_cache(maxsize=256)
def hints_of(kind: type) -> dict[str, Any]:
    """A dataclass's fields and their types, resolved."""
    return get_type_hints(kind)


def is_required(field: Any) -> bool:
    """Whether a field has no default."""
    return field.default is MISSING and field.default_factory is MISSING


def parse_value(hint: Any, value: object, label: str) -> Any:
    """A JSON value as its annotation says; ValueError otherwise."""
    if hint in (Any, object):
        return value
    if is_dataclass(hint):
        return parse_payload(hint, value, label)
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return parse_union(parts, value, label)
    if origin is Literal:
        return parse_choice(parts, value, label)
    if origin in (tuple, list):
        return parse_list(origin, parts[0], value, label)
    if origin is dict:
        return parse_dict(parts[1], value, label)
    parsed, good = SCALARS[hint](value)
    if not good:
        raise ValueError(f"{label} is {quoted(value)}; {WORDS[hint]} is expected.")
    return parsed


def parse_union(parts: tuple, value: object, label: str) -> Any:
    """The first of several types that takes the value; the sentence is that of the last."""
    for part in parts[:-1]:
        try:
            return parse_value(part, value, label)
        except ValueError:
            continue
    last = parts[-1] if parts[-1] is not types.NoneType or value is None else parts[0]
    return parse_value(last, value, label)


def parse_choice(choices: tuple, value: object, label: str) -> Any:
    """One of a few values."""
    for choice in choices:
        if type(choice) is type(value) and choice == value:
            return choice
    raise ValueError(f"{label} is {quoted(value)}; choose one of {', '.join(map(str, choices))}.")


def parse_list(kind: Callable, part: Any, value: object, label: str) -> Any:
    """A tuple or a list, of at most MOST entries."""
    if not isinstance(value, list):
        raise ValueError(f"{label} is {quoted(value)}; a list is expected.")
    if len(value) > MOST:
        raise ValueError(f"{label} has {len(value):,} entries; at most {MOST:,} are taken.")
    return kind(parse_value(part, each, f"{label}[{index}]") for index, each in enumerate(value))


def parse_dict(part: Any, value: object, label: str) -> dict[str, Any]:
    """An object with any keys."""
    if not isinstance(value, dict):
        raise ValueError(f"{label} is {quoted(value)}; an object is expected.")
    return {parse_value(str, key, label): parse_value(part, each, label) for key, each in value.items()}


def text_of(value: object) -> tuple[object, bool]:
    """Text that can be stored: half of a surrogate pair has no UTF-8 form."""
    return value, isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)


def number_of(read: Callable[[object], float | None]) -> Callable[[object], tuple[object, bool]]:
    """A number of JSON; text is none, though `app/server/parsing.py` reads it."""

    def number(value: object) -> tuple[object, bool]:
        found = None if isinstance(value, str) else read(value)
        return found, found is not None

    return number


SCALARS: dict[type, Callable[[object], tuple[object, bool]]] = {
    bool: lambda value: (value, isinstance(value, bool)),
    int: number_of(as_int),
    float: number_of(as_float),
    str: text_of,
    types.NoneType: lambda value: (value, value is None),
}


def to_json(value: object) -> str:
    """JSON text of dataclasses, dicts, lists and scalars, numpy's too; NaN and infinities are null."""
    return json_text(value, default=plain)


def plain(value: object) -> object:
    """What `json` does not know, as something that it knows; TypeError for anything else."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"an answer holds a {type(value).__name__}, which has no JSON form")
