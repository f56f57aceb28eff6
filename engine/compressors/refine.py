"""Refinement of a memory against its own frames before it is kept; `settle` in a config is its number of steps.

A merge is one guess, made without looking back. Refinement decodes the memory, and moves its floats down the gradient
of the squared error for a few steps. The sweepers stay as they are, the memory keeps its size, and reconstruction does
not depend on it. It closes the gap between what the encoder found and what the decoder could show
(the amortisation gap of Cremer, Li and Duvenaud, 2018), which is widest on pictures that training has not seen.
Shapes: N nodes, S slots, C channels, T leaves, H W K frame.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.compressors.base import Compressor

RATE = 0.06
"""first step length, in units of Adam; the last one is a twentieth of it"""


def refine(compressor: Compressor, states_NSC: Tensor, frames_THWK: Tensor, merges: int, steps: int) -> Tensor:
    """States [N, S, C] that decode closer to their frames [N·2^merges, H, W, K]; never further from them."""
    if not steps:
        return states_NSC
    with torch.inference_mode(False), torch.enable_grad():
        frames, start = frames_THWK.clone(), states_NSC.clone()
        moving = start.clone().requires_grad_(True)
        optimizer = torch.optim.Adam([moving], lr=RATE, betas=(0.9, 0.9))
        for step in range(steps):
            optimizer.param_groups[0]["lr"] = RATE * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * step / steps)))
            (moving.grad,) = torch.autograd.grad(node_errors(compressor, moving, frames, merges).sum(), moving)
            optimizer.step()
        with torch.no_grad():
            before, after = (node_errors(compressor, states, frames, merges) for states in (start, moving))
            return torch.where((after < before)[:, None, None], moving, start)


def node_errors(compressor: Compressor, states_NSC: Tensor, frames_THWK: Tensor, merges: int) -> Tensor:
    """Sum of squared errors of every node's frames as they are shown, clipped to [0, 1]; [N]."""
    back_THWK = compressor.recover(states_NSC[None], merges, *frames_THWK.shape[1:3])[0].clamp(0, 1)
    return (back_THWK - frames_THWK).square().unflatten(0, (len(states_NSC), -1)).flatten(1).sum(1)
