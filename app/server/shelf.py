"""The page's own scripts, styles and pictures: compressed once, kept in memory, under addresses that change with them.

Gradio's /file= route asks the disk, the list of allowed paths and the compressor for each of 130 scripts whenever a
page is opened, three milliseconds of the server each, and the browser asks again at every reload. A file here is one
answer from memory, and a browser that has it never asks again: its address names the version of them all.
"""

from __future__ import annotations

import hashlib
import importlib.util
import mimetypes
from functools import cache
from pathlib import Path
from typing import NamedTuple

import brotli
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import get_route_path
from starlette.types import ASGIApp, Receive, Scope, Send

ASSETS = Path(__file__).resolve().parents[2] / "assets"
KINDS = (".js", ".css", ".svg", ".png")
FOLDERS = ("js", "css")
SHELF = "shelf"
FOREVER = "public, max-age=31536000, immutable"
QUALITY = 5
"""of brotli: 45 ms for all scripts, once; the best is 8 % smaller and takes two seconds"""


class Kept(NamedTuple):
    """A file as it is served."""

    plain: bytes
    packed: bytes
    kind: str


def shelf_url(path: Path) -> str:
    """The address of one of the page's own files, relative to the page, so that it also holds behind a prefix."""
    place = path.relative_to(ASSETS).as_posix() if path.is_relative_to(ASSETS) else path.name
    if place not in shelved():
        raise ValueError(f"{path} is no file of the page; put it under assets/{' or assets/'.join(FOLDERS)}")
    return f"{SHELF}/{version()}/{place}"


ASKING = ("GET", "HEAD")
"""methods that are answered from the shelf; pages ask with HEAD whether the server is there"""


class Shelf:
    """An ASGI layer in front of all others; for `launch(app_kwargs={"middleware": [Middleware(Shelf)]})`.

    What stands on it is public code, so it is told to whoever asks, and nothing else of a request is looked at.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.packed = app, GZipMiddleware(app, compresslevel=4)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request: a file of ours or of Gradio's page, or what the layers behind this one say."""
        path = get_route_path(scope) if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else ""
        found = asked(path)
        if found is None:  # Gradio compresses by a path's ending: not the page, which is 0.7 MB
            return await (self.packed if path == "/" else self.app)(scope, receive, send)
        packs = any(name == b"accept-encoding" and b"br" in value for name, value in scope["headers"])
        await answer(*found, packs)(scope, receive, send)


def asked(path: str) -> tuple[Path, bool] | None:
    """The file that a path names, and whether its name says its version; None for all other paths.

    A page from before a restart asks for another version: it gets what stands here now, and asks again next time.
    """
    _, folder, *rest = path.split("/", 3) if path.count("/") > 1 else ("", "")
    if folder == "assets":
        return (found, True) if (found := gradio_s().get(rest[0])) and len(rest) == 1 else None
    if folder != SHELF or len(rest) < 2 or rest[1] not in shelved():
        return None
    return shelved()[rest[1]], rest[0] == version()


def answer(path: Path, named: bool, packs: bool) -> Response:
    """A file, compressed for a browser that takes it so; kept by it for good where its address names its version."""
    kept = taken(path)
    headers = {"cache-control": FOREVER if named else "no-cache", "vary": "accept-encoding"}
    headers |= {"x-content-type-options": "nosniff"} | ({"content-encoding": "br"} if packs else {})
    return Response(kept.packed if packs else kept.plain, headers=headers, media_type=kept.kind)


@cache
def gradio_s() -> dict[str, Path]:
    """The scripts and styles of Gradio's own page, by name; each name holds a hash of what is in it."""
    spec = importlib.util.find_spec("gradio")
    folder = Path(spec.origin).parent / "templates" / "frontend" / "assets" if spec and spec.origin else Path()
    return {path.name: path for path in folder.glob("*") if path.suffix in KINDS}


@cache
def shelved() -> dict[str, Path]:
    """Every file that is served, by its place: scripts, styles, the card and icon, and plotly's script."""
    own = [path for folder in FOLDERS for path in sorted((ASSETS / folder).rglob("*")) if path.suffix in KINDS]
    own += [path for path in sorted(ASSETS.glob("*")) if path.suffix in KINDS]
    return {path.relative_to(ASSETS).as_posix(): path for path in own} | {"plotly.min.js": plotly_script()}


def plotly_script() -> Path:
    """The plotly.min.js that the installed plotly package carries, found without importing it."""
    spec = importlib.util.find_spec("plotly")
    if spec is None or spec.origin is None:
        raise ValueError("plotly is not installed; pip install plotly")
    return Path(spec.origin).parent / "package_data" / "plotly.min.js"


@cache
def version() -> str:
    """Twelve hexadecimal digits of when each was changed and how long it is."""
    facts = ((place, path.stat()) for place, path in sorted(shelved().items()))
    text = "\n".join(f"{place} {stat.st_mtime_ns} {stat.st_size}" for place, stat in facts)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@cache
def taken(path: Path) -> Kept:
    """A file's bytes, read and compressed once."""
    plain = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Kept(plain, brotli.compress(plain, quality=QUALITY), kind)
