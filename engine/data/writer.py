"""Writing frames: H.264 mp4 at any frame rate, or PNG images. All or nothing: a file appears when it is whole.

Frames are uint8 or float in [0, 1], [H, W, K] with K of 1 or 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import numpy as np

from engine.files import atomic_file, atomic_folder


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
    if not 0 < fps <= 1000:
        raise ValueError(f"a frame rate of {fps} per second cannot be written; choose one from above 0 to 1000")
    with atomic_file(path) as part:
        if not encode(part, frames, Fraction(fps).limit_denominator(1001)):
            raise ValueError(f"there are no frames to write into {path.name}; at least one is needed")


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
                stream = container.add_stream("libx264", rate=rate, options={"crf": "18"})
                stream.width, stream.height = shape[1] + shape[1] % 2, shape[0] + shape[0] % 2
                stream.pix_fmt = "yuv420p"
            if pixels.shape != shape:
                raise ValueError(
                    f"frame {count} is {pixels.shape[1]}×{pixels.shape[0]}, the first {shape[1]}×{shape[0]}"
                )
            container.mux(stream.encode(av.VideoFrame.from_ndarray(even(pixels), format="rgb24")))
        if stream is not None:
            container.mux(stream.encode(None))
    return count


def even(pixels_HWK: np.ndarray) -> np.ndarray:
    """Even sides, as yuv420p needs, by repeating the last row or column."""
    height, width = pixels_HWK.shape[:2]
    padded = np.pad(pixels_HWK, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    return np.ascontiguousarray(padded)


def write_images(folder: str | Path, frames: Iterable[np.ndarray]) -> None:
    """PNG files 00001.png, 00002.png, … in a folder, all of them or none; grey frames stay grey."""
    from PIL import Image

    with atomic_folder(Path(folder)) as part:
        for number, frame in enumerate(frames, 1):
            pixels = to_pixels(frame)
            Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).save(part / f"{number:05d}.png")
