"""Clips by the video protocol: consecutive frames, centre crop to a square, antialiased bilinear scaling.

Frames are taken as stored and unscaled, and a file that breaks within the clips is left out whole, so that every
measure sees the same clips.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from engine.data.sources.opening import check_side, windows
from engine.data.sources.video import open_container


def video_clips(path: Path, *, size: int, frames: int = 16, limit: int = 2) -> Iterator[np.ndarray]:
    """Up to `limit` clips uint8 [frames, size, size, 3] from the start; a short tail is left out.

    ValueError when the file cannot be read that far.
    """
    for block in windows(first_frames(Path(path), frames * limit), frames):
        if len(block) == frames:
            yield square(block, size)


def first_frames(path: Path, count: int) -> list[np.ndarray]:
    """The first `count` frames, or fewer where the file is shorter."""
    import av

    found: list[np.ndarray] = []
    if count < 1:
        return found
    with open_container(path) as container:
        stream = container.streams.video[0]
        check_side(max(stream.width or 0, stream.height or 0), path.name)
        try:
            for frame in container.decode(video=0):
                found.append(frame.to_ndarray(format="rgb24"))
                if len(found) == count:
                    break
        except (av.FFmpegError, UnicodeDecodeError) as error:
            raise ValueError(f"{path.name} breaks off after {len(found)} frames ({error}); leave it out") from None
    if not found:
        raise ValueError(f"{path.name} opens but no picture in it can be decoded; choose another file")
    return found


def square(frames_THWK: np.ndarray, size: int) -> np.ndarray:
    """Centre crop, scaled to size×size."""
    side = min(frames_THWK.shape[1:3])
    top, left = (frames_THWK.shape[1] - side) // 2, (frames_THWK.shape[2] - side) // 2
    return scaled(frames_THWK[:, top : top + side, left : left + side], size)


def scaled(frames_THWK: np.ndarray, size: int) -> np.ndarray:
    """The whole frame, its short side `size` pixels long."""
    x = torch.from_numpy(np.ascontiguousarray(frames_THWK)).permute(0, 3, 1, 2).float()
    short = min(x.shape[2:])
    sides = [max(size, round(side * size / short)) for side in x.shape[2:]]
    x = F.interpolate(x, size=sides, mode="bilinear", antialias=True, align_corners=False)
    return x.round().clamp(0, 255).byte().permute(0, 2, 3, 1).numpy()
