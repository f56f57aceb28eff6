"""Losses: what a level's memories give back, against the frames that went in or against the states it merged.

Each is a module around the tree, so that accelerate can wrap one forward call for devices, precision and processes.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.compressors.tree import Tree


class LatentLoss(nn.Module):
    """The paper's local loss: how far a level's inverse lands from the very pair of states that its merge was given."""

    def __init__(self, tree: Tree) -> None:
        super().__init__()
        self.tree = tree

    def forward(self, frames_BTHWK: Tensor, levels: tuple[int, ...]) -> Tensor:
        """Mean squared error of one level's children, in latent space."""
        (merges,) = levels
        with torch.no_grad():
            pairs = self.tree.rise(self.tree.encode(frames_BTHWK), merges - 1)[-1]
        return (self.tree.inverse(self.tree.merge(pairs, merges - 1), merges - 1) - pairs).square().mean()


class LevelLoss(nn.Module):
    """Mean squared error of the given levels' reconstructions, weighted and summed."""

    def __init__(self, tree: Tree, weights: list[float]) -> None:
        super().__init__()
        self.tree, self.weights = tree, weights

    def forward(self, frames_BTHWK: Tensor, levels: tuple[int, ...]) -> Tensor:
        """Loss over `levels` (numbers of merges), computed from one pass up the tree."""
        height, width = frames_BTHWK.shape[2:4]
        states = self.tree.rise(self.tree.encode(frames_BTHWK), max(levels))
        losses = []
        for merges in levels:
            back = self.tree.recover(states[merges], merges, height, width)
            losses.append(self.weights[merges] * (back - frames_BTHWK).square().mean())
        return torch.stack(losses).sum()


class SequenceLoss(nn.Module):
    """Mean squared error of whole windows, there and back: all that a baseline is trained on."""

    def __init__(self, baseline: nn.Module) -> None:
        super().__init__()
        self.baseline = baseline

    def forward(self, frames_BTHWK: Tensor, levels: tuple[int, ...]) -> Tensor:
        """Loss of windows; a baseline has no levels."""
        return (self.baseline(frames_BTHWK) - frames_BTHWK).square().mean()


@torch.inference_mode()
def sequence_errors(baseline: nn.Module, frames_BTHWK: Tensor) -> list[float]:
    """[MSE] of whole windows, clipped."""
    return [(baseline(frames_BTHWK).clamp(0, 1) - frames_BTHWK).square().mean().item()]


@torch.inference_mode()
def level_errors(tree: Tree, frames_BTHWK: Tensor) -> list[float]:
    """MSE of every level's clipped reconstruction; index 0 is the codec alone."""
    height, width = frames_BTHWK.shape[2:4]
    states = tree.rise(tree.encode(frames_BTHWK), tree.config.merges)
    errors = []
    for merges, nodes in enumerate(states):
        back = tree.recover(nodes, merges, height, width).clamp(0, 1)
        errors.append((back - frames_BTHWK).square().mean().item())
    return errors
