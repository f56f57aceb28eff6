"""Fitting frames to their working size: scaled by the short side, or cropped to a model's one leaf size."""

from __future__ import annotations

import numpy as np
from PIL import Image


class Fitting:
    """Says what size to decode to and brings every frame to exactly one shape [H, W, K]."""

    def __init__(
        self,
        height: int,
        width: int,
        short_side: int | None,
        frame_shape: tuple[int, int, int] | None,
        notes: list[str],
    ) -> None:
        self.notes, self.frame_shape = notes, frame_shape
        if frame_shape:
            short_side = max(frame_shape[:2])
        scale = min(1.0, short_side / min(height, width)) if short_side else 1.0
        self.size = max(1, round(height * scale)), max(1, round(width * scale))
        self.decode_size = self.size
        if short_side and not frame_shape and short_side > min(height, width):
            small = min(height, width)
            pixels = "1 pixel" if small == 1 else f"{small} pixels"
            self.note(f"The source's short side has {pixels}; it is not scaled up to {short_side}.")

    def note(self, sentence: str) -> None:
        """Say something once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def fit(self, frame_HWK: np.ndarray) -> np.ndarray:
        """One frame at the working shape."""
        if frame_HWK.shape[:2] != self.size:
            frame_HWK = self.reshape(frame_HWK)
        if self.frame_shape:
            return self.to_leaf(frame_HWK)
        return np.repeat(frame_HWK, 3, 2) if frame_HWK.shape[2] == 1 else frame_HWK

    def reshape(self, frame_HWK: np.ndarray) -> np.ndarray:
        """Cover the working size, cropping what sticks out (frames of mixed sizes)."""
        height, width = self.size
        self.note(f"Frames have mixed sizes; all are cropped and scaled to the first one's {width}×{height}.")
        scale = max(height / frame_HWK.shape[0], width / frame_HWK.shape[1])
        size = max(height, round(frame_HWK.shape[0] * scale)), max(width, round(frame_HWK.shape[1] * scale))
        return crop(resize(frame_HWK, size), height, width)

    def to_leaf(self, frame_HWK: np.ndarray) -> np.ndarray:
        """The one shape a flat model takes: square crop, scaled, grey."""
        height, width, colours = self.frame_shape
        if frame_HWK.shape == self.frame_shape:
            return frame_HWK
        if frame_HWK.shape[:2] != (height, width):
            side = min(frame_HWK.shape[:2])
            frame_HWK = resize(crop(frame_HWK, side, side), (height, width))
            self.note(f"This model sees {width}×{height} pixels: every frame is cropped to a square and scaled.")
        if colours == 1 and frame_HWK.shape[2] == 3:
            if np.ptp(frame_HWK, axis=2).any():
                self.note("This model sees no colour: every frame is turned to grey.")
            frame_HWK = np.asarray(Image.fromarray(np.ascontiguousarray(frame_HWK)).convert("L"))[..., None]
        return np.repeat(frame_HWK, colours, 2) if frame_HWK.shape[2] < colours else frame_HWK


def crop(frame_HWK: np.ndarray, height: int, width: int) -> np.ndarray:
    """The centre."""
    top, left = (frame_HWK.shape[0] - height) // 2, (frame_HWK.shape[1] - width) // 2
    return frame_HWK[top : top + height, left : left + width]


def resize(frame_HWK: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Antialiased scaling to (height, width)."""
    grey = frame_HWK.shape[2] == 1
    image = Image.fromarray(frame_HWK[..., 0] if grey else np.ascontiguousarray(frame_HWK))
    scaled = np.asarray(image.resize(size[::-1], Image.Resampling.BOX if grey else Image.Resampling.BILINEAR))
    return scaled[..., None] if grey else scaled


def shrink(frame_HWK: np.ndarray, size: tuple[int, int] | None, native: tuple[int, int]) -> np.ndarray:
    """Scale frames of the expected size; others are left to the fitting, which says so."""
    return resize(frame_HWK, size) if size and frame_HWK.shape[:2] == native != size else frame_HWK
