"""The metrics of every table: MSE, PSNR both ways, SSIM. Pixels in [0, 1], reconstructions clipped.

PSNR of the mean MSE and mean PSNR over sequences differ; both are given. SSIM is scikit-image's
`structural_similarity` with data_range 1 and its default window.
Shapes: T frames, H W pixels, K colours.
"""

from __future__ import annotations

import math

import numpy as np


def frame_mse(truth_THWK: np.ndarray, rebuilt_THWK: np.ndarray) -> np.ndarray:
    """Mean squared error of every frame [T]; both in [0, 1]."""
    difference = rebuilt_THWK - truth_THWK
    return np.einsum("thwk,thwk->t", difference, difference) / difference[0].size


def psnr(mse: float) -> float | None:
    """Peak signal to noise ratio in dB; None when the error is exactly zero."""
    return -10 * math.log10(mse) if mse > 0 else None


def frame_ssim(truth_HWK: np.ndarray, rebuilt_HWK: np.ndarray) -> float | None:
    """Structural similarity of one frame; None below 7 pixels, where its window does not fit."""
    from skimage.metrics import structural_similarity

    if min(truth_HWK.shape[:2]) < 7:
        return None
    return float(structural_similarity(truth_HWK, rebuilt_HWK, data_range=1.0, channel_axis=-1))


def picks(count: int, limit: int) -> list[int]:
    """At most `limit` indices spread evenly over `count`."""
    return [int(i) for i in np.linspace(0, count - 1, min(limit, count))]
