"""Server functions over HTTP: a page of their own, asked as the browser asks."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import gradio as gr
import pytest

from app.components.view import View
from app.server.rpc import Questions, Visitor
from tests.app.visitor import Visitor as Caller


@dataclass(frozen=True, kw_only=True)
class Number:
    value: float


@dataclass(frozen=True, kw_only=True)
class WhoAnswer:
    key: str
    session: str


class Board(Questions):
    """Questions of every kind."""

    questions = ("double", "who", "fail", "hold", "later")

    def __init__(self) -> None:
        self.free = threading.Event()

    def double(self, visitor: Visitor, request: Number) -> Number:
        if request.value < 0:
            raise ValueError("The value is below 0; choose a larger one.")
        return Number(value=2 * request.value)

    def who(self, visitor: Visitor) -> WhoAnswer:
        return WhoAnswer(key=visitor.key, session=visitor.session)

    def fail(self, visitor: Visitor, request: Number) -> Number:
        raise {1: KeyError("/etc/secret"), 2: OSError(28, "No space left on device", "/etc/secret")}[int(request.value)]

    def hold(self, visitor: Visitor) -> Number:
        self.free.wait(30)
        return Number(value=1)

    async def later(self, visitor: Visitor, request: Number) -> Number:
        await asyncio.sleep(request.value)
        return Number(value=float("nan"))


@pytest.fixture(scope="module")
def board() -> Board:
    return Board()


@pytest.fixture(scope="module")
def address(serve: Callable, board: Board) -> str:
    with gr.Blocks() as blocks:
        View(server_functions=board.server_functions(), elem_id="board")
    return serve(blocks)


@pytest.fixture
def caller(address: str) -> Caller:
    return Caller(address)


def ask(caller: Caller, name: str, key: Any = None, **request: Any) -> dict:
    """What the server says to a question."""
    return caller.ask("board", name, request, key=key)


def test_a_question_is_answered_with_its_dataclass(caller: Caller) -> None:
    assert ask(caller, "double", value=21) == {"ok": True, "answer": {"value": 42.0}}
    assert ask(caller, "later", value=0) == {"ok": True, "answer": {"value": None}}


def test_a_value_error_is_the_message_and_a_bad_request_never_reaches_the_method(caller: Caller) -> None:
    below = ask(caller, "double", value=-1)
    assert below == {"ok": False, "message": "The value is below 0; choose a larger one."}
    assert "double.value is 'a'; a number is expected" in ask(caller, "double", value="a")["message"]
    assert "no field 'more'" in ask(caller, "double", value=1, more=2)["message"]


def test_what_was_not_expected_is_told_by_a_reference_that_the_log_repeats(
    caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    message = ask(caller, "fail", value=1)["message"]
    assert "secret" not in message
    reference = message.partition("reference ")[2][:8]
    assert any(reference in record.getMessage() for record in caplog.records)
    full = ask(caller, "fail", value=2)["message"]
    assert "No space left" in full and "secret" not in full


def test_a_visitor_is_known_by_the_browser_s_key_else_by_the_session(caller: Caller) -> None:
    key = "0f" * 16
    assert ask(caller, "who", key=key)["answer"] == {"key": key, "session": caller.session}
    for other in (None, "0f" * 15, key.upper(), [key], {"key": key}, 7):
        assert ask(caller, "who", key=other)["answer"] == {"key": caller.session, "session": caller.session}


@pytest.mark.parametrize("data", [None, [], "a", 7, {"request": None}, {"request": []}])
def test_odd_data_gets_a_sentence(caller: Caller, data: object) -> None:
    answer = caller.sent("board", "double", data).json()
    assert not answer["ok"]
    assert "double" in answer["message"]


def test_only_questions_that_are_named_can_be_asked(caller: Caller) -> None:
    for name in ("server_functions", "postprocess", "__init__", "free"):
        assert caller.sent("board", name, {}).status_code == 404


def test_a_slow_answer_holds_up_nobody(address: str, board: Board) -> None:
    board.free.clear()
    with ThreadPoolExecutor(8) as pool:
        slow = [pool.submit(ask, Caller(address), "hold") for _ in range(8)]
        began = time.monotonic()
        assert ask(Caller(address), "double", value=1)["ok"]
        assert not any(future.done() for future in slow)
        assert time.monotonic() - began < 20
        board.free.set()
        assert all(future.result()["ok"] for future in slow)
