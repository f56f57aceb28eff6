"""The page that is kept: the same bytes, rendered once for an address, and for nobody else's."""

from __future__ import annotations

import gzip

import pytest

from app.server.front_page import KEPT, LONGEST, FrontPage
from tests.app.outcomes import finished


class Gradio:
    """Renders a page for the host that it was asked by, and counts."""

    def __init__(self, status: int = 200, *headers: tuple[bytes, bytes]) -> None:
        self.rendered, self.status, self.headers = 0, status, headers

    async def __call__(self, scope: dict, receive: object, send: object) -> None:
        self.rendered += 1
        body = repr([value for name, value in scope["headers"] if b"host" in name]).encode() + b"x" * 5000
        headers = [(b"content-type", b"text/html"), (b"content-length", str(len(body)).encode()), *self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": body[:100], "more_body": True})
        await send({"type": "http.response.body", "body": body[100:]})


@pytest.fixture(autouse=True)
def no_login(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that anybody may open."""
    monkeypatch.delenv("IMFN_LOGIN", raising=False)


def asked(layer: FrontPage, path: str = "/", method: str = "GET", query: bytes = b"", **headers: str) -> tuple:
    """(status, headers, body) of a request."""
    sent = []

    async def send(message: dict) -> None:
        sent.append(message)

    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in {"host": "a", **headers}.items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": named}
    finished(layer(scope, None, send))
    return sent[0]["status"], dict(sent[0]["headers"]), b"".join(each.get("body", b"") for each in sent[1:])


def test_it_is_rendered_once_for_an_address_and_sent_to_the_byte() -> None:
    layer = FrontPage(gradio := Gradio())
    first, again = asked(layer), asked(layer, query=b"tab=train&view=path")
    assert first == again and gradio.rendered == 1
    status, headers, body = first
    assert status == 200 and body.startswith(b"[b'a']") and int(headers[b"content-length"]) == len(body)
    _, headers, packed = asked(layer, accept_encoding="br, gzip")
    assert headers[b"content-encoding"] == b"gzip" and gzip.decompress(packed) == body
    _, headers, nothing = asked(layer, method="HEAD")
    assert nothing == b"" and int(headers[b"content-length"]) == len(body)
    assert gradio.rendered == 1


@pytest.mark.parametrize("name", ["host", "x_forwarded_host", "x_forwarded_proto", "x_gradio_server"])
def test_another_address_has_a_page_of_its_own(name: str) -> None:
    layer = FrontPage(gradio := Gradio())
    plain, other = asked(layer), asked(layer, **{name: "evil.example"})
    assert gradio.rendered == 2
    assert asked(layer) == plain and asked(layer, **{name: "evil.example"}) == other
    assert gradio.rendered == 2


def test_what_is_kept_is_bounded() -> None:
    layer = FrontPage(gradio := Gradio())
    for number in range(3 * KEPT):
        asked(layer, host=f"host-{number}")
    assert len(layer.pages) == KEPT
    asked(layer, host="x" * (LONGEST + 1))
    assert len(layer.pages) == KEPT and gradio.rendered == 3 * KEPT + 1


@pytest.mark.parametrize("path", ["/config", "/gradio_api/info", "/login"])
def test_everything_else_is_handed_on(path: str) -> None:
    layer = FrontPage(gradio := Gradio())
    asked(layer, path), asked(layer, path), asked(layer, method="POST"), asked(layer, query=b"deep_link=a")
    asked(layer, query=b"a=b&page=c")
    assert gradio.rendered == 5 and not layer.pages


def test_behind_a_login_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMFN_LOGIN", "user:a long password")
    layer = FrontPage(gradio := Gradio())
    asked(layer), asked(layer)
    assert gradio.rendered == 2 and not layer.pages


@pytest.mark.parametrize("answer", [(500,), (401,), (200, (b"set-cookie", b"a=b"))])
def test_what_is_no_page_or_is_somebody_s_is_not_kept(answer: tuple) -> None:
    layer = FrontPage(gradio := Gradio(*answer))
    assert asked(layer)[0] == answer[0]
    asked(layer)
    assert gradio.rendered == 2 and not layer.pages
