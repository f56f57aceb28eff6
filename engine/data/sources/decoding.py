"""Packets to frames: on all cores until something breaks, then again one by one, so that no good frame is lost."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from pathlib import Path
from typing import Any

from engine.data.sources.base import BOUNDS
from engine.data.sources.container import decoder_bounds, open_container

MOST_DAMAGE = 10_000
"""packets that may be damaged before a file is given up"""
ALPHA_DECODERS = {"vp9": "libvpx-vp9", "vp8": "libvpx"}
"""FFmpeg's own decoders leave the alpha of WebM aside"""


HIDDEN_FRAMES = {"vp8", "libvpx"}
"""decoders whose packets may hold a picture that is only predicted from"""


class Damage:
    """What could not be decoded."""

    packets = 0
    """that no decoder takes"""
    broken = False
    """whether the container itself broke off"""


def decoded(
    path: Path, stream_index: int, decoder: str | None, damage: Damage, *, threads: bool = True
) -> Iterator[Any]:
    """Frames of one stream in order; packets that cannot be decoded are counted in `damage` and passed over.

    With several threads FFmpeg says nothing of an error and loses good frames with it, so where the first frame is
    missing the file is read again on one.
    """
    count, gaps = 0, Gaps()
    for frame in frames(path, stream_index, decoder, Damage(), gaps) if threads else ():
        count += 1
        yield frame
    if threads and not gaps.found:
        return
    for number, frame in enumerate(frames(path, stream_index, decoder, damage, None)):
        if number >= count:
            yield frame


def frames(path: Path, stream_index: int, decoder: str | None, damage: Damage, gaps: Gaps | None) -> Iterator[Any]:
    """Frames of one pass: with `gaps` on all cores up to the first that is missing, without it to the end."""
    import av

    with open_container(path) as container:
        stream = container.streams[stream_index]
        context = other_context(decoder, stream) if decoder else stream.codec_context
        context.options = {**context.options, **decoder_bounds()}
        context.thread_count = BOUNDS.threads
        if gaps and BOUNDS.threads != 1:
            context.thread_type = "AUTO"
        if gaps:
            gaps.hidden = context.name in HIDDEN_FRAMES
        packets = container.demux(stream)
        packet: Any = True
        while packet and damage.packets < MOST_DAMAGE:
            try:
                packet = next(packets, None)
            except (av.FFmpegError, UnicodeDecodeError):
                damage.broken, packet = True, None
            damage.broken = damage.broken or bool(packet and packet.is_corrupt)  # cut off within the packet
            if gaps:
                gaps.sent(packet)
            for frame in decoded_packet(context, packet, damage):
                if gaps and gaps.before(frame):
                    return
                yield frame
        if gaps:
            gaps.end(damage)


def decoded_packet(context: Any, packet: Any, damage: Damage) -> list[Any]:
    """The frames that a packet gives, or those still in the decoder for None."""
    import av

    try:
        return context.decode(packet if packet is not None and packet.size else None)
    except EOFError:
        return []
    except (av.FFmpegError, UnicodeDecodeError):
        damage.packets += 1
        return []


def alpha_decoder(stream: Any) -> str | None:
    """The decoder that reads a WebM's transparency, where it has some and FFmpeg was built with it."""
    import av

    wanted = ALPHA_DECODERS.get(stream.codec_context.name)
    stated = stream.metadata.get("alpha_mode") == "1"
    return wanted if stated and wanted in av.codecs_available else None


def other_context(decoder: str, stream: Any) -> Any:
    """A decoder of another name for a stream."""
    import av

    context = av.CodecContext.create(decoder, "r")
    context.extradata = stream.codec_context.extradata
    return context


def has_alpha(frame: Any, stream: Any) -> bool:
    """Whether frames have transparency; uncompressed ones of 32 bits often leave their fourth byte unset."""
    if not any(part.is_alpha for part in frame.format.components):
        return False
    return stream.codec_context.name != "rawvideo" or bool(frame.to_ndarray(format="rgba")[..., 3].any())


class Gaps:
    """Notices, by their times, whether a packet that was sent to the decoder came back as a frame."""

    def __init__(self) -> None:
        self.waiting: list[int] = []
        self.packets = self.frames = 0
        self.found, self.hidden = False, False
        """`hidden`: the codec has packets that are never shown, so that nothing can be said"""

    def sent(self, packet: Any) -> None:
        """A packet goes to the decoder; None at the end."""
        if packet is None or not packet.size or packet.is_discard:
            return
        self.packets += 1
        if packet.pts is not None:
            heappush(self.waiting, packet.pts)

    def before(self, frame: Any) -> bool:
        """Whether a frame that should have come before this one is missing."""
        self.frames += 1
        while self.waiting and frame.pts is not None and self.waiting[0] <= frame.pts:
            missed = heappop(self.waiting) < frame.pts
            self.found = self.found or (missed and not self.hidden)
        return self.found

    def end(self, damage: Damage) -> None:
        """The file's end was reached."""
        short = self.frames < self.packets and not self.hidden
        self.found = self.found or short or bool(damage.packets) or damage.broken


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
