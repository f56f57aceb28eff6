"""The sequences that the Trajectory tab follows, and which models follow them: windows of samples, digits of one class,
the explored clip, walks through Lantern rooms (`app/sessions/walks.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.server.models import model
from app.sessions.exploration import Exploration
from app.sessions.walks import checked_follower, is_walk, name_of, other_rooms, walk_of
from engine.data.samples import Sample, samples
from engine.data.sources.opening import open_source, windows
from engine.data.worlds.rounds import Walk

DIGIT_CLASSES = (0, 1, 7)
SIDE = 96
"""pixels of a sample clip's side: small enough to be followed at once"""
NO_CLIP = "There is no explored clip yet: upload one on the Explore tab, or choose a sample here."


@dataclass(frozen=True, kw_only=True)
class Sequence:
    """A named sequence of at most T frames, uint8 or float32 in [0, 1]."""

    name: str
    frames_THWK: np.ndarray
    walk: Walk | None = None
    """what they are seen on, where they are of a Lantern room"""


def chosen_sequences(
    chosen: str, explored: Exploration | None, count: int, memory: str = ""
) -> tuple[list[Sequence], str]:
    """At most `count` sequences of a sample, of what is `explored`, or of Lantern walks, and the name of the model that
    follows them, of walks the `memory` that is asked for; ValueError for none.
    """
    if is_walk(chosen):
        walks = [walk_of(chosen), *other_rooms(walk_of(chosen), count - 1)]
        found = [Sequence(name=name_of(walk), frames_THWK=walk.frames_THWK, walk=walk) for walk in walks]
        return found, checked_follower(memory)
    if chosen == "explored":
        sequences = explored_sequences(explored, count)
        return sequences, explored.model.name
    sample = next((s for s in samples() if s.name == chosen), None)
    if sample is None:
        raise ValueError("There is no such sample; choose one of those above.")
    return sample_sequences(sample, count), sample.model


def explored_sequences(session: Exploration | None, count: int) -> list[Sequence]:
    """The windows of the clip that the Explore tab shows; ValueError where there are none."""
    if session is None or session.memory is not None or not session.windows or not session.kept():
        raise ValueError(NO_CLIP)
    paths = [session.folder / f"frames-{index}.npy" for index in range(min(count, session.windows))]
    frames = [np.load(path, allow_pickle=False) for path in paths]
    parts = [f", window {i + 1}" if session.windows > 1 else "" for i in range(len(frames))]
    return [Sequence(name=shortened(session.name) + part, frames_THWK=x) for part, x in zip(parts, frames, strict=True)]


def shortened(name: str, most: int = 28) -> str:
    """A clip's name as it fits into the legend, its end and so its suffix kept."""
    return name if len(name) <= most else f"{name[: most - 9]}…{name[-8:]}"


def sample_sequences(sample: Sample, count: int) -> list[Sequence]:
    """A sample's first window, and for comparison its further windows, its neighbours', or digits of one class each."""
    loaded = model(sample.model)
    found = [
        Sequence(name=f"{sample.title}, window {i + 1}" if i else sample.title, frames_THWK=frames)
        for i, frames in enumerate(sample_windows(sample, count))
    ]
    if loaded.frame_shape:
        return [found[0], *of_one_class(loaded.leaves, count - 1)]
    for other in samples():
        if other.model == sample.model and other.name != sample.name:
            found += [Sequence(name=other.title, frames_THWK=frames) for frames in sample_windows(other, 1)]
    shape = found[0].frames_THWK.shape[1:]
    return [sequence for sequence in found if sequence.frames_THWK.shape[1:] == shape][:count]


def sample_windows(sample: Sample, count: int) -> list[np.ndarray]:
    """The first windows of a sample, all brought to one size so that their memories can be compared."""
    loaded = model(sample.model)
    source = open_source(
        sample.path, short_side=SIDE, frame_shape=loaded.frame_shape, tile=sample.tile, last=loaded.leaves * count
    )
    found = windows(source.frames(), loaded.leaves)
    return [frames if loaded.frame_shape else centred(frames) for frames in found][:count]


def centred(frames_THWK: np.ndarray, side: int = SIDE) -> np.ndarray:
    """The middle square."""
    top, left = ((size - side) // 2 for size in frames_THWK.shape[1:3])
    return frames_THWK[:, top : top + side, left : left + side]


def of_one_class(leaves: int, count: int) -> list[Sequence]:
    """Sequences of one digit each, from the digits that come with the program's packages."""
    from engine.data.datasets.digits import load_digits

    digits = load_digits("test", download=False)
    found = []
    for label in DIGIT_CLASSES[:count]:
        chosen = digits.images_NHWK[digits.labels_N == label]
        found.append(Sequence(name=f"only {label}s", frames_THWK=np.resize(chosen, (leaves, *chosen.shape[1:]))))
    return found


__all__ = ["SIDE", "Sequence", "chosen_sequences", "explored_sequences", "shortened"]
