"""Requests from JSON and answers to JSON."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pytest

from app.server.payloads import MOST, parse_payload, to_json


@dataclass(frozen=True, kw_only=True)
class Follow:
    run: str
    cursor: int = 0


@dataclass(frozen=True, kw_only=True)
class Request:
    name: str
    kind: Literal["skip", "zeros"] = "skip"
    speed: float = 1.0
    total: int | None = None
    own: bool = False
    follow: tuple[Follow, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)


FULL = {
    "name": "first",
    "kind": "zeros",
    "speed": 2,
    "total": 3.0,
    "own": True,
    "follow": [{"run": "a", "cursor": 4}, {"run": "b"}],
    "counts": {"x": 1},
    "settings": {"tree.leaves": [1, {"deep": None}]},
}


def test_a_request_becomes_its_dataclass_with_defaults_for_what_is_left_out() -> None:
    assert parse_payload(Request, {"name": "first"}, "ask") == Request(name="first")
    assert parse_payload(Request, FULL, "ask") == Request(
        name="first",
        kind="zeros",
        speed=2.0,
        total=3,
        own=True,
        follow=(Follow(run="a", cursor=4), Follow(run="b")),
        counts={"x": 1},
        settings={"tree.leaves": [1, {"deep": None}]},
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "ask is 'None'; an object is expected"),
        ([], "ask is 'list'; an object is expected"),
        ({}, "ask lacks name"),
        ({"name": "a", "path": "/etc"}, "ask has no field 'path'; it takes name, kind"),
        ({"name": 7}, "ask.name is '7'; text is expected"),
        ({"name": "\ud800"}, "ask.name is"),
        ({"name": "a", "kind": "sideways"}, "ask.kind is 'sideways'; choose one of skip, zeros"),
        ({"name": "a", "kind": []}, "choose one of skip"),
        ({"name": "a", "speed": "fast"}, "ask.speed is 'fast'; a number is expected"),
        ({"name": "a", "speed": "2"}, "a number is expected"),
        ({"name": "a", "speed": True}, "a number is expected"),
        ({"name": "a", "speed": math.nan}, "a number is expected"),
        ({"name": "a", "speed": 10**400}, "a number is expected"),
        ({"name": "a", "total": 1.5}, "ask.total is '1.5'; a whole number is expected"),
        ({"name": "a", "total": math.inf}, "a whole number is expected"),
        ({"name": "a", "own": 1}, "true or false is expected"),
        ({"name": "a", "follow": {}}, "ask.follow is 'dict'; a list is expected"),
        ({"name": "a", "follow": [{"run": "b"}, {"cursor": 1}]}, r"ask.follow\[1\] lacks run"),
        ({"name": "a", "follow": [{"run": "b"}] * (MOST + 1)}, "at most 10,000 are taken"),
        ({"name": "a", "counts": {"x": None}}, "ask.counts is 'None'; a whole number is expected"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(data: object, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        parse_payload(Request, data, "ask")
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 250


def test_an_answer_is_valid_json_whatever_numbers_it_holds() -> None:
    numbers = {"nan": math.nan, "array": [np.float32(0.5), math.inf], "count": np.int64(3), "good": 0.25}
    text = to_json({"follow": Follow(run="ä"), "numbers": numbers, "pair": (1, None)})
    assert json.loads(text, parse_constant=pytest.fail) == {
        "follow": {"run": "ä", "cursor": 0},
        "numbers": {"nan": None, "array": [0.5, None], "count": 3, "good": 0.25},
        "pair": [1, None],
    }


def test_an_answer_that_has_no_json_form_is_an_error_of_ours() -> None:
    with pytest.raises(TypeError, match="a set"):
        to_json({"a": {1}})
