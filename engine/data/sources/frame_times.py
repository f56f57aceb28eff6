"""How long an animation shows each of its frames, read from the file's structure without decoding a pixel.

Browsers show frames of 10 ms or less for 100 ms, and so do we.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import IO

import numpy as np

from engine.data.sources.base import ASSUMED_FPS, MAX_FPS, MIN_FPS

SHORTEST, INSTEAD = 10, 100
"""milliseconds"""
MOST = 1_000_000
"""frames or boxes after which a damaged file is given up"""


def frame_times(file: IO[bytes], kind: str) -> list[float]:
    """Milliseconds of every frame in the order stored; empty when nothing states them or the file is damaged."""
    parser = PARSERS.get(kind)
    if parser is None:
        return []
    file.seek(0)
    times: list[float] = []
    try:
        for time in parser(file):
            times.append(INSTEAD if time <= SHORTEST else time)
            if len(times) >= MOST:
                break
    except (struct.error, ValueError, IndexError, ZeroDivisionError):
        pass
    return times


def even_rate(times: list[float]) -> tuple[float, bool]:
    """(frames per second, whether the times vary): the mean of even times, else what most frames have."""
    if not times:
        return ASSUMED_FPS["images"], False
    mean, median = float(np.mean(times)), float(np.median(times))
    uneven = max(times) > 1.5 * mean or min(times) < 0.5 * mean
    return float(np.clip(1000 / (median if uneven else mean), MIN_FPS, MAX_FPS)), uneven


def gif_times(file: IO[bytes]) -> Iterator[float]:
    """The delay of every image, from the control block before it."""
    head = file.read(13)
    skip_palette(file, head[10])
    delay = 0
    while (mark := file.read(1)) and mark != b";":
        if mark == b"!":
            label, data = file.read(1), file.read(file.read(1)[0])
            if label == b"\xf9" and len(data) >= 3:
                delay = struct.unpack("<H", data[1:3])[0] * 10
            if data:
                skip_blocks(file)
        elif mark == b",":
            skip_palette(file, file.read(9)[8])
            file.read(1)
            skip_blocks(file)
            yield delay
            delay = 0


def skip_palette(file: IO[bytes], flags: int) -> None:
    """Pass over a colour table."""
    if flags & 0x80:
        file.seek(3 << (flags & 7) + 1, 1)


def skip_blocks(file: IO[bytes]) -> None:
    """Pass over data blocks up to the empty one."""
    while size := file.read(1):
        if size == b"\0":
            return
        file.seek(size[0], 1)


def webp_times(file: IO[bytes]) -> Iterator[float]:
    """The duration in every ANMF chunk."""
    file.seek(12)
    while len(head := file.read(8)) == 8:
        size = struct.unpack("<I", head[4:])[0]
        data = file.read(16) if head[:4] == b"ANMF" else b""
        if data:
            yield int.from_bytes(data[12:15], "little")
        file.seek(size + size % 2 - len(data), 1)


def png_times(file: IO[bytes]) -> Iterator[float]:
    """The delay in every fcTL chunk; a default image that is not shown has none."""
    file.seek(8)
    while len(head := file.read(8)) == 8:
        size = struct.unpack(">I", head[:4])[0]
        data = file.read(26) if head[4:] == b"fcTL" else b""
        if data:
            top, bottom = struct.unpack(">HH", data[20:24])
            yield 1000 * top / (bottom or 100)
        file.seek(size + 4 - len(data), 1)


def avif_times(file: IO[bytes]) -> Iterator[float]:
    """The sample durations of the first picture track, in the units of its clock."""
    file.seek(0, 2)
    end = file.tell()
    for start, stop in boxes(file, 0, end, b"moov", b"trak", b"mdia"):
        if handler(file, start, stop) not in (b"pict", b"vide"):
            continue
        clock = time_scale(file, start, stop)
        for first, _ in boxes(file, start, stop, b"minf", b"stbl", b"stts"):
            file.seek(first + 4)
            for _ in range(min(MOST, struct.unpack(">I", file.read(4))[0])):
                count, units = struct.unpack(">II", file.read(8))
                yield from (1000 * units / clock for _ in range(min(count, MOST)))
            return


def handler(file: IO[bytes], start: int, stop: int) -> bytes:
    """What a track's media box says it holds."""
    for first, _ in boxes(file, start, stop, b"hdlr"):
        file.seek(first + 8)
        return file.read(4)
    return b""


def time_scale(file: IO[bytes], start: int, stop: int) -> int:
    """Units a second of a track's clock."""
    for first, _ in boxes(file, start, stop, b"mdhd"):
        file.seek(first)
        long = file.read(1) == b"\1"
        file.seek(first + (20 if long else 12))
        return struct.unpack(">I", file.read(4))[0]
    return 1000


def boxes(file: IO[bytes], start: int, stop: int, *path: bytes) -> Iterator[tuple[int, int]]:
    """(start, end) of the contents of every box at a path such as moov, trak, mdia, within [start, stop)."""
    for _ in range(MOST):
        if start + 8 > stop:
            return
        file.seek(start)
        size, name = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            size, head = struct.unpack(">Q", file.read(8))[0], 16
        end = stop if size == 0 else min(stop, start + size)
        if end < start + head:
            return
        if name == path[0]:
            if len(path) == 1:
                yield start + head, end
            else:
                yield from boxes(file, start + head, end, *path[1:])
        start = end


PARSERS: dict[str, Callable[[IO[bytes]], Iterator[float]]] = {
    "GIF": gif_times,
    "WebP": webp_times,
    "PNG": png_times,
    "AVIF": avif_times,
}
