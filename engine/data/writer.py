"""Writing frames: H.264 mp4 at any frame rate, or PNG images. All or nothing: a file appears when it is whole.

Videos are converted with BT.601's matrix, in BT.709's primaries and curve, and say so, whatever their size: Chromium
shows them within 3 levels of 255; its converter without a GPU cannot hold BT.709's coefficient of blue (12 levels off).
Frames are uint8 or float in [0, 1], [H, W, K] with K of 1 or 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.sources.base import check_fps
from engine.data.sources.sniff import IMAGE_SUFFIXES
from engine.files import atomic_file, atomic_folder

SLOW = Fraction(1, 1000)
"""frames per second"""
BT709, BT601, LIMITED = 1, 6, 1
"""of ITU-T H.273's colour codes, and MPEG's range of values"""


def to_pixels(frame_HWK: np.ndarray) -> np.ndarray:
    """uint8 of a frame; ValueError for other shapes."""
    frame_HWK = np.asarray(frame_HWK)
    if frame_HWK.ndim != 3 or frame_HWK.shape[2] not in (1, 3):
        raise ValueError(f"a frame has shape {list(frame_HWK.shape)}; [H, W, 1 or 3] is expected")
    if frame_HWK.dtype == np.uint8:
        return frame_HWK
    return np.rint(np.clip(frame_HWK, 0, 1) * 255).astype(np.uint8)


def to_bytes(frame_HWK: np.ndarray) -> np.ndarray:
    """uint8 RGB of a frame in uint8 or float [0, 1], grey or RGB."""
    pixels = to_pixels(frame_HWK)
    return np.repeat(pixels, 3, 2) if pixels.shape[2] == 1 else pixels


def write_video(path: str | Path, frames: Iterable[np.ndarray], fps: float) -> None:
    """H.264, yuv420p, odd sizes padded to even by repeating the edge; ValueError without frames."""
    path = Path(path)
    check_fps(fps)
    with atomic_file(path) as part:
        if not encode(part, frames, as_fraction(fps)):
            raise ValueError(f"there are no frames to write into {path.name}; at least one is needed")


def as_fraction(fps: float) -> Fraction:
    """A rate as encoders take it; below one frame a second its inverse is rounded, so that it is never 0."""
    return Fraction(fps).limit_denominator(1001) if fps >= 1 else 1 / Fraction(1 / fps).limit_denominator(1001)


def encode(part: Path, frames: Iterable[np.ndarray], rate: Fraction) -> int:
    """Encode to the unfinished file; how many frames it got."""
    import av

    count, shape, stream = 0, None, None
    # the unfinished name has no extension av knows
    with av.open(str(part), "w", format="mp4", options={"movflags": "faststart"}) as container:
        for count, frame in enumerate(frames, 1):
            pixels = to_bytes(frame)
            if stream is None:
                shape = pixels.shape
                stream = video_stream(container, rate, shape)
            if pixels.shape != shape:
                raise ValueError(
                    f"frame {count} is {pixels.shape[1]}×{pixels.shape[0]}, the first {shape[1]}×{shape[0]}"
                )
            container.mux(stream.encode(yuv420p(av.VideoFrame.from_ndarray(even(pixels), format="rgb24"))))
        if stream is not None:
            container.mux(stream.encode(None))
    return count


def video_stream(container: Any, rate: Fraction, shape: tuple[int, int, int]) -> Any:
    """An H.264 stream of even sides for frames of a shape, with its colours said in the stream and in the file."""
    # mp4 cannot hold how far B-frames of very slow videos lie apart
    options = {"crf": "18"} if rate >= SLOW else {"crf": "18", "bf": "0"}
    stream = container.add_stream("libx264", rate=rate, options=options)
    stream.width, stream.height = shape[1] + shape[1] % 2, shape[0] + shape[0] % 2
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.colorspace, context.color_primaries, context.color_trc = BT601, BT709, BT709
    context.color_range = LIMITED
    return stream


def yuv420p(frame: Any) -> Any:
    """An RGB frame as yuv420p by BT.601's matrix, limited range."""
    frame = frame.reformat(format="yuv420p", dst_colorspace="ITU601", dst_color_range="MPEG")
    frame.colorspace, frame.color_primaries, frame.color_trc = BT601, BT709, BT709
    frame.color_range = LIMITED
    return frame


def even(pixels_HWK: np.ndarray) -> np.ndarray:
    """Even sides, as yuv420p needs, by repeating the last row or column."""
    height, width = pixels_HWK.shape[:2]
    padded = np.pad(pixels_HWK, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    return np.ascontiguousarray(padded)


def pictures_in(folder: Path) -> list[Path]:
    """The pictures that lie in a folder itself, by their extensions."""
    known = {suffix for suffixes in IMAGE_SUFFIXES.values() for suffix in suffixes}
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in known and path.is_file())


def write_images(folder: str | Path, frames: Iterable[np.ndarray], *, replace: bool = False) -> None:
    """PNG files 00001.png, 00002.png, … in a folder, all of them or none; grey frames stay grey.

    `replace` removes the pictures that the folder held, once the new ones are whole.
    """
    from PIL import Image

    folder = Path(folder)
    older = pictures_in(folder) if replace and folder.is_dir() else []
    with atomic_folder(folder) as part:
        count = 0
        for count, frame in enumerate(frames, 1):
            pixels = to_pixels(frame)
            Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).save(part / f"{count:05d}.png")
        if not count:
            raise ValueError(f"there are no frames to write into {folder.name}; at least one is needed")
        for path in older:
            path.unlink()
