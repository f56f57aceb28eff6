"""Videos through PyAV: streamed, scaled while decoding, with the oddities of real files handled and said.

Rotation is applied, 10 bit and full range are converted by swscale, missing metadata is ignored, a file that ends
early gives the frames it has.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.sources.opening import SourceInfo, check_side

SUFFIXES = {
    "mov,mp4,m4a,3gp,3g2,mj2": {".mp4", ".mov", ".m4v", ".3gp", ".3g2", ".m4a", ".mj2"},
    "matroska,webm": {".mkv", ".webm"},
    "avi": {".avi", ".divx"},
    "mpegts": {".ts", ".mts", ".m2ts"},
    "flv": {".flv"},
    "asf": {".wmv", ".asf"},
    "ogg": {".ogv", ".ogg"},
}
# playlists that would open further files or addresses, and formats that draw text as pictures
REFUSED = {"concat", "dash", "hls", "image2", "imf", "lavfi", "rtp", "rtsp", "sap", "sdp", "tty", "webm_dash_manifest"}
STILL_WANTED = 1  # some writers count one frame more than they store; that is no early end


def open_container(path: Path) -> Any:
    """PyAV's container; ValueError in a plain sentence."""
    import av

    allowed = ",".join(sorted(av.formats_available - REFUSED))
    options = {"format_whitelist": allowed, "protocol_whitelist": "file"}
    try:
        # "file:" keeps a name such as "a:b.mp4" from being taken for an address
        container = av.open(f"file:{path}", metadata_errors="ignore", options=options)
    except (av.FFmpegError, UnicodeDecodeError, ValueError, OSError):
        raise ValueError(f"{path.name} cannot be read as a video or image; choose a file that plays") from None
    if not container.streams.video:
        container.close()
        raise ValueError(f"{path.name} has no video stream (perhaps sound only); choose a file with pictures")
    if container.streams.video[0].codec_context is None:
        container.close()
        raise ValueError(f"{path.name} opens but no picture in it can be decoded (unknown codec); choose another file")
    return container


class VideoReader:
    """One video file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[str] = []
        with open_container(path) as container:
            stream = container.streams.video[0]
            check_side(max(stream.width or 0, stream.height or 0), path.name)
            first = self.first_frame(container)
            self.turn, self.stated, self.fps = turns(first), stream.frames or None, self.rate(stream)
            self.note_name(container.format.name)
        if self.turn:
            self.note(f"The file asks to be turned by {(-90 * self.turn) % 360}° clockwise; it was.")
        height, width = (first.width, first.height) if self.turn % 2 else (first.height, first.width)
        check_side(max(height, width), path.name)
        self.info = SourceInfo(
            name=path.name, kind="video", frames=self.stated, height=height, width=width, fps=self.fps
        )

    def note(self, sentence: str) -> None:
        """Say something once, however often the file is read."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def note_name(self, container: str) -> None:
        """Say when the extension is another container's."""
        wanted = SUFFIXES.get(container)
        if wanted and self.path.suffix.lower() not in wanted:
            kind = {"mov": "mp4", "matroska": "mkv"}.get(container.split(",")[0], container)
            self.note(f"{self.path.name} is really {kind}, and was read as that.")

    def first_frame(self, container: Any) -> Any:
        """The first picture; ValueError when none can be decoded."""
        for frame in decoded(container, Damage()):
            return frame
        raise ValueError(f"{self.path.name} opens but no picture in it can be decoded; choose another file")

    def rate(self, stream: Any) -> float:
        """Frames per second, stated, guessed or 25."""
        for rate in (stream.average_rate, stream.guessed_rate):
            if rate and 0.1 <= float(rate) <= 1000:
                return float(rate)
        self.note("The file states no frame rate; 25 frames per second are assumed.")
        return 25.0

    def read(self, size: tuple[int, int] | None) -> Iterator[np.ndarray]:
        """RGB frames one at a time at `size` (height, width) after turning."""
        count, times, damage = 0, Steps(), Damage()
        try:
            with open_container(self.path) as container:
                container.streams.video[0].thread_type = "AUTO"
                for frame in decoded(container, damage):
                    count += 1
                    times.add(frame.pts)
                    yield self.picture(frame, size)
            self.note_end(count, damage)
        finally:
            # also when only a range is taken and the rest never read
            if times.uneven:
                self.note(f"Frame times vary; frames are played back evenly at {self.fps:.4g} per second.")

    def note_end(self, count: int, damage: Damage) -> None:
        """Say when fewer frames came than stated, or some were damaged."""
        if self.stated and count < self.stated - STILL_WANTED:
            self.note(f"The file ends early: {count} frames could be read ({self.stated} stated).")
        elif damage.packets:
            self.note(f"The file is damaged in {damage.packets} places: {count} frames could be read.")

    def picture(self, frame: Any, size: tuple[int, int] | None) -> np.ndarray:
        """One frame as RGB, scaled by swscale, turned."""
        check_side(max(frame.width, frame.height), self.path.name)
        height, width = size if size and self.expected(frame) else (None, None)
        if self.turn % 2:
            height, width = width, height
        pixels = self.pixels(frame, height, width)
        return np.ascontiguousarray(np.rot90(pixels, self.turn)) if self.turn else pixels

    def pixels(self, frame: Any, height: int | None, width: int | None) -> np.ndarray:
        """RGB at a size, or at the frame's own; ValueError for what swscale cannot turn into it."""
        import av

        try:
            if width:
                frame = frame.reformat(width=width, height=height, format="rgb24", interpolation="AREA")
            return frame.to_ndarray(format="rgb24")
        except (av.FFmpegError, OSError, ValueError, MemoryError):
            raise ValueError(
                f"{self.path.name} holds a picture of a kind that cannot be shown; save it again"
            ) from None

    def expected(self, frame: Any) -> bool:
        """Whether this frame has the size the file began with."""
        sides = (frame.width, frame.height) if self.turn % 2 else (frame.height, frame.width)
        return sides == (self.info.height, self.info.width)


class Damage:
    """Counts the packets that could not be decoded."""

    packets = 0


def decoded(container: Any, damage: Damage) -> Iterator[Any]:
    """Frames of the first video stream; packets that cannot be decoded are counted and passed over."""
    import av

    packets = container.demux(video=0)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except (av.FFmpegError, UnicodeDecodeError):
            damage.packets += 1
            return
        try:
            frames = packet.decode()
        except (av.FFmpegError, UnicodeDecodeError):
            damage.packets += 1
            continue
        yield from frames


def turns(frame: Any) -> int:
    """Quarter turns counter-clockwise that the file's display matrix asks for."""
    return round((getattr(frame, "rotation", 0) or 0) / 90) % 4


class Steps:
    """Notices whether the times between frames differ."""

    def __init__(self) -> None:
        self.start: int | None = None
        self.last, self.ordered = 0, True
        self.count, self.low, self.high = 0, float("inf"), 0.0

    def add(self, pts: int | None) -> None:
        """The next frame's time."""
        if pts is None:
            return
        if self.start is None:
            self.start = pts
        elif pts <= self.last:
            # some AVI files with B-frames state no true times; nothing can be said about them
            self.ordered = False
        else:
            step = pts - self.last
            self.count, self.low, self.high = self.count + 1, min(self.low, step), max(self.high, step)
        self.last = pts

    @property
    def uneven(self) -> bool:
        """By more than half the mean step; rounding to coarse ticks stays below that."""
        if self.start is None or self.count < 2 or not self.ordered:
            return False
        mean = (self.last - self.start) / self.count
        return self.high > 1.5 * mean or self.low < 0.5 * mean
