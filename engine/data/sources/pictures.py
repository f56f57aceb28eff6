"""One picture file of any kind, as all the frames it holds: pages of a TIFF, frames of an animation, or one picture.

`describe` reads the structure; `samples` decodes frames upright, at the depth they are stored with. A PNG's default
image that its animation hides, a TIFF's thumbnails and masks, and what a JPEG carries beside its picture are no frames.
Shapes: H W pixels, K channels, the last of 2 or 4 being alpha.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np

from engine.data.sources import tiff
from engine.data.sources.base import check_size
from engine.data.sources.frame_times import frame_times
from engine.data.sources.hdr import still_transfer, tone_mapped_pixels
from engine.data.sources.pillow import (
    ORIENTATION,
    damaged,
    frame_count,
    opened,
    pixels_of,
    stream,
    turned,
    upright,
    upright_size,
)

SINGLE = ("JPEG", "BMP")
DEEP_PNG = 16
"""bits a sample of a PNG that Pillow would cut to 8"""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What a picture file is known to hold."""

    name: str
    kind: str
    height: int
    """of the first frame, upright"""
    width: int
    pages: tuple[int, ...] = (0,)
    """places of the frames among all pictures in the file"""
    times: list[float] = field(default_factory=list)
    """milliseconds of every frame; empty where nothing states them"""
    deep: bool = False
    """samples have more than 8 bits, or a sign; or a TIFF that Pillow cannot read"""
    broken: bool = False
    """whether the list of pictures breaks off, so that some are missing"""
    left_out: int = 0
    """thumbnails and masks among the pictures in the file"""
    transfer: int = 0
    """of an HDR picture: 16 PQ, 18 HLG; else 0"""


def may_hold_many(kind: str, head: bytes) -> bool:
    """Whether a file's structure must be read to count its frames; `head` is its beginning."""
    if kind == "PNG":
        return b"IDAT" not in head or b"acTL" in head
    if kind == "WebP":
        return head[12:16] == b"VP8X" and bool(head[20] & 2)
    return kind not in SINGLE


def describe(file: Path | IO[bytes], name: str, kind: str) -> Picture:
    """Frames, size, times and depth from the structure. Raises ValueError for what cannot be read as a picture."""
    with stream(file) as data:
        if kind == "TIFF" and (found := tiff.describe(data, name)):
            return Picture(name=name, kind=kind, **found)
        head = start_of(data)
        with opened(data, name) as image:
            count = frame_count(image)
            first = 1 if count > 1 and getattr(image, "default_image", False) else 0
            height, width = upright_size(image)
            deep = kind == "PNG" and count == 1 and len(head) > 24 and head[24] == DEEP_PNG
            deep = deep or image.mode[0] in "IF"
        times = frame_times(data, kind) if count > 1 else []
        pages = tuple(range(first, count))
        if times and len(times) < len(pages):  # the file breaks off before the others are stated
            times += [float(np.median(times))] * (len(pages) - len(times))
        return Picture(
            name=name,
            kind=kind,
            height=height,
            width=width,
            pages=pages,
            times=times[: len(pages)],
            deep=deep,
            transfer=still_transfer(head),
        )


def samples(file: Path | IO[bytes], picture: Picture) -> Iterator[np.ndarray]:
    """Frames [H, W, K] one at a time, upright. Raises ValueError at the first that cannot be decoded."""
    with stream(file) as data:
        if picture.deep:
            yield from deep_samples(data, picture)
            return
        with opened(data, picture.name) as image:
            for page in picture.pages:
                if page or len(picture.pages) > 1:
                    image.seek(page)
                    check_size(image.height, image.width, picture.name)
                pixels = pixels_of(upright(image))
                yield tone_mapped_pixels(pixels, picture.transfer) if picture.transfer else pixels


def deep_samples(data: IO[bytes], picture: Picture) -> Iterator[np.ndarray]:
    """Frames with more than 8 bits, as stored."""
    if picture.kind == "TIFF":
        yield from tiff.samples(data, picture.name, picture.pages)
    elif picture.kind == "PNG":
        yield deep_png(data, picture.name)
    else:
        with opened(data, picture.name) as image:
            yield np.asarray(upright(image))[..., None]


def deep_png(data: IO[bytes], name: str) -> np.ndarray:
    """uint16 [H, W, K] of a PNG with 16 bits a sample, by FFmpeg: Pillow drops 8 of them."""
    import av

    with opened(data, name) as image:
        orientation = image.getexif().get(ORIENTATION, 1)
    data.seek(0)
    try:
        decoder = av.CodecContext.create("png", "r")
        frame = [*decoder.decode(av.Packet(data.read())), *decoder.decode(None)][0]
        grey = frame.format.name.startswith("gray")
        alpha = any(part.is_alpha for part in frame.format.components)
        kind = "gray16le" if grey else "rgba64le" if alpha else "rgb48le"
        pixels = frame.to_ndarray(format=kind)
    except (av.FFmpegError, IndexError, OSError, ValueError, MemoryError) as error:
        raise damaged(name, error) from None
    return turned(pixels[..., None] if grey else pixels, orientation)


def start_of(data: IO[bytes], size: int = 1 << 16) -> bytes:
    """The beginning of a file, which is left where it was."""
    head = data.read(size)
    data.seek(0)
    return head
