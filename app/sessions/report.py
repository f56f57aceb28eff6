"""An exploration as one HTML file to keep or send: it shows everything without network, page or server.

Pictures are in it as data, curves as SVG. What it says of a clip is what the page says of it.
"""

from __future__ import annotations

import base64
import io
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from PIL import Image

from app.components.figures import ratio_words
from app.server.shelf import ASSETS
from app.sessions.downloads import stem
from app.sessions.exploration import Exploration
from engine.checkpoints import hardware, revision
from engine.data.samples import samples
from engine.data.writer import to_bytes
from engine.files import atomic_file, parse_json
from engine.metrics import psnr

ERROR_GAIN = 5
"""the picture of errors shows them so many times as large"""
STRIP = 10
"""pictures of a level's row, at most"""
THUMB = 96
"""pixels of a row's picture, at most"""
WIDE, HIGH = 760, 220
"""of the curves, in their own units"""
SCALE = ("#440154", "#3b528b", "#21918c", "#5ec962", "#b8a800")
"""colours of the curves, from few merges to many"""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One level of the table, its strip and its curve."""

    ratio: str
    merges: int
    bytes: int
    mse: float | None
    psnr: float | None
    ssim: float | None
    strip: list[str]
    """pictures as data addresses"""
    line: str
    """points of the curve"""
    colour: str


def report_file(session: Exploration, merges: int, frame: int = 0) -> Path:
    """The report of a level, with stills of a frame of the clip, counted from 0; of both the nearest that there is."""
    frame = min(max(frame, 0), session.frames - 1)
    window = min(frame // session.model.leaves, session.windows - 1)
    pictures, curves = session.pictures(window), errors_by_level(session)
    low, high = limits_of(curves)
    rows = [row(session, level, pictures, curves, (low, high)) for level in shown(session)]
    merges = min((each.merges for each in rows), key=lambda known: abs(known - merges))
    path = session.folder / f"{stem(session)}-report.html"
    text = template().render(
        session=session,
        rows=rows,
        level=next(each for each in rows if each.merges == merges),
        window=window,
        stills=stills(pictures, merges, frame - window * session.model.leaves),
        still_psnr=psnr(curves[merges][frame]) if merges in curves else None,
        frame=frame + 1,
        source_bytes=4 * session.frames * int(np.prod(session.shape)),
        pixelated=max(session.shape[:2]) < 64,
        axis={"low": low, "high": high, "width": WIDE, "height": HIGH},
        source_strip=strip(pictures[0]) if 0 in pictures else [],
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        versions=versions(session),
        command=command(session, merges),
    )
    with atomic_file(path) as part:
        part.write_text(text, encoding="utf-8")
    return path


def shown(session: Exploration) -> list[dict]:
    """The levels' numbers, as the page has them: those of the memory that was opened, or up to the root."""
    return session.payload()["levels"]


