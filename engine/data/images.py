"""Images as a sequence: several files, one sheet cut into tiles, an animated GIF, or a .npy array."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from engine.data.source import SourceInfo, check_side

IMAGE_FPS = 10.0
Image.MAX_IMAGE_PIXELS = 8192 * 8192


def natural(name: str) -> list:
    """Sort key that puts 2 before 10."""
    return [int(part) if part.isdigit() else part.lower() for part in re.split(r"(\d+)", name)]


def read_image(file: Path | IO[bytes], name: str, size: tuple[int, int] | None = None) -> np.ndarray:
    """Pixels [H, W, K], upright, without alpha; `size` (height, width) is a hint to load large JPEGs small."""
    try:
        with Image.open(file) as image:
            check_side(max(image.size), name)
            if size:
                image.draft(None, size[::-1])
            upright = ImageOps.exif_transpose(image)
            grey = upright.mode in ("L", "1", "I;16")
            pixels = np.asarray(upright.convert("L") if grey else flatten(upright))
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"{name} cannot be read as an image ({str(error)[:60]}); save it again as PNG") from None
    return pixels[..., None] if grey else pixels


def flatten(image: Image.Image) -> Image.Image:
    """RGB, transparency over black."""
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "black"), image).convert("RGB")
    return image.convert("RGB")


def image_size(file: Path | IO[bytes], name: str) -> tuple[int, int]:
    """(height, width) from the header alone, upright."""
    try:
        with Image.open(file) as image:
            width, height = image.size
            turned = image.getexif().get(274, 1) >= 5
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"{name} cannot be read as an image ({str(error)[:60]}); save it again as PNG") from None
    check_side(max(width, height), name)
    return (width, height) if turned else (height, width)


def shrink(pixels: np.ndarray, size: tuple[int, int] | None, native: tuple[int, int]) -> np.ndarray:
    """Scale frames of the expected size; others are left to the fitting, which says so."""
    from engine.data.fitting import resize

    return resize(pixels, size) if size and pixels.shape[:2] == native != size else pixels


class ImageReader:
    """Image files in natural order, or the tiles of one sheet."""

    def __init__(self, paths: Sequence[Path], name: str, tile: int | None = None) -> None:
        if not paths:
            raise ValueError(f"{name} holds no images; PNG, JPEG, GIF, BMP, TIFF and WebP are read")
        self.paths, self.tile, self.notes = sorted(paths, key=lambda p: natural(p.name)), tile, []
        height, width = image_size(self.paths[0], self.paths[0].name)
        count = len(self.paths)
        if tile:
            count, height, width = (height // tile) * (width // tile), tile, tile
        self.info = SourceInfo(name=name, kind="images", frames=count, height=height, width=width, fps=IMAGE_FPS)

    def read(self, size: tuple[int, int] | None) -> Iterator[np.ndarray]:
        """Frames one at a time."""
        native = (self.info.height, self.info.width)
        for path in self.paths:
            pixels = read_image(path, path.name)
            for frame in tiles(pixels, self.tile) if self.tile else [pixels]:
                yield shrink(frame, size, native)


def tiles(sheet_HWK: np.ndarray, side: int) -> Iterator[np.ndarray]:
    """Square tiles, row by row."""
    for top in range(0, sheet_HWK.shape[0] - side + 1, side):
        for left in range(0, sheet_HWK.shape[1] - side + 1, side):
            yield sheet_HWK[top : top + side, left : left + side]


class AnimationReader:
    """An animated GIF, frame by frame, at its mean rate."""

    def __init__(self, path: Path) -> None:
        self.path, self.notes = path, []
        height, width = image_size(path, path.name)
        with Image.open(path) as image:
            count, duration = getattr(image, "n_frames", 1), image.info.get("duration", 0)
        fps = 1000 / duration if duration else IMAGE_FPS
        self.info = SourceInfo(name=path.name, kind="images", frames=count, height=height, width=width, fps=fps)

    def read(self, size: tuple[int, int] | None) -> Iterator[np.ndarray]:
        """Composed frames one at a time."""
        with Image.open(self.path) as image:
            for index in range(self.info.frames):
                try:
                    image.seek(index)
                    frame = np.asarray(flatten(image))
                except (OSError, EOFError, SyntaxError):
                    self.notes.append(f"The file ends early: {index} frames could be read ({self.info.frames} stated).")
                    return
                yield shrink(frame, size, (self.info.height, self.info.width))


class ArrayReader:
    """A .npy array [T, H, W] or [T, H, W, K], uint8 or float in [0, 1]; never a pickled object."""

    def __init__(self, path: Path) -> None:
        try:
            array = np.load(path, allow_pickle=False, mmap_mode="r")
        except (ValueError, OSError) as error:
            raise ValueError(f"{path.name} is no plain array ({str(error)[:60]}); save numbers, not objects") from None
        array = array[..., None] if array.ndim == 3 else array
        if array.ndim != 4 or array.shape[3] not in (1, 3) or not len(array):
            raise ValueError(f"{path.name} has shape {list(array.shape)}; [T, H, W] or [T, H, W, 1 or 3] is expected")
        self.array_THWK, self.notes, self.name = array, [], path.name
        count, height, width, _ = array.shape
        self.info = SourceInfo(name=path.name, kind="images", frames=count, height=height, width=width, fps=IMAGE_FPS)

    def read(self, size: tuple[int, int] | None) -> Iterator[np.ndarray]:
        """Frames as uint8; ValueError for NaN or values outside [0, 1]."""
        from engine.model import checked_frames

        for frame in self.array_THWK:
            frame = checked_frames(np.asarray(frame)[None])[0]
            if frame.dtype != np.uint8:
                frame = np.rint(frame * 255).astype(np.uint8)
            yield shrink(frame, size, frame.shape[:2])
