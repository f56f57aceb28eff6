"""Videos through PyAV: streamed, scaled while decoding, with the oddities of real files handled and said.

Rotation is applied, 10 bit and full range are converted by swscale, missing metadata is ignored, a file that ends
early gives the frames it has.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.source import SourceInfo, check_side

SUFFIXES = {
    "mov,mp4,m4a,3gp,3g2,mj2": {".mp4", ".mov", ".m4v", ".3gp", ".m4a"},
    "matroska,webm": {".mkv", ".webm"},
    "avi": {".avi"},
}


def open_container(path: Path) -> Any:
    """PyAV's container; ValueError in a plain sentence."""
    import av

    try:
        container = av.open(str(path), metadata_errors="ignore")
    except (av.FFmpegError, UnicodeDecodeError, ValueError, OSError):
        raise ValueError(f"{path.name} cannot be read as a video or image; choose a file that plays") from None
    if not container.streams.video:
        container.close()
        raise ValueError(f"{path.name} has no video stream (perhaps sound only); choose a file with pictures")
    return container


class VideoReader:
    """One video file."""

    def __init__(self, path: Path) -> None:
        self.path, self.notes = path, []
        container = open_container(path)
        with container:
            stream = container.streams.video[0]
            check_side(max(stream.width or 0, stream.height or 0), path.name)
            first = self.first_frame(container)
            self.turn = turns(first)
            self.stated = stream.frames or None
            self.fps = self.rate(stream)
            names, suffix = container.format.name, path.suffix.lower()
        if names in SUFFIXES and suffix not in SUFFIXES[names]:
            self.notes.append(f"{path.name} is really {names.split(',')[0]}, and was read as that.")
        if self.turn:
            self.notes.append(f"The file asks to be turned by {90 * self.turn}°; it was.")
        height, width = (first.width, first.height) if self.turn % 2 else (first.height, first.width)
        self.info = SourceInfo(
            name=path.name, kind="video", frames=self.stated, height=height, width=width, fps=self.fps
        )

    def first_frame(self, container: Any) -> Any:
        """The first picture; ValueError when none can be decoded."""
        import av

        try:
            for frame in container.decode(video=0):
                return frame
        except (av.FFmpegError, EOFError, ValueError):
            pass
        raise ValueError(f"{self.path.name} opens but no picture in it can be decoded; choose another file")

    def rate(self, stream: Any) -> float:
        """Frames per second, stated, guessed or 25."""
        for rate in (stream.average_rate, stream.guessed_rate):
            if rate and 0.1 <= float(rate) <= 1000:
                return float(rate)
        self.notes.append("The file states no frame rate; 25 frames per second are assumed.")
        return 25.0

    def read(self, size: tuple[int, int] | None) -> Iterator[np.ndarray]:
        """RGB frames one at a time at `size` (height, width) after turning."""
        import av

        count, times = 0, Steps()
        with open_container(self.path) as container:
            container.streams.video[0].thread_type = "AUTO"
            try:
                for frame in container.decode(video=0):
                    count += 1
                    times.add(frame.pts)
                    yield self.picture(frame, size)
            except (av.FFmpegError, EOFError, UnicodeDecodeError):
                self.notes.append(f"The file breaks off: {count} frames could be read.")
        if self.stated and count < self.stated - 1:
            self.notes.append(f"The file ends early: {count} frames could be read ({self.stated} stated).")
        if times.uneven:
            self.notes.append(f"Frame times vary; frames are played back evenly at {self.fps:.4g} per second.")

    def picture(self, frame: Any, size: tuple[int, int] | None) -> np.ndarray:
        """One frame as RGB, scaled by swscale, turned."""
        if size and self.expected(frame):
            height, width = size[::-1] if self.turn % 2 else size
            frame = frame.reformat(width=width, height=height, format="rgb24", interpolation="AREA")
        pixels = frame.to_ndarray(format="rgb24")
        return np.ascontiguousarray(np.rot90(pixels, self.turn)) if self.turn else pixels

    def expected(self, frame: Any) -> bool:
        """Whether this frame has the size the file began with."""
        sides = (frame.width, frame.height) if self.turn % 2 else (frame.height, frame.width)
        return sides == (self.info.height, self.info.width)


def turns(frame: Any) -> int:
    """Quarter turns counter-clockwise that the file's display matrix asks for."""
    return round((getattr(frame, "rotation", 0) or 0) / 90) % 4


class Steps:
    """Notices whether the times between frames differ."""

    def __init__(self) -> None:
        self.last: int | None = None
        self.low, self.high = float("inf"), 0.0

    def add(self, pts: int | None) -> None:
        """The next frame's time."""
        if pts is not None and self.last is not None and pts > self.last:
            self.low, self.high = min(self.low, pts - self.last), max(self.high, pts - self.last)
        self.last = pts if pts is not None else self.last

    @property
    def uneven(self) -> bool:
        """By more than half and by more than one tick."""
        return self.high > 1.5 * self.low and self.high - self.low > 1
