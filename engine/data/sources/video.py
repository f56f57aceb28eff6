"""Videos through PyAV: streamed, scaled while decoding, with the oddities of real files handled and said.

Turning, mirroring and pixel aspect are applied, 10 bit and full range are converted by swscale, HDR is tone-mapped,
transparency is laid over black, missing metadata is ignored, a file that ends early gives the frames it has.
Shapes: H W pixels, K colours.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.sources.base import ASSUMED_FPS, Notes, SourceInfo, check_size, is_rate
from engine.data.sources.container import end_is_missing, main_stream, open_container, other_name
from engine.data.sources.decoding import Damage, Steps, alpha_decoder, decoded, has_alpha
from engine.data.sources.depth import over_black
from engine.data.sources.display import placement
from engine.data.sources.fitting import resize
from engine.data.sources.hdr import NAMES, note, tone_mapped
from engine.data.sources.packet_rate import rate_of_packets

HD_LINES = 720
"""from so many lines on, videos that do not say so are taken for BT.709, as browsers do"""
UNSPECIFIED = 2


class VideoReader:
    """One video file's main stream."""

    def __init__(self, path: Path) -> None:
        self.path, self.notes = path, Notes()
        self.stream_index, other = main_stream(path)
        with open_container(path) as container:
            stream = container.streams[self.stream_index]
            check_size(stream.height or 0, stream.width or 0, path.name)
            self.decoder = alpha_decoder(stream)
            first = self.first_frame()
            self.placement = placement(first, stream)
            self.stated, self.fps = stated_frames(stream), self.rate(stream)
            self.container = container.format.name
        self.stored = first.height, first.width
        self.alpha, self.transfer = has_alpha(first, stream), first.color_trc if first.color_trc in NAMES else 0
        self.say([other, other_name(path, self.container), *self.placement.notes(*self.stored)])
        self.say([note(self.transfer) if self.transfer else None])
        height, width = self.placement.shown(*self.stored)
        check_size(height, width, path.name)
        self.info = SourceInfo(
            name=path.name, kind="video", frames=self.stated, height=height, width=width, fps=self.fps
        )

    def say(self, sentences: list[str | None]) -> None:
        """Notes about what was found on opening."""
        for sentence in sentences:
            if sentence:
                self.notes.say(sentence)

    def first_frame(self) -> Any:
        """The first picture; ValueError when none can be decoded."""
        for frame in decoded(self.path, self.stream_index, self.decoder, Damage(), threads=False):
            return frame
        raise ValueError(f"{self.path.name} opens but no picture in it can be decoded; choose another file")

    def rate(self, stream: Any) -> float:
        """Frames per second, stated, guessed or assumed."""
        stated = next((float(r) for r in (stream.average_rate, stream.guessed_rate) if r and is_rate(float(r))), None)
        if (rate := rate_of_packets(stream, stated)) is not None:
            return rate
        fps = ASSUMED_FPS["video"]
        self.notes.say(f"The file states no frame rate; {fps:g} frames per second are assumed.")
        return fps

    def read(self, size: tuple[int, int] | None, first: int = 0) -> Iterator[np.ndarray | None]:
        """RGB frames one at a time at `size` (height, width) after turning; None for those before `first`, which are
        decoded, since the next ones rest on them, but not converted.
        """
        count, times, damage = 0, Steps(), Damage()
        try:
            for frame in decoded(self.path, self.stream_index, self.decoder, damage):
                count += 1
                times.add(frame.pts)
                yield self.picture(frame, size) if count > first else None
            self.note_end(count, damage)
        finally:
            # also when only a range is taken and the rest never read
            if times.uneven:
                self.notes.say(f"Frame times vary; frames are played back evenly at {self.fps:.4g} per second.")

    def note_end(self, count: int, damage: Damage) -> None:
        """Say that the file's end is missing, or that parts of it are damaged."""
        complete = self.stated is not None and count >= self.stated
        if not complete and (damage.broken or end_is_missing(self.path, self.container)):
            stated = f" ({self.stated} stated)" if self.stated else ""
            self.notes.say(f"The file ends early: {count} frames could be read{stated}.")
        elif damage.packets:
            self.notes.say(f"The file is damaged in {damage.packets} places: {count} frames could be read.")

    def picture(self, frame: Any, size: tuple[int, int] | None) -> np.ndarray:
        """One frame as RGB, upright, with square pixels, at `size` when it has the size that the file began with."""
        check_size(frame.height, frame.width, self.path.name)
        if size and (frame.height, frame.width) == self.stored:
            height, width = self.placement.stored(*size)
        else:
            height, width = frame.height, max(1, round(frame.width * self.placement.aspect))
        pixels = self.over_black(frame, height, width) if self.alpha else self.pixels(frame, height, width)
        return self.placement.apply(pixels)

    def over_black(self, frame: Any, height: int, width: int) -> np.ndarray:
        """A frame with alpha, laid over black before it is scaled, so that hidden colours stay hidden."""
        opaque = over_black(self.pixels(frame, frame.height, frame.width, "rgba"))
        return opaque if (height, width) == opaque.shape[:2] else resize(opaque, (height, width))

    def pixels(self, frame: Any, height: int, width: int, kind: str = "rgb24") -> np.ndarray:
        """RGB at a size; ValueError for what swscale cannot turn into it."""
        import av

        same = (height, width) == (frame.height, frame.width)
        options = {} if same else {"width": width, "height": height, "interpolation": "AREA"}
        try:
            if self.transfer:
                return tone_mapped(frame, format=kind, **options).to_ndarray()
            matrix = {"src_colorspace": "ITU709"} if untagged_hd(frame) else {}
            if options or matrix:
                frame = frame.reformat(format=kind, **options, **matrix)
            return frame.to_ndarray(format=kind)
        except (av.FFmpegError, OSError, ValueError, MemoryError):
            raise ValueError(
                f"{self.path.name} holds a picture of a kind that cannot be shown; save it again"
            ) from None


def untagged_hd(frame: Any) -> bool:
    """Whether a frame's colours are BT.709's by its size alone."""
    return frame.height >= HD_LINES and frame.colorspace == UNSPECIFIED and frame.format.name.startswith("yuv")


def stated_frames(stream: Any) -> int | None:
    """How many frames the container states, less those that its edit list cuts off; None when it states none."""
    stated, rate = stream.frames or 0, stream.average_rate
    edited = stream.container.format.name.startswith("mov")
    if not edited or not stated or not rate or not stream.duration or not stream.time_base:
        return stated or None
    lasting = round(stream.duration * stream.time_base * rate)
    return min(stated, lasting) if lasting > 0 else stated
