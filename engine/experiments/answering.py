"""Figures of memories of other worlds than the Lantern room: moving digits and recall, read by the same kind of probe.

moving    squared error summed over a frame's pixels, mean over the ten frames and all test windows (OpenSTL's MSE), of
          test digits; beside it what needs no memory: zeros, the mean image, the mean of what was shown, the last frame
recall    share of right answers, and nats, on windows that were not trained on; guessing is beside it
Shapes: B windows, T leaves, R canvas side, N outputs.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from engine.config import TrainConfig
from engine.data.datasets.base import Batch, load_dataset, step_generator
from engine.data.datasets.moving import AHEAD, SEEN, test_batch
from engine.data.datasets.questions import mean_loss
from engine.evaluation.probes import Asked, ProbeConfig, answers, fit_probe, remembered
from engine.experiments.probing import CHUNK, packed

Memory = Callable[[Tensor], Tensor]


def drawn(config: TrainConfig, count: int, seed: int) -> list[Batch]:
    """Windows of a data set, other ones than any training step has drawn."""
    dataset = load_dataset(config)
    sizes = [min(CHUNK, count - start) for start in range(0, count, CHUNK)]
    return [dataset.draw(size, config.tree.leaves, step_generator(seed, -5, i)) for i, size in enumerate(sizes)]


def moving_tests(config: TrainConfig, count: int, data: str | None) -> tuple[list[Batch], str]:
    """Test windows of test digits, and where these come from."""
    tree, batches, origin = config.tree, [], ""
    for start in range(0, count, CHUNK):
        batch, origin = test_batch(data, min(CHUNK, count - start), tree.leaves, tree.height, 1000 + start)
        batches.append(batch)
    return batches, origin


def answer_figures(config: TrainConfig, memory: Memory, seed: int, rooms: dict, data: str | None) -> dict:
    """What a fresh probe reads out of a memory of moving digits or symbols."""
    questions = config.dataset.questions(config)
    learning = remembered(memory, drawn(config, rooms["learning"], 100 * seed + 1))
    choosing = remembered(memory, drawn(config, rooms["choosing"], 100 * seed + 2))
    probe = fit_probe(questions, learning, choosing, seed=seed, config=ProbeConfig())
    if config.data == "moving":
        batches, origin = moving_tests(config, rooms["testing"], data)
        testing = remembered(memory, batches)
        return {"data": origin, **frame_errors(answers(probe, testing)["frames"], testing.more["true.frames"])}
    testing = remembered(memory, drawn(config, rooms["testing"], 10**6))
    return {
        "data": load_dataset(config).origin,
        **symbol_figures(answers(probe, testing)["symbol"], testing, questions),
    }


def frame_errors(found_BN: Tensor, true_BN: Tensor) -> dict:
    """Squared error summed over a frame's pixels, clipped to [0, 1]; the mean, and every window's."""
    errors_B = (found_BN.clamp(0, 1) - true_BN).square().sum(1) / AHEAD
    return {"frame_mse": round(errors_B.mean().item(), 3), "each": {"frame_mse": packed(errors_B)}}


def symbol_figures(output_BN: Tensor, testing: Asked, questions: tuple) -> dict:
    """Share of right answers, nats, and the share that guessing has."""
    right_B = testing.more["true.symbol"].gather(1, output_BN.argmax(1, keepdim=True))[:, 0]
    nats = mean_loss(questions[0], output_BN, testing.more).item()
    guess = 1 / output_BN.shape[1]
    each = {"right": "".join("1" if x else "0" for x in right_B.tolist())}
    return {"right": round(right_B.mean().item(), 4), "nats": round(nats, 4), "guessing": guess, "each": each}


def trivial_figures(config: TrainConfig, kind: str, rooms: dict, data: str | None) -> dict:
    """Moving digits without a memory; ValueError for kinds that there are not."""
    if config.data != "moving" or kind not in TRIVIAL:
        raise ValueError(f"there is no memory {kind!r} of {config.data}; choose one of {', '.join(TRIVIAL)} of moving")
    batches, origin = moving_tests(config, rooms["testing"], data)
    mean = torch.cat([b.frames_BTHWK[:, :SEEN].flatten(2).mean((0, 1))[None] for b in drawn(config, 1024, 7)]).mean(0)
    found = torch.cat([TRIVIAL[kind](batch.frames_BTHWK[:, :SEEN].flatten(2), mean) for batch in batches])
    true = torch.cat([batch.more["true.frames"] for batch in batches])
    return {"data": origin, **frame_errors(found, true)}


TRIVIAL: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "zeros": lambda shown_BTP, mean_P: torch.zeros_like(mean_P).repeat(len(shown_BTP), AHEAD),
    "mean image": lambda shown_BTP, mean_P: mean_P.repeat(len(shown_BTP), AHEAD),
    "mean of the inputs": lambda shown_BTP, mean_P: shown_BTP.mean(1).repeat(1, AHEAD),
    "last frame": lambda shown_BTP, mean_P: shown_BTP[:, -1].repeat(1, AHEAD),
}
"""by name, from what was shown and the mean training image to the ten frames after"""
