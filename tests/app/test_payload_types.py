"""The types that JavaScript has of questions and answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

import pytest

from app.payload_types import SERVERS, TARGET, js_type, module_text
from app.server.rpc import Questions, Visitor


class Row(TypedDict):
    """A row."""

    total: int


@dataclass(frozen=True, kw_only=True)
class Move:
    """Where to."""

    place: str
    """by name"""
    speed: Literal["slow", "fast"] = "slow"


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What came of it."""

    rows: tuple[Row, ...]
    values: dict[str, float | None]
    pair: tuple[int, str] = (1, "a")


class Mover(Questions):
    """Moves."""

    questions = ("move", "rest")

    def move(self, visitor: Visitor, request: Move) -> Moved:
        """Move it."""

    def rest(self, visitor: Visitor) -> Moved:
        """Wait."""


def test_javascript_knows_every_payload_as_python_has_it() -> None:
    assert TARGET.read_text() == module_text(SERVERS), "stale: run python -m app.payload_types"


def test_dataclasses_typed_dicts_and_questions_become_typedefs() -> None:
    text = module_text((Mover,))
    assert ' * @property {string} place by name\n * @property {"slow" | "fast"} [speed]\n' in text
    assert " * @property {Row[]} rows\n * @property {Record<string, number | null>} values\n" in text
    assert " * @property {[number, string]} pair\n" in text
    assert " * @typedef {object} Row\n * @property {number} total\n" in text
    assert "@property {(request: Move, patience?: Patience) => Promise<Moved>} move Move it." in text
    assert "@property {(request?: {}, patience?: Patience) => Promise<Moved>} rest Wait." in text


def test_what_has_no_type_is_refused() -> None:
    with pytest.raises(ValueError, match="has no type in JavaScript"):
        js_type(set[int])
