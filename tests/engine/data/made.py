"""Odd files, made on the fly for the data tests."""

from __future__ import annotations

import io
import zipfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from engine.data.sources.opening import open_source

ONE, MINUS = (65536).to_bytes(4, "big"), (-65536).to_bytes(4, "big", signed=True)
UPRIGHT = ONE + bytes(12) + ONE
TURNED = {
    90: bytes(4) + ONE + bytes(4) + MINUS + bytes(4),
    180: MINUS + bytes(12) + MINUS,
    270: bytes(4) + MINUS + bytes(4) + ONE + bytes(4),
}


def gradient(count: int, height: int = 48, width: int = 64) -> np.ndarray:
    """Smooth moving frames that survive a codec: uint8 [T, H, W, 3]."""
    x = np.linspace(0, 200, width)[None, None, :, None] + np.arange(count)[:, None, None, None] * 2
    return np.broadcast_to(x, (count, height, width, 3)).astype(np.uint8)


def corners(height: int, width: int) -> np.ndarray:
    """A grey picture whose corners are red, green, blue and white: uint8 [H, W, 3]."""
    picture = np.full((height, width, 3), 40, np.uint8)
    down, across = height // 4, width // 4
    picture[:down, :across], picture[:down, -across:] = (255, 0, 0), (0, 255, 0)
    picture[-down:, :across], picture[-down:, -across:] = (0, 0, 255), (255, 255, 255)
    return picture


def lossless(
    path: Path, pictures: list[av.VideoFrame], *, colour_range: int = 0, times: list[int] | None = None
) -> Path:
    """Pictures as FFV1, each as it is."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height = pictures[0].width, pictures[0].height
        stream.pix_fmt = pictures[0].format.name
        stream.codec_context.color_range = colour_range
        for picture, pts in zip(pictures, times or range(len(pictures)), strict=True):
            picture.pts, picture.time_base = pts, Fraction(1, 25)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def h264(path: Path, clip_THWK: np.ndarray, **options: str) -> Path:
    """A plain mp4."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=25, options=options)
        stream.height, stream.width, stream.pix_fmt = *clip_THWK.shape[1:3], "yuv420p"
        for frame in clip_THWK:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")))
        container.mux(stream.encode(None))
    return path


def turn(path: Path, degrees: int) -> Path:
    """Ask players to turn an mp4 clockwise, by the matrix in its track header."""
    data = path.read_bytes()
    place = data.index(UPRIGHT, data.index(b"tkhd"))
    path.write_bytes(data[:place] + TURNED[degrees] + data[place + len(UPRIGHT) :])
    return path


def png(frame: np.ndarray, **options: object) -> bytes:
    """A PNG's bytes."""
    return encoded(Image.fromarray(frame), "PNG", **options)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """An image file's bytes."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def zipped(path: Path, entries: dict[str, bytes]) -> Path:
    """A zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def noise(count: int, height: int, width: int, colours: int = 3) -> np.ndarray:
    """Random frames uint8 [T, H, W, K]."""
    return np.random.default_rng(0).integers(0, 256, (count, height, width, colours), dtype=np.uint8)


def read(path: Path | list[Path], **options: object) -> tuple[np.ndarray, list[str]]:
    """All frames and notes."""
    source = open_source(path, **options)
    return np.stack(list(source.frames())), source.notes
