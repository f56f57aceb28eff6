"""The probe: one fixed training window, looked at every so often while a model learns; the figures and the picture that
objectives score it with.

Shapes: T leaves, H W K frame; a view is what one label gives of the window, [T, H, W, K] in [0, 1].
"""

from __future__ import annotations

import numpy as np
from PIL import Image
from torch import Tensor

from engine.metrics import frame_ssim, picks, psnr

COLUMNS = 12
"""leaves that a picture shows, spread over the window"""
TILE = 96
"""pixels a side of a leaf in the picture, at most"""
JUDGED = 4
"""leaves whose SSIM is averaged; it costs more than all the rest"""


def pixels(frames_BTHWK: Tensor) -> np.ndarray:
    """The first window as clipped pixels [T, H, W, K]."""
    return frames_BTHWK[0].float().clamp(0, 1).cpu().numpy()


def measured(truth_THWK: np.ndarray, views: dict[str, np.ndarray]) -> dict[str, list]:
    """Levels, and for each its MSE, PSNR (None when exact) and SSIM (None for tiny frames)."""
    errors = [float(np.square(view - truth_THWK).mean()) for view in views.values()]
    judged = picks(len(truth_THWK), JUDGED)
    similar = [[frame_ssim(truth_THWK[i], view[i]) for i in judged] for view in views.values()]
    return {
        "levels": list(views),
        "mse": errors,
        "psnr": [psnr(error) for error in errors],
        "ssim": [None if None in row else float(np.mean(row)) for row in similar],
    }


def sheet(truth_THWK: np.ndarray, views: dict[str, np.ndarray]) -> Image.Image:
    """A picture: the window in the first row, then a row a level; the leaves are spread over the window."""
    columns = picks(len(truth_THWK), COLUMNS)
    rows = [np.concatenate([small(view[i]) for i in columns], 1) for view in (truth_THWK, *views.values())]
    bytes_HWK = (np.concatenate(rows) * 255).round().astype(np.uint8)
    return Image.fromarray(bytes_HWK[..., 0] if bytes_HWK.shape[2] == 1 else bytes_HWK)


def small(frame_HWK: np.ndarray) -> np.ndarray:
    """A frame of at most TILE pixels a side: every n-th pixel."""
    stride = -(-max(frame_HWK.shape[:2]) // TILE)
    return frame_HWK[::stride, ::stride]
