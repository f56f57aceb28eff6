"""Clips of videos: windows of consecutive frames in memory, and the video protocol that cuts them: centre crop to a
square, antialiased bilinear scaling.

Frames are taken as stored and unscaled, and a file that breaks within the clips is left out whole, so that every
measure sees the same clips.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.config import TrainConfig
from engine.data.datasets.base import Batch, Dataset
from engine.data.sources.base import check_size
from engine.data.sources.container import decoder_bounds, open_container
from engine.data.sources.opening import windows


class ClipsDataset(Dataset):
    """Windows of clips, held in memory as bytes; random flips. Subclasses define `gather`."""

    def __init__(self, config: TrainConfig) -> None:
        super().__init__(config)
        clips, classes = self.gather()
        if not clips:
            raise ValueError(f"no clip of {self.leaves} frames could be read from {config.data!r}")
        self.shift = max(1, config.tree.patch // 2) if config.tree.codec == "patch" else 0
        self.clips_NTHWK = torch.from_numpy(np.stack(clips))
        self.origin = f"{len(clips)} windows of {classes} classes from {config.data}"

    @abstractmethod
    def gather(self) -> tuple[list[np.ndarray], int]:
        """(windows uint8 [T, H, W, K], number of classes or sequences they come from)."""

    @classmethod
    def frame_size(cls, config: TrainConfig) -> tuple[int, int]:
        """A flat tree's size, or squares."""
        return super().frame_size(config) if config.tree.codec == "flat" else (config.data_options.size,) * 2

    def blocks(self) -> Iterator[Tensor]:
        """Every window [1, T, H, W, K] twice: as it is or mirrored, then the other way and half a patch further.

        Both are as natural as the original, and the transform is fitted to twice as many different patches.
        """
        for index, clip in enumerate(self.clips_NTHWK):
            x = clip[None].float() / 255
            x = x.flip(1) if index % 4 > 1 else x
            x = x.flip(3) if index % 2 else x
            yield x
            if self.shift:
                yield x[:, :, self.shift : -self.shift, self.shift : -self.shift].flip(3)

    def draw(self, windows: int, leaves: int, generator: torch.Generator) -> Batch:
        """Random windows, half of them mirrored."""
        picks = torch.randint(len(self.clips_NTHWK), (windows,), generator=generator)
        first = int(torch.randint(self.clips_NTHWK.shape[1] - leaves + 1, (1,), generator=generator))
        x = self.clips_NTHWK[picks, first : first + leaves].float() / 255
        mirror = torch.rand(windows, generator=generator) < 0.5
        return Batch(frames_BTHWK=torch.where(mirror[:, None, None, None, None], x.flip(3), x))


def readable_windows(paths: list[Path], leaves: int, size: int) -> Iterator[np.ndarray]:
    """The test protocol: two windows of every clip that can be read."""
    for path in paths:
        try:
            yield from video_clips(path, size=size, frames=leaves, limit=2)
        except ValueError:
            continue


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
        check_size(stream.height or 0, stream.width or 0, path.name)
        stream.codec_context.options = decoder_bounds()
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
