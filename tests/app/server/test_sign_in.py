"""A page with a login: every address of Gradio's asks for it, and guessing gets slow."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable

import gradio as gr
import httpx
import pytest
from starlette.middleware import Middleware

from app.page import tidy_root_path
from app.server import sign_in
from app.server.guard import CLOSED, Guard
from app.server.shelf import Shelf
from app.server.sign_in import OPEN, OPEN_BELOW, STARTING, checked_login
from tests.app.outcomes import finished


@pytest.fixture(scope="module")
def locked(serve: Callable[..., str]) -> tuple[str, gr.Blocks]:
    """The address of a small page with a login, and the page."""
    with gr.Blocks() as page:
        gr.Textbox()
    layers = {"middleware": [Middleware(Shelf), Middleware(Guard)]}
    return serve(page, auth=checked_login("anna", "secret"), app_kwargs=layers), page


def test_every_address_asks_for_the_login_but_those_that_the_login_needs(locked: tuple[str, gr.Blocks]) -> None:
    url, page = locked
    asked = set()
    with httpx.Client(base_url=url, timeout=5) as http:
        for place, methods in page.app.openapi()["paths"].items():
            path = re.sub(r"{[^}]*}", "1", place)
            if path.rstrip("/") in (*OPEN, STARTING) or path.startswith(OPEN_BELOW) or any(d in path for d in CLOSED):
                continue
            for method in methods:
                assert http.request(method, path).status_code == 401, (method, path)
                asked.add(path)
    assert {"/config", "/gradio_api/queue/join", "/gradio_api/heartbeat/1", "/gradio_api/cancel"} <= asked


def test_who_signs_in_is_let_in(locked: tuple[str, gr.Blocks]) -> None:
    url, _ = locked
    signed = httpx.post(f"{url}login", data={"username": "anna", "password": "secret"})
    cookie = "; ".join(f"{name}={value}" for name, value in signed.cookies.items())
    assert httpx.get(f"{url}config", headers={"cookie": cookie}).status_code == 200
    for wrong in ("access-token-x=1", cookie.split("; ")[0][:-4], "a" * 5000, "\x01=;;"):
        assert httpx.get(f"{url}config", headers={"cookie": wrong}).status_code == 401


def test_wrong_passwords_wait_longer_and_longer_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0)

    monkeypatch.setattr(sign_in, "sleep", sleep)

    async def attack() -> list[bool]:
        check = checked_login("anna", "geheim-ü")
        wrong = await asyncio.gather(*(check("anna", str(number)) for number in range(6)))
        return [*wrong, await check("anna", "geheim-ü"), await check("ben", "geheim-ü")]

    assert finished(attack()) == [False] * 6 + [True, False]
    assert slept == [0.5, 1, 2, 4, 8, 8, 0.5]


@pytest.mark.parametrize(
    ("said", "kept"),
    [("memory", "/memory"), ("/memory/", "/memory"), ("a/b", "/a/b"), ("https://a.b/c", "https://a.b/c"), ("/", "")],
)
def test_a_root_path_without_its_slash_is_mended(said: str, kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_ROOT_PATH", said)
    tidy_root_path()
    assert os.environ["GRADIO_ROOT_PATH"] == kept
