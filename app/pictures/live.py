"""Pictures of the Live card: a moment of a stream as the browser draws it, a camera's frame as a model takes it.

They travel as data URLs: the newest frames lossless, since the error between two of them is drawn from them, all frames
of the window as one small JPEG sheet.
Shapes: T frames, H W K frame.
"""

from __future__ import annotations

import base64
import binascii
import math
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image, UnidentifiedImageError

from engine.data.sources.fitting import Fitting
from engine.data.writer import to_bytes
from engine.streaming.live import Moment, Recall

CELL = 64  # pixels a side of a frame in the film strips, at most
MAX_PICTURE = 400_000  # characters of a camera's frame
MAX_CAMERA_SIDE = 1024  # pixels


@dataclass(frozen=True, kw_only=True)
class Film:
    """All frames of a window, cut from one picture row by row."""

    columns: int
    width: float
    height: float
    url: str
    """a JPEG as a data URL"""


@dataclass(frozen=True, kw_only=True)
class Recalled:
    """What a memory recovers of its window."""

    now: str
    """the newest frame, a PNG as a data URL"""
    sheet: Film
    psnr: list[float | None]
    """dB, a leaf; null for frames that came before the stream was saved and went on"""
    mean: float
    """dB, over all other leaves"""
    ms: float
    """milliseconds of the push"""


@dataclass(frozen=True, kw_only=True)
class LiveFrame:
    """A moment of a stream."""

    frame: int
    """of the stream, from 1"""
    window: int
    """from 0"""
    leaf: int
    """of the window, from 1"""
    merges: int
    """that its push took"""
    skipped: int
    """frames so far that came too fast"""
    source: str
    """the frame itself, a PNG as a data URL"""
    teacher: Recalled
    student: Recalled | None


def live_frame(moment: Moment) -> LiveFrame:
    """A moment as the browser draws it."""
    return LiveFrame(
        frame=moment.count,
        window=moment.window,
        leaf=moment.leaf,
        merges=moment.merges,
        skipped=moment.skipped,
        source=picture(moment.source_HWK),
        teacher=recalled(moment.teacher),
        student=recalled(moment.student) if moment.student else None,
    )


def recalled(memory: Recall) -> Recalled:
    """The newest frame in full, all of them as one small sheet."""
    frames = memory.frames_THWK
    return Recalled(
        now=picture(frames[-1]),
        sheet=film(frames),
        psnr=[None if value is None else round(value, 2) for value in memory.psnr_T],
        mean=round(memory.psnr, 2),
        ms=round(memory.milliseconds, 3),
    )


def picture(frame_HWK: np.ndarray) -> str:
    """One frame as a lossless data URL: the error between two of them is drawn from it."""
    return data_url(Image.fromarray(to_bytes(frame_HWK)), "PNG", compress_level=1)


def film(frames_THWK: np.ndarray) -> Film:
    """Frames side by side, at most CELL pixels high, as a JPEG data URL."""
    columns = min(16, len(frames_THWK))
    height, width = frames_THWK.shape[1:3]
    canvas = np.zeros((math.ceil(len(frames_THWK) / columns) * height, columns * width, 3), np.uint8)
    for index, frame in enumerate(frames_THWK):
        top, left = index // columns * height, index % columns * width
        canvas[top : top + height, left : left + width] = to_bytes(frame)
    factor = -(-height // CELL)
    image = Image.fromarray(canvas).reduce(factor)
    url = data_url(image, "JPEG", quality=85)
    return Film(columns=columns, width=image.width / columns, height=height / factor, url=url)


def data_url(image: Image.Image, kind: str, **options: int) -> str:
    """A picture as text."""
    file = BytesIO()
    image.save(file, kind, **options)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(file.getvalue()).decode()}"


def camera_frame(picture: object, shape: tuple[int, int, int]) -> np.ndarray:
    """A frame [H, W, K] from a data URL, cropped to the centre and scaled; ValueError in one sentence."""
    if not isinstance(picture, str) or not picture.startswith("data:image/") or len(picture) > MAX_PICTURE:
        raise ValueError("The camera's frame could not be read: a JPEG or PNG data URL of at most 300 kB is expected.")
    try:
        image = Image.open(BytesIO(base64.b64decode(picture.partition(",")[2], validate=True)), formats=("JPEG", "PNG"))
        if max(image.size) > MAX_CAMERA_SIDE:
            raise ValueError(
                f"The camera's frame is {image.width}×{image.height}; at most 1024 pixels a side are taken."
            )
        pixels = np.array(image.convert("RGB"))
    except (UnidentifiedImageError, binascii.Error, OSError, SyntaxError):
        raise ValueError("The camera's frame could not be read: it is no JPEG or PNG picture.") from None
    return Fitting(*pixels.shape[:2], None, shape, []).fit(pixels)
