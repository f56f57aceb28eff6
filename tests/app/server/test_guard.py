"""The guard by itself: which requests reach Gradio, and with what they are refused."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.server.bodies import DEEP, FETCHED, FOREIGN
from app.server.guard import Guard
from app.server.origins import FOREIGN_NAME, FOREIGN_ORIGIN
from tests.app.outcomes import finished
from tests.app.starting import ROOT

JOIN = "/gradio_api/queue/join"
FILE = {"_type": "gradio.FileData"}


def asked(path: str = JOIN, *, method: str = "POST", body: bytes = b"{}", **headers: str) -> tuple[int, str, bytes]:
    """(status, what was said, the body as Gradio would read it) of a request that comes in small pieces."""
    pieces = [body[i : i + 7] for i in range(0, len(body), 7)] or [b""]
    incoming = [
        {"type": "http.request", "body": piece, "more_body": i + 1 < len(pieces)} for i, piece in enumerate(pieces)
    ]
    sent, read = [], []

    async def gradio(scope: dict, receive, send) -> None:
        while (message := await receive())["more_body"]:
            read.append(message["body"])
        read.append(message["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"let in"})

    async def receive() -> dict:
        return incoming.pop(0)

    async def send(message: dict) -> None:
        sent.append(message)

    known = {"host": "localhost:7860", **headers}
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in known.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": pairs}
    finished(Guard(gradio)(scope, receive, send))
    return sent[0]["status"], sent[1]["body"].decode(), b"".join(read)


@pytest.fixture(autouse=True)
def own_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A page of one's own, with an upload in its folder."""
    for name in ("IMFN_PUBLIC", "SPACE_ID", "GRADIO_SERVER_NAME", "IMFN_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    (tmp_path / "mine.png").write_bytes(b"png")
    return tmp_path


@pytest.mark.parametrize(
    "host", ["localhost:7860", "127.0.0.1", "127.1.2.3:80", "[::1]:7860", "LOCALHOST", "a.localhost"]
)
def test_a_page_of_one_s_own_answers_under_the_machine_s_names(host: str) -> None:
    assert asked(host=host)[0] == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:7860", "localhost.evil.example", "10.0.0.7", ""]
)
def test_no_other_name_is_answered(host: str, method: str) -> None:
    assert asked("/config", host=host, method=method)[:2] == (403, FOREIGN_NAME)


def test_the_configured_host_and_a_proxy_s_name_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_SERVER_NAME", "0.0.0.0")
    assert asked(host="10.0.0.7:7860")[0] == 200
    assert asked(host=socket.gethostname())[0] == 200
    assert asked(host="evil.example")[0] == 403
    monkeypatch.setenv("IMFN_HOSTS", "memory.example, other.example")
    assert asked(host="memory.example")[0] == 200


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "http://localhost:3000", "http://127.0.0.1:7860", "null", "https://localhost:7861"],
)
def test_other_sites_cannot_send_anything(origin: str) -> None:
    assert asked(origin=origin)[:2] == (403, FOREIGN_ORIGIN)
    assert asked("/gradio_api/upload", origin=origin)[:2] == (403, FOREIGN_ORIGIN)
    assert asked(method="PUT", origin=origin)[:2] == (403, FOREIGN_ORIGIN)


def test_the_page_s_own_requests_and_those_of_programs_are_answered() -> None:
    assert asked(origin="http://localhost:7860")[0] == 200
    assert asked(origin="https://memory.localhost", x_forwarded_host="memory.localhost")[0] == 200
    assert asked()[0] == 200


def test_a_shared_page_is_reached_under_any_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMFN_PUBLIC", "1")
    assert asked(host="someone-imfn.hf.space", origin="https://huggingface.co")[0] == 200


@pytest.mark.parametrize("wrap", [lambda file: [file], lambda file: {"a": {"b": [1, [file]]}}, lambda file: file])
@pytest.mark.parametrize("path", ["http://127.0.0.1/a", "https://a.b/c", "ftp://a/b", "file:///etc/passwd", "HTTP:/a"])
def test_no_address_is_fetched_whatever_input_it_is_given_to(path: str, wrap) -> None:
    body = json.dumps({"data": wrap({"path": path, "meta": FILE}), "fn_index": 3})
    status, said, _ = asked(body=body.encode())
    assert (status, json.loads(said)) == (403, {"detail": FETCHED})
    escaped = body.replace('"path"', '"p\\u0061th"')
    assert asked(body=escaped.encode())[0] == 403


@pytest.mark.parametrize("path", ["/etc/passwd", "../../etc/passwd", "a\0b", "missing.png", "", "/proc/self/environ"])
def test_no_file_is_named_that_was_not_uploaded(path: str) -> None:
    body = json.dumps({"data": [1, {"path": path, "meta": FILE}]})
    status, said, _ = asked(body=body.encode())
    assert (status, json.loads(said)) == (403, {"detail": FOREIGN})


def test_a_link_out_of_the_uploads_is_not_followed(own_machine: Path) -> None:
    (own_machine / "link.png").symlink_to("/etc/passwd")
    body = json.dumps({"data": [{"path": str(own_machine / "link.png"), "meta": FILE}]})
    assert asked(body=body.encode())[0] == 403


def test_what_is_let_in_arrives_as_it_was_sent(own_machine: Path) -> None:
    body = json.dumps(
        {"data": [{"path": str(own_machine / "mine.png"), "meta": FILE}, "https://a.b is a text"]}
    ).encode()
    assert asked(body=body) == (200, "let in", body)
    assert asked(body=b"no JSON {") == (200, "let in", b"no JSON {")


def test_a_request_of_lists_in_lists_gets_a_sentence() -> None:
    for depth in (100, 200_000):
        status, said, _ = asked(body=b"[" * depth + b"]" * depth)
        assert (status, json.loads(said)) == (403, {"detail": DEEP})


@pytest.mark.slow
def test_a_port_in_use_ends_the_program_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "app.py", "--port", str(taken.getsockname()[1])]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert ended.returncode
    assert len(ended.stderr.strip().splitlines()) == 1
    assert "--port" in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("missing", ["torch", "gradio"])
def test_a_package_that_is_missing_is_named_in_one_line(missing: str, tmp_path: Path) -> None:
    start = "sys.argv = ['app.py']; runpy.run_path('app.py', run_name='__main__')"
    script = f"import sys, runpy; sys.modules[{missing!r}] = None; {start}"
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert ended.returncode
    assert len(ended.stderr.strip().splitlines()) == 1
    assert missing in ended.stderr
