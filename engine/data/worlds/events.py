"""Events of the Lantern room: two cues, a key and a door, with the exact Bayes figure of the door.

Cue A and cue B light their lamp once each, in two different frames. A key lies in one of 8×8 cells of 3 pixels;
whenever the lantern lights its cell, the key's lamp glints with probability GLINT. The door opens at the end only if
the key was lit before, glint or not. So whoever saw a glint knows; whoever saw none must weigh where the key may lie:

    P(open | no glint) = Σ_{cells lit} (1 - GLINT)^n / Σ_{all cells} (1 - GLINT)^n,    n times that the cell was lit
Shapes: B sequences, T frames, K = 64 cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

CELLS = 8
"""cells a side of the room, three pixels each"""
SPAN = 3
"""cells a side that the lantern lights"""
GLINT = 0.25
"""probability of a glint in a frame that lights the key"""


@dataclass(frozen=True, kw_only=True)
class Events:
    """What happens in a room besides light."""

    cues_B2: Tensor
    """the frame of cue A, of cue B"""
    key_B: Tensor
    """the key's cell, row · CELLS + column"""
    lit_BT: Tensor
    """whether the key's cell is lit"""
    glint_BT: Tensor
    """whether it glints"""

    @property
    def lamps_BT3(self) -> Tensor:
        """Lamps A, B, key: which are on in a frame."""
        time = torch.arange(self.lit_BT.shape[1], device=self.lit_BT.device)
        cues_BT2 = self.cues_B2[:, None] == time[:, None]
        return torch.cat((cues_BT2, self.glint_BT[..., None]), -1)

    def opens(self, frames: int) -> Tensor:
        """Whether the door opens after so many frames, bool [B]."""
        return self.lit_BT[:, :frames].any(1)

    def first(self, frames: int) -> tuple[Tensor, Tensor]:
        """(whether cue A came before cue B, whether a cue came at all in so many frames), bool [B] each."""
        return self.cues_B2[:, 0] < self.cues_B2[:, 1], self.cues_B2.amin(1) < frames


def lit_cells(poses_B: Tensor) -> Tensor:
    """Which cells the lantern lights, bool [.., K]."""
    start = torch.arange(CELLS - SPAN + 1)[:, None]
    place = torch.arange(CELLS)
    inside = (place >= start) & (place < start + SPAN)
    return (inside[:, None, :, None] & inside[None, :, None, :]).flatten(0, 1).flatten(1).to(poses_B.device)[poses_B]


def draw_events(poses_BT: Tensor, generator: torch.Generator) -> Events:
    """Random events along walks."""
    count, frames = poses_BT.shape
    cues_B2 = torch.rand(count, frames, generator=generator).topk(2).indices
    key_B = torch.randint(CELLS * CELLS, (count,), generator=generator)
    lit_BT = lit_cells(poses_BT).gather(2, key_B[:, None, None].expand(-1, frames, 1))[..., 0]
    glint_BT = lit_BT & (torch.rand(count, frames, generator=generator) < GLINT)
    return Events(cues_B2=cues_B2, key_B=key_B, lit_BT=lit_BT, glint_BT=glint_BT)


def door_given(poses_BT: Tensor, glint_BT: Tensor) -> Tensor:
    """P(the door opens | where the lantern was and when the key glinted), exact, [B]."""
    times_BK = lit_cells(poses_BT).sum(1)
    weight_BK = (1 - GLINT) ** times_BK.double()
    lit = (weight_BK * (times_BK > 0)).sum(1) / weight_BK.sum(1)
    return torch.where(glint_BT.any(1), 1.0, lit)


def bits(probability_B: Tensor, happened_B: Tensor) -> Tensor:
    """Log-loss in bits of a forecast of a yes or no, [B]."""
    given = torch.where(happened_B, probability_B, 1 - probability_B)
    return -given.clamp_min(1e-12).log2()
