"""The first paint: a bundled sample already explored, so that the page is never empty.

    python -m app.sessions.first_paint            computes it into assets/first
A test compares it with what the checkpoint computes now.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from app.server.folders import new_folder
from app.server.models import model, model_names
from app.sessions.exploration import Exploration
from engine.data.samples import samples
from engine.data.sources.opening import open_source, windows
from engine.files import json_text, parse_json

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "first"
FRAMES = 32


def first_session() -> Exploration | None:
    """The precomputed session as if it had just been run; None when there is none."""
    facts = FOLDER / "session.json"
    sample = samples()[0]
    if not facts.exists() or sample.model not in model_names():
        return None
    saved = parse_json(facts.read_text())
    session = Exploration(model(sample.model), sample.file, saved["fps"], folder=FOLDER)
    session.sample = sample.name
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
    session = Exploration(loaded, sample.file, source.info.fps, folder=folder)
    for done in session.explore(source):
        session.payload(done - 1)
    session.stated_windows = session.windows
    saved = {
        "id": "first",
        "fps": session.fps,
        "notes": session.notes,
        "shape": session.shape,
        "windows": session.windows,
        "numbers": vars(session.numbers),
        "model": loaded.fingerprint,
    }
    (folder / "session.json").write_text(json_text(saved))
    for path in folder.glob("frames-*.npy"):
        path.unlink()
    return session


def restore_frames(session: Exploration) -> None:
    """Decode the sample's frames again before its files are made: they are not bundled twice."""
    if session.folder != FOLDER:
        return
    session.folder = new_folder("first")
    for path in FOLDER.iterdir():  # not copytree: the checkout may be read-only, and a copy of its modes would be
        shutil.copyfile(path, session.folder / path.name)
    sample = samples()[0]
    source = open_source(sample.path, short_side=128, last=FRAMES)
    for index, frames in enumerate(windows(source.frames(), session.model.leaves)):
        np.save(session.folder / f"frames-{index}.npy", frames)


if __name__ == "__main__":
    print(f"{compute().windows} windows explored into {FOLDER}")
