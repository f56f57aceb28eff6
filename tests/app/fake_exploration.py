"""Explorations made of gradients and noise, in the shape that the tree component receives. Nothing is learned here."""

import base64
import math
from pathlib import Path

import numpy as np
from PIL import Image


def _frames(count: int, height: int, width: int, channels: int) -> np.ndarray:
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    waves = [np.sin(6 * (x + y) + 0.4 * t) for t in range(count)]
    grey = np.stack(waves)[..., None] * 0.4 + 0.5
    return (np.repeat(grey, channels, axis=-1) * np.linspace(1, 0.6, channels)).astype(np.float32)


def _sheet(frames: np.ndarray, columns: int, path: Path) -> str:
    count, height, width, channels = frames.shape
    big = np.zeros((math.ceil(count / columns) * height, columns * width, channels), np.uint8)
    for i, frame in enumerate(frames):
        row, column = divmod(i, columns)
        big[row * height : (row + 1) * height, column * width : (column + 1) * width] = np.round(frame * 255)
    Image.fromarray(big if channels == 3 else big[..., 0]).save(path)
    return f"/gradio_api/file={path.as_posix()}"


def _state(rng: np.random.Generator, rows: int, columns: int) -> dict:
    data = rng.integers(0, 256, rows * columns, dtype=np.uint8).tobytes()
    return {"rows": rows, "columns": columns, "data": base64.b64encode(data).decode(), "low": -1.3, "high": 1.2}


def exploration(
    folder: Path,
    identity: str,
    *,
    leaves: int = 16,
    count: int | None = None,
    size: tuple[int, int, int] = (36, 48, 3),
    window: int = 0,
    windows: int = 1,
    source: bool = True,
    only: tuple[int, ...] = (),
    notes: tuple[str, ...] = (),
) -> dict:
    """One window of a clip whose error doubles with every merge and is largest in its last frame."""
    rng = np.random.default_rng(window)
    count = count or leaves
    frames = _frames(count, *size)
    depth = int(math.log2(leaves))
    kept = only or tuple(range(1, depth + 1))
    columns = 4 if leaves <= 16 else 16
    sheets = {"0": _sheet(frames, columns, folder / f"{identity}-{window}-0.png")} if source else {}
    errors, states, levels = {}, {}, []
    for merges in kept:
        grow = np.linspace(0.5, 1.5, count)[:, None, None, None]
        lossy = np.clip(frames + rng.normal(0, 0.004 * 2**merges, frames.shape) * grow, 0, 1)
        sheets[str(merges)] = _sheet(lossy, columns, folder / f"{identity}-{window}-{merges}.png")
        errors[str(merges)] = ((lossy - frames) ** 2).mean((1, 2, 3)).tolist()
        nodes = math.ceil(count / 2**merges)
        states |= {f"{merges}.{i}": _state(rng, 8, 32) for i in range(nodes)}
        levels.append(_level(merges, nodes * frames[0].size * windows, errors[str(merges)], source))
        levels[-1]["measured_ratio"] = count / nodes
    height, width, channels = size
    return {
        "id": identity, "name": f"{identity}.mp4", "model": "fake", "leaves": leaves, "fps": 25.0,
        "frames": count * windows, "height": height, "width": width, "channels": channels,
        "windows": windows, "explored": min(2, windows), "source": source, "notes": list(notes), "levels": levels,
        "window": {
            "index": window, "first": window * leaves, "count": count, "node_floats": frames[0].size,
            "sheet": {"columns": columns, "width": width, "height": height},
            "sheets": sheets, "mse": errors if source else {}, "states": states,
        },
    }  # fmt: skip


def _level(merges: int, floats: int, errors: list[float], source: bool) -> dict:
    level = {"merges": merges, "ratio": 2**merges, "floats": floats, "bytes": floats * 4}
    names = ("mse", "psnr", "mean_psnr", "ssim", "ssim_frames")
    if not source:
        return level | dict.fromkeys(names)
    mse = float(np.mean(errors))
    psnr = -10 * math.log10(mse)
    return level | dict(zip(names, (mse, psnr, psnr + 0.1, 1 - 0.02 * merges, 12), strict=True))
