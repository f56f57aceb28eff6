"""Memories as streams: frames arrive one at a time.

    stream = StreamingTree(model, height=28, width=28)
    root = stream.push(frame)                     log2 T merges, equal to a full rebuild
    path = trajectory(model, frames)              all roots y_0 … y_T at once, one call a level
    stream = open_stream(model, height=28, width=28)      the same of any model: a student's and a baseline's RootStream

In a tree only the path from the new leaf to the root is merged again.

What has not arrived yet is handled by one of two paddings:
`zeros`  unseen leaves are black frames, as in the source; the root always has log2 T merges.
`skip`   merge(m, ∅) = m at the top: a merge whose right half is still empty as far as the root is left out, so after
         2^k leaves the memory is exactly the node over them. A lone node that does meet a left sibling higher up is
         merged with itself; its level's sweeper has never seen the states of the levels below.
Shapes: T leaves of a window, t leaves arrived, N nodes, S slots, C channels, D = S·C, H W K frame.
"""

from __future__ import annotations

from copy import copy, deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.memory import Memory
from engine.model import Model, checked_frames

PADDINGS = ("zeros", "skip")


def merges_after(t: int, merges: int, padding: str) -> int:
    """Merges of the memory after t leaves: log2 T, or with `skip` no more than t leaves need."""
    return merges if padding == "zeros" else (max(t, 1) - 1).bit_length()


def checked_padding(padding: str) -> str:
    """ValueError unless it is one of PADDINGS."""
    if padding not in PADDINGS:
        raise ValueError(f"padding is {str(padding)[:20]!r}, choose zeros or skip")
    return padding


class StreamingTree:
    """A teacher that takes frames one by one; keeps log2 T states of the current window and the roots of full ones."""

    def __init__(self, model: Model, *, height: int, width: int, padding: str = "zeros") -> None:
        self.model, self.tree, self.padding = model, model.tree, checked_padding(padding)
        self.shape = (height, width, model.colours)
        self.tree.check_frames(*self.shape)
        self.blanks = blank_states(model, height, width)
        self.lefts: list[Tensor | None] = [None] * model.merges
        self.roots: list[Tensor] = []
        self.count, self.merged = 0, 0
        """leaves and merges so far"""
        self.root = self.blanks[-1 if padding == "zeros" else 0]

    @property
    def arrived(self) -> int:
        """Leaves of the current window."""
        return self.count - self.model.leaves * len(self.roots)

    @property
    def merges(self) -> int:
        """Merges of the current window's memory."""
        return merges_after(self.arrived, self.model.merges, self.padding)

    @torch.inference_mode()
    def push(self, frame_HWK: np.ndarray) -> Tensor:
        """Take one frame (uint8 or float in [0, 1]); the memory [S, C] of the current window. ValueError for others."""
        frame = checked_frames(np.asarray(frame_HWK)[None])
        if frame.shape[1:] != self.shape:
            raise ValueError(f"the frame is {frame.shape[1:]}, this stream takes {self.shape}")
        if self.arrived == self.model.leaves:
            self.roots.append(self.root)
        leaf = self.arrived
        self.count += 1
        node = self.tree.encode(self.model.tensor(frame)[None])[0, 0]
        for level in range(self.merges):
            node = self.merge(node, leaf >> level & 1, level)
        if self.merges < self.model.merges:
            self.lefts[self.merges] = node
        self.root = node
        return node

    def fork(self) -> StreamingTree:
        """A stream of its own that goes on from here: no push to one changes the other. States are never written in
        place, so only the lists of them are copied.
        """
        twin = copy(self)
        twin.lefts, twin.roots = list(self.lefts), list(self.roots)
        return twin

    @torch.inference_mode()
    def repadded(self, padding: str) -> StreamingTree:
        """The current window as a stream of this padding holds it, bit for bit: its finished nodes are the same, what
        stands right of them is not.
        """
        twin = self.fork()
        if checked_padding(padding) == self.padding:
            return twin
        twin.padding, twin.count, twin.roots = padding, self.arrived, []
        twin.lefts = [left if self.arrived >> level & 1 else None for level, left in enumerate(self.lefts)]
        if self.arrived < self.model.leaves:
            twin.root = twin.risen()
        return twin

    def risen(self) -> Tensor:
        """The memory of less than a window, from its finished nodes."""
        if not self.count:
            return self.blanks[-1 if self.padding == "zeros" else 0]
        lowest = (self.count & -self.count).bit_length() - 1
        node = self.lefts[lowest]
        for level in range(lowest, self.merges):
            node = self.merge(node, (self.count - 1) >> level & 1, level)
        return node

    def merge(self, node: Tensor, right: int, level: int) -> Tensor:
        """One step up: with the finished sibling on its left, or with what stands for the empty one on its right."""
        if not right:
            self.lefts[level] = node
        left, other = (self.lefts[level], node) if right else (node, self.lone(node, level))
        self.merged += 1
        return self.tree.sweepers[level].merge(left[None], other[None])[0]

    def lone(self, node: Tensor, level: int) -> Tensor:
        """What stands right of a node without a right sibling."""
        return self.blanks[level] if self.padding == "zeros" else node

    @torch.inference_mode()
    def recall(self) -> np.ndarray:
        """The frames [t, H, W, K] of the current window, as its memory remembers them."""
        return self.model.recover(self.root[None], self.merges, *self.shape[:2], self.arrived)

    def memory(self, *, fps: float = 10.0, name: str = "stream") -> Memory:
        """Everything so far as a memory of roots, with `zeros` only: all its nodes have log2 T merges."""
        if self.padding != "zeros" or not self.count:
            raise ValueError("a stream's memory can be taken once a frame has arrived, with padding zeros")
        states = torch.stack([*self.roots, self.root]).cpu()
        facts = self.model.facts((self.count, *self.shape), self.model.merges, fps, name)
        return Memory(states_MSC=states, **facts)


