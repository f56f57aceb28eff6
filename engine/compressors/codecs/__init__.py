"""Codecs: leaf <-> memory state. `flat` for small images of one size, `patch` for video of any size.

Shapes: N leaves, H W pixels, K colour channels of a pixel, S slots, C channels of a slot.
Interface (duck-typed, both are `nn.Module`s):
    encode(frames_NHWK) -> state_NSC         decode(state_NSC, height, width) -> frames_NHWK
    grid(height, width) -> (rows, columns)   the slots' place in the picture, rows * columns = S
    check(height, width, colours)            ValueError when the codec cannot take such a frame
"""

from engine.compressors.codecs.flat import FlatCodec
from engine.compressors.codecs.patch import PatchCodec

__all__ = ["FlatCodec", "PatchCodec"]
