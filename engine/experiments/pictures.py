"""The same digits through every model of a comparison: one more training of each, and what it gives back.

    python -m engine compare baselines --pictures

Runs of a comparison are not kept, so the first seed's training is repeated; its error on the whole test split stands
beside its picture, to be held against the recorded one. assets/results/NAME-pictures.json has a row a model at once.
"""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
from PIL import Image

from engine.checkpoints import hardware, revision
from engine.data.writer import to_bytes
from engine.evaluation.protocols import evaluate, test_windows
from engine.experiments.compare import RESULTS, Comparison, stored_rows
from engine.files import parse_json, write_json
from engine.jobs.execution.foreground import train
from engine.model import Model, load_model

SHOWN = 8
"""digits of the first test sequence, evenly spread"""


def pictures(comparison: Comparison, data: str | None, *, home: Path | None = None, results: Path = RESULTS) -> dict:
    """Train what has no picture yet; {"name", "command", "hardware", "revision", "rows"}. A row has the root's figures
    over the test split, and as PNG in base64 the `source` and the `strip` that was made of it.

    ValueError for a comparison of anything but flat frames of one size, and where a training was stopped.
    """
    path, seed = results / f"{comparison.name}-pictures.json", comparison.seeds[0]
    done = stored_rows(path) if path.exists() else {}
    for label in comparison.variants:
        if (label, seed) in done:
            continue
        folder = train(comparison.config(label, seed), home=home)
        if folder is None:
            raise ValueError(f"{comparison.name} was stopped at {label}, seed {seed}; call it again to go on")
        model = load_model(str(folder))
        done[label, seed] = {"variant": label, "seed": seed, **pictured(model, data)}
        made = {"command": f"python -m engine compare {comparison.name} --pictures", "hardware": hardware()}
        facts = {"name": path.stem, **made, "revision": revision(), "rows": list(done.values())}
        results.mkdir(parents=True, exist_ok=True)
        write_json(path, facts)
    return parse_json(path.read_text())


def pictured(model: Model, data: str | None) -> dict:
    """A model's error over the test split, and the strips of one sequence: what went in, what came back."""
    if not model.frame_shape:
        raise ValueError(f"{model.name} has frames of any size; pictures are made of frames of one size")
    window = next(test_windows(model, data)[1])
    back = model.reconstruct(model.compress(window))
    root = evaluate(model, data)["levels"][-1]
    figures = {name: root[name] for name in ("mse", "mean_psnr", "ssim")}
    return {**figures, "source": strip(window), "strip": strip(back)}


def strip(frames_THWK: np.ndarray) -> str:
    """SHOWN frames side by side, as a PNG in base64."""
    picks = np.linspace(0, len(frames_THWK) - 1, SHOWN).round().astype(int)
    frames = [frame if frame.dtype == np.uint8 else to_bytes(frame) for frame in frames_THWK[picks]]
    file = io.BytesIO()
    Image.fromarray(np.concatenate(frames, 1)[..., 0]).save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()
