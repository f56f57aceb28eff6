"""The contract of an objective: a target, a loss, and a score in named figures.

It is a module around the compressor, so that accelerate can wrap one forward call for devices, precision and processes.
It may have weights of its own (a read-out that predicts, say): they are trained and saved with the run, and are no part
of the checkpoint. Here the target is the frames themselves; an objective that predicts overrides `target` and `given`,
and a data set may hand it more than frames (`Batch.more`).
Shapes: B windows, T leaves, H W K frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from PIL import Image
from torch import Tensor, nn

from engine.compressors.base import Compressor
from engine.config import TrainConfig
from engine.data.datasets.base import Batch
from engine.data.datasets.questions import Question
from engine.registry import NoSettings
from engine.training.probe import measured, pixels, sheet


@dataclass(frozen=True, kw_only=True)
class Score:
    """A look at a fixed window: figures for charts and tables, and a picture."""

    figures: dict[str, Any]
    """`levels`, the labels, and beside it lists of figures by name, one for each label"""
    picture: Image.Image | None = None


class Objective(nn.Module):
    """Mean squared error of what a compressor gives of `target`, the levels weighted and summed."""

    name: ClassVar[str]
    offered: ClassVar[bool] = True
    """whether a config may choose it, or stages alone"""
    needs_levels: ClassVar[bool] = False
    """whether it is for compressors that keep levels"""
    looks: ClassVar[int] = 1
    """windows that a look at the probe is made of"""
    gives_frames: ClassVar[bool] = True
    """whether it needs the frames that memories give back"""
    Config: ClassVar[type] = NoSettings
    """its own settings, a frozen keyword-only dataclass"""

    def __init__(self, compressor: Compressor, options: object) -> None:
        super().__init__()
        self.compressor, self.options = compressor, options
        self.weights: dict[int, float] = {}

    @classmethod
    def check(cls, config: TrainConfig) -> None:
        """ValueError unless a training can have this objective."""
        if cls.gives_frames and not (config.baseline or getattr(config.tree.options, "inverts", True)):
            raise ValueError(f"objective {cls.name} needs frames back; set tree.{config.tree.family}.inverts to true")

    def ask(self, questions: tuple[Question, ...]) -> None:
        """What the data ask of a memory is known; an objective that predicts makes its read-out now."""

    def begin(self, history: Sequence[dict]) -> None:
        """A stage begins; history holds {"stage", "train_mse"} of what was before, the closed form first. Levels weigh
        as if all had begun with the root's error.
        """
        errors = history[0]["train_mse"] if history and self.compressor.keeps_levels else []
        self.weights = {level: (errors[-1] / max(mse, 1e-9)) ** 0.5 for level, mse in enumerate(errors)}

    def target(self, batch: Batch) -> Tensor:
        """What is to be given, of the shape of each of `given`'s tensors."""
        return batch.frames_BTHWK

    def given(self, compressor: Compressor, batch: Batch, levels: tuple[int, ...]) -> dict[int, Tensor]:
        """By number of merges, what the memories of a batch give of the target."""
        return compressor.reconstruct(batch.frames_BTHWK, levels)

    def forward(self, batch: Batch, levels: tuple[int, ...]) -> Tensor:
        """The loss over `levels` (numbers of merges), a scalar."""
        target, found = self.target(batch), self.given(self.compressor, batch, levels)
        losses = [self.weights.get(merges, 1.0) * (back - target).square().mean() for merges, back in found.items()]
        return torch.stack(losses).sum()

    def views(self, compressor: Compressor, batch: Batch) -> dict[str, Tensor]:
        """By label, what charts show of the target; of pictures they are clipped."""
        return compressor.views(batch.frames_BTHWK)

    @torch.inference_mode()
    def errors(self, compressor: Compressor, batch: Batch) -> list[float]:
        """The mean squared error of every label's view, clipped to [0, 1]."""
        target = self.target(batch)
        return [(view.clamp(0, 1) - target).square().mean().item() for view in self.views(compressor, batch).values()]

    @torch.inference_mode()
    def score(self, compressor: Compressor, batch: Batch) -> Score:
        """Figures and picture of the first window of a batch."""
        truth = pixels(self.target(batch))
        views = {label: pixels(view) for label, view in self.views(compressor, batch).items()}
        return Score(figures=measured(truth, views), picture=sheet(truth, views))

    def own_state(self) -> dict[str, Tensor]:
        """Its own weights, the compressor's left out."""
        return {key: value for key, value in self.state_dict().items() if not key.startswith("compressor.")}

    def own_parameters(self) -> list[nn.Parameter]:
        """What an optimiser changes besides the compressor."""
        return [value for key, value in self.named_parameters() if not key.startswith("compressor.")]
