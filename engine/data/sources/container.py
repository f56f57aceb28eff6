"""A video file opened by PyAV: never a playlist, the main stream of several, and whether its end is missing.

The end is found from the file's own structure (boxes of mp4, chunks of AVI, elements of Matroska, tags of FLV, the size
in an ASF's header, whole packets of MPEG-TS), not from how many frames its header counts: cuts without re-encoding and
frames that a recorder dropped are no damage.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from engine.data.sources.base import BOUNDS

SUFFIXES = {
    "mov,mp4,m4a,3gp,3g2,mj2": {".mp4", ".mov", ".m4v", ".3gp", ".3g2", ".m4a", ".mj2", ".qt"},
    "matroska,webm": {".mkv", ".webm", ".mk3d"},
    "avi": {".avi", ".divx"},
    "mpegts": {".ts", ".mts", ".m2ts"},
    "flv": {".flv"},
    "asf": {".wmv", ".asf"},
    "ogg": {".ogv", ".ogg"},
}
# playlists that would open further files or addresses, and formats that draw text as pictures
REFUSED = {"concat", "dash", "hls", "image2", "imf", "lavfi", "rtp", "rtsp", "sap", "sdp", "tty", "webm_dash_manifest"}
MOST_STREAMS = 256
"""streams whose decoders are bounded while a file is opened; one with more is refused"""
SEARCHED = 400
"""packets looked at to tell a film from a thumbnail"""
MOVING = 3
"""packets from which a stream counts as a film"""
FILE_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
"""the name of the object in an ASF's header that states the file's size"""
MOST = 100_000
"""boxes, chunks or elements looked at for the end"""


def open_container(path: Path) -> Any:
    """PyAV's container with a video stream that can be decoded; ValueError in a plain sentence."""
    import av

    allowed = ",".join(sorted(av.formats_available - REFUSED))
    options = {"format_whitelist": allowed, "protocol_whitelist": "file"}
    try:
        # "file:" keeps a name such as "a:b.mp4" from being taken for an address
        container = bounded_container(f"file:{path}", metadata_errors="ignore", options=options)
    except (av.FFmpegError, UnicodeDecodeError, ValueError, OSError):
        raise ValueError(f"{path.name} cannot be read as a video or image; choose a file that plays") from None
    if problem := unusable(container):
        container.close()
        raise ValueError(f"{path.name} {problem}")
    return container


def bounded_container(address: str, **options: Any) -> Any:
    """PyAV's container, opened with bounds for FFmpeg: it decodes a picture of a stream without a stated format.

    FLV, MPEG-PS and -TS tell their streams packet by packet; PyAV takes no options for streams that it does not know.
    """
    import av

    try:
        return av.open(address, stream_options=[decoder_bounds()] * MOST_STREAMS, **options)
    except ValueError as error:
        if isinstance(error, av.FFmpegError) or "stream_options" not in str(error):
            raise
    return av.open(address, **options)


def decoder_bounds() -> dict[str, str]:
    """FFmpeg's options for every decoder: larger pictures are refused before memory is taken for them."""
    return {"max_pixels": str(BOUNDS.max_pixels)}


def unusable(container: Any) -> str | None:
    """Why there is nothing to see."""
    if len(container.streams) > MOST_STREAMS:
        return f"has {len(container.streams)} streams, more than {MOST_STREAMS}; save the main video alone"
    if not container.streams.video:
        return "has no video stream (perhaps sound only); choose a file with pictures"
    if not any(stream.codec_context for stream in container.streams.video):
        return "opens but no picture in it can be decoded (unknown codec); choose another file"
    if not candidates(container):
        return "has no video stream (sound with a cover picture); choose a file with pictures"
    return None


def candidates(container: Any) -> list[Any]:
    """Video streams that can be decoded and are no cover or thumbnail by their own word."""
    from av.stream import Disposition

    still = Disposition.attached_pic | Disposition.timed_thumbnails
    return [s for s in container.streams.video if s.codec_context and not s.disposition & still]


def main_stream(path: Path) -> tuple[int, str | None]:
    """(index of the stream to read, a note when there were others): films before stills, then the largest."""
    with open_container(path) as container:
        found = candidates(container)
        if len(found) == 1 == len(container.streams.video):
            return found[0].index, None
        counts = packets_seen(container, found) if len(found) > 1 else Counter()
        best = max(found, key=lambda s: (min(counts[s.index], MOVING), (s.width or 0) * (s.height or 0), -s.index))
        others = len(container.streams.video) - 1
        what = "video track or cover" if others == 1 else "video tracks and covers"
        return best.index, f"The main video of {best.width}×{best.height} was read; {others} other {what} left out."


