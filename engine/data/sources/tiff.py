"""TIFF pages: which of them are frames, and their samples at the depth they are stored with.

tifffile reads what Pillow cannot (floats, signs, 16 bit colour); Pillow reads what tifffile needs another library for
(JPEG, CCITT, WebP). Thumbnails, pyramids and masks (NewSubfileType 1, 4) are no frames.
Shapes: H W pixels, K channels, the last of 2 or 4 being alpha.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

import numpy as np

from engine.data.sources.base import check_size
from engine.data.sources.pillow import damaged, opened, pixels_of, turned, upright

REDUCED, MASK = 1, 4
WHITE_IS_ZERO = 0
MOST_PAGES, MOST_BYTES = 100_000, 1 << 30
PLAIN = ("uint8", "bool")


def describe(data: IO[bytes], name: str) -> dict | None:
    """The fields of `Picture` beside its name and kind; None when only Pillow may know more."""
    from tifffile import TiffFile

    try:
        with quiet(), TiffFile(data) as file:
            shown = [page_facts(page, index) for index, page in zip(range(MOST_PAGES), file.pages, strict=False)]
            broken, big = chain_is_broken(file), file.is_bigtiff
    except Exception:  # tifffile raises whatever a damaged header leads to
        data.seek(0)
        return None
    data.seek(0)
    own = [facts for facts in shown if not facts["kind"] & (REDUCED | MASK)] or shown
    if not own:
        return None
    first, deep = own[0], any(facts["deep"] for facts in own)
    check_size(first["height"], first["width"], name)
    pages = tuple(facts["index"] for facts in own)
    left = len(shown) - len(own)
    deep = deep or broken or big  # Pillow gives up where the list of pages breaks off, and on a BigTIFF in big-endian
    size = {"height": first["height"], "width": first["width"]}
    return {"pages": pages, **size, "deep": deep, "left_out": left, "broken": broken}


def chain_is_broken(file: Any) -> bool:
    """Whether the list of pages breaks off: the last one that can be read names a next one beyond the file's end."""
    data, kind = file.filehandle, file.tiff
    last = file.pages[len(file.pages) - 1]
    data.seek(last.offset)
    count = int.from_bytes(data.read(kind.tagnosize), "little" if file.byteorder == "<" else "big")
    data.seek(last.offset + kind.tagnosize + count * kind.tagsize)
    following = data.read(kind.offsetsize)
    return len(following) < kind.offsetsize or int.from_bytes(following, "big") != 0


def page_facts(page: Any, index: int) -> dict:
    """What the choice of frames needs to know of a page."""
    height, width = page.imagelength, page.imagewidth
    if orientation_of(page) >= 5:
        height, width = width, height
    plain = page.dtype is not None and page.dtype.name in PLAIN
    return {
        "index": index,
        "kind": int(getattr(page, "subfiletype", 0) or 0),
        "height": int(height),
        "width": int(width),
        "deep": page.dtype is not None and not plain,
    }


def orientation_of(page: Any) -> int:
    """EXIF's 1 to 8."""
    tag = page.tags.get(274)
    value = tag.value if tag else 1
    return value if value in range(1, 9) else 1


def samples(data: IO[bytes], name: str, pages: tuple[int, ...]) -> Iterator[np.ndarray]:
    """[H, W, K] of the chosen pages, upright. Raises ValueError at the first that cannot be decoded."""
    from tifffile import TiffFile

    try:
        file = TiffFile(data)
    except Exception as error:
        raise damaged(name, error) from None
    with file:
        for index in pages:
            try:
                with quiet():
                    pixels = page_samples(file.pages[index], name)
            except Exception as error:
                if not needs_other_library(error):
                    raise damaged(name, error) from None
                pixels = by_pillow(data, name, index)
            yield pixels


def page_samples(page: Any, name: str) -> np.ndarray:
    """One page. Raises ValueError for channels that are no colours."""
    page = page.aspage() if hasattr(page, "aspage") else page
    check_size(page.imagelength, page.imagewidth, name)
    if page.nbytes > MOST_BYTES:
        raise ValueError(f"{name} has a page of {page.nbytes >> 20:,} MB; scale it down")
    if page.imagedepth > 1:
        raise ValueError(f"{name} holds volumes, not pictures; save its slices as pages")
    pixels = page.asarray()
    pixels = np.moveaxis(pixels, 0, -1) if page.axes.startswith("S") else pixels
    pixels = pixels if pixels.ndim == 3 else pixels[..., None]
    if pixels.ndim != 3 or pixels.shape[2] > 4 or int(page.photometric) not in (0, 1, 2):
        raise ValueError(f"{name} holds {page.axes} {list(page.shape)} samples that are no grey or RGB picture")
    if int(page.photometric) == WHITE_IS_ZERO:
        pixels = inverted(pixels)
    return turned(without_extra(page, pixels), orientation_of(page))


def inverted(pixels: np.ndarray) -> np.ndarray:
    """White and black exchanged, within what the type holds."""
    if pixels.dtype.kind == "f":
        return 1 - pixels
    return ~pixels


def without_extra(page: Any, pixels_HWK: np.ndarray) -> np.ndarray:
    """Colours and alpha only: other extra samples are dropped, and premultiplied colours lose their alpha."""
    colours = 3 if int(page.photometric) == 2 else 1
    extra = [int(kind) for kind in (page.extrasamples or ())]
    if pixels_HWK.shape[2] == colours + 1 and extra[:1] == [2]:
        return pixels_HWK
    return pixels_HWK[..., :colours]


def needs_other_library(error: Exception) -> bool:
    """Whether tifffile only lacks a codec."""
    return "imagecodecs" in str(error) or "COMPRESSION" in str(error)


def by_pillow(data: IO[bytes], name: str, index: int) -> np.ndarray:
    """A page that is packed in a way that tifffile cannot unpack."""
    with opened(data, name) as image:
        image.seek(index)
        check_size(image.height, image.width, name)
        image = upright(image)
        return np.asarray(image)[..., None] if image.mode[0] in "IF" else pixels_of(image)


class quiet:
    """tifffile logs what it repairs; the notes say what matters."""

    def __enter__(self) -> None:
        import logging

        self.logger = logging.getLogger("tifffile")
        self.level, self.logger.disabled = self.logger.disabled, True

    def __exit__(self, *error: object) -> None:
        self.logger.disabled = self.level
