"""A .npy array [T, H, W] or [T, H, W, K], uint8 or float in [0, 1]; never a pickled object.

Memory-mapped, so a large array is read frame by frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tokenize import TokenError

import numpy as np

from engine.data.sources.images import IMAGE_FPS, shrink
from engine.data.sources.opening import SourceInfo, check_side

# numpy reads a header as a Python literal and believes the sizes in it
DAMAGE = (ValueError, OSError, EOFError, SyntaxError, TokenError, TypeError, OverflowError, MemoryError, RecursionError)


def open_array(path: Path) -> np.ndarray:
    """[T, H, W, K] on disk; ValueError for objects, damage, and other shapes or types."""
    try:
        array = np.load(path, allow_pickle=False, mmap_mode="r")
    except DAMAGE as error:
        reason = " ".join(str(error).split())[:60]
        raise ValueError(f"{path.name} is no plain array ({reason}); save numbers, not objects") from None
    array = array[..., None] if array.ndim == 3 else array
    if array.ndim != 4 or array.shape[3] not in (1, 3) or 0 in array.shape:
        raise ValueError(f"{path.name} has shape {list(array.shape)}; [T, H, W] or [T, H, W, 1 or 3] is expected")
    if array.dtype != np.uint8 and array.dtype.kind != "f":
        raise ValueError(f"{path.name} holds {array.dtype} numbers; save uint8, or floats between 0 and 1")
    check_side(max(array.shape[1:3]), path.name)
    return array


def check_values(array_THWK: np.ndarray, name: str) -> None:
    """ValueError for floats that are no brightness, before anything is computed from them."""
    for index, frame in enumerate(array_THWK):
        low, high = float(frame.min()), float(frame.max())
        if np.isnan(low):
            raise ValueError(f"{name} has NaN in frame {index}; replace it by a number between 0 and 1")
        if low < 0 or high > 1:
            raise ValueError(f"{name} has values from {low:.4g} to {high:.4g} in frame {index}; scale them to 0 to 1")


class ArrayReader:
    """One array as a sequence of images."""

    def __init__(self, path: Path) -> None:
        self.array_THWK = open_array(path)
        if self.array_THWK.dtype != np.uint8:
            check_values(self.array_THWK, path.name)
        self.notes: list[str] = []
        count, height, width, _ = self.array_THWK.shape
        self.info = SourceInfo(name=path.name, kind="images", frames=count, height=height, width=width, fps=IMAGE_FPS)

    def read(self, size: tuple[int, int] | None) -> Iterator[np.ndarray]:
        """Frames as uint8."""
        for frame in self.array_THWK:
            pixels = np.asarray(frame)
            if pixels.dtype != np.uint8:
                pixels = np.rint(pixels.astype(np.float32) * 255).astype(np.uint8)
            yield shrink(pixels, size, pixels.shape[:2])
