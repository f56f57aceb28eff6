"""What a person takes away from an exploration: memory file, reconstructed video, numbers."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
import torch

from app.sessions.exploration import Exploration
from engine.data.writer import write_video
from engine.evaluation.storage import precision_costs
from engine.files import atomic_file, json_text, parse_json, write_text
from engine.memory import Memory, node_count
from engine.precision import PRECISIONS, checked_precision, stored_bytes

LOCKS = [Lock() for _ in range(32)]


def making(session: Exploration) -> Lock:
    """What is held while one of a session's files is made: the first paint's folder is everybody's, and what two ask
    for at once is made once.
    """
    return LOCKS[hash(session.folder) % len(LOCKS)]


def plain_name(name: str) -> str:
    """A file's name without its ending and without surprises."""
    kept = "".join(c if c.isalnum() or c in "-_" else "-" for c in Path(name).stem)
    return kept.strip("-")[:60] or "sequence"


def stem(session: Exploration) -> str:
    """What a session's files are called."""
    return plain_name(session.name)


@dataclass(frozen=True, kw_only=True)
class StorageCost:
    """What a memory file of one precision takes and loses."""

    precision: str
    bytes: int
    """of all floats, the file's header not counted"""
    lost: float | None
    """dB that a window loses against float32; null where there are no frames to measure against"""


def memory_file(session: Exploration, merges: int, precision: str = "float32") -> Path:
    """The clip's memory at a level; ValueError for an unknown precision."""
    mark = "" if checked_precision(precision) == "float32" else f"-{precision}"
    if session.memory is not None:
        path = session.folder / f"{stem(session)}{mark}.imfn"
        session.model.at_precision(session.memory, precision).save(path)
        return path
    path = session.folder / f"{stem(session)}-{2**merges}to1{mark}.imfn"
    if path.exists():
        return path
    if merges == session.model.merges and (roots := kept_roots(session)):
        session.model.at_precision(roots, precision).save(path)
    else:
        about = {"fps": session.fps, "name": session.name, "precision": precision}
        session.model.compress_stream(session.source_windows(), path, merges, **about)
    return path


def kept_roots(session: Exploration) -> Memory | None:
    """The clip's memory at the root, as it was made when the clip was explored; None where that was not kept."""
    frames = session.frames  # looked at once: the clip may still grow
    paths = [session.root(index) for index in range(-(-frames // session.model.leaves))]
    if not paths or not all(path.exists() for path in paths):
        return None
    states_MSC = torch.from_numpy(np.concatenate([np.load(path, allow_pickle=False) for path in paths]))
    facts = session.model.facts((frames, *session.shape), session.model.merges, session.fps, session.name)
    return Memory(states_MSC=states_MSC, **facts)


def storage_costs(session: Exploration, merges: int, window: int) -> list[StorageCost]:
    """Bytes of the whole clip's memory, and the loss in one window; ValueError for a window that is not there."""
    if not 0 <= window < session.windows:
        raise ValueError(f"There is no window {window + 1}; the clip has {session.windows}.")
    loaded, (height, width, _) = session.model, session.shape
    nodes = node_count(session.frames, loaded.leaves, merges)
    shape = (nodes, *loaded.tree.state_shape(merges, height, width))
    sizes = {kind: stored_bytes(shape, kind, loaded.exact_floats(merges, shape[1])) for kind in PRECISIONS}
    lost = dict.fromkeys(PRECISIONS)
    if session.memory is None:
        frames_THWK = np.load(session.folder / f"frames-{window}.npy", allow_pickle=False)
        lost = {cost["precision"]: cost["lost"] for cost in precision_costs(loaded, frames_THWK, merges)}
    return [StorageCost(precision=kind, bytes=sizes[kind], lost=lost[kind]) for kind in PRECISIONS]


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
    write_text(as_json, json_text({**facts, "per_frame": frames}, indent=1))
    with atomic_file(as_csv) as part, part.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return as_json, as_csv