def row(session: Exploration, level: dict, pictures: dict, curves: dict, limits: tuple[float, float]) -> Row:
    """What the report shows of a level."""
    merges = level["merges"]
    return Row(
        ratio=ratio_words(level["measured_ratio"] or level["ratio"]),
        merges=merges,
        bytes=level["bytes"],
        mse=level["mse"],
        psnr=level["psnr"],
        ssim=level["ssim"],
        strip=strip(pictures[merges]),
        line=line(curves.get(merges, []), limits),
        colour=SCALE[min(len(SCALE) - 1, (merges - 1) * len(SCALE) // max(1, session.model.merges))],
    )


def errors_by_level(session: Exploration) -> dict[int, list[float]]:
    """MSE of every frame of the clip at every level; nothing where there is no source."""
    found: dict[int, list[float]] = {}
    for index in range(session.windows):
        window = parse_json((session.folder / f"window-{index}.json").read_text())
        for merges, errors in window["mse"].items():
            found.setdefault(int(merges), []).extend(errors)
    return found


def limits_of(curves: dict[int, list[float]]) -> tuple[float, float]:
    """PSNR at the bottom and at the top of the curves, whole tens of dB."""
    known = [psnr(mse) for errors in curves.values() for mse in errors if mse > 0] or [20.0, 40.0]
    return 10 * np.floor(min(known) / 10), min(100.0, 10 * np.ceil(max(known) / 10 + 1e-9))


def line(errors: list[float], limits: tuple[float, float]) -> str:
    """Points of a curve of PSNR over frames; a frame without any error is at the top."""
    low, high = limits
    points = []
    for index, mse in enumerate(errors):
        value = high if mse <= 0 else min(high, psnr(mse))
        x, y = WIDE * (index + 0.5) / len(errors), HIGH * (high - value) / max(high - low, 1e-9)
        points.append(f"{x:.1f},{y:.1f}")
    return " ".join(points)


def strip(frames_THWK: np.ndarray) -> list[str]:
    """Some frames, evenly picked, small."""
    count = min(STRIP, len(frames_THWK))
    picked = np.linspace(0, len(frames_THWK) - 1, count).round().astype(int)
    return [picture(frames_THWK[index], THUMB) for index in picked]


def stills(pictures: dict[int, np.ndarray], merges: int, place: int) -> dict[str, str]:
    """Source, recovered and error of one frame; only what is recovered where there is no source."""
    back = to_bytes(pictures[merges][place])
    if 0 not in pictures:
        return {"back": picture(back)}
    truth = to_bytes(pictures[0][place])
    error = np.abs(back.astype(np.int16) - truth).clip(0, 255 // ERROR_GAIN) * ERROR_GAIN
    return {"source": picture(truth), "back": picture(back), "error": picture(error.astype(np.uint8))}


def picture(frame_HWK: np.ndarray, most: int | None = None) -> str:
    """A frame as a data address, lossless, no longer than `most` pixels a side."""
    pixels = to_bytes(frame_HWK)
    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    if most is not None:
        image.thumbnail((most, most))
    file = io.BytesIO()
    image.save(file, format="WEBP", lossless=True)
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()


def versions(session: Exploration) -> dict[str, str]:
    """What made the figures."""
    import torch

    return {
        "model": session.model.name,
        "its weights": session.model.fingerprint[:16],
        "IMFN Explorer": revision(),
        "torch": torch.__version__,
        "computed on": hardware(),
    }


def command(session: Exploration, merges: int) -> str:
    """What repeats it without the page; nothing for a memory file, which is opened, not made."""
    name, out = shlex.quote(session.name), shlex.quote(stem(session))
    if session.memory is not None:
        return f"python -m engine reconstruct {name} --out {out}.mp4"
    size = f" --short-side {session.size}" if (session.size or "").isdigit() and not session.model.frame_shape else ""
    first = f" --first {session.first}" if session.first else ""
    tile = next((f" --tile {each.tile}" for each in samples() if each.name == session.sample and each.tile), "")
    return (
        f"python -m engine compress {name} --model {session.model.name} --merges {merges}{size}{tile}{first} "
        f"--last {session.first + session.frames} --out {out}.imfn"
    )


@lru_cache(maxsize=1)
def template() -> object:
    """The page that is filled; every value is escaped."""
    places = FileSystemLoader(ASSETS / "templates")
    found = Environment(loader=places, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    found.filters["size"] = size
    return found.get_template("report.html")


def size(count: int) -> str:
    """Bytes as `assets/js/core/format.js` writes them."""
    if count < 999.5:
        return f"{count} B"
    kilo = count / 1e3
    if kilo < 999.5:
        return f"{kilo:.1f} kB" if kilo < 9.95 else f"{kilo:.0f} kB"
    mega = kilo / 1e3
    return f"{mega:.1f} MB" if mega < 99.5 else f"{mega:,.0f} MB"


__all__ = ["report_file"]
