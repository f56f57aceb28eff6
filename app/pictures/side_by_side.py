"""The same digits through every bundled model: one strip a model, made when the Compare tab is first opened."""

from __future__ import annotations

import base64
import html
import io
import itertools
import threading
from functools import lru_cache

import numpy as np
from PIL import Image

from app.server.models import model, model_names
from engine.checkpoints import tree_of
from engine.data.samples import samples
from engine.data.sources.opening import open_source, windows
from engine.data.writer import to_bytes
from engine.metrics import frame_mse

SHOWN = 16
"""digits of the window that a strip shows, evenly spread"""
MAKING = threading.Lock()


def side_by_side() -> str:
    """HTML: what went in, then what each model's 1,024 floats give back, the best first. Made once."""
    with MAKING:
        return made()


@lru_cache(maxsize=1)
def made() -> str:
    """The same, whenever it is called first."""
    sample = next(s for s in samples() if s.tile is not None)
    shape = model(sample.model).frame_shape
    frames = next(iter(windows(open_source(sample.path, tile=sample.tile, frame_shape=shape).frames(), 128)))
    truth = frames.astype(np.float32) / 255
    rows = []
    for name in compared():
        back = model(name).reconstruct(model(name).compress(frames))
        rows.append((float(frame_mse(truth, back).mean()), name, back))
    strips = [row_html("source", truth, "MSE")]
    strips += [row_html(name, back, f"{mse:.4f}") for mse, name, back in sorted(rows, key=lambda row: row[0])]
    return card_html(strips)


def compared() -> list[str]:
    """The models that remember such digits, each once."""
    sample = next(s for s in samples() if s.tile is not None)
    kinds = (model_names(kind) for kind in ("teacher", "student", "baseline"))
    names = dict.fromkeys((sample.model, *itertools.chain.from_iterable(kinds), "digits-128-linear"))
    return [name for name in names if tree_of(name).frame_shape == tree_of(sample.model).frame_shape]


def waiting() -> str:
    """The same rows before anything is remembered: names, and strips still to come."""
    strip = f'<i class="imfn-bone imfn-probe-strip" style="--strip:{SHOWN} / 1"></i>'
    row = '<div class="imfn-probe-row imfn-comparison-strip"><span>{}</span>' + strip + "<span></span></div>"
    return card_html([row.format(html.escape(name)) for name in ("source", *compared())])


def card_html(rows: list[str]) -> str:
    """Strips below one another."""
    return f'<div class="imfn-probe imfn-side-by-side">{"".join(rows)}</div>'


def row_html(name: str, frames_THWK: np.ndarray, words: str) -> str:
    """One strip."""
    picks = np.linspace(0, len(frames_THWK) - 1, SHOWN).round().astype(int)
    strip = np.concatenate([to_bytes(frames_THWK[i])[..., 0] for i in picks], 1)
    file = io.BytesIO()
    Image.fromarray(strip).save(file, "PNG")
    source = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
    label = html.escape(name)
    return (
        f'<div class="imfn-probe-row imfn-comparison-strip"><span>{label}</span>'
        f'<img class="imfn-probe-strip" style="--strip:{SHOWN} / 1" src="{source}" alt="{label}: what it gives back">'
        f'<span class="imfn-probe-error">{words}</span></div>'
    )
