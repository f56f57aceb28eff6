"""Lists stand although an entry is damaged: what cannot be read is told apart, with the reason in a sentence.

    good, bad = sorted_out(names, read)      # bad: [Damaged(name, reason)]
    reason = damage_of(lambda: read(name))   # None where it can be read

Every list of checkpoints, runs, comparisons and records goes through here, for the command line and for the page alike.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
DAMAGE = (
    ValueError,
    OSError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    AssertionError,
    struct.error,
    sqlite3.Error,
)
"""what reading a damaged entry may raise"""
LONGEST = 200
"""characters of a reason"""


@dataclass(frozen=True, kw_only=True)
class Damaged:
    """An entry of a list that cannot be read."""

    name: str
    reason: str


def reason_of(error: BaseException) -> str:
    """An error as one line; of errors that are no sentences, their kind as well."""
    text = " ".join(str(error).split())[:LONGEST]
    if isinstance(error, ValueError) and " " in text:
        return text
    if isinstance(error, OSError) and error.strerror:
        return f"it cannot be read: {error.strerror}"
    return f"it cannot be read ({type(error).__name__}: {text or 'no reason given'})"


def damage_of(read: Callable[[], object]) -> str | None:
    """Why something cannot be read; None where it can."""
    try:
        read()
    except DAMAGE as error:
        return reason_of(error)
    return None


def sorted_out(names: Iterable[str], read: Callable[[str], T]) -> tuple[dict[str, T], list[Damaged]]:
    """(what could be read, by name; what could not), both in the order of the names."""
    good: dict[str, Any] = {}
    bad = []
    for name in names:
        try:
            good[name] = read(name)
        except DAMAGE as error:
            bad.append(Damaged(name=name, reason=reason_of(error)))
    return good, bad
