"""Paired differences: two models measured on the same sequences, their errors subtracted sequence by sequence.

Seeds are averaged first; what varies is the sequence. The interval is the normal approximation, mean ± 1.96 standard
errors, over hundreds of sequences that are drawn without replacement.
"""

from __future__ import annotations

import math
import statistics


def sequence_means(rows: list[dict]) -> list[float]:
    """A model's error of every sequence, mean over its seeds."""
    return [statistics.fmean(each) for each in zip(*(row["sequence_mse"] for row in rows), strict=True)]


def paired(first: list[float], second: list[float]) -> dict:
    """Mean of first - second, its 95 % interval, and on which share of the sequences the first is better."""
    differences = [a - b for a, b in zip(first, second, strict=True)]
    if len(differences) < 2:
        raise ValueError(f"a paired comparison needs 2 sequences or more, there are {len(differences)}")
    mean, error = statistics.fmean(differences), statistics.stdev(differences) / math.sqrt(len(differences))
    better = sum(d < 0 for d in differences) / len(differences)
    low, high = mean - 1.96 * error, mean + 1.96 * error
    return {"difference": mean, "low": low, "high": high, "better": better, "sequences": len(differences)}


def note(first: str, second: str, result: dict) -> str:
    """The comparison in one sentence."""
    low, high, mean = result["low"], result["high"], result["difference"]
    verdict = "the difference could be chance" if low <= 0 <= high else f"{first if mean < 0 else second} is better"
    return (
        f"{first} against {second}: MSE differs by {mean:+.5f} ({low:+.5f} to {high:+.5f}, 95 %), {first} is better on "
        f"{result['better']:.0%} of {result['sequences']} sequences; {verdict}."
    )
