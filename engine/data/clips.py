"""Clips by the video protocol: consecutive frames, centre crop to a square, antialiased bilinear scaling."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from engine.data.source import windows
from engine.data.video import VideoReader


def video_clips(path: Path, *, size: int, frames: int = 16, limit: int = 2) -> Iterator[np.ndarray]:
    """Up to `limit` clips uint8 [frames, size, size, 3] from the start; a short tail is left out."""
    reader = VideoReader(path)
    for index, block in enumerate(windows(reader.read(None), frames)):
        if index == limit or len(block) < frames:
            return
        yield square(block, size)


def square(frames_THWK: np.ndarray, size: int) -> np.ndarray:
    """Centre crop, scaled to size×size."""
    x = torch.from_numpy(frames_THWK).permute(0, 3, 1, 2).float()
    side = min(x.shape[2:])
    top, left = (x.shape[2] - side) // 2, (x.shape[3] - side) // 2
    x = x[:, :, top : top + side, left : left + side]
    x = F.interpolate(x, size=(size, size), mode="bilinear", antialias=True, align_corners=False)
    return x.round().clamp(0, 255).byte().permute(0, 2, 3, 1).numpy()
