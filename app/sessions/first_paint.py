"""The first paint: a bundled sample already explored, so that the page is never empty.

    python -m app.sessions.first_paint            computes it into assets/first
A test compares it with what the checkpoint computes now.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from threading import Lock

import numpy as np

from app.server.folders import whole_or_gone
from app.server.models import model, model_names
from app.server.visitors import asking
from app.sessions.choice import sample_choice
from app.sessions.exploration import Exploration
from app.sessions.strip import strip_steps
from engine.data.samples import samples
from engine.data.sources.opening import open_source, windows
from engine.files import json_text, parse_json

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "first"
FRAMES = 32
COPYING = Lock()
copied: Path | None = None
"""the copy from which everybody takes away what comes with the page"""


def first_session() -> Exploration | None:
    """The precomputed session as if it had just been run; None when there is none."""
    facts = FOLDER / "session.json"
    sample = samples()[0]
    if not facts.exists() or sample.model not in model_names():
        return None
    saved = parse_json(facts.read_text())
    about = {"sample": sample.name, "size": "128", "file_bytes": sample.path.stat().st_size}
    about |= {"file_frames": saved["file_frames"], "file_size": tuple(saved["file_size"])}
    session = Exploration(model(sample.model), sample.file, saved["fps"], folder=FOLDER, **about)
    return Restored(session, saved).session


class Restored:
    """Puts the saved numbers back into a session."""

    def __init__(self, session: Exploration, saved: dict) -> None:
        self.session = session
        session.id, session.notes, session.shape = saved["id"], saved["notes"], tuple(saved["shape"])
        session.stated_windows = saved["windows"]
        from engine.evaluation.levels import ClipNumbers

        numbers = {
            k: ({int(i): v for i, v in x.items()} if isinstance(x, dict) else x) for k, x in saved["numbers"].items()
        }
        session.numbers = ClipNumbers(**numbers)


def compute(folder: Path = FOLDER) -> Exploration:
    """Explore the first sample into a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    sample = samples()[0]
    loaded = model(sample.model)
    source = open_source(sample.path, short_side=128, last=FRAMES, frame_shape=loaded.frame_shape, tile=sample.tile)
    info = source.info
    about = {"file_frames": info.frames, "file_size": (info.height, info.width)}
    session = Exploration(loaded, sample.file, info.fps, folder=folder, **about)
    for done in session.explore(source):
        session.payload(done - 1)
    session.stated_windows = session.windows
    list(strip_steps(session, sample_choice(sample)))
    saved = {
        "id": "first",
        "fps": session.fps,
        "notes": session.notes,
        "shape": session.shape,
        "windows": session.windows,
        "file_frames": session.file_frames,
        "file_size": session.file_size,
        "numbers": vars(session.numbers),
        "model": loaded.fingerprint,
    }
    (folder / "session.json").write_text(json_text(saved))
    for path in folder.glob("frames-*.npy"):
        path.unlink()
    return session


def restore_frames(session: Exploration) -> None:
    """Have the sample's files made in the one copy of it that all visitors share, with its frames, which are not
    bundled.
    """
    global copied
    if session.folder != FOLDER:
        return
    with COPYING:
        if copied is None or not copied.is_dir():
            copied = with_frames(session)
        os.utime(copied)
        session.folder = copied


def with_frames(session: Exploration) -> Path:
    """A copy of the bundled folder with the frames decoded again; nobody's own."""
    asked = asking.set(None)
    try:
        with whole_or_gone("first") as folder:
            for path in FOLDER.iterdir():  # not copytree: the checkout may be read-only, a copy of its modes would be
                shutil.copyfile(path, folder / path.name)
            source = open_source(samples()[0].path, short_side=128, last=FRAMES)
            for index, frames in enumerate(windows(source.frames(), session.model.leaves)):
                np.save(folder / f"frames-{index}.npy", frames)
    finally:
        asking.reset(asked)
    return folder


if __name__ == "__main__":
    print(f"{compute().windows} windows explored into {FOLDER}")
