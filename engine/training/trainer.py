"""Train a compressor from a config: closed form, each level alone, all together.

    python -m engine train digits-128
    accelerate launch -m engine train digits-128            several processes
    python -m engine train digits-128 --resume RUN          continue exactly where it stopped

A run is a folder under $IMFN_HOME/runs (default ~/.cache/imfn-explorer/runs): config.json, state.safetensors,
metrics.jsonl, probes/, and the finished checkpoint under its name. The job store (`engine/jobs`) knows about it. What
differs between teachers, students and baselines is asked of the compressor, what is brought down of the objective.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState, PartialState
from accelerate.utils import DistributedDataParallelKwargs, parse_flag_from_env
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from engine.checkpoints import bundled_tree, hardware, revision, save_checkpoint, teacher_of
from engine.compatibility import upgrade
from engine.compressors.base import Compressor, build_compressor
from engine.compressors.stages import Stage
from engine.config import TrainConfig, as_dict, from_dict
from engine.data.datasets.base import Batch, load_dataset, step_generator
from engine.registry import OBJECTIVES, config_of
from engine.training.loop import StageLoop, computing_precision, diverged
from engine.training.objectives.base import Objective, Score
from engine.training.recorder import Recorder, Throughput, due
from engine.training.state import Place, load_state, memory_used, part_of, restore_optimizer, save_state
from engine.training.stopping import Interruptible, StopAsked, agreed, stop_on_interrupt


def train_folder(folder: Path, recorder: Recorder) -> Path | None:
    """Train what a run's folder says, from its saved state if there is one; the finished checkpoint's folder, or None
    when it was stopped and can be resumed.
    """
    config = from_dict(TrainConfig, upgrade(json.loads((folder / "config.json").read_text())))
    accelerator = accelerated(config)
    torch.manual_seed(config.seed)
    resuming = (folder / "state.safetensors").exists()
    accelerator.wait_for_everyone()  # or a quick process would save before a slow one has looked
    with stop_on_interrupt() as asked:
        stopping = agreed(accelerator, lambda: bool(asked) or recorder.stopping())
        batches = Interruptible(load_dataset(config), stopping)
        trainer = Trainer(config, folder, batches, accelerator, recorder)
        done = trainer.run(stopping=stopping, resuming=resuming)
    return trainer.finish() if done else None


def accelerated(config: TrainConfig) -> Accelerator:
    """Device, precision and processes, as accelerate finds them. It remembers the first precision of a process, which a
    comparison of several trainings must be able to change.
    """
    AcceleratorState._reset_state()
    # Accelerator reads this flag by itself, PartialState does not
    device = PartialState(cpu=parse_flag_from_env("ACCELERATE_USE_CPU")).device.type
    return Accelerator(
        mixed_precision=computing_precision(config.precision, device),
        kwargs_handlers=[DistributedDataParallelKwargs(find_unused_parameters=True)],
    )


class Trainer:
    """A compressor on its way through the stages, with its average, its place and its files."""

    def __init__(
        self, config: TrainConfig, folder: Path, batches: Interruptible, accelerator: Accelerator, recorder: Recorder
    ) -> None:
        self.config, self.folder, self.recorder, self.throughput = config, folder, recorder, Throughput()
        self.batches, self.accelerator, self.place = batches, accelerator, Place()
        self.clock: Callable[[], float] = time.process_time
        self.teacher, self.followed = teacher_of(config)
        if self.teacher is not None:
            self.teacher.to(accelerator.device)
        self.learner: Compressor = build_compressor(config, self.teacher).to(accelerator.device)
        self.objective = self.build_objective(config.objective)
        self.average: AveragedModel | None = None
        self.loop: StageLoop | None = None
        self.saved: dict[str, torch.Tensor] = {}

    def build_objective(self, name: str) -> Objective:
        """An objective around the learner; those of single stages have default settings."""
        cls = OBJECTIVES.get(name)
        options = self.config.parts.get(name) or config_of(cls)()
        objective = cls(self.learner, options)
        objective.ask(self.config.dataset.questions(self.config))
        return objective.to(self.accelerator.device)

    def objective_of(self, stage: Stage) -> Objective:
        """What a stage brings down."""
        own = stage.objective and stage.objective != self.config.objective
        objective = self.build_objective(stage.objective) if own else self.objective
        objective.begin(self.place.history)
        return objective

    def run(self, *, stopping: Callable[[], bool], resuming: bool) -> bool:
        """All stages; False when stopped on the way."""
        plan = type(self.learner).stages(self.config)
        self.recorder.begins(plan, self.learner.learned())
        if resuming:
            self.saved, self.place = load_state(self.folder / "state.safetensors")
            self.learner.load_state_dict(part_of(self.saved, "model."))
            self.objective.load_state_dict(part_of(self.saved, "objective."), strict=False)
            self.recorder.resumes(self.place)
        elif not self.timed_closed_form():
            return False
        for index, stage in enumerate(plan[self.place.stage :], self.place.stage):
            self.begin(stage)
            if not self.loop.run(self.place, after=self.after_step, save=self.save, stopping=stopping):
                self.save()
                return False
            self.end()
            self.place.stage, self.place.step, self.place.stage_cpu_seconds = index + 1, 0, 0.0
        self.loop = None
        self.save()
        return True

    def timed_closed_form(self) -> bool:
        """The closed form, its seconds and its errors counted in; False when stopped on the way."""
        self.recorder.resumes(self.place)
        start, used = time.perf_counter(), self.clock()
        if self.learner.starts_from:
            self.learner.take(bundled_tree(self.learner.starts_from).to(self.accelerator.device))
        try:
            self.learner.fit(self.batches, self.accelerator.device)
        except StopAsked:
            return False
        self.place.seconds += time.perf_counter() - start
        self.place.cpu_seconds += self.clock() - used
        self.place.history.append({"stage": "closed form", "train_mse": self.probe()})
        self.record("closed form", 0, {}, looking=bool(self.config.probe_every))
        self.save()
        return True

    def begin(self, stage: Stage) -> None:
        """Set a stage up, from saved moments when it was interrupted."""
        self.loop = self.build_loop(stage, self.objective_of(stage))
        if self.config.average and (stage.level is None or stage.averaged):
            self.average = AveragedModel(self.learner, multi_avg_fn=get_ema_multi_avg_fn(self.config.average))
        if self.saved and self.place.step:
            restore_optimizer(self.loop.optimizer, self.saved)
            if self.average is not None:
                self.average.load_state_dict(part_of(self.saved, "average."))
        self.saved = {}

    def build_loop(self, stage: Stage, objective: Objective) -> StageLoop:
        """The optimiser's loop of a stage."""
        return StageLoop(self.config, stage, self.learner, objective, self.batches, self.accelerator)

    def after_step(self, loss: float) -> None:
        """Follow with the average, record figures now and then."""
        self.follow()
        done, stage = self.place.step + 1, self.loop.stage
        self.throughput.leaves += self.config.batch
        every = self.config.probe_every
        looking = bool(every) and (done % every == 0 or done == stage.steps)
        if looking or due(done, stage.steps):
            self.record(stage.title, done, {"loss": loss, "rate": self.loop.rate}, looking=looking)

    def follow(self) -> None:
        """Take the step into the moving average, where there is one."""
        if self.average is not None:
            self.average.update_parameters(self.learner)

    def record(self, stage: str, step: int, values: dict, *, looking: bool) -> None:
        """Hand a row to the recorder, main process only; with a look at the probe if asked."""
        if not self.accelerator.is_main_process:
            return
        values, picture = {**values, **memory_used()}, None
        if step:
            values["throughput"] = round(self.throughput.taken(), 1)
        if looking:
            score = self.look()
            values, picture = values | score.figures, score.picture
        total = self.place.total + bool(step)
        row = {"stage": stage, "step": step, "total": total, "seconds": round(self.place.seconds, 3)}
        self.recorder.row({**row, "values": values}, picture)

    def look(self) -> Score:
        """Figures and picture of the probe with the weights that would be kept."""
        generator = step_generator(self.config.seed, -3, 0)
        frames = self.batches.draw(self.objective.looks, self.config.tree.leaves, generator)
        learner = self.average.module if self.average is not None else self.learner
        return self.objective.score(learner, frames.to(self.accelerator.device))

    def end(self) -> None:
        """Go on from the averaged weights."""
        if self.average is not None:
            self.learner.load_state_dict(self.average.module.state_dict())
        self.average = None
        self.place.history.append({"stage": self.loop.stage.title, "train_mse": self.probe()})

    def probe(self) -> list[float]:
        """Every level's error on a few fixed training windows."""
        return self.objective.errors(self.learner, self.probe_batch())

    def probe_batch(self) -> Batch:
        """The same training windows at every call."""
        leaves = self.config.tree.leaves
        windows = self.batches.draw(max(1, 512 // leaves), leaves, step_generator(self.config.seed, -1, 0))
        return windows.to(self.accelerator.device)

    def save(self) -> None:
        """Write the state, main process only. Raises ValueError, and the last save stays, for weights that are no
        numbers.
        """
        if not all(torch.isfinite(value).all() for value in self.learner.state_dict().values()):
            raise diverged(self.place.total)
        if self.accelerator.is_main_process:
            self.recorder.saving()
            optimizer = self.loop.optimizer if self.loop else None
            save_state(
                self.folder / "state.safetensors",
                self.learner,
                self.average,
                optimizer,
                self.place,
                objective=self.objective.own_state(),
            )

    def about(self) -> dict:
        """What a card of this kind says besides: whom it follows, or which baseline it is."""
        if self.teacher is not None:
            return {"teacher": self.config.teacher, "teacher_fingerprint": self.followed}
        return {"baseline": self.config.baseline} if self.config.baseline else {}

    def finish(self) -> Path:
        """Write the checkpoint and its card."""
        card = {
            "kind": self.config.kind,
            "config": as_dict(self.config),
            "data": self.batches.origin,
            "seed": self.config.seed,
            "steps": self.place.total,
            "seconds": round(self.place.seconds, 1),
            "cpu_seconds": round(self.place.cpu_seconds, 1),
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
