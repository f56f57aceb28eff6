"""Intervals of figures that are ratios of sums over sequences: paired bootstrap over sequences × seeds, and Holm.

A resample draws sequences with replacement, the same ones for every model, and seeds with replacement, each model's
own; a figure is then taken of what was drawn, and its difference between two models of the same draw.
Shapes: V seeds, N sequences.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

RESAMPLES = 2000


@lru_cache(maxsize=4)  # a table of models asks for the same draws again and again, and they take longest of all
def draws(seeds: int, sequences: int, *, seed: int = 0, resamples: int = RESAMPLES) -> tuple[np.ndarray, np.ndarray]:
    """(indices of seeds [resamples, V], how often each sequence is drawn [resamples, N]), not to be written to."""
    generator = np.random.default_rng(seed)
    picked = generator.integers(0, seeds, (resamples, seeds))
    times = generator.multinomial(sequences, np.full(sequences, 1 / sequences), resamples)
    counts = times.astype(np.float32)
    for array in (picked, counts):
        array.flags.writeable = False
    return picked, counts


def ratio_samples(errors_VN: np.ndarray, bases_N: np.ndarray, drawn: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """1 - Σ errors / Σ bases of every resample, [resamples]."""
    seeds, times = drawn
    errors = times @ errors_VN.T.astype(np.float32)
    mean = np.take_along_axis(errors, seeds % errors_VN.shape[0], 1).mean(1)
    return 1 - mean / (times @ bases_N.astype(np.float32))


def interval(samples: np.ndarray) -> tuple[float, float]:
    """The middle 95 %."""
    low, high = np.quantile(samples, [0.025, 0.975])
    return float(low), float(high)


def sign_p(samples: np.ndarray) -> float:
    """Two-sided p of a difference: twice the share of resamples on the other side of zero, at least 1 / resamples."""
    share = min((samples <= 0).mean(), (samples >= 0).mean())
    return float(min(1.0, max(2 * share, 1 / len(samples))))


def holm(p_values: dict[str, float]) -> dict[str, float]:
    """Holm's adjusted p-values."""
    ordered, adjusted, largest = sorted(p_values, key=p_values.__getitem__), {}, 0.0
    for rank, name in enumerate(ordered):
        largest = max(largest, min(1.0, (len(ordered) - rank) * p_values[name]))
        adjusted[name] = largest
    return adjusted


def paired_interval(first: Callable[[], np.ndarray], second: Callable[[], np.ndarray]) -> dict[str, float]:
    """Interval and p of the difference of two figures' resamples of the same draws."""
    samples = first() - second()
    low, high = interval(samples)
    return {"low": low, "high": high, "p": sign_p(samples)}
