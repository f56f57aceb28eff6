"""Train a teacher, a student or a baseline from a config: closed form, each level alone, all together.

    python -m engine train digits-128
    accelerate launch -m engine train digits-128            several processes
    python -m engine train digits-128 --resume RUN          continue exactly where it stopped

A run is a folder under $IMFN_HOME/runs (default ~/.cache/imfn-explorer/runs): config.json, state.safetensors,
metrics.jsonl, probes/, and the finished checkpoint under its name. The job store (`engine/jobs`) knows about it.
"""

from __future__ import annotations

import dataclasses
import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from accelerate.utils import DistributedDataParallelKwargs
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from engine.checkpoints import hardware, revision, save_checkpoint
from engine.compressors.baselines import build_baseline
from engine.compressors.students import build_student
from engine.compressors.tree import Tree
from engine.config import TrainConfig, from_dict
from engine.data.datasets.batches import Interruptible, StopAsked, load_batches, step_generator
from engine.training.distillation import StudentLoss, fit_student, followed, student_errors, student_stages
from engine.training.fitting.closed_form import fit_closed_form
from engine.training.loop import StageLoop, agreed
from engine.training.objectives import LatentLoss, LevelLoss, SequenceLoss, level_errors, sequence_errors
from engine.training.probe import measured, root_view, sheet, student_views, tree_views
from engine.training.recorder import Pace, Recorder, due
from engine.training.stages import Stage, joint_stages, stages
from engine.training.state import Place, load_state, memory_used, part_of, restore_optimizer, save_state


@contextmanager
def stop_on_interrupt() -> Iterator[list[bool]]:
    """Ctrl-C (or SIGTERM) asks the loop to stop after the step; a second one interrupts at once."""
    asked: list[bool] = []

    def ask(number: int, frame: object) -> None:
        asked.append(True)
        signal.signal(number, before[number])

    before = {}
    with suppress(ValueError):  # not in the main thread: nothing to catch there
        for number in (signal.SIGINT, signal.SIGTERM):
            before[number] = signal.signal(number, ask)
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def train_folder(folder: Path, recorder: Recorder) -> Path | None:
    """Train what a run's folder says, from its saved state if there is one; the finished checkpoint's folder, or None
    when it was stopped and can be resumed.
    """
    config = from_dict(TrainConfig, json.loads((folder / "config.json").read_text()))
    accelerator = accelerated(config)
    torch.manual_seed(config.seed)
    resuming = (folder / "state.safetensors").exists()
    accelerator.wait_for_everyone()  # or a quick process would save before a slow one has looked
    with stop_on_interrupt() as asked:
        stopping = agreed(accelerator, lambda: bool(asked) or recorder.stopping())
        batches = Interruptible(load_batches(config), stopping)
        kind = BaselineTrainer if config.baseline else StudentTrainer if config.teacher else Trainer
        trainer = kind(config, folder, batches, accelerator, recorder)
        done = trainer.run(stopping=stopping, resuming=resuming)
    return trainer.finish() if done else None


def accelerated(config: TrainConfig) -> Accelerator:
    """Device, precision and processes, as accelerate finds them. It remembers the first precision of a process, which a
    comparison of several trainings must be able to change.
    """
    AcceleratorState._reset_state()
    return Accelerator(
        mixed_precision=config.precision,
        kwargs_handlers=[DistributedDataParallelKwargs(find_unused_parameters=True)],
    )


