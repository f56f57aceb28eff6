"""What the tree remembers of one window, at every level: reconstructions, errors, states; and a clip's totals.

Shapes: t real frames of a window (t <= T), N nodes, S slots, C channels, H W K frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from torch import Tensor

from engine.memory import Memory
from engine.metrics import frame_mse, frame_ssim, picks, psnr
from engine.model import Model, checked_frames

SSIM_SHARE = 8
"""SSIM, the slowest measure, is taken of every eighth frame of a window, at least of two"""


@dataclass(frozen=True, kw_only=True)
class Level:
    """One level of one window: what its memories give back."""

    merges: int
    states_NSC: Tensor
    frames_THWK: np.ndarray
    """float in [0, 1], as many as the window really has"""
    mse_T: np.ndarray | None
    """per frame; None without a source"""
    ssim: list[float]


def explore_window(model: Model, frames_THWK: np.ndarray, *, measure: bool = True) -> Iterator[Level]:
    """Every level from one merge to the root, of one window of at most T frames; `measure` compares with them."""
    count, height, width = frames_THWK.shape[:3]
    truth = checked_frames(frames_THWK)
    truth = truth.astype(np.float32) / 255 if truth.dtype == np.uint8 else truth
    for merges, kept in model.kept_states(frames_THWK):
        rebuilt = model.recover(kept, merges, height, width, count)
        similar = (
            [frame_ssim(truth[i], rebuilt[i]) for i in picks(count, max(2, count // SSIM_SHARE))] if measure else []
        )
        yield Level(
            merges=merges,
            states_NSC=kept.cpu(),
            frames_THWK=rebuilt,
            mse_T=frame_mse(truth, rebuilt) if measure else None,
            ssim=[s for s in similar if s is not None],
        )


def explore_memory(model: Model, memory: Memory) -> Iterator[Level]:
    """The one level that a memory file holds, window by window, without any source."""
    per_window = model.leaves >> memory.merges
    for index, frames in enumerate(model.reconstruct_windows(memory)):
        states = memory.states_MSC[index * per_window : (index + 1) * per_window]
        yield Level(merges=memory.merges, states_NSC=states, frames_THWK=frames, mse_T=None, ssim=[])


@dataclass
class ClipNumbers:
    """A clip's totals over the windows seen so far."""

    pixels: int
    """floats of one frame"""
    frames: int = 0
    windows: int = 0
    floats: dict[int, int] = field(default_factory=dict)
    mse: dict[int, list[float]] = field(default_factory=dict)
    counts: dict[int, list[int]] = field(default_factory=dict)
    ssim: dict[int, list[float]] = field(default_factory=dict)

    def add(self, levels: list[Level]) -> None:
        """Take in one window."""
        self.windows += 1
        self.frames += len(levels[0].frames_THWK)
        for level in levels:
            k = level.merges
            self.floats[k] = self.floats.get(k, 0) + level.states_NSC.numel()
            self.ssim.setdefault(k, []).extend(level.ssim)
            if level.mse_T is not None:
                self.mse.setdefault(k, []).append(float(level.mse_T.mean()))
                self.counts.setdefault(k, []).append(len(level.mse_T))

    def rows(self) -> list[dict]:
        """One row a level: ratio, floats, bytes, MSE, PSNR both ways, SSIM."""
        return [self.row(k) for k in sorted(self.floats)]

    def row(self, merges: int) -> dict:
        """One level's row; metrics are None without a source."""
        floats, similar = self.floats[merges], self.ssim[merges]
        row = {
            "merges": merges,
            "ratio": 2**merges,
            "floats": floats,
            "bytes": 4 * floats,
            "measured_ratio": round(self.frames * self.pixels / floats, 3) if floats else None,
            "mse": None,
            "psnr": None,
            "mean_psnr": None,
            "ssim": float(np.mean(similar)) if similar else None,
            "ssim_frames": len(similar),
        }
        if merges in self.mse:
            mse = float(np.average(self.mse[merges], weights=self.counts[merges]))
            each = [p for p in map(psnr, self.mse[merges]) if p is not None]
            row |= {"mse": mse, "psnr": psnr(mse), "mean_psnr": float(np.mean(each)) if each else None}
        return row
