"""The metrics of every table: MSE, PSNR both ways, SSIM. Pixels in [0, 1], reconstructions clipped.

PSNR of the mean MSE and mean PSNR over sequences differ; both are given. SSIM is scikit-image's
`structural_similarity` with data_range 1 and its default window.
Shapes: T frames, H W pixels, K colours.
"""

from __future__ import annotations

import math

import numpy as np

WINDOW = 7
"""pixels of scikit-image's default window along a side"""


def frame_mse(truth_THWK: np.ndarray, rebuilt_THWK: np.ndarray) -> np.ndarray:
    """Mean squared error of every frame [T]; both in [0, 1]. Frame by frame, which stays in the cache."""
    differences = (rebuilt - truth for rebuilt, truth in zip(rebuilt_THWK, truth_THWK, strict=True))
    return np.array([np.vdot(d, d) / d.size for d in differences])


def psnr(mse: float) -> float | None:
    """Peak signal to noise ratio in dB; None when the error is exactly zero."""
    return -10 * math.log10(mse) if mse > 0 else None


def frame_ssim(truth_HWK: np.ndarray, rebuilt_HWK: np.ndarray) -> float | None:
    """Structural similarity of one frame; None below 7 pixels, where its window does not fit."""
    from skimage.metrics import structural_similarity

    if min(truth_HWK.shape[:2]) < WINDOW:
        return None
    return float(structural_similarity(truth_HWK, rebuilt_HWK, data_range=1.0, channel_axis=-1))


def picks(count: int, limit: int) -> list[int]:
    """At most `limit` indices spread evenly over `count`."""
    return [int(i) for i in np.linspace(0, count - 1, min(limit, count))]
