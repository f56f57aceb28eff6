"""What a person takes away from an exploration: memory file, reconstructed video, numbers."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.sessions.exploration import Exploration
from engine.data.writer import write_video
from engine.files import json_text, parse_json


def plain_name(name: str) -> str:
    """A file's name without its ending and without surprises."""
    kept = "".join(c if c.isalnum() or c in "-_" else "-" for c in Path(name).stem)
    return kept.strip("-")[:60] or "sequence"


def stem(session: Exploration) -> str:
    """What a session's files are called."""
    return plain_name(session.name)


def memory_file(session: Exploration, merges: int) -> Path:
    """The clip's memory at a level."""
    if session.memory is not None:
        path = session.folder / f"{stem(session)}.imfn"
        session.memory.save(path)
        return path
    path = session.folder / f"{stem(session)}-{2**merges}to1.imfn"
    if not path.exists():
        session.model.compress_stream(session.source_windows(), path, merges, fps=session.fps, name=session.name)
    return path


def recovered(session: Exploration, merges: int) -> Iterator[np.ndarray]:
    """Frames as the level's memories give them back."""
    if session.memory is not None:
        for block in session.model.reconstruct_windows(session.memory):
            yield from block
        return
    for frames in session.source_windows():
        states = session.model.states(frames, merges)
        yield from session.model.recover(states, merges, *frames.shape[1:3])[: len(frames)]


def video_file(session: Exploration, merges: int) -> Path:
    """H.264 at the source's frame rate."""
    path = session.folder / f"{stem(session)}-{2**merges}to1.mp4"
    if not path.exists():
        frames = recovered(session, merges)
        if max(session.shape[:2]) < 64:
            frames = (np.repeat(np.repeat(f, 8, 0), 8, 1) for f in frames)
        write_video(path, frames, session.fps)
    return path


def numbers_files(session: Exploration) -> tuple[Path, Path]:
    """(JSON, CSV) of all levels and of every frame at every level."""
    rows, frames = session.numbers.rows(), []
    for index in range(session.windows):
        window = parse_json((session.folder / f"window-{index}.json").read_text())
        for merges, errors in window["mse"].items():
            first = window["first"]
            frames += [{"frame": first + i, "merges": int(merges), "mse": mse} for i, mse in enumerate(errors)]
    facts = {"name": session.name, "model": session.model.name, "frames": session.frames, "levels": rows}
    as_json, as_csv = session.folder / f"{stem(session)}.json", session.folder / f"{stem(session)}.csv"
    as_json.write_text(json_text({**facts, "per_frame": frames}, indent=1))
    with as_csv.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return as_json, as_csv
