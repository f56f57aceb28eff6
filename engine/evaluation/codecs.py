"""What the same bytes buy elsewhere: H.264 and JPEG at the size of a video memory.

    python -m engine codecs --record

A memory is written as float32, float16 or in 8 bits, as its file would be (`engine/precision.py`); a codec gets
exactly so many bytes for the same 16 frames and uses them as well as it can: the best quality step that fits, with and
without colour subsampling, losslessly where there is room. Of H.264 the packets are counted, without a container; of
JPEG the whole files. H.264 codes what it sees bit by bit and was tuned for decades; a memory is a row of numbers that
nobody has entropy-coded. That H.264 wins is no surprise; by how much is what this measures.
Shapes: N nodes, S slots, C channels, T frames, H W K frame.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from engine.checkpoints import hardware, revision
from engine.metrics import frame_mse, psnr
from engine.model import Model
from engine.precision import rounded, stored_bytes
from engine.registry import DATASETS

STORAGES = {"float32": "float32", "float16": "float16", "8 bit": "8bit"}
"""by name in the table, a precision of memory files"""
LADDERS = (("libx264rgb", "rgb24"), ("libx264", "yuv444p"), ("libx264", "yuv420p"))
PRESET = "slow"


@dataclass(frozen=True)
class Point:
    """One way of writing a clip: bytes it took, error it left."""

    size: int
    mse: float


def memory_points(model: Model, frames_THWK: np.ndarray, merges: int) -> dict[str, Point]:
    """A window's memory in every storage."""
    states = model.states(frames_THWK, merges)
    exact, points = model.exact_floats(merges, states.shape[1]), {}
    for storage, precision in STORAGES.items():
        size = stored_bytes(tuple(states.shape), precision, exact)
        back = model.recover(rounded(states, precision, exact), merges, *frames_THWK.shape[1:3])
        points[storage] = Point(size, error(frames_THWK, back))
    return points


def error(truth_THWK: np.ndarray, back_THWK: np.ndarray) -> float:
    """MSE; both uint8 or in [0, 1]."""
    truth, back = (x.astype(np.float32) / 255 if x.dtype == np.uint8 else x for x in (truth_THWK, back_THWK))
    return float(frame_mse(truth, back).mean())


def h264(frames_THWK: np.ndarray, smallest: int) -> Iterator[Point]:
    """H.264 from lossless downwards, in every colour format, until `smallest` bytes are reached."""
    for codec, layout in LADDERS:
        for quality in range(52):
            packets = h264_packets(frames_THWK, codec, layout, quality)
            point = Point(sum(map(len, packets)), error(frames_THWK, h264_frames(packets)))
            yield point
            if point.size <= smallest:
                break


def h264_packets(frames_THWK: np.ndarray, codec: str, layout: str, quality: int) -> list[bytes]:
    """The packets of one encoding; quality is x264's crf, 0 being lossless for the layout."""
    import av

    encoder = av.CodecContext.create(codec, "w")
    encoder.height, encoder.width = frames_THWK.shape[1:3]
    encoder.pix_fmt, encoder.framerate, encoder.time_base = layout, 25, Fraction(1, 25)
    encoder.options = {"crf": str(quality), "preset": PRESET, "threads": "1"}
    packets = []
    for index, frame in enumerate(frames_THWK):
        picture = av.VideoFrame.from_ndarray(frame, format="rgb24").reformat(format=layout)
        picture.pts = index
        packets += [bytes(p) for p in encoder.encode(picture)]
    return packets + [bytes(p) for p in encoder.encode(None)]


def h264_frames(packets: list[bytes]) -> np.ndarray:
    """uint8 frames of H.264 packets."""
    import av

    decoder = av.CodecContext.create("h264", "r")
    pictures = [f for packet in packets for f in decoder.decode(av.Packet(packet))] + decoder.decode(None)
    return np.stack([picture.to_ndarray(format="rgb24") for picture in pictures])


def jpeg(frames_THWK: np.ndarray, smallest: int) -> Iterator[Point]:
    """JPEG files of all frames at one quality, downwards, without and with colour subsampling."""
    for subsampling in (0, 2):
        for quality in range(100, 0, -1):
            files = [jpeg_file(frame, quality, subsampling) for frame in frames_THWK]
            point = Point(sum(map(len, files)), error(frames_THWK, np.stack([decoded(file) for file in files])))
            yield point
            if point.size <= smallest:
                break


def jpeg_file(frame_HWK: np.ndarray, quality: int, subsampling: int) -> bytes:
    """One frame as a JPEG file."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(frame_HWK).save(file, "JPEG", quality=quality, subsampling=subsampling, optimize=True)
    return file.getvalue()


def decoded(file: bytes) -> np.ndarray:
    """The pixels of an image file."""
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(file)).convert("RGB"))


def best_within(points: list[Point], size: int) -> Point:
    """The most faithful of those that fit; the smallest where none does."""
    fitting = [point for point in points if point.size <= size]
    return min(fitting, key=lambda p: p.mse) if fitting else min(points, key=lambda p: p.size)


def compare_codecs(model: Model, data: str | Path, *, size: int = 128, limit: int | None = None) -> dict:
    """Rows by ratio and storage: what the memory, H.264 and JPEG make of the same bytes; every other test window."""
    origin, windows = DATASETS.get("ucf").test_windows(model.leaves, data, size=size)
    found: dict[tuple[int, str], dict[str, list[Point]]] = {}
    count = 0
    for index, frames in enumerate(windows):
        if index % 2 or (limit is not None and count == limit):
            continue
        count += 1
        for key, points in window_points(model, frames).items():
            for name, point in points.items():
                found.setdefault(key, {}).setdefault(name, []).append(point)
    if not found:
        raise ValueError(f"no test window of {model.leaves} frames was found in {data}")
    rows = [{"ratio": ratio, "storage": storage} | summed(points) for (ratio, storage), points in found.items()]
    made = {"command": "python -m engine codecs --record", "hardware": hardware(), "revision": revision()}
    return {"model": model.name, "data": origin, "sequences": count, "preset": PRESET, **made, "rows": rows}


def window_points(model: Model, frames_THWK: np.ndarray) -> dict[tuple[int, str], dict[str, Point]]:
    """By (ratio, storage), by name: one window."""
    memories = {merges: memory_points(model, frames_THWK, merges) for merges in range(model.merges, 0, -1)}
    smallest = min(point.size for points in memories.values() for point in points.values())
    ladders = {"h264": list(h264(frames_THWK, smallest)), "jpeg": list(jpeg(frames_THWK, smallest))}
    return {
        (2**merges, storage): {"memory": point} | {n: best_within(ladder, point.size) for n, ladder in ladders.items()}
        for merges, points in memories.items()
        for storage, point in points.items()
    }


def summed(points: dict[str, list[Point]]) -> dict:
    """By name: mean bytes, both PSNRs (None where a window is exact), share of exact windows."""
    return {name: figures_of(each) for name, each in points.items()}


def figures_of(points: list[Point]) -> dict:
    """One codec's figures over all windows."""
    errors = [point.mse for point in points]
    each = [psnr(mse) for mse in errors]
    mean = float(np.mean(errors))
    return {
        "bytes": round(float(np.mean([point.size for point in points]))),
        "mse": mean,
        "psnr": psnr(mean),
        "mean_psnr": None if None in each else float(np.mean(each)),
        "exact": sum(mse == 0 for mse in errors) / len(errors),
    }
