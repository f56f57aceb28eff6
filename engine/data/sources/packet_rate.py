"""A video's rate by the times of its packets, where what its header states contradicts them.

Matroska keeps a default duration that recorders of screens and time lapses do not heed, and an mp4's last frame may
last for one tick, which spoils the mean of a short clip. Nothing is decoded.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import fmean
from typing import Any

from engine.data.sources.base import is_rate

LOOKED_AT = 100
"""packets"""
ROUNDED = 0.0011
"""seconds between two steps that were even before they were rounded to milliseconds"""
UNSURE = 16
"""times at the end that may still have others before them, while not all packets were read"""
CLOSE, FAR = 0.05, 0.5
"""by how much a stated rate may differ from even times, and from times that vary, to be believed"""


def rate_of_packets(stream: Any, stated: float | None) -> float | None:
    """Frames per second: the stated rate, or that of the packets where it is missing or contradicts them; None where
    neither is known. The container of the stream is read on.
    """
    times, whole = packet_times(stream)
    steps = [after - before for before, after in pairwise(times)]
    if not steps or (stream.frames and not whole):
        return stated
    mean = fmean(steps)
    even = max(steps) - min(steps) <= max(ROUNDED, 0.25 * mean)
    if mean <= 0 or not is_rate(1 / mean):
        return stated
    return stated if stated and abs(stated * mean - 1) <= (CLOSE if even else FAR) else 1 / mean


def packet_times(stream: Any) -> tuple[list[float], bool]:
    """(seconds of the first packets in order, whether these are all)."""
    import av

    times: list[float] = []
    whole = False
    try:
        for packet in stream.container.demux(stream):
            if packet.pts is not None and packet.size and not packet.is_discard:
                times.append(float(packet.pts * stream.time_base))
            if len(times) >= LOOKED_AT:
                break
        else:
            whole = True
    except (av.FFmpegError, UnicodeDecodeError, TypeError):
        whole = False
    ordered = sorted(set(times))
    return (ordered if whole else ordered[:-UNSURE]), whole
