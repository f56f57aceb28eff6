"""The optimiser loop of one stage: one-cycle learning rate, moving average, progress with ETA, stop between steps.

Every step draws its batch from (seed, stage, step), so resuming at a step continues exactly.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from tqdm import tqdm

from engine.compressors.base import Compressor
from engine.compressors.stages import Stage, trained_levels
from engine.config import TrainConfig
from engine.data.datasets.base import Dataset, step_generator
from engine.training.objectives.base import Objective
from engine.training.state import Place
from engine.training.stopping import Interruptible

if TYPE_CHECKING:
    from accelerate import Accelerator


def rate_at(step: int, steps: int, peak: float) -> float:
    """One cycle: up over the first tenth, then down along a cosine to a hundredth."""
    warm = max(1, steps // 10)
    if step < warm:
        return peak * (step + 1) / warm
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm))))


def computing_precision(precision: str, device: str) -> str:
    """The mixed precision to compute in: bf16 becomes single precision on a CPU that can only imitate it, which takes 5
    to 25 times as long.
    """
    imitated = precision == "bf16" and device == "cpu" and not torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return "no" if imitated else precision


def parameter_groups(learner: Compressor, objective: Objective, stage: Stage) -> list[dict]:
    """The parameters a stage changes, the objective's own last; everything else is frozen. A closed-form shortcut
    moves ten times slower: at the full rate its orthonormal columns fall apart and joint training diverges.
    """
    chosen = learner.part(stage.level)
    learner.requires_grad_(False)
    chosen.requires_grad_(True)
    named = list(chosen.named_parameters())
    groups = [
        {"params": [p for name, p in named if "shortcut" not in name], "scale": 1.0},
        {"params": [p for name, p in named if "shortcut" in name], "scale": 0.1},
    ]
    own = objective.own_parameters()
    return [*groups, {"params": own, "scale": 1.0}] if own else groups


def check_shares(config: TrainConfig, stage: Stage, processes: int) -> None:
    """ValueError unless every step's windows can be dealt out evenly."""
    for leaves in {2 ** (stage.level + 1)} if stage.level is not None else {config.tree.leaves}:
        if (windows := max(1, config.batch // leaves)) % processes:
            raise ValueError(
                f"a batch of {config.batch} leaves is {windows} windows of {leaves}; {processes} processes cannot "
                f"share them evenly, set batch to a multiple of {leaves * processes}"
            )


def diverged(step: int) -> ValueError:
    """The error that ends a training whose loss or weights are no numbers any more."""
    return ValueError(f"training diverged at step {step}; resume it with a smaller rate")


class StageLoop:
    """Runs one stage from `place.step` to its end or until `stopping()` says so."""

    def __init__(
        self,
        config: TrainConfig,
        stage: Stage,
        learner: Compressor,
        objective: Objective,
        batches: Dataset | Interruptible,
        accelerator: Accelerator,
    ) -> None:
        check_shares(config, stage, accelerator.num_processes)
        self.config, self.stage, self.batches, self.accelerator = config, stage, batches, accelerator
        self.rate = 0.0
        self.optimizer = self.build_optimizer(parameter_groups(learner, objective, stage))
        self.loss, self.optimizer = accelerator.prepare(objective, self.optimizer)

    def build_optimizer(self, groups: list[dict]) -> torch.optim.Optimizer:
        """Adam over the parameters that the stage changes."""
        return torch.optim.Adam(groups)

    def rate_of(self, step: int) -> float:
        """The learning rate of a step, before the groups' own scales."""
        return rate_at(step, self.stage.steps, self.config.rate * self.stage.rate)

    def run(
        self,
        place: Place,
        *,
        after: Callable[[float], None],
        save: Callable[[], None],
        stopping: Callable[[], bool],
    ) -> bool:
        """True when the stage is finished, False when it was stopped."""
        show = self.accelerator.is_main_process
        bar = tqdm(total=self.stage.steps, initial=place.step, desc=self.stage.title, unit="step", disable=not show)
        clock, cpu = time.perf_counter(), time.process_time()
        while place.step < self.stage.steps and not stopping():
            loss = self.step(place.step)
            if not math.isfinite(loss):
                # nothing was changed or saved by this step: the last save is good, and training goes on from there
                bar.close()
                raise diverged(place.total + 1)
            after(loss)
            place.step, place.total = place.step + 1, place.total + 1
            now = time.perf_counter()
            place.seconds, clock = place.seconds + now - clock, now
            used = time.process_time()
            place.cpu_seconds, cpu = place.cpu_seconds + used - cpu, used
            bar.update()
            if place.step % 20 == 0:
                bar.set_postfix(loss=f"{loss:.4g}")
            if place.step % self.config.save_every == 0:
                save()
        bar.close()
        return place.step >= self.stage.steps

    def step(self, step: int) -> float:
        """One optimiser step; its loss, or NaN and no step where the gradients are no numbers.

        Every process draws the whole batch and takes its share of the windows, so that any number of them takes the
        step that one would take.
        """
        config, merges = self.config, self.config.tree.merges
        shared = step_generator(config.seed, self.stage.index, step)
        levels = trained_levels(self.stage, merges, shared)
        rank, processes = self.accelerator.process_index, self.accelerator.num_processes
        leaves = 2 ** max(levels)
        whole = self.batches.draw(
            max(1, config.batch // leaves), leaves, step_generator(config.seed, self.stage.index, step, 1)
        )
        batch = whole.share(rank, processes).to(self.accelerator.device)
        self.rate = self.rate_of(step)
        for group in self.optimizer.param_groups:
            group["lr"] = group["scale"] * self.rate
        loss = self.loss(batch, levels)
        self.optimizer.zero_grad(set_to_none=True)
        self.accelerator.backward(loss)
        norm = self.accelerator.clip_grad_norm_(self.loss.parameters(), 1.0)
        if norm is not None and not math.isfinite(norm):
            return math.nan
        self.optimizer.step()
        return self.accelerator.reduce(loss.detach(), "mean").item()
