"""A clip that is open in Explore as training data: its frames, as they were explored, in one array file.

Whose clip it is was settled when it was explored: nobody trains on, or learns of, another browser's.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from app.server.folders import check_disk, new_folder
from app.server.rpc import Visitor
from app.sessions.exploration import Exploration
from app.sessions.explorations import Explorations
from app.sessions.first_paint import restore_frames

NOTHING = "No clip is open in Explore; open one there, or choose files of your own."
GONE = "This clip was put away in the meantime; open it again in Explore to train on it."
NO_SOURCE = "A memory file has no source in it; open the clip itself in Explore to train on it."


def check_clip(explorations: Explorations | None, visitor: Visitor, clip: str) -> Exploration:
    """An exploration of the visitor's that can be trained on; ValueError in one sentence for any other."""
    if explorations is None:
        raise ValueError(NOTHING)
    try:
        session = explorations.own(visitor, clip)
    except ValueError:
        raise ValueError(GONE) from None
    if session.memory is not None:
        raise ValueError(NO_SOURCE)
    if not session.frames:
        raise ValueError("The clip is still being opened in Explore; start the training once it is there.")
    return session


@contextmanager
def clip_file(explorations: Explorations | None, visitor: Visitor, clip: str) -> Iterator[Path]:
    """The frames of a clip as a .npy file of bytes [T, H, W, K]; it goes when the context ends."""
    session = check_clip(explorations, visitor, clip)
    restore_frames(session)
    folder = new_folder("learn")
    try:
        height, width, colours = session.shape
        check_disk(2 * session.frames * height * width * colours)  # this one, and the copy in the run's folder
        yield written(session, folder / f"{Path(session.name).stem[:80] or 'clip'}.npy")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def written(session: Exploration, path: Path) -> Path:
    """Write a clip's frames, window by window."""
    frames = np.lib.format.open_memmap(path, "w+", dtype=np.uint8, shape=(session.frames, *session.shape))
    at = 0
    for window_THWK in session.source_windows():
        frames[at : at + len(window_THWK)] = window_THWK
        at += len(window_THWK)
    frames.flush()
    return path


__all__ = ["check_clip", "clip_file"]
