"""The page's own files: whole, kept by browsers, of one version, and nothing else of the disk."""

from __future__ import annotations

import brotli
import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from app.components import head_html
from app.server import shelf
from app.server.shelf import ASSETS, FOREVER, Shelf, asked, shelf_url, shelved, taken

PAGE = "<p>a page</p>" * 200


@pytest.fixture
def client() -> TestClient:
    """A visitor of an app behind the shelf whose only address of its own is the page."""
    app = Starlette(routes=[Route("/", lambda _: PlainTextResponse(PAGE))], middleware=[Middleware(Shelf)])
    return TestClient(app)


def test_every_file_comes_whole_packed_and_plain(client: TestClient) -> None:
    for path in shelved().values():
        found = client.get(f"/{shelf_url(path)}", headers={"accept-encoding": "identity"})
        assert (found.content, found.headers["cache-control"]) == (path.read_bytes(), FOREVER)
        assert found.headers["x-content-type-options"] == "nosniff" and found.headers["vary"] == "accept-encoding"
        assert brotli.decompress(taken(path).packed) == path.read_bytes()
    script = client.get(f"/{shelf_url(ASSETS / 'js/core/store.js')}", headers={"accept-encoding": "br"})
    assert "javascript" in script.headers["content-type"] and script.headers["content-encoding"] == "br"
    assert len(taken(ASSETS / "js/core/store.js").packed) < len(taken(ASSETS / "js/core/store.js").plain)


def test_all_that_the_head_links_is_there(client: TestClient) -> None:
    links = [part.split('"')[0] for part in head_html().split('="') if part.startswith("shelf/")]
    assert len(links) > 50
    assert all(client.get(f"/{link}").status_code == 200 for link in links)


def test_a_page_from_before_a_restart_gets_what_is_there_now_and_does_not_keep_it(client: TestClient) -> None:
    found = client.get("/shelf/000000000000/js/core/store.js")
    assert found.text == (ASSETS / "js/core/store.js").read_text()
    assert found.headers["cache-control"] == "no-cache"
    assert client.head("/shelf/000000000000/js/core/connection.js").status_code == 200, "pages look with it every 5 s"


def test_a_changed_file_changes_every_address(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    script = tmp_path / "a.js"
    monkeypatch.setattr(shelf, "shelved", lambda: {"js/a.js": script})
    versions = set()
    for text in ("1", "12"):
        script.write_text(text)
        versions.add(shelf.version.__wrapped__())
    assert len(versions) == 2


@pytest.mark.parametrize(
    "path",
    [
        "/shelf",
        "/shelf/",
        "/shelf/x",
        "/shelf/x/",
        "/shelf/x/js",
        "/shelf/x/js/../../app.py",
        "/shelf/x/../app.py",
        "/shelf/x//etc/passwd",
        "/shelf/x/templates/report.html",
        "/shelf/x/results/bench.json",
        "/assets",
        "/assets/",
        "/assets/../../routes.py",
        "/assets/a/index.js",
        "/assets//etc/passwd",
        "",
    ],
)
def test_nothing_else_of_the_disk_is_on_it(path: str) -> None:
    assert asked(path) is None


def test_a_file_elsewhere_has_no_address() -> None:
    with pytest.raises(ValueError, match="is no file of the page"):
        shelf_url(ASSETS / "results" / "bench.json")


def test_the_page_itself_is_compressed(client: TestClient) -> None:
    found = client.get("/", headers={"accept-encoding": "gzip"})
    assert found.headers["content-encoding"] == "gzip" and found.text == PAGE
    assert client.get("/nothing").status_code == 404
