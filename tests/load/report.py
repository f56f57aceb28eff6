"""What came of a load: how long each thing took, what went wrong, and how memory and disk behaved."""

from __future__ import annotations

import numpy as np

from tests.load.visit import Visitor

BEGINNING = 60.0
"""seconds after which resident memory should not grow any more"""
SLOW = ("compress", "page at first")


def spread(seconds: list[float]) -> dict:
    """Count, median, 95th percentile and maximum in milliseconds."""
    ms = 1000 * np.asarray(seconds)
    return {"count": len(ms), **{f"p{q}_ms": round(float(np.percentile(ms, q))) for q in (50, 95, 100)}}


def times(visitors: list[Visitor]) -> dict:
    """By kind of interaction, and all interactions together. Compressing is a job and has its own line."""
    taken = [pair for visitor in visitors for pair in visitor.taken]
    kinds = sorted({what for what, _ in taken})
    table = {what: spread([s for w, s in taken if w == what]) for what in kinds}
    interactions = [s for w, s in taken if w != "compress"]
    return {"interactions": spread(interactions), **table}


def memory(samples: list[tuple[float, float]]) -> dict:
    """Megabytes at the end of the first minute, and the most and the last after it."""
    first = [mb for at, mb in samples if at <= BEGINNING]
    later = [mb for at, mb in samples if at > BEGINNING] or first[-1:]
    peak = {"first_minute_peak_MB": max(first), "later_peak_MB": max(later), "last_MB": later[-1]}
    return {**{k: round(v) for k, v in peak.items()}, "growth": round(max(later) / max(first), 3)}
