"""Animated GIF, WebP and PNG, frame by frame as composed by Pillow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from engine.data.sources.images import DAMAGE, IMAGE_FPS, flatten, image_size, opened, shrink
from engine.data.sources.opening import SourceInfo

ANIMATED = {"GIF", "WEBP", "PNG"}


def moves(path: Path) -> bool:
    """Whether a picture holds more than one frame."""
    with opened(path, path.name) as image:
        return image.format in ANIMATED and frame_count(image) > 1


def frame_count(image: Image.Image) -> int:
    """The frames up to where the file breaks off."""
    try:
        return getattr(image, "n_frames", 1)
    except (*DAMAGE, Image.DecompressionBombError, MemoryError):
        return 1


class AnimationReader:
    """One animation at the rate its first frame states."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[str] = []
        height, width = image_size(path, path.name)
        with opened(path, path.name) as image:
            count = frame_count(image)
            image.seek(0)
            self.duration = image.info.get("duration", 0)
        fps = 1000 / self.duration if self.duration else IMAGE_FPS
        self.info = SourceInfo(name=path.name, kind="images", frames=count, height=height, width=width, fps=fps)

    def read(self, size: tuple[int, int] | None) -> Iterator[np.ndarray]:
        """Composed frames one at a time."""
        with opened(self.path, self.path.name) as image:
            for index in range(self.info.frames or 0):
                try:
                    image.seek(index)
                    frame = np.asarray(flatten(image))
                except (*DAMAGE, Image.DecompressionBombError, MemoryError):
                    self.note(f"The file ends early: {index} frames could be read ({self.info.frames} stated).")
                    return
                if image.info.get("duration", 0) != self.duration:
                    self.note(f"Frame times vary; frames are played back evenly at {self.info.fps:.4g} per second.")
                yield shrink(frame, size, (self.info.height, self.info.width))

    def note(self, sentence: str) -> None:
        """Say something once."""
        if sentence not in self.notes:
            self.notes.append(sentence)