def packets_seen(container: Any, streams: list[Any]) -> Counter:
    """By stream index, how many packets lie near the file's start."""
    import av

    counts: Counter = Counter()
    try:
        for seen, packet in enumerate(container.demux(streams)):
            counts[packet.stream.index] += packet.size > 0
            if seen >= SEARCHED or all(counts[s.index] >= MOVING for s in streams):
                break
    except (av.FFmpegError, UnicodeDecodeError):
        pass
    return counts


def other_name(path: Path, container: str) -> str | None:
    """The note when the extension is another container's."""
    wanted = SUFFIXES.get(container)
    if not wanted or path.suffix.lower() in wanted:
        return None
    kind = {"mov": "mp4", "matroska": "mkv"}.get(container.split(",")[0], container)
    return f"{path.name} is really {kind}, and was read as that."


def end_is_missing(path: Path, container: str) -> bool:
    """Whether the file's structure reaches beyond its last byte; False for kinds that do not say."""
    walk = ENDS.get(container.split(",")[0])
    if walk is None:
        return False
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            return any(end > size for _, end in zip(range(MOST), walk(file), strict=False))
    except (OSError, struct.error, ValueError, OverflowError):
        return False


def box_ends(file: IO[bytes]) -> Iterator[int]:
    """Where the boxes of an mp4 end."""
    start = 0
    while len(head := file.read(16)) >= 8:
        size = int.from_bytes(head[:4], "big")
        if size == 1 and len(head) == 16:
            size = int.from_bytes(head[8:], "big")
        if size < 8:
            return
        start += size
        yield start
        file.seek(start)


def chunk_ends(file: IO[bytes]) -> Iterator[int]:
    """Where the RIFF chunks of an AVI end."""
    start = 0
    while len(head := file.read(8)) == 8 and head[:4] == b"RIFF":
        size = struct.unpack("<I", head[4:])[0]
        if size == 0 or size == 0xFFFFFFFF:
            return
        start += 8 + size
        yield start
        start += size % 2
        file.seek(start)


def element_ends(file: IO[bytes]) -> Iterator[int]:
    """Where the elements of a Matroska file end; a segment of unknown length is looked into."""
    while (size := element_size(file)) is not None:
        if size < 0:
            continue
        end = file.tell() + size
        yield end
        file.seek(end)


def element_size(file: IO[bytes]) -> int | None:
    """The length of the contents that start where the file stands afterwards; -1 when unknown, None at the end."""
    first = file.read(1)
    if not first or not first[0] & 0xF0:
        return None
    file.read(8 - first[0].bit_length())
    first = file.read(1)
    if not first or not first[0]:
        return None
    more = 8 - first[0].bit_length()
    rest = file.read(more)
    ones = 7 - more
    value = int.from_bytes(bytes([first[0] & (1 << ones) - 1]) + rest, "big")
    return -1 if value == (1 << ones + 8 * more) - 1 else value


def tag_ends(file: IO[bytes]) -> Iterator[int]:
    """Where the tags of an FLV end, each with the size that is repeated after it."""
    head = file.read(9)
    start = int.from_bytes(head[5:9], "big") + 4
    file.seek(start)
    while len(head := file.read(11)) == 11:
        start += 11 + int.from_bytes(head[1:4], "big") + 4
        yield start
        file.seek(start)
    if head:
        yield start + 11


def stated_size(file: IO[bytes]) -> Iterator[int]:
    """The size that the header of an ASF states, where it is no broadcast."""
    head = file.read(1 << 16)
    place = head.find(FILE_PROPERTIES)
    if place >= 0 and len(head) >= place + 92 and not head[place + 88] & 1:
        yield int.from_bytes(head[place + 40 : place + 48], "little")


def packet_ends(file: IO[bytes]) -> Iterator[int]:
    """Where the last packet of an MPEG transport stream should end: packets have 188 bytes, or 192 with a time."""
    head = file.read(2 * 192)
    length = next((size for size in (188, 192) if head[size - 188 :: size][:2] == b"\x47\x47"), 0)
    size = file.seek(0, 2)
    if length and size % length:
        yield size + length - size % length


ENDS = {
    "mov": box_ends,
    "matroska": element_ends,
    "avi": chunk_ends,
    "flv": tag_ends,
    "asf": stated_size,
    "mpegts": packet_ends,
}
"""by container, where its parts end"""
