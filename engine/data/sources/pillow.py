"""Pillow's images: opened with their sides checked, every error one sentence, upright, without alpha.

Shapes: H W pixels, K colours.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from engine.data.sources.base import MAX_SIDE, check_size
from engine.data.sources.sniff import HEAD, kind_of

Image.MAX_IMAGE_PIXELS = MAX_SIDE * MAX_SIDE
ORIENTATION, FIRST_TURNED = 274, 5
DAMAGE = (
    OSError,
    SyntaxError,
    EOFError,
    ValueError,
    IndexError,
    TypeError,
    KeyError,
    AttributeError,
    RuntimeError,
    MemoryError,
    OverflowError,
    ZeroDivisionError,
    struct.error,
    Image.DecompressionBombError,
)
"""what Pillow's readers raise on damaged files"""


@contextmanager
def stream(file: Path | IO[bytes]) -> Iterator[IO[bytes]]:
    """A file opened, or the one that is given from its start."""
    if isinstance(file, Path):
        with file.open("rb") as data:
            yield data
    else:
        file.seek(0)
        yield file


@contextmanager
def opened(data: IO[bytes], name: str) -> Iterator[Image.Image]:
    """Pillow's image with its sides checked from the header; all of Pillow's errors become one sentence."""
    data.seek(0)
    try:
        image = heif_opened(data) if heif(data) else Image.open(data)
    except Image.DecompressionBombError:
        raise ValueError(f"{name} has more pixels than {MAX_SIDE:,}×{MAX_SIDE:,}; scale it down") from None
    except DAMAGE as error:
        raise damaged(name, error) from None
    with image:
        check_size(image.height, image.width, name)
        try:
            yield image
        except DAMAGE as error:
            raise damaged(name, error) from None


def heif(data: IO[bytes]) -> bool:
    """Whether a file must be opened by pillow-heif rather than by Pillow."""
    head = data.read(HEAD)
    data.seek(0)
    return kind_of(head) == "HEIC"


def heif_opened(data: IO[bytes]) -> Image.Image:
    """A HEIC's image; pillow-heif is loaded at the first one."""
    try:
        from pillow_heif import HeifImageFile
    except ImportError:
        raise UnidentifiedImageError("HEIC needs the package pillow-heif") from None
    return HeifImageFile(data)


def damaged(name: str, error: Exception) -> ValueError:
    """The sentence for a picture that cannot be read; sentences of our own pass."""
    if isinstance(error, ValueError) and str(error).startswith(name):
        return error
    if isinstance(error, UnidentifiedImageError):
        reason = "cannot identify image file" if "HEIC" not in str(error) else str(error)
    else:
        reason = " ".join(str(error).split())[:60] or type(error).__name__
    return ValueError(f"{name} cannot be read as an image ({reason}); save it again as PNG")


def frame_count(image: Image.Image) -> int:
    """The frames up to where the file breaks off; a JPEG's other pictures are no frames."""
    if image.format in ("JPEG", "MPO"):
        return 1
    try:
        return max(1, getattr(image, "n_frames", 1))
    except DAMAGE:
        return 1


def upright_size(image: Image.Image) -> tuple[int, int]:
    """(height, width) once the orientation that the file asks for is applied."""
    width, height = image.size
    if image.format == "TIFF":
        # Pillow's newer versions have turned the size already, its older ones have not
        width, height = (int(image.tag_v2.get(tag, side)) for tag, side in zip((256, 257), image.size, strict=True))
    turned_by = image.getexif().get(ORIENTATION, 1)
    return (width, height) if isinstance(turned_by, int) and FIRST_TURNED <= turned_by <= 8 else (height, width)


def upright(image: Image.Image) -> Image.Image:
    """As its EXIF orientation asks; Pillow turns TIFFs while it loads them."""
    image.load()
    return image if image.format == "TIFF" else ImageOps.exif_transpose(image)


def turned(pixels_HWK: np.ndarray, orientation: object) -> np.ndarray:
    """Pixels as an EXIF orientation of 1 to 8 asks; other values ask for nothing."""
    if orientation not in range(1, 9):
        return pixels_HWK
    if orientation >= FIRST_TURNED:
        pixels_HWK = pixels_HWK.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels_HWK = pixels_HWK[:, ::-1]
    return pixels_HWK[::-1] if orientation in (3, 4, 7, 8) else pixels_HWK


def pixels_of(image: Image.Image) -> np.ndarray:
    """uint8 [H, W, 1] for grey pictures, [H, W, 3] for all others."""
    if image.mode in ("L", "1") and "transparency" not in image.info:
        return np.asarray(image.convert("L"))[..., None]
    return np.asarray(flatten(image))


def flatten(image: Image.Image) -> Image.Image:
    """RGB, transparency over black."""
    if "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "black"), image).convert("RGB")
    return image.convert("RGB")
