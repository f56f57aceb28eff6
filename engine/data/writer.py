"""Writing frames: H.264 mp4 at any frame rate, or PNG images. All or nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import numpy as np


def to_bytes(frame_HWK: np.ndarray) -> np.ndarray:
    """uint8 RGB of a frame in uint8 or float [0, 1], grey or RGB."""
    if frame_HWK.dtype != np.uint8:
        frame_HWK = np.rint(np.clip(frame_HWK, 0, 1) * 255).astype(np.uint8)
    return np.repeat(frame_HWK, 3, 2) if frame_HWK.shape[2] == 1 else frame_HWK


def write_video(path: str | Path, frames: Iterable[np.ndarray], fps: float) -> None:
    """H.264, yuv420p, odd sizes padded to even by repeating the edge."""
    import av

    path = Path(path)
    part = path.with_name(path.name + ".part")
    rate = Fraction(fps).limit_denominator(1001)
    with av.open(str(part), "w", format="mp4", options={"movflags": "faststart"}) as container:
        stream = None
        for frame in frames:
            pixels = to_bytes(frame)
            height, width = pixels.shape[:2]
            pixels = np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
            if stream is None:
                stream = container.add_stream("libx264", rate=rate, options={"crf": "18"})
                stream.height, stream.width, stream.pix_fmt = *pixels.shape[:2], "yuv420p"
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        if stream is not None:
            container.mux(stream.encode(None))
    os.replace(part, path)


def write_images(folder: str | Path, frames: Iterable[np.ndarray]) -> None:
    """PNG files 00001.png, 00002.png, … in a folder."""
    from PIL import Image

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for number, frame in enumerate(frames, 1):
        Image.fromarray(to_bytes(frame)).save(folder / f"{number:05d}.png")
