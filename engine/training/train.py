"""Train a teacher, a student or a baseline from a config: closed form, each level alone, all together.

    python -m engine train digits-128
    accelerate launch -m engine train digits-128            several processes
    python -m engine train digits-128 --resume RUN          continue exactly where it stopped

A run is a folder under $IMFN_HOME/runs (default ~/.cache/imfn-explorer/runs): config.json, state.safetensors,
metrics.jsonl, and the finished checkpoint under its name.
"""

from __future__ import annotations

import dataclasses
import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from accelerate import Accelerator
from accelerate.utils import DistributedDataParallelKwargs
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from engine.baselines import build_baseline
from engine.checkpoints import hardware, revision, save_checkpoint
from engine.config import TrainConfig
from engine.students import build_student
from engine.training.batches import load_batches, step_generator
from engine.training.closed_form import fit_closed_form
from engine.training.distil import StudentLoss, fit_student, followed, student_errors, student_stages, with_teacher
from engine.training.loop import StageLoop
from engine.training.losses import LatentLoss, LevelLoss, SequenceLoss, level_errors, sequence_errors
from engine.training.plan import Stage, joint_stages, stages
from engine.training.runs import open_run, set_status
from engine.training.state import Place, load_state, part_of, restore_optimizer, save_state
from engine.tree import Tree


@contextmanager
def stop_on_interrupt() -> Iterator[list[bool]]:
    """Ctrl-C (or SIGTERM) asks the loop to stop after the step; a second one interrupts at once."""
    asked: list[bool] = []

    def ask(number: int, frame: object) -> None:
        asked.append(True)
        signal.signal(number, before[number])

    before = {}
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            before[number] = signal.signal(number, ask)
        yield asked
    except ValueError:  # not in the main thread: nothing to catch there
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def train(config: TrainConfig, *, resume: str | None = None, home: Path | None = None) -> Path | None:
    """Train to the end; the finished checkpoint's folder, or None when it was stopped and can be resumed."""
    run = open_run(with_teacher(config), resume=resume, home=home)
    config = run.config
    mixed = DistributedDataParallelKwargs(find_unused_parameters=True)
    accelerator = Accelerator(mixed_precision=config.precision, kwargs_handlers=[mixed])
    torch.manual_seed(config.seed)
    batches = load_batches(config)
    kind = BaselineTrainer if config.baseline else StudentTrainer if config.teacher else Trainer
    trainer = kind(config, run.folder, batches, accelerator)
    try:
        with stop_on_interrupt() as asked:
            done = trainer.run(stopping=lambda: bool(asked), resuming=resume is not None)
    except BaseException:
        set_status(run.folder, "failed")
        raise
    set_status(run.folder, "finished" if done else "stopped")
    return trainer.finish() if done else None


class Trainer:
    """A tree on its way through the stages, with its average, its place and its files."""

    kind = "teacher"

    def __init__(self, config: TrainConfig, folder: Path, batches: object, accelerator: Accelerator) -> None:
        self.config, self.folder = config, folder
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
        if resuming:
            self.saved, self.place = load_state(self.folder / "state.safetensors")
            self.learner.load_state_dict(part_of(self.saved, "model."))
        else:
            self.timed_closed_form()
        plan = self.plan()
        for index, stage in enumerate(plan[self.place.stage :], self.place.stage):
            self.begin(stage)
            after = lambda loss: self.after_step(stage.title, loss)  # noqa: E731, B023
            if not self.loop.run(self.place, after=after, save=self.save, stopping=stopping):
                self.save()
                return False
            self.end()
            self.place.stage, self.place.step = index + 1, 0
        self.loop = None
        self.save()
        return True

    def timed_closed_form(self) -> None:
        """The closed form, its seconds and its errors counted in."""
        start = time.perf_counter()
        self.fit()
        self.place.seconds += time.perf_counter() - start
        self.place.history.append({"stage": "closed form", "train_mse": self.probe()})

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

    def after_step(self, title: str, loss: float) -> None:
        """Follow with the average, write the metric line now and then."""
        if self.average is not None:
            self.average.update_parameters(self.learner)
        if self.place.step % 20 == 0 and self.accelerator.is_main_process:
            line = {"stage": title, "step": self.place.step, "total": self.place.total, "loss": loss}
            with (self.folder / "metrics.jsonl").open("a") as file:
                file.write(json.dumps({**line, "seconds": round(self.place.seconds, 2)}) + "\n")

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
        return build_student(tree, hidden=self.config.student_hidden, zones=self.config.student_zones)

    def fit(self) -> None:
        """Least squares, or zones."""
        fit_student(self.learner, self.batches, self.accelerator.device, self.config)

    def plan(self) -> list[Stage]:
        """One step, then rollouts."""
        return student_stages(self.config, self.learner)

    def loss(self, stage: Stage) -> nn.Module:
        """Codes, or frames."""
        return StudentLoss(self.learner, stage)

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

    def about(self) -> dict:
        """Which baseline it is."""
        return {"baseline": self.config.baseline}

    def probe(self) -> list[float]:
        """The error of a few fixed training windows."""
        return super().probe() if isinstance(self.learner, Tree) else sequence_errors(self.learner, self.probe_frames())
