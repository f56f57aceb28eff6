"""A strip of a whole file: a few small frames from its beginning to its end, on which a range is chosen."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from app.server.limits import open_within
from app.sessions.choice import Choice
from app.sessions.exploration import Exploration
from engine.data.writer import to_bytes

GLIMPSES = 14
HEIGHT = 48
"""pixels: the strip is 36 high on the page"""
SHARE = 0.8
"""of its height that a cell is wide: so many fit the strip without being squeezed"""
PATIENCE = 3.0
"""seconds that all glimpses may take; a strip is a help, so the rest of it stays empty"""


def strip_steps(session: Exploration, choice: Choice) -> Iterator[int]:
    """Draw the strip into an exploration's folder, a frame a step; nothing where the file does not say its length or
    cannot be looked into at that place.
    """
    total, end = session.file_frames or 0, time.monotonic() + PATIENCE
    if total < 2 or session.memory is not None:
        return
    places = np.unique(np.linspace(0, total - 1, GLIMPSES).astype(int)).tolist()
    cells: list[np.ndarray | None] = []
    for place in places:
        cells.append(glimpse(choice, place) if time.monotonic() < end else None)
        yield len(cells)
    save_strip(session.strip_path, cells)


def glimpse(choice: Choice, place: int) -> np.ndarray | None:
    """A frame of a file, uint8 [HEIGHT, W, K]; None where there is none."""
    paths = choice.paths[0] if len(choice.paths) == 1 else choice.paths
    asked = {"short_side": HEIGHT, "first": place, "last": place + 1}
    try:
        source = open_within(paths, tile=choice.tile, names=choice.names or None, **asked)
        return to_bytes(next(iter(source.frames())))
    except (ValueError, OSError, StopIteration) as error:
        logging.getLogger("imfn").info("no glimpse of frame %d: %s", place, type(error).__name__)
        return None


def save_strip(path: Path, cells: list[np.ndarray | None]) -> None:
    """One row of equally wide cells, the middles of the frames, black where there is no glimpse; no file where there is
    none at all.
    """
    found = [cell for cell in cells if cell is not None]
    if not found:
        return
    width = round(HEIGHT * SHARE)
    strip = Image.new("RGB", (len(cells) * width, HEIGHT))
    for index, cell in enumerate(cells):
        if cell is not None:
            image = Image.fromarray(cell[..., 0] if cell.shape[2] == 1 else cell)
            strip.paste(ImageOps.fit(image, (width, HEIGHT), Image.Resampling.BILINEAR), (index * width, 0))
    strip.save(path, format="WEBP", quality=80, method=2)


__all__ = ["strip_steps"]
