"""Prediction: a memory is judged by what it answers of the future, not by what it gives back.

prediction   the answers to a data set's questions (`engine/data/datasets/questions.py`), from the memory of a window
alone
joint        those, and the frames at every level as `pixels` judges them, shares λ and 1 - λ
masked       prediction from windows of which a quarter of the frames is hidden
The read-out that answers is the objective's own: trained and saved with the run, no part of the checkpoint. Charts show
the skill 1 - MSE / MSE(mean) of the first question of values, by lag where the data know one.
Shapes: B windows, T leaves, D floats of a memory, N outputs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from engine.compressors.base import Compressor
from engine.compressors.readout import Readout
from engine.config import TrainConfig, setting
from engine.data.datasets.base import Batch
from engine.data.datasets.questions import Question, mean_loss
from engine.registry import OBJECTIVES
from engine.training.objectives.base import Objective, Score

BANDS = {"lag 0–2": (0, 2), "lag 3–10": (3, 10), "lag > 10": (11, 10**5), "never lit": (10**5 + 1, 10**9)}
"""lags by label, both ends included"""
SHOWN = 8
"""windows whose beliefs a picture shows"""


def memory_of(compressor: Compressor, batch: Batch) -> Tensor:
    """The memories [B, D] of whole windows."""
    return compressor.levels(batch.frames_BTHWK, compressor.config.merges)[-1][:, 0].flatten(1)


@OBJECTIVES.add
class PredictionObjective(Objective):
    """The weighted sum of all questions' losses."""

    name, gives_frames, looks = "prediction", False, 64

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """The read-out."""

        width: int = setting(256, low=1, high=8192, unit="units")
        """hidden units of the read-out that answers from a memory"""

    @classmethod
    def check(cls, config: TrainConfig) -> None:
        """ValueError unless the data ask something, and memories are not trained level by level."""
        super().check(config)
        if not any(question.weight for question in config.dataset.questions(config)):
            raise ValueError(
                f"{config.data} asks nothing of a memory; objective {cls.name} needs lantern, moving or recall"
            )
        if config.local_steps:
            raise ValueError(
                f"objective {cls.name} trains whole memories; set local_steps to 0, it is {config.local_steps}"
            )

    def ask(self, questions: tuple[Question, ...]) -> None:
        """Make the read-out of the questions that count."""
        config = self.compressor.config
        floats = int(np.prod(self.compressor.state_shape(config.merges, config.height, config.width)))
        chosen = tuple(question for question in questions if question.weight)
        self.readout = Readout(floats, chosen, width=self.options.width)

    def forward(self, batch: Batch, levels: tuple[int, ...]) -> Tensor:
        """The loss of the windows' memories, a scalar."""
        return self.answer_loss(memory_of(self.compressor, batch), batch)

    def answer_loss(self, memory_BD: Tensor, batch: Batch) -> Tensor:
        """The questions' losses, weighted and summed."""
        found = self.readout(memory_BD, batch.more)
        parts = [q.weight * mean_loss(q, found[n], batch.more) for n, q in self.readout.questions.items()]
        return torch.stack(parts).sum()

    @torch.inference_mode()
    def pictured(self, compressor: Compressor, batch: Batch) -> tuple[Tensor, Tensor]:
        """(answers, truth) [B, N] of the first question of values, else of the first of any kind."""
        questions = self.readout.questions.values()
        question = next((q for q in questions if q.kind == "values"), next(iter(questions)))
        hidden = self.readout.hidden(memory_of(compressor, batch))
        found = self.readout.answer(question.name, hidden, batch.more.get(f"ask.{question.name}"))
        return found if question.kind == "values" else found.softmax(1), batch.more[f"true.{question.name}"]

    def errors(self, compressor: Compressor, batch: Batch) -> list[float]:
        """The loss on a batch."""
        with torch.inference_mode():
            return [self.answer_loss(memory_of(compressor, batch), batch).item()]

    @torch.inference_mode()
    def score(self, compressor: Compressor, batch: Batch) -> Score:
        """Skill by lag, and true pictures above what the memories believe of them."""
        found, true = self.pictured(compressor, batch)
        bands = banded(batch.more.get("lag"), true.shape)
        errors, plain = (found - true).square(), (true - true.mean()).square()
        skills = [
            1 - (errors[b].mean() / plain[b].mean().clamp_min(1e-9)).item() if b.any() else None for b in bands.values()
        ]
        figures = {
            "levels": list(bands),
            "skill": skills,
            "mse": [errors[b].mean().item() if b.any() else None for b in bands.values()],
        }
        return Score(figures=figures, picture=beliefs(true, found))


def banded(lag_BHW: Tensor | None, shape: torch.Size) -> dict[str, Tensor]:
    """By label of BANDS, which outputs [B, N] it is about; everything where no lag is known."""
    if lag_BHW is None or lag_BHW.flatten(1).shape != shape:
        return {"all": torch.ones(shape, dtype=torch.bool)}
    lag_BN = lag_BHW.flatten(1)
    return {label: (lag_BN >= low) & (lag_BN <= high) for label, (low, high) in BANDS.items()}


def beliefs(true_BN: Tensor, found_BN: Tensor) -> Image.Image | None:
    """True pictures in a row above believed ones; None for what is no square picture."""
    side = int(true_BN.shape[1] ** 0.5)
    if side * side != true_BN.shape[1] or side < 8:
        return None
    rows = [torch.cat(list(x[:SHOWN].unflatten(1, (side, side))), 1) for x in (true_BN, found_BN)]
    pixels = (torch.cat(rows).clamp(0, 1) * 255).round().byte().cpu().numpy()
    return Image.fromarray(pixels)


@OBJECTIVES.add
class JointObjective(PredictionObjective):
    """λ prediction, 1 - λ reconstruction of the root and of one more level."""

    name, needs_levels, gives_frames = "joint", True, True

    @dataclass(frozen=True, kw_only=True)
    class Config(PredictionObjective.Config):
        """The read-out, and how much it counts."""

        share: float = setting(0.5, low=0.0, high=1.0)
        """λ: 0 is reconstruction alone, 1 prediction alone"""
        variance: float = setting(0.03, low=1e-6, high=1.0)
        """about the variance of a frame's pixels, in which the errors of reconstruction are measured"""

    def forward(self, batch: Batch, levels: tuple[int, ...]) -> Tensor:
        """Both losses, in units of their variances."""
        tree, share = self.compressor, self.options.share
        states = tree.levels(batch.frames_BTHWK, max(levels))
        predicted = self.answer_loss(states[-1][:, 0].flatten(1), batch)
        height, width = batch.frames_BTHWK.shape[2:4]
        back = [tree.recover(states[merges], merges, height, width) for merges in levels]
        lost = torch.stack([(frames - batch.frames_BTHWK).square().mean() for frames in back]).mean()
        return share * predicted + (1 - share) * lost / self.options.variance


@OBJECTIVES.add
class MaskedObjective(PredictionObjective):
    """Prediction from windows with holes, those of `Batch.more["kept"]` [B, T]."""

    name = "masked"

    def forward(self, batch: Batch, levels: tuple[int, ...]) -> Tensor:
        """The loss of memories that saw the frames that are kept."""
        frames = batch.frames_BTHWK * batch.more["kept"][:, :, None, None, None]
        return super().forward(Batch(frames_BTHWK=frames, more=batch.more), levels)
