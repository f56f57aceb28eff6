"""What a probe reads out of a memory of Lantern rooms: the figures of a comparison's row."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from engine.compressors.base import Compressor
from engine.config import TrainConfig
from engine.data.datasets.base import Batch, step_generator
from engine.data.datasets.digits import load_digits
from engine.data.datasets.lantern import QUESTIONS, lantern_batch, test_digits
from engine.data.worlds.room import small_digits
from engine.evaluation import lantern
from engine.evaluation.intervals import draws, interval, ratio_samples
from engine.evaluation.probes import Asked, ProbeConfig, fit_probe, remembered

CHUNK = 128
"""rooms encoded at once"""


def memory_function(compressor: Compressor) -> Callable[[Tensor], Tensor]:
    """From frames [B, T, H, W, K] to memories [B, D]."""
    merges = compressor.config.merges
    return lambda frames: compressor.levels(frames, merges)[-1][:, 0].flatten(1)


def rooms_of_training(holdout: int) -> dict[str, tuple[Tensor, Tensor]]:
    """Training digits and labels for rooms to learn from, and the last ones, for rooms to choose on."""
    found = load_digits("train")
    holdout = min(holdout, len(found.images_NHWK) // 8)
    small, labels = small_digits(torch.from_numpy(found.images_NHWK)), torch.from_numpy(found.labels_N)
    return {"learning": (small[:-holdout], labels[:-holdout]), "choosing": (small[-holdout:], labels[-holdout:])}


def canvas(frames_BTHWK: Tensor) -> Tensor:
    """Everything that was lit, without a budget, and the last frame whole, [B, D]."""
    seen = frames_BTHWK.amax(1)
    return torch.cat((seen.flatten(1), frames_BTHWK[:, -1].flatten(1)), 1)


UNTRAINED: dict[str, Callable[[Tensor], Tensor] | None] = {"canvas": canvas, "copy": None}


def probe_rooms(
    digits: tuple[Tensor, Tensor], count: int, frames: int, seed: int, distractor: float, *, early: bool = False
) -> list[Batch]:
    """Windows for a probe, not those that anything else was trained on; with `early` half of them end early."""
    sizes = [min(CHUNK, count - start) for start in range(0, count, CHUNK)]
    generators = [step_generator(seed, -5, index) for index in range(len(sizes))]
    return [
        lantern_batch(*digits, size, frames, g, distractor=distractor, early=early)
        for size, g in zip(sizes, generators, strict=True)
    ]


def figures(
    config: TrainConfig, memory: Callable[[Tensor], Tensor] | None, seed: int, rooms: dict, data: str | None
) -> dict:
    """A memory's figures on the test rooms, with what every sequence contributes."""
    frames, options = config.tree.leaves, config.data_options
    parts = rooms_of_training(options.holdout)
    mean_RR = parts["learning"][0].mean(0).repeat(2, 2)
    test_small, test_labels, origin = test_digits(data)
    test = lantern.make_rooms(test_small, test_labels, rooms["testing"], frames, seed=0, distractor=options.distractor)
    if memory is None:
        asked_N = remembered(lambda x: x[:, 0, :1, 0, 0], test.batches)
        return {"data": origin, **view_figures(lantern.copied(test.batches, mean_RR), asked_N, mean_RR, frames)}
    learning, choosing = (
        remembered(memory, probe_rooms(digits, rooms[name], frames, 100 * seed + index, options.distractor))
        for index, (name, digits) in enumerate(parts.items())
    )
    probe = fit_probe(QUESTIONS, learning, choosing, seed=seed, config=ProbeConfig())
    asked_N, holed_N = remembered(memory, test.batches), remembered(memory, test.holed)
    result = view_figures(lantern.beliefs(probe, asked_N), asked_N, mean_RR, frames)
    tasks, each = lantern.other_tasks(probe, asked_N, test.door_bits_N)
    holes = lantern.holes_sums(lantern.beliefs(probe, holed_N), holed_N, mean_RR)
    result["each"] |= {name: packed(values) for name, values in each.items()}
    return {"data": origin, **result, "holes": round(holes.skill(), 4), **{k: round(v, 4) for k, v in tasks.items()}}


def view_figures(belief_NRR: Tensor, asked_N: Asked, mean_RR: Tensor, frames: int) -> dict:
    """Task A: skill by band, the curve by lag with intervals, and every sequence's errors and bases by band."""
    bands = lantern.by_band(belief_NRR, asked_N, mean_RR)
    curve = lantern.by_lag(belief_NRR, asked_N, mean_RR, frames)
    drawn = draws(1, len(asked_N), resamples=400)
    spread = [interval(ratio_samples(sums.errors_N[None].numpy(), sums.bases_N.numpy(), drawn)) for sums in curve]
    return {
        "skill": {name: round(sums.skill(), 4) for name, sums in bands.items()},
        "curve": [round(sums.skill(), 4) for sums in curve],
        "curve_low": [round(low, 4) for low, _ in spread],
        "curve_high": [round(high, 4) for _, high in spread],
        "each": {name: packed(sums.errors_N) for name, sums in bands.items()}
        | {f"{name}_base": packed(sums.bases_N) for name, sums in bands.items()},
    }


def packed(values_N: Tensor) -> str:
    """Numbers as a short text, four digits each; `-` for none."""
    return " ".join("-" if value != value else f"{value:.4g}" for value in values_N.tolist())


def unpacked(text: str) -> list[float]:
    """The numbers of `packed`."""
    return [float("nan") if part == "-" else float(part) for part in text.split()]
