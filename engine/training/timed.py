"""Training for a number of CPU seconds in place of a number of steps.

Models whose steps cost different amounts are compared at equal cost by giving each the same CPU seconds (of the process
and its threads): the closed form and the optimiser's steps count, looks at the probe and saves do not. The stages of a
tree that is trained level by level share the seconds equally. The one-cycle learning rate follows the seconds, so that
every training ends annealed, however fast the machine was. A stopped training goes on from its saved state; its batches
depend on (seed, stage, step), its learning rate on the seconds that were spent, so it is the same training wherever
steps cost the same.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch

from engine.compressors.stages import Stage
from engine.config import TrainConfig
from engine.data.datasets.base import load_dataset
from engine.training.loop import StageLoop, diverged, rate_at
from engine.training.node_bank import NodeBank
from engine.training.objectives.base import Objective
from engine.training.recorder import FileRecorder
from engine.training.state import Place, peak_memory, reset_peak
from engine.training.stopping import Interruptible, stop_on_interrupt
from engine.training.trainer import Trainer, accelerated

LOOKS = 60
"""rows of figures that a whole training leaves"""
SAVE_SECONDS = 300.0
"""CPU seconds between two saved states: those of 187 M parameters are 2.2 GB"""
CYCLE = 10_000
"""parts of a stage that its learning rate is a function of"""
NODES = {True: 65_536, False: 640}
"""nodes of a bank: of independent leaves; windows of others"""


class TimedLoop(StageLoop):
    """Runs a stage until its CPU seconds are spent."""

    seconds: float
    """of the stage, set before it runs"""
    clock: Callable[[], float]
    place: Place

    def build_optimizer(self, groups: list[dict]) -> torch.optim.Optimizer:
        """Adam in one pass over the parameters: four passes of 187 M take as long as the gradients of a few digits."""
        return torch.optim.Adam(groups, fused=True)

    def rate_of(self, step: int) -> float:
        """The learning rate, by the share of the stage's seconds that is spent."""
        share = min(1.0, self.place.stage_cpu_seconds / self.seconds)
        return rate_at(int(CYCLE * share), CYCLE, self.config.rate * self.stage.rate)

    def run(
        self,
        place: Place,
        *,
        after: Callable[[float], None],
        save: Callable[[], None],
        stopping: Callable[[], bool],
    ) -> bool:
        """True when the seconds are spent, False when it was stopped."""
        saved = place.cpu_seconds
        while place.stage_cpu_seconds < self.seconds and not stopping():
            start, used = time.perf_counter(), self.clock()
            loss = self.step(place.step)
            if not math.isfinite(loss):
                raise diverged(place.total + 1)
            place.spend(time.perf_counter() - start, self.clock() - used)
            after(loss)
            place.step, place.total = place.step + 1, place.total + 1
            if place.cpu_seconds - saved >= SAVE_SECONDS:
                save()
                saved = place.cpu_seconds
        return place.stage_cpu_seconds >= self.seconds


class TimedTrainer(Trainer):
    """A trainer whose stages share `seconds`. With `pairs` a level-wise training draws so many pairs a step from a bank
    of nodes.
    """

    def __init__(
        self,
        config: TrainConfig,
        folder: Path,
        *,
        seconds: float,
        pairs: int = 0,
        clock: Callable[[], float] = time.process_time,
    ) -> None:
        accelerator = accelerated(config)
        torch.manual_seed(config.seed)
        self.seconds, self.pairs = seconds, pairs
        self.asked: list[bool] = []
        self.bank: NodeBank | None = None
        self.losses: list[float] = []
        batches = Interruptible(load_dataset(config), lambda: bool(self.asked))
        super().__init__(config, folder, batches, accelerator, FileRecorder(folder))
        self.clock = clock

    def train(self) -> Path | None:
        """To the end; the checkpoint's folder, or None when it was stopped and can go on."""
        reset_peak()
        with stop_on_interrupt() as self.asked:
            resuming = (self.folder / "state.safetensors").exists()
            done = self.run(stopping=lambda: bool(self.asked), resuming=resuming)
        return self.finish() if done else None

    def build_loop(self, stage: Stage, objective: Objective) -> TimedLoop:
        """A loop with this stage's share of the seconds that are left."""
        place, left = self.place, len(type(self.learner).stages(self.config)) - self.place.stage
        share = (self.seconds - (place.cpu_seconds - place.stage_cpu_seconds)) / left
        loop = TimedLoop(self.config, stage, self.learner, objective, self.source(stage), self.accelerator)
        loop.clock, loop.place, loop.seconds = self.clock, place, max(share, 1e-9)
        self.part = self.parts_spent()
        return loop

    def source(self, stage: Stage) -> Interruptible | NodeBank:
        """What a stage draws from. Making a bank's nodes is part of the stage's cost, once."""
        if not self.pairs or stage.level is None:
            return self.batches
        start, used = time.perf_counter(), self.clock()
        if self.bank is None:
            independent = self.config.dataset.independent
            sizes = {"nodes": NODES[independent], "pairs": self.pairs}
            self.bank = NodeBank(self.batches, self.learner, independent=independent, seed=self.config.seed, **sizes)
        self.bank.rise(stage.level)
        if not self.place.stage_cpu_seconds:
            self.place.spend(time.perf_counter() - start, self.clock() - used)
        return self.bank

    def step_seconds(self, stage: Stage, steps: int) -> float:
        """CPU seconds of one of a stage's steps, the mean of a few; the first does not count. The weights change."""
        self.place.history = [{"stage": "closed form", "train_mse": [1.0] * (self.config.tree.merges + 1)}]
        self.place.stage, self.place.stage_cpu_seconds = stage.index, 0.0
        loop = self.build_loop(stage, self.objective_of(stage))
        loop.step(0)
        used = self.clock()
        for step in range(1, steps + 1):
            loop.step(step)
        return (self.clock() - used) / steps

    def parts_spent(self) -> int:
        """How many of LOOKS equal parts of the seconds are spent."""
        return int(LOOKS * self.place.cpu_seconds / self.seconds)

    def after_step(self, loss: float) -> None:
        """A row of figures after a stage's first step, and whenever another part of the seconds is spent."""
        self.follow()
        self.losses.append(loss)
        if self.place.step and self.parts_spent() == self.part:
            return
        values = {"loss": statistics.fmean(self.losses), "rate": self.loop.rate}
        values["cpu_seconds"] = round(self.place.cpu_seconds, 2)
        self.place.peak_megabytes = max(self.place.peak_megabytes, peak_memory())
        self.part, self.losses = self.parts_spent(), []
        self.record(self.loop.stage.title, self.place.step + 1, values, looking=True)

    def about(self) -> dict:
        """What the card says besides."""
        peak = max(self.place.peak_megabytes, peak_memory())
        return {**super().about(), "planned_cpu_seconds": self.seconds, "peak_megabytes": round(peak)}
