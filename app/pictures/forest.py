"""The kept roots of a stream without end as the browser draws them: one small picture a root, sent when it changes.

Shapes: H W K frame.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from app.pictures.live import CELL, data_url
from engine.data.writer import to_bytes
from engine.streaming.ages import AgesNow
from engine.streaming.bounded import BoundedMemory, Root
from engine.streaming.live import LiveStream


@dataclass(frozen=True, kw_only=True)
class RootShown:
    """One root."""

    first: int
    """number of its first frame, from 0"""
    frames: int
    """that it spans"""
    stride: int
    """frames that one leaf stands for"""
    psnr: float | None
    """dB over the frames that are known; null where none of them was kept"""
    picture: str | None
    """its middle leaf as it is recovered, a JPEG as a data URL; null where it was sent before"""


@dataclass(frozen=True, kw_only=True)
class Forest:
    """A bounded memory."""

    roots: list[RootShown]
    """oldest first"""
    most: int
    """roots that are kept at most"""
    frames: int
    """of the stream so far"""
    open: int
    """of them in the window that is being filled"""
    picture: str | None
    """that window's middle leaf, of a saved stream; of one that runs its sheet has it"""
    since: int
    """number of the first frame that can be measured; a stream that goes on has none of those before it was saved"""
    floats: int
    """that the memory keeps now"""
    most_floats: int
    """that it keeps at most"""
    ages: list[int]
    """of the frames that are kept aside to measure, the newest 0"""
    psnr: list[float]
    """dB at these ages"""


def forest_now(stream: LiveStream, now: AgesNow) -> Forest:
    """A stream right after a push: pictures of what is new, figures of everything."""
    leaves = stream.model.leaves
    pictures = {view.root: thumbnail(view.middle_HWK) for view in now.looked}
    shown = zip(now.roots, now.psnr_R, strict=True)
    newest = max((root.first + root.stride * leaves for root in now.roots), default=0)
    return Forest(
        roots=[root_shown(root, leaves, psnr, pictures.get(root)) for root, psnr in shown],
        most=stream.memory.most,
        frames=now.count,
        open=now.count - newest,
        picture=None,
        since=stream.ages.since,
        floats=now.floats,
        most_floats=stream.memory.most_floats,
        ages=[age for age, _ in now.points],
        psnr=[round(db, 2) for _, db in now.points],
    )


def forest_of(memory: BoundedMemory) -> Forest:
    """A memory as it was saved: all its pictures, nothing measured."""
    pictures = [thumbnail(memory.middle_of(root)) for root in memory.roots]
    window = memory.window
    recalled = thumbnail(window.recall()[window.count >> 1]) if window.count else None
    return Forest(
        roots=[
            root_shown(root, memory.model.leaves, None, url) for root, url in zip(memory.roots, pictures, strict=True)
        ],
        most=memory.most,
        frames=memory.count,
        open=window.count,
        picture=recalled,
        since=memory.count,
        floats=memory.floats,
        most_floats=memory.most_floats,
        ages=[],
        psnr=[],
    )


def root_shown(root: Root, leaves: int, psnr: float | None, picture: str | None) -> RootShown:
    """A root with its figures."""
    rounded = None if psnr is None else round(psnr, 2)
    return RootShown(first=root.first, frames=root.stride * leaves, stride=root.stride, psnr=rounded, picture=picture)


def thumbnail(frame_HWK: np.ndarray) -> str:
    """A frame at most 2 · CELL pixels high, as a JPEG data URL."""
    factor = math.ceil(frame_HWK.shape[0] / (2 * CELL))
    return data_url(Image.fromarray(to_bytes(frame_HWK)).reduce(factor), "JPEG", quality=85)


__all__ = ["Forest", "RootShown", "forest_now", "forest_of"]
