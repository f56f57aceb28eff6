"""Images as a sequence: several files in natural order, or one sheet cut into tiles. Upright, without alpha.

Shapes: H W pixels, K colours.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
from PIL import Image, ImageOps

from engine.data.sources.opening import MAX_SIDE, SourceInfo, check_side
from engine.data.sources.sniff import IMAGE_SUFFIXES, kind_in, misnamed

IMAGE_FPS = 10.0
ORIENTATION, FIRST_TURNED = 274, 5
Image.MAX_IMAGE_PIXELS = MAX_SIDE * MAX_SIDE
DAMAGE = (OSError, SyntaxError, EOFError, ValueError, IndexError, struct.error)


def natural(name: str) -> list[tuple[int, int | str]]:
    """Sort key that puts 2 before 10."""
    return [(0, int(part)) if part.isdecimal() else (1, part.lower()) for part in re.split(r"(\d+)", name)]


@contextmanager
def opened(file: Path | IO[bytes], name: str) -> Iterator[Image.Image]:
    """Pillow's image with its sides checked from the header; all of Pillow's errors become one sentence."""
    try:
        image = Image.open(file)
    except Image.DecompressionBombError:
        raise ValueError(f"{name} has more pixels than {MAX_SIDE:,}×{MAX_SIDE:,}; scale it down") from None
    except DAMAGE as error:
        raise damaged(name, error) from None
    with image:
        check_side(max(image.size), name)
        try:
            yield image
        except (*DAMAGE, Image.DecompressionBombError, MemoryError) as error:
            raise damaged(name, error) from None


def damaged(name: str, error: Exception) -> ValueError:
    """The sentence for a picture that Pillow cannot read."""
    reason = " ".join(str(error).split())[:60] or type(error).__name__
    return ValueError(f"{name} cannot be read as an image ({reason}); save it again as PNG")


def read_image(file: Path | IO[bytes], name: str) -> np.ndarray:
    """Pixels uint8 [H, W, K], upright, without alpha."""
    with opened(file, name) as image:
        return pixels_of(ImageOps.exif_transpose(image))


def pixels_of(image: Image.Image) -> np.ndarray:
    """uint8 [H, W, 1] for grey pictures, [H, W, 3] for all others."""
    if image.mode.startswith("I"):
        # Pillow would clip 16 bit values to 255 rather than scale them
        return (np.clip(np.asarray(image), 0, 65535) >> 8).astype(np.uint8)[..., None]
    if image.mode in ("L", "1") and "transparency" not in image.info:
        return np.asarray(image.convert("L"))[..., None]
    return np.asarray(flatten(image))


def flatten(image: Image.Image) -> Image.Image:
    """RGB, transparency over black."""
    if "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "black"), image).convert("RGB")
    return image.convert("RGB")


def image_size(file: Path | IO[bytes], name: str) -> tuple[int, int]:
    """(height, width) from the header alone, upright."""
    with opened(file, name) as image:
        width, height = image.size
        turned = image.getexif().get(ORIENTATION, 1) >= FIRST_TURNED
    return (width, height) if turned else (height, width)


def shrink(pixels: np.ndarray, size: tuple[int, int] | None, native: tuple[int, int]) -> np.ndarray:
    """Scale frames of the expected size; others are left to the fitting, which says so."""
    from engine.data.sources.fitting import resize

    return resize(pixels, size) if size and pixels.shape[:2] == native != size else pixels


def tiled_info(name: str, images: int, size: tuple[int, int], tile: int | None) -> SourceInfo:
    """What a sequence of images, or of sheets, is known to hold."""
    (height, width), count = size, images
    if tile:
        if tile > min(height, width):
            raise ValueError(f"{name} is {width}×{height} pixels; no tile of {tile} pixels fits, choose a smaller tile")
        count, height, width = images * (height // tile) * (width // tile), tile, tile
    return SourceInfo(name=name, kind="images", frames=count, height=height, width=width, fps=IMAGE_FPS)


class ImageReader:
    """Image files in natural order, or the tiles of their sheets."""

    def __init__(self, paths: Sequence[Path], name: str, tile: int | None = None) -> None:
        if not paths:
            raise ValueError(f"{name} holds no images; PNG, JPEG, GIF, BMP, TIFF and WebP are read")
        self.paths, self.tile = sorted(paths, key=lambda p: natural(p.name)), tile
        self.notes: list[str] = self.misnamed() if len(paths) > 1 else []
        self.info = tiled_info(name, len(paths), image_size(self.paths[0], self.paths[0].name), tile)

    def misnamed(self) -> list[str]:
        """A note when names and contents differ; a file alone gets its note on opening."""
        wrong = [p.name for p in self.paths if (k := kind_in(p)) in IMAGE_SUFFIXES and misnamed(p.name, k)]
        if not wrong:
            return []
        return [f"{len(wrong)} of {len(self.paths)} images are really of another format than their names say."]

    def read(self, size: tuple[int, int] | None) -> Iterator[np.ndarray]:
        """Frames one at a time."""
        native = (self.info.height, self.info.width)
        for path in self.paths:
            for frame in tiles(read_image(path, path.name), self.tile):
                yield shrink(frame, size, native)


def tiles(sheet_HWK: np.ndarray, side: int | None) -> Iterator[np.ndarray]:
    """Square tiles, row by row; the sheet itself without a side."""
    if not side:
        yield sheet_HWK
        return
    for top in range(0, sheet_HWK.shape[0] - side + 1, side):
        for left in range(0, sheet_HWK.shape[1] - side + 1, side):
            yield sheet_HWK[top : top + side, left : left + side]
