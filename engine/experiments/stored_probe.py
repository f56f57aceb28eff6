"""The probe of a checkpoint, fitted once and stored beside its weights: what `model.predict` asks.

    python -m engine probe lantern-64          Lantern rooms: `engine/experiments/probing.py` has the windows
    python -m engine probe moving-64           moving digits

It learns from windows of training digits and keeps the weights that were best on windows of held-out ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.checkpoints import find_checkpoint, read_card, save_probe
from engine.compatibility import upgrade
from engine.config import TrainConfig, from_dict
from engine.data.datasets.base import Batch, step_generator
from engine.data.datasets.moving import moving_batch, training_digits
from engine.evaluation.probes import ProbeConfig, fit_probe, probe_loss, remembered
from engine.experiments.probing import CHUNK, memory_function, probe_rooms, rooms_of_training
from engine.model import load_model

HELD_OUT = 5000
"""training digits that choose where a training held out none"""
CHOOSING = 8
"""one of so many windows chooses"""
PROBES = {
    "lantern": ProbeConfig(width=208),
    "moving": ProbeConfig(width=160, batch=64, round=200, rounds=20, compact=True),
}
"""by what is remembered; their sizes keep all that is bundled below 45 MB, comparisons have wider ones"""


def store_probe(name: str, windows: int, seed: int) -> dict:
    """Fit the probe of a checkpoint and write it beside its weights; what its card now says.

    ValueError for a checkpoint that was trained on data that ask nothing of a memory.
    """
    folder = find_checkpoint(name)
    model = load_model(str(folder), device="cpu")
    config = from_dict(TrainConfig, upgrade(model.card["config"]))
    if config.data not in PROBES:
        raise ValueError(f"{name} was trained on {config.data[:40]}; a probe reads memories of {' and '.join(PROBES)}")
    memory = memory_function(model.compressor)
    parts = WINDOWS[config.data](config, windows, seed)
    learning, choosing = (remembered(memory, batches) for batches in parts)
    questions = config.dataset.questions(config)
    probe = fit_probe(questions, learning, choosing, seed=seed, config=PROBES[config.data])
    loss = round(probe_loss(probe, choosing).item(), 4)
    save_probe(folder, probe, {"rooms": windows, "seed": seed, "loss": loss})
    return read_card(folder)["probe"]


def lantern_windows(config: TrainConfig, windows: int, seed: int) -> Iterator[list[Batch]]:
    """Rooms of any length to learn from, then to choose on."""
    options = config.data_options
    for index, (part, digits) in enumerate(rooms_of_training(options.holdout or HELD_OUT).items()):
        count = windows if part == "learning" else windows // CHOOSING
        yield probe_rooms(digits, count, config.tree.leaves, 100 * seed + 7 + index, options.distractor, early=True)


def moving_windows(config: TrainConfig, windows: int, seed: int) -> Iterator[list[Batch]]:
    """Sequences to learn from, then to choose on."""
    tree = config.tree
    parts = training_digits(config.data_options.holdout or HELD_OUT, tree.height)
    for index, (small_NDD, count) in enumerate(zip(parts, (windows, windows // CHOOSING), strict=True)):
        sizes = [min(CHUNK, count - start) for start in range(0, count, CHUNK)]
        generators = (step_generator(100 * seed + 7 + index, -5, at) for at in range(len(sizes)))
        yield [
            moving_batch(small_NDD, size, tree.leaves, tree.height, generator)
            for size, generator in zip(sizes, generators, strict=True)
        ]


WINDOWS: dict[str, Callable[[TrainConfig, int, int], Iterator[list[Batch]]]] = {
    "lantern": lantern_windows,
    "moving": moving_windows,
}

__all__ = ["store_probe"]
