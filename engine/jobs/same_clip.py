"""What a finished run gives of a clip, beside the bundled model of its kind: both measured on the same frames.

The frames are those that Explore shows of the run at first: the first ones of its own files, or of the bundled sample
that suits it. A run whose memories hold another number of frames than any bundled model's, or give no frames, is not
compared. The worker measures when the training is over; the figures stay in the run's folder.

Shapes: T frames, H W pixels, K colours.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from engine.checkpoints import bundled, probed_names
from engine.config import TrainConfig
from engine.data.datasets.folder import sequences
from engine.data.samples import samples
from engine.data.sources.opening import Source, open_source, windows
from engine.evaluation.levels import ClipNumbers, explore_window
from engine.files import atomic_file, json_text
from engine.jobs.status import CLIP_FACTS, CLIP_PICTURE
from engine.metrics import picks
from engine.model import Model, load_model
from engine.registry import OBJECTIVES
from engine.training.probe import small

log = logging.getLogger(__name__)

FRAMES, SIZE = 160, 128
"""what Explore takes of a clip at first: frames, and pixels of the short side"""
COLUMNS = 8
"""frames of the first window in the picture"""


def counterpart(config: TrainConfig) -> str | None:
    """The bundled teacher with as many frames of the same kind in a memory, of the same family if there is one."""
    if config.kind != "teacher" or not OBJECTIVES.get(config.objective).gives_frames:
        return None
    alike = [
        (card["config"]["tree"]["family"] != config.tree.family, name)
        for name, card in bundled()[0].items()
        if card["kind"] == "teacher" and name not in probed_names() and fits(card["config"]["tree"], config)
    ]
    return min(alike)[1] if alike else None


def fits(tree: dict, config: TrainConfig) -> bool:
    """Whether a bundled tree takes the frames of a config's, as many in a memory."""
    same = ("codec", "leaves", "colours") + (("height", "width") if config.tree.codec == "flat" else ())
    return all(tree.get(name, getattr(type(config.tree), name, None)) == getattr(config.tree, name) for name in same)


def clip_of(config: TrainConfig) -> tuple[str, Source]:
    """(name, source) of the clip that a run is measured on; ValueError where it cannot be opened."""
    flat = config.tree.codec == "flat"
    shape = (config.tree.height, config.tree.width, config.tree.colours) if flat else None
    about = {"short_side": SIZE, "last": FRAMES, "frame_shape": shape}
    if Path(config.data).is_dir():
        name, paths = sequences(Path(config.data))[0]
        return re.sub(r"^\d{5}-|\.npy$", "", name), open_source(paths[0] if len(paths) == 1 else paths, **about)
    sample = next(each for each in samples() if (each.tile is not None) == flat)
    return sample.file, open_source(sample.path, tile=sample.tile, **about)


def measure(folder: Path, config: TrainConfig, checkpoint: Path) -> None:
    """Write the figures and the picture into a run's folder, where there is something to compare with. What goes wrong
    is logged: the training has succeeded.
    """
    try:
        if (name := counterpart(config)) is not None:
            compared(folder, config, load_model(str(checkpoint)), load_model(name), name)
    except (ValueError, OSError, MemoryError, RuntimeError) as error:
        log.warning("the run was not measured beside a bundled model: %s", error)


def compared(folder: Path, config: TrainConfig, own: Model, other: Model, other_name: str) -> None:
    """Measure two models on one clip."""
    name, source = clip_of(config)
    rows: list[np.ndarray] = []
    figures = {"own": ClipNumbers(pixels=0), "other": ClipNumbers(pixels=0)}
    for index, frames_THWK in enumerate(windows(source.frames(), own.leaves)):
        columns = picks(len(frames_THWK), COLUMNS)
        rows += [strip(frames_THWK / 255, columns)] if not index else []
        for side, model in (("other", other), ("own", own)):
            figures[side].pixels = frames_THWK[0].size
            levels = list(explore_window(model, frames_THWK))
            figures[side].add(levels)
            top = top_of(own, len(frames_THWK)) - 1
            rows += [strip(levels[top].frames_THWK, columns)] if not index else []
    pixels = (np.concatenate(rows).clip(0, 1) * 255).round().astype(np.uint8)
    Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).save(folder / CLIP_PICTURE)
    merges = top_of(own, figures["own"].frames)
    facts = {"clip": name, "frames": figures["own"].frames, "other": other_name, "merges": merges}
    facts |= {"own": kept(figures["own"].row(merges)), "beside": kept(figures["other"].row(merges))}
    with atomic_file(folder / CLIP_FACTS) as path:
        path.write_text(json_text(facts))


def top_of(model: Model, frames: int) -> int:
    """The merges of the highest level that a clip reaches; in a short one its first memory holds it all."""
    return min(model.merges, max(1, (frames - 1).bit_length()))


def kept(row: dict) -> dict:
    """Of a level's row what is told: dB, mean squared error, and how many floats went in for one that is kept."""
    return {"psnr": row["psnr"], "mse": row["mse"], "ratio": row["measured_ratio"]}


def strip(frames_THWK: np.ndarray, columns: Iterable[int]) -> np.ndarray:
    """Some frames side by side, made small."""
    return np.concatenate([small(frames_THWK[index]) for index in columns], 1)
