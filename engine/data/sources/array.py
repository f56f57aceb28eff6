"""A .npy array [T, H, W] or [T, H, W, K] of whole numbers or floats; never a pickled object.

Its depth is scaled by the rule for images (`depth.py`). Memory-mapped, so a large array is read frame by frame.
Shapes: T frames, H W pixels, K colours.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tokenize import TokenError

import numpy as np

from engine.data.sources.base import ASSUMED_FPS, Notes, SourceInfo, check_size
from engine.data.sources.depth import BYTES, Scale, check_type, extent_of, scale_of
from engine.data.sources.fitting import shrink

# numpy reads a header as a Python literal and believes the sizes in it
DAMAGE = (ValueError, OSError, EOFError, SyntaxError, TokenError, TypeError, OverflowError, MemoryError, RecursionError)
PICTURE = (3, 4)
"""values of the last axis by which one picture is told from a row of grey ones"""


def open_array(path: Path) -> np.ndarray:
    """[T, H, W, K] on disk; ValueError for objects, damage, and other shapes or types."""
    try:
        array = np.load(path, allow_pickle=False, mmap_mode="r")
    except DAMAGE as error:
        reason = " ".join(str(error).split())[:60]
        raise ValueError(f"{path.name} is no plain array ({reason}); save numbers, not objects") from None
    if array.ndim == 3 and array.shape[2] in PICTURE and min(array.shape[:2]) > max(PICTURE):
        raise ValueError(f"{path.name} has shape {list(array.shape)}, one picture; save it as [1, H, W, 3]")
    if array.ndim in (3, 4) and not array.shape[0]:
        raise ValueError(f"{path.name} has shape {list(array.shape)} and so no frames; save at least one")
    array = array[..., None] if array.ndim == 3 else array
    if array.ndim != 4 or array.shape[3] not in (1, 3) or 0 in array.shape:
        raise ValueError(f"{path.name} has shape {list(array.shape)}; [T, H, W] or [T, H, W, 1 or 3] is expected")
    check_type(array.dtype, path.name)
    check_size(*array.shape[1:3], path.name)
    return array


class ArrayReader:
    """One array as a sequence of images. Raises ValueError for values that are no brightness."""

    def __init__(self, path: Path) -> None:
        self.array_THWK = open_array(path)
        self.notes = Notes()
        self.scale = self.measured(path.name)
        count, height, width, _ = self.array_THWK.shape
        fps = ASSUMED_FPS["images"]
        self.info = SourceInfo(name=path.name, kind="images", frames=count, height=height, width=width, fps=fps)

    def measured(self, name: str) -> Scale:
        """The scale of all frames, and the note about it."""
        if self.array_THWK.dtype == np.uint8:
            return BYTES
        frames = ((f"frame {index} of {name}", frame) for index, frame in enumerate(self.array_THWK))
        scale, note = scale_of(extent_of(frames), name)
        if note:
            self.notes.say(note)
        return scale

    def read(self, size: tuple[int, int] | None, first: int = 0) -> Iterator[np.ndarray | None]:
        """Frames as uint8; None for those before `first`."""
        yield from (None for _ in self.array_THWK[:first])
        for frame in self.array_THWK[first:]:
            pixels = self.scale.to_bytes(np.asarray(frame))
            yield shrink(pixels, size, pixels.shape[:2])