class RootStream:
    """A student or a baseline that takes the frames of one window one by one: a student and a recurrence pay one step,
    a Transformer reads all frames again, what has not come yet being the last one.
    """

    def __init__(self, model: Model, *, height: int, width: int) -> None:
        self.model, self.shape = model, (height, width, model.colours)
        model.compressor.check_frames(*self.shape)
        with torch.inference_mode():
            self.carried = model.compressor.begin(height, width)
        self.memory_BSC: Tensor | None = None
        self.arrived = 0

    @torch.inference_mode()
    def push(self, frame_HWK: np.ndarray) -> Tensor:
        """Take one frame (uint8 or float in [0, 1]); the memory [S, C] so far, after T frames what `compress` gives
        before it is refined. ValueError for other frames and when the window is full.
        """
        frame = checked_frames(np.asarray(frame_HWK)[None])
        self.model.compressor.check_frames(*frame.shape[1:])
        if self.arrived == self.model.leaves:
            raise ValueError(f"the window of {self.arrived} frames is full; start another stream")
        tensor = self.model.tensor(frame)
        self.memory_BSC, self.carried = self.model.compressor.push(tensor, self.carried, self.arrived)
        self.arrived += 1
        return self.memory_BSC[0]

    def fork(self) -> RootStream:
        """A stream of its own that goes on from here: no push to one changes the other."""
        twin = copy(self)
        twin.carried = deepcopy(self.carried)
        return twin

    def recall(self) -> np.ndarray:
        """The frames [t, H, W, K] so far, as the memory remembers them; ValueError before the first one."""
        if self.memory_BSC is None:
            raise ValueError("a stream remembers nothing before its first frame")
        return self.model.recall(self.memory_BSC[0], self.arrived, *self.shape[:2])


def open_stream(model: Model, *, height: int, width: int, padding: str = "zeros") -> StreamingTree | RootStream:
    """A stream of one window of any model; `padding` is for those that keep levels."""
    if model.compressor.keeps_levels:
        return StreamingTree(model, height=height, width=width, padding=padding)
    return RootStream(model, height=height, width=width)


@torch.inference_mode()
def blank_states(model: Model, height: int, width: int) -> list[Tensor]:
    """The states [S, C] of black subtrees, leaf first, root last."""
    black = torch.zeros(1, 1, height, width, model.colours, device=model.device)
    state = model.tree.encode(black)[0, 0]
    states = [state]
    for sweeper in model.tree.sweepers:
        state = sweeper.merge(state[None], state[None])[0]
        states.append(state)
    return states


@dataclass(frozen=True, kw_only=True)
class Trajectory:
    """The memory of one window after 0 … t leaves, flat. With `skip` it may have fewer merges than the root."""

    states_TD: Tensor
    merges_T: tuple[int, ...]
    padding: str
    height: int
    width: int

    def __len__(self) -> int:
        return len(self.states_TD)


@torch.inference_mode()
def trajectory(model: Model, frames_THWK: np.ndarray, padding: str = "zeros") -> Trajectory:
    """All memories y_0 … y_t of at most T frames, the path nodes of all times batched by level."""
    frames = checked_frames(frames_THWK)
    height, width = frames.shape[1:3]
    if len(frames) > model.leaves:
        raise ValueError(f"a trajectory is of one window: {len(frames)} frames, {model.name} takes {model.leaves}")
    checked_padding(padding)
    model.tree.check_frames(*frames.shape[1:])
    blanks = blank_states(model, height, width)
    nodes_TSC = model.tree.levels(model.tensor(frames)[None], 0, model.at_once)[0][0]
    merges_T = tuple(merges_after(t, model.merges, padding) for t in range(len(frames) + 1))
    states = [(blanks[-1] if padding == "zeros" else blanks[0]).flatten(), *[None] * len(frames)]
    for level in range(model.merges + 1):
        for t in (t for t in range(1, len(frames) + 1) if merges_T[t] == level):
            states[t] = nodes_TSC[t - 1].flatten()
        if level < model.merges:
            nodes_TSC = raised(model, nodes_TSC, blanks[level], level, padding)
    return Trajectory(states_TD=torch.stack(states), merges_T=merges_T, padding=padding, height=height, width=width)


def raised(model: Model, nodes_TSC: Tensor, blank_SC: Tensor, level: int, padding: str) -> Tensor:
    """From the path node of every time at a level to the one above: one merge of T pairs."""
    leaf_T = torch.arange(len(nodes_TSC), device=nodes_TSC.device)
    right_T = (leaf_T >> level & 1).bool()
    left_T = torch.where(right_T, (leaf_T >> level << level) - 1, leaf_T)
    other = blank_SC.expand_as(nodes_TSC) if padding == "zeros" else nodes_TSC
    right = torch.where(right_T[:, None, None], nodes_TSC, other)
    return model.tree.sweepers[level].merge(nodes_TSC[left_T], right)


@torch.inference_mode()
def recall(model: Model, path: Trajectory, t: int) -> np.ndarray:
    """The first t frames as the memory after t leaves remembers them, [t, H, W, K]."""
    merges = path.merges_T[t]
    state = path.states_TD[t].reshape(model.tree.state_shape(merges, path.height, path.width))
    return model.recover(state[None], merges, path.height, path.width, t)


__all__ = [
    "PADDINGS",
    "RootStream",
    "StreamingTree",
    "Trajectory",
    "merges_after",
    "open_stream",
    "recall",
    "trajectory",
]
