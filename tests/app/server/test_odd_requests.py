"""Bent requests to the public page's own addresses, as `tests/fuzz` bends files."""

from __future__ import annotations

import random

import httpx
import pytest

from tests.app.conftest import SharedPage
from tests.app.visitor import Visitor, given
from tests.fuzz.mutations import bent, odd
from tests.fuzz.page import findings

REQUESTS = 150
PAYLOADS = 130
BODIES = {
    "call/compress": {"data": [None, "video-16", 4, 64]},
    "call/reconstruct": {"data": [None]},
    "call/trajectory": {"data": [None, "video-16", "zeros", False]},
    "queue/join": {
        "data": [None, "video-16", "128", "1", "16"],
        "fn_index": 8,
        "session_hash": "abcdef",
        "trigger_id": 3,
    },
    "run/predict": {"data": [None], "fn_index": 20, "session_hash": "abcdef", "event_data": {"window": 0}},
    "component_server": {
        "component_id": 3,
        "fn_name": "begin_stream",
        "session_hash": "abcdef",
        "data": {"visitor": "0f" * 16, "request": {"ticket": 1, "source": "digits", "model": "digits-128"}},
    },
    "cancel": {"session_hash": "abcdef", "fn_index": 8, "event_id": "a"},
}


def test_odd_requests_get_an_answer_without_a_traceback_and_leave_nothing(shared: SharedPage) -> None:
    dice, visitor = random.Random(7), Visitor(shared.url)
    bodies = {**BODIES, "component_server": {**BODIES["component_server"], "component_id": visitor.component("live")}}
    before = set((shared.folder / "tmp").rglob("*"))
    for _ in range(REQUESTS):
        name = dice.choice(sorted(bodies))
        body = bent(bodies[name], dice)
        if dice.random() < 0.2 and isinstance(body, dict) and isinstance(bodies[name].get("data", []), list):
            body = {**body, "data": [given(str(odd(dice))), *bodies[name].get("data", [])[1:]]}
        answer = asked(visitor, name, body)
        assert "Traceback" not in answer
        assert "/site-packages/" not in answer
    assert visitor.get("config").status_code == 200
    assert shared.process.is_alive()
    left = {path for path in set((shared.folder / "tmp").rglob("*")) - before if path.is_file()}
    rightly_asked_for = {path for path in left if path.parent.name.startswith("clip-")}
    assert left == rightly_asked_for


def test_everything_in_the_page_s_config_answers_odd_payloads_in_a_sentence(shared: SharedPage) -> None:
    """All functions and questions twice or so; `make fuzz` sends ten thousand."""
    before = shared.log.count("Traceback")
    assert findings(shared.url, PAYLOADS, seed=16) == []
    assert shared.log.count("Traceback") == before


@pytest.mark.parametrize("values", [[], [None], [None] * 9])
def test_too_few_and_too_many_values_get_a_sentence(shared: SharedPage, values: list) -> None:
    said = Visitor(shared.url).call("compress", *values)
    assert said[0] == "error" and "/compress takes 4 values" in said[1]["error"]


def asked(visitor: Visitor, name: str, body: object) -> str:
    """What the page says to a request; endpoints are asked for their result as well."""
    try:
        answer = visitor.http.post(f"gradio_api/{name}", json=body)
    except ValueError:  # NaN and infinity are no JSON
        return ""
    except httpx.ReadError:
        return ""
    if name.startswith("call/") and answer.status_code == 200:
        event = answer.json()["event_id"]
        return visitor.get(f"gradio_api/{name}/{event}").text
    return answer.text
