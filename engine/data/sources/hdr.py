"""HDR pictures as a screen without HDR shows them: PQ and HLG to BT.709's curve and primaries, by FFmpeg's swscale.

Diffuse white stays white; what is brighter is clipped.
"""

from __future__ import annotations

from typing import Any

import numpy as np

PQ, HLG = 16, 18
BT2020 = 9
NAMES = {PQ: "PQ", HLG: "HLG"}
"""of the transfer characteristics in ITU-T H.273"""


def note(transfer: int) -> str:
    """The sentence about what was done."""
    return f"HDR ({NAMES[transfer]}) was tone-mapped to BT.709: what is brighter than diffuse white is clipped."


def still_transfer(head: bytes) -> int:
    """PQ or HLG if a picture file's beginning says so (nclx of AVIF and HEIC, cICP of PNG), else 0."""
    place = head.find(b"colrnclx")
    if place >= 0:
        value = int.from_bytes(head[place + 10 : place + 12], "big")
    else:
        place = head.find(b"cICP")
        value = head[place + 5] if 0 <= place < len(head) - 6 else 0
    return value if value in NAMES else 0


def tone_mapped(frame: Any, **options: object) -> Any:
    """An FFmpeg frame with PQ or HLG as BT.709; `options` are those of PyAV's `reformat`, a size and a format."""
    from av.video.reformatter import ColorPrimaries, ColorTrc

    return frame.reformat(dst_color_trc=ColorTrc.BT709, dst_color_primaries=ColorPrimaries.BT709, **options)


def tone_mapped_pixels(pixels_HWK: np.ndarray, transfer: int) -> np.ndarray:
    """The same for uint8 RGB or grey pixels [H, W, K] in BT.2020."""
    import av

    rgb = np.repeat(pixels_HWK, 3, 2) if pixels_HWK.shape[2] == 1 else pixels_HWK
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
    frame.color_trc, frame.color_primaries = transfer, BT2020
    return tone_mapped(frame, format="rgb24").to_ndarray()
