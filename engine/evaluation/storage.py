"""What storing a memory less precisely takes and loses, measured on one window before anybody decides.

Shapes: t frames of a window, H W K frame, N nodes, S slots, C channels.
"""

from __future__ import annotations

import numpy as np

from engine.metrics import frame_mse, psnr
from engine.model import Model
from engine.precision import PRECISIONS, rounded, stored_bytes

EXACT = 99.0
"""dB that are said where nothing is lost at all"""


def precision_costs(model: Model, frames_THWK: np.ndarray, merges: int) -> list[dict]:
    """For every precision: bytes of the window's nodes, PSNR of what they give back, dB lost against float32."""
    states_NSC = model.states(frames_THWK, merges)
    truth = frames_THWK / np.float32(255) if frames_THWK.dtype == np.uint8 else frames_THWK
    exact, costs = model.exact_floats(merges, states_NSC.shape[1]), []
    for precision in PRECISIONS:
        states = rounded(states_NSC, precision, exact)
        back = model.recover(states, merges, *frames_THWK.shape[1:3], len(frames_THWK))
        decibels = psnr(float(frame_mse(truth, back).mean()))
        size = stored_bytes(tuple(states_NSC.shape), precision, exact)
        costs.append({"precision": precision, "bytes": size, "psnr": EXACT if decibels is None else decibels})
    return [{**cost, "lost": costs[0]["psnr"] - cost["psnr"]} for cost in costs]
