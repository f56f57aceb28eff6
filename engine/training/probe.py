"""The probe: one fixed training window, looked at every so often while a model learns; its figures and its picture.

Shapes: T leaves, H W K frame; a view is what one level gives back of the window, [T, H, W, K] in [0, 1].
"""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from engine.compressors.students import Student
from engine.compressors.tree import Tree
from engine.metrics import frame_ssim, picks, psnr
from engine.training.distillation import student_frames

COLUMNS = 12
"""leaves that a picture shows, spread over the window"""
TILE = 96
"""pixels a side of a leaf in the picture, at most"""
JUDGED = 4
"""leaves whose SSIM is averaged; it costs more than all the rest"""


@torch.inference_mode()
def tree_views(tree: Tree, frames_1THWK: Tensor) -> dict[str, np.ndarray]:
    """By ratio, what every level gives back; 1:1 is the codec alone."""
    height, width = frames_1THWK.shape[2:4]
    states = tree.rise(tree.encode(frames_1THWK), tree.config.merges)
    return {f"{2**m}:1": pixels(tree.recover(nodes, m, height, width)) for m, nodes in enumerate(states)}


@torch.inference_mode()
def student_views(student: Student, frames_1THWK: Tensor) -> dict[str, np.ndarray]:
    """What the teacher's root and the student's memory give back."""
    height, width = frames_1THWK.shape[2:4]
    teacher = student.teacher
    leaves = teacher.encode(frames_1THWK)
    root = teacher.rise(leaves, teacher.config.merges)[-1]
    views = teacher.recover(root, teacher.config.merges, height, width), student_frames(student, leaves, height, width)
    return dict(zip(("teacher", "student"), map(pixels, views), strict=True))


@torch.inference_mode()
def root_view(baseline: nn.Module, frames_1THWK: Tensor) -> dict[str, np.ndarray]:
    """What a baseline's memory of the window gives back."""
    return {f"{frames_1THWK.shape[1]}:1": pixels(baseline(frames_1THWK))}


def pixels(frames_1THWK: Tensor) -> np.ndarray:
    """A window as clipped pixels."""
    return frames_1THWK[0].float().clamp(0, 1).cpu().numpy()


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
