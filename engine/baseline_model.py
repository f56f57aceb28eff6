"""A loaded baseline: the same three calls as a teacher; and its stream, which takes frames one by one.

A baseline keeps roots only. `linear` is a tree and is loaded as one.
Shapes: T frames of a window, N memories, S slots, C floats of a slot, H W K frame.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from engine.model import checked_frames, pad_leaves, to_tensor
from engine.root_model import RootModel


class BaselineModel(RootModel):
    """A baseline ready for use; it stands where a teacher's tree would."""

    @torch.inference_mode()
    def rise(self, frames_THWK: np.ndarray, merges: int) -> list[Tensor]:
        """[memories [1, S, C]] of one window."""
        return [self.tree.encode(to_tensor(pad_leaves(frames_THWK, self.leaves), self.device)[None])]

    @torch.inference_mode()
    def recover(self, states_NSC: Tensor, merges: int, height: int, width: int, count: int | None = None) -> np.ndarray:
        """Frames [N·T, H, W, K] in [0, 1], or the first `count` of them."""
        frames = self.tree.recover(states_NSC.to(self.device)[None], merges, height, width)[0]
        return frames[:count].clamp(0, 1).cpu().numpy()


class BaselineStream:
    """One window, frame after frame: `push` gives the memory [S, C] so far, after T frames what `compress` gives.

    A recurrence pays one step; a Transformer reads all frames again, what has not come yet being the last one.
    """

    def __init__(self, model: BaselineModel) -> None:
        self.model, self.count, self.carried = model, 0, model.tree.begin(1)

    @torch.inference_mode()
    def push(self, frame_HWK: np.ndarray) -> Tensor:
        """Take one frame (uint8 or float in [0, 1]); ValueError for other frames and when the window is full."""
        frame = checked_frames(np.asarray(frame_HWK)[None])
        self.model.tree.codec.check(*frame.shape[1:])
        if self.count == self.model.leaves:
            raise ValueError(f"the window of {self.count} frames is full; start another stream")
        memory, self.carried = self.model.tree.push(to_tensor(frame, self.model.device), self.carried, self.count)
        self.count += 1
        return memory[0]
