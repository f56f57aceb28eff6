"""What a memory of moving digits foretells of one sequence, beside what needs no memory.

    told = foretell(load_model("moving-64"), seed=7)
    told["moving-64"].errors_P          squared error summed over a frame's pixels, of each frame that followed

`docs/lantern.md` has the protocol; the same rows over 1,000 sequences are those of `compare moving`.
Shapes: T frames, P frames that follow, H W canvas.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.data.worlds.bounces import draw_bounces, mean_frame
from engine.data.worlds.moving import AHEAD, SEEN
from engine.model import Model

USUAL = range(900_000, 900_064)
"""seeds whose mean stands beside one sequence"""


@dataclass(frozen=True, kw_only=True)
class Foretold:
    """Frames that are said to follow."""

    frames_PHW: Tensor
    """in [0, 1]"""
    errors_P: Tensor
    """squared error summed over the pixels of each"""


def foretell(model: Model, seed: int) -> dict[str, Foretold]:
    """By row: the memory of what was shown under the model's name, the last frame, the mean of what was shown, the mean
    image of training digits. ValueError for a seed that no sequence has, and for memories of anything else.
    """
    frames_THW = draw_bounces(seed)
    shown_THW, true_PHW = frames_THW[:SEEN], frames_THW[SEEN:]
    check_canvas(model, tuple(frames_THW.shape[1:]))
    memory = model.compress(shown_THW[..., None].numpy())
    found = {
        model.name: torch.from_numpy(model.predict(memory, {"question": "frames"})),
        "last frame": shown_THW[-1].expand(AHEAD, -1, -1),
        "mean of the inputs": shown_THW.mean(0).expand(AHEAD, -1, -1),
        "mean image": mean_frame().expand(AHEAD, -1, -1),
    }
    return {
        name: Foretold(frames_PHW=each, errors_P=(each - true_PHW).square().sum((1, 2))) for name, each in found.items()
    }


def mean_errors(model: Model, seeds: range = USUAL) -> dict[str, Tensor]:
    """The errors [P] of the same rows, mean over several sequences."""
    found = [foretell(model, seed) for seed in seeds]
    return {name: torch.stack([told[name].errors_P for told in found]).mean(0) for name in found[0]}


def check_canvas(model: Model, size: tuple[int, ...]) -> None:
    """ValueError for a model that takes other frames."""
    own = (model.frame_shape or (0, 0))[:2]
    if own != size:
        raise ValueError(
            f"{model.name} takes frames of {own[0]}×{own[1]} pixels, these sequences have {size[0]}×{size[1]}; choose "
            "a memory that was trained at that size"
        )


__all__ = ["Foretold", "foretell"]
