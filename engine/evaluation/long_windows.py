"""A whole clip in the floats of one frame: a long window's memory beside what else keeps as many floats.

    python -m engine long --record

A window of 64 frames at 64:1 in total, three ways: one memory of 64 leaves; four memories of 16 leaves, whose ratio
ends at 16:1, of frames at half the size, enlarged again (bicubic, antialiased on the way down); every 64th frame kept,
the middle one of a window. Windows are the first two of every test clip that is as long.
Shapes: T frames, H W K frame.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.checkpoints import hardware, revision
from engine.metrics import frame_mse, psnr
from engine.model import Model
from engine.registry import DATASETS


def compare_long(long: Model, short: Model, data: str | Path, *, size: int = 128, limit: int | None = None) -> dict:
    """A row for each way: floats, ratio, both PSNRs; ValueError where no clip is long enough."""
    ways: dict[str, Callable[[np.ndarray], tuple[np.ndarray, int]]] = {
        long.name: lambda frames: through(long, frames),
        f"{long.leaves // short.leaves} × {short.name} of half the size": lambda frames: halved(short, frames),
        f"every {long.leaves}th frame": middle,
    }
    origin, windows = DATASETS.get("ucf").test_windows(long.leaves, data, size=size)
    errors: dict[str, list[float]] = {name: [] for name in ways}
    floats = dict.fromkeys(ways, 0)
    values = count = 0
    for frames in windows:
        if count == limit:
            break
        count, values = count + 1, frames.size
        for name, way in ways.items():
            back, floats[name] = way(frames)
            errors[name].append(float(frame_mse(frames / np.float32(255), back).mean()))
    if not count:
        raise ValueError(f"no test window of {long.leaves} frames was found in {data}; give longer clips")
    rows = [row(name, floats[name], values, errors[name]) for name in ways]
    made = {"command": "python -m engine long --record", "hardware": hardware(), "revision": revision()}
    return {"data": origin, "frames": long.leaves, "sequences": count, **made, "rows": rows}


def row(name: str, floats: int, values: int, errors: list[float]) -> dict:
    """One way's figures over all windows."""
    each = [psnr(error) for error in errors if error > 0]
    figures = {"mse": float(np.mean(errors)), "psnr": psnr(float(np.mean(errors))), "mean_psnr": float(np.mean(each))}
    return {"way": name, "floats": floats, "ratio": values / floats, **figures}


def through(model: Model, frames_THWK: np.ndarray) -> tuple[np.ndarray, int]:
    """(what the roots of a window give back, their floats)."""
    memory = model.compress(frames_THWK)
    return model.reconstruct(memory), memory.floats


def halved(model: Model, frames_THWK: np.ndarray) -> tuple[np.ndarray, int]:
    """The same of frames at half the size, enlarged again."""
    height, width = frames_THWK.shape[1:3]
    small = scaled(torch.from_numpy(frames_THWK).float() / 255, (height // 2, width // 2))
    back, floats = through(model, small.clamp(0, 1).numpy())
    return scaled(torch.from_numpy(back), (height, width)).clamp(0, 1).numpy(), floats


def scaled(frames_THWK: Tensor, size: tuple[int, int]) -> Tensor:
    """Frames of another size, bicubic."""
    x_TKHW = frames_THWK.permute(0, 3, 1, 2)
    scaled_TKHW = F.interpolate(x_TKHW, size=size, mode="bicubic", antialias=True, align_corners=False)
    return scaled_TKHW.permute(0, 2, 3, 1).contiguous()


def middle(frames_THWK: np.ndarray) -> tuple[np.ndarray, int]:
    """The middle frame in place of all."""
    frame_HWK = frames_THWK[len(frames_THWK) // 2] / np.float32(255)
    return np.broadcast_to(frame_HWK, frames_THWK.shape), frame_HWK.size