class Trainer:
    """A tree on its way through the stages, with its average, its place and its files."""

    kind = "teacher"

    def __init__(
        self, config: TrainConfig, folder: Path, batches: object, accelerator: Accelerator, recorder: Recorder
    ) -> None:
        self.config, self.folder, self.recorder, self.pace = config, folder, recorder, Pace()
        self.batches, self.accelerator, self.place = batches, accelerator, Place()
        self.learner = self.build().to(accelerator.device)
        self.average: AveragedModel | None = None
        self.loop: StageLoop | None = None
        self.saved: dict[str, torch.Tensor] = {}

    def build(self) -> nn.Module:
        """What is trained."""
        return Tree(self.config.tree)

    def fit(self) -> None:
        """The closed form."""
        fit_closed_form(self.learner, self.batches, self.accelerator.device)

    def plan(self) -> list[Stage]:
        """The optimised stages."""
        return stages(self.config)

    def loss(self, stage: Stage) -> nn.Module:
        """What a stage brings down."""
        if self.config.loss == "latents":
            return LatentLoss(self.learner)
        reference = self.place.history[0]["train_mse"]
        return LevelLoss(self.learner, [0.0] + [(reference[-1] / max(mse, 1e-9)) ** 0.5 for mse in reference[1:]])

    def run(self, *, stopping: object, resuming: bool) -> bool:
        """All stages; False when stopped on the way."""
        plan = self.plan()
        self.recorder.begins(plan, self.learner.learned())
        if resuming:
            self.saved, self.place = load_state(self.folder / "state.safetensors")
            self.learner.load_state_dict(part_of(self.saved, "model."))
            self.recorder.resumes(self.place)
        elif not self.timed_closed_form():
            return False
        for index, stage in enumerate(plan[self.place.stage :], self.place.stage):
            self.begin(stage)
            if not self.loop.run(self.place, after=self.after_step, save=self.save, stopping=stopping):
                self.save()
                return False
            self.end()
            self.place.stage, self.place.step = index + 1, 0
        self.loop = None
        self.save()
        return True

    def timed_closed_form(self) -> bool:
        """The closed form, its seconds and its errors counted in; False when stopped on the way."""
        self.recorder.resumes(self.place)
        start = time.perf_counter()
        try:
            self.fit()
        except StopAsked:
            return False
        self.place.seconds += time.perf_counter() - start
        self.place.history.append({"stage": "closed form", "train_mse": self.probe()})
        self.record("closed form", 0, {}, looking=bool(self.config.probe_every))
        self.save()
        return True

    def begin(self, stage: object) -> None:
        """Set a stage up, from saved moments when it was interrupted."""
        self.loop = StageLoop(self.config, stage, self.learner, self.loss(stage), self.batches, self.accelerator)
        if self.config.average and stage.level is None:
            self.average = AveragedModel(self.learner, multi_avg_fn=get_ema_multi_avg_fn(self.config.average))
        if self.saved and self.place.step:
            restore_optimizer(self.loop.optimizer, self.saved)
            if self.average is not None:
                self.average.load_state_dict(part_of(self.saved, "average."))
        self.saved = {}

    def after_step(self, loss: float) -> None:
        """Follow with the average, record figures now and then."""
        if self.average is not None:
            self.average.update_parameters(self.learner)
        done, stage = self.place.step + 1, self.loop.stage
        self.pace.leaves += self.config.batch
        every = self.config.probe_every
        looking = bool(every) and (done % every == 0 or done == stage.steps)
        if looking or due(done, stage.steps):
            self.record(stage.title, done, {"loss": loss, "rate": self.loop.rate}, looking=looking)

    def record(self, stage: str, step: int, values: dict, *, looking: bool) -> None:
        """Hand a row to the recorder, main process only; with a look at the probe if asked."""
        if not self.accelerator.is_main_process:
            return
        values, picture = {**values, **memory_used()}, None
        if step:
            values["throughput"] = round(self.pace.taken(), 1)
        if looking:
            truth, views = self.look()
            values, picture = values | measured(truth, views), sheet(truth, views)
        total = self.place.total + bool(step)
        row = {"stage": stage, "step": step, "total": total, "seconds": round(self.place.seconds, 3)}
        self.recorder.row({**row, "values": values}, picture)

    def look(self) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """(the probe's frames [T, H, W, K], what each level gives back of them) with the weights that would be kept."""
        frames = self.batches.draw(1, self.config.tree.leaves, step_generator(self.config.seed, -3, 0))
        learner = self.average.module if self.average is not None else self.learner
        return frames[0].numpy(), self.views(learner, frames.to(self.accelerator.device))

    def views(self, learner: nn.Module, frames_1THWK: torch.Tensor) -> dict[str, np.ndarray]:
        """What every level gives back."""
        return tree_views(learner, frames_1THWK)

    def end(self) -> None:
        """Go on from the averaged weights."""
        if self.average is not None:
            self.learner.load_state_dict(self.average.module.state_dict())
        self.average = None
        self.place.history.append({"stage": self.loop.stage.title, "train_mse": self.probe()})

    def probe(self) -> list[float]:
        """Every level's error on a few fixed training windows, without augmentation."""
        return level_errors(self.learner, self.probe_frames())

    def probe_frames(self) -> torch.Tensor:
        """The same training windows at every call."""
        leaves = self.config.tree.leaves
        frames = self.batches.draw(max(1, 512 // leaves), leaves, step_generator(self.config.seed, -1, 0))
        return frames.to(self.accelerator.device)

    def save(self) -> None:
        """Write the state, main process only."""
        if self.accelerator.is_main_process:
            self.recorder.saving()
            optimizer = self.loop.optimizer if self.loop else None
            save_state(self.folder / "state.safetensors", self.learner, self.average, optimizer, self.place)

    def about(self) -> dict:
        """What a card of this kind says besides."""
        return {}

    def finish(self) -> Path:
        """Write the checkpoint and its card."""
        card = {
            "kind": self.kind,
            "config": dataclasses.asdict(self.config),
            "data": self.batches.origin,
            "seed": self.config.seed,
            "steps": self.place.total,
            "seconds": round(self.place.seconds, 1),
            "hardware": hardware(),
            "revision": revision(),
            "parameters": self.learner.learned(),
            "history": self.place.history,
            "metrics": {},
            **self.about(),
        }
        target = self.folder / self.config.name
        if self.accelerator.is_main_process:
            save_checkpoint(target, self.learner, card, half=self.config.half)
        return target


class StudentTrainer(Trainer):
    """A student on the same way; the teacher that its config names stands beside it."""

    kind = "student"

    def build(self) -> nn.Module:
        """The student that suits the teacher."""
        tree, self.fingerprint = followed(self.config)
        tree.to(self.accelerator.device)
        config = self.config
        return build_student(tree, hidden=config.student_hidden, zones=config.student_zones, start=config.student_start)

    def fit(self) -> None:
        """Least squares, or zones."""
        fit_student(self.learner, self.batches, self.accelerator.device, self.config)

    def plan(self) -> list[Stage]:
        """One step, then rollouts."""
        return student_stages(self.config, self.learner)

    def loss(self, stage: Stage) -> nn.Module:
        """Codes, or frames."""
        return StudentLoss(self.learner, stage)

    def views(self, learner: nn.Module, frames_1THWK: torch.Tensor) -> dict[str, np.ndarray]:
        """What the teacher and the student give back."""
        return student_views(learner, frames_1THWK)

    def about(self) -> dict:
        """Which weights it follows."""
        return {"teacher": self.config.teacher, "teacher_fingerprint": self.fingerprint}

    def probe(self) -> list[float]:
        """The teacher's error and the student's, on a few fixed training windows."""
        return student_errors(self.learner, self.probe_frames())


class BaselineTrainer(Trainer):
    """A baseline on the same way: the same batches, as many steps, the loss of whole windows alone."""

    kind = "baseline"

    def build(self) -> nn.Module:
        """The baseline that the config names."""
        return build_baseline(self.config)

    def fit(self) -> None:
        """Principal components, the mean, or a whole linear tree."""
        if isinstance(self.learner, Tree):
            super().fit()
        else:
            self.learner.fit(self.batches.blocks())

    def plan(self) -> list[Stage]:
        """The joint stages, of what an optimiser improves."""
        return joint_stages(self.config) if getattr(self.learner, "trained", False) else []

    def loss(self, stage: Stage) -> nn.Module:
        """Frames against frames."""
        return SequenceLoss(self.learner)

    def views(self, learner: nn.Module, frames_1THWK: torch.Tensor) -> dict[str, np.ndarray]:
        """What the memory of the whole window gives back."""
        return super().views(learner, frames_1THWK) if isinstance(learner, Tree) else root_view(learner, frames_1THWK)

    def about(self) -> dict:
        """Which baseline it is."""
        return {"baseline": self.config.baseline}

    def probe(self) -> list[float]:
        """The error of a few fixed training windows."""
        return super().probe() if isinstance(self.learner, Tree) else sequence_errors(self.learner, self.probe_frames())
