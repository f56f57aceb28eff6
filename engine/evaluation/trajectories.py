"""A memory on its way: teacher and student over one window, in common coordinates, and what each remembers when.

    python -m engine evaluate digits-128-student --record        writes how closely it follows into the card, as `trail`

Both paths are given in the teacher's root coordinates (of a zonal tree: its opened coefficients), so that distances
mean something. Nothing is refined along a path: a memory that still grows cannot look back.
Shapes: T leaves of a window, t arrived, N points, D coordinates, H W K frame.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.metrics import frame_mse
from engine.model import Model, checked_frames
from engine.streaming.stream import (
    StreamingTree,
    Trajectory,
    blank_states,
    merges_after,
    open_stream,
    recall,
    trajectory,
)


@dataclass(frozen=True, kw_only=True)
class MemoryPath:
    """One memory after 0 … t leaves."""

    vectors_TD: Tensor
    """in the teacher's root coordinates, float32 on the CPU"""
    remembered: Callable[[int], np.ndarray]
    """t -> the first t frames as the memory of that time holds them, [t, H, W, K] in [0, 1]"""


def teacher_path(model: Model, frames_THWK: np.ndarray, padding: str = "zeros") -> MemoryPath:
    """The tree's trajectory."""
    path = trajectory(model, frames_THWK, padding)
    height, width = frames_THWK.shape[1:3]

    @torch.inference_mode()
    def remembered(t: int) -> np.ndarray:
        return recall(model, path, t) if t else frames_THWK[:0].astype(np.float32)

    return MemoryPath(vectors_TD=aligned(model, path, height, width), remembered=remembered)


@torch.inference_mode()
def aligned(model: Model, path: Trajectory, height: int, width: int) -> Tensor:
    """A trajectory in root coordinates; memories that skipped merges are merged on with black leaves first."""
    tree = model.tree
    short = any(merges < tree.config.merges for merges in path.merges_T)
    blanks = blank_states(model, height, width) if short else []
    rows = []
    for t, merges in enumerate(path.merges_T):
        state = path.states_TD[t].reshape(1, *tree.state_shape(merges, height, width))
        for level in range(merges, tree.config.merges):
            state = tree.sweepers[level].merge(state, blanks[level][None])
        rows.append(tree.sweepers[-1].open(state).flatten())
    return torch.stack(rows).float().cpu()


@torch.inference_mode()
def student_path(model: Model, frames_THWK: np.ndarray) -> MemoryPath:
    """A student's trajectory, one step after the other."""
    student, height, width = model.compressor, *frames_THWK.shape[1:3]
    leaves = student.encode(model.tensor(checked_frames(frames_THWK))[None], model.at_once)
    states = student(leaves, student.initial(height, width))[0]
    vectors = torch.stack([student.aligned(state[None], t)[0] for t, state in enumerate(states)])

    def remembered(t: int) -> np.ndarray:
        return model.recall(states[t], t, height, width) if t else frames_THWK[:0].astype(np.float32)

    return MemoryPath(vectors_TD=vectors.float().cpu(), remembered=remembered)


@torch.inference_mode()
def stream_path(model: Model, frames_THWK: np.ndarray) -> MemoryPath:
    """The trajectory of a memory without levels, a baseline's, as it is; before the first frame it is empty."""
    height, width = frames_THWK.shape[1:3]
    stream = open_stream(model, height=height, width=width)
    states = [stream.push(frame) for frame in frames_THWK]
    vectors = torch.stack([torch.zeros_like(states[0]), *states]).flatten(1)

    def remembered(t: int) -> np.ndarray:
        return model.recall(states[t - 1], t, height, width) if t else frames_THWK[:0].astype(np.float32)

    return MemoryPath(vectors_TD=vectors.float().cpu(), remembered=remembered)


def memory_path(model: Model, frames_THWK: np.ndarray, padding: str = "zeros") -> MemoryPath:
    """The trajectory of a tree, or of a baseline, for which `padding` says nothing."""
    if model.compressor.keeps_levels:
        return teacher_path(model, frames_THWK, padding)
    return stream_path(model, frames_THWK)


def errors(path: MemoryPath, frames_THWK: np.ndarray) -> list[float]:
    """MSE of the first t frames as remembered, t = 1 … T."""
    truth = frames_THWK.astype(np.float32) / 255 if frames_THWK.dtype == np.uint8 else frames_THWK
    return [float(frame_mse(truth[:t], path.remembered(t)).mean()) for t in range(1, len(path.vectors_TD))]


def distances(teacher: MemoryPath, student: MemoryPath) -> list[float]:
    """How far the student is from the tree at every t, root mean square over coordinates."""
    return (teacher.vectors_TD - student.vectors_TD).square().mean(1).sqrt().tolist()


def step_costs(model: Model, student: Model | None, frames_THWK: np.ndarray, padding: str) -> dict[str, dict]:
    """Merges and milliseconds of taking in one more frame: rebuild, path update, student; one step where there is no
    tree. Medians of a few.
    """
    frames = frames_THWK[: model.leaves]
    if not model.compressor.keeps_levels:
        return {"step": {"merges": 0, "ms": stepped(model, frames)}}
    stream = StreamingTree(model, height=frames.shape[1], width=frames.shape[2], padding=padding)
    for frame in frames[:-1]:
        stream.push(frame)
    costs = {
        "rebuild": {"merges": model.leaves - 1, "ms": milliseconds(lambda: model.rise(frames, model.merges), 3)},
        "path update": {"merges": merges_after(len(frames), model.merges, padding), "ms": pushed(stream, frames[-1])},
    }
    if student is not None:
        costs["student"] = {"merges": 0, "ms": stepped(student, frames)}
    return costs


def stepped(model: Model, frames_THWK: np.ndarray) -> float:
    """Milliseconds of taking in the last frame without a tree."""
    t = len(frames_THWK) - 1
    state = model.compressor.begin(*frames_THWK.shape[1:3])
    return milliseconds(lambda: model.compressor.push(model.tensor(frames_THWK[-1:]), state, t), 5)


def pushed(stream: StreamingTree, frame: np.ndarray) -> float:
    """Milliseconds of one push onto a nearly full window, the window put back after each."""
    held = list(stream.lefts), stream.count, stream.root

    def push() -> None:
        stream.push(frame)
        stream.lefts, stream.count, stream.root = list(held[0]), held[1], held[2]

    return milliseconds(push, 5)


@torch.inference_mode()
def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """The median of a few runs, the first one not counted."""
    work()
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return 1000 * float(np.median(seconds))


@torch.inference_mode()
def step_growth(student: Model, frames_THWK: np.ndarray) -> dict[str, float]:
    """How a step's time grows: milliseconds of taking in the leaf after t ones, over those at t = 2."""
    compressor, last = student.compressor, student.leaves - 1
    leaves = compressor.encode(student.tensor(checked_frames(frames_THWK))[None], student.at_once)
    states = compressor(leaves, compressor.initial(*frames_THWK.shape[1:3]))
    taken = {
        t: milliseconds(lambda t=t: compressor.step(states[:, t], leaves[:, t], t), 15)
        for t in sorted({2, student.leaves // 2, last})
    }
    return {str(t): ms / taken[2] for t, ms in taken.items()}


def student_trail(teacher: Model, student: Model, sequences: Iterable[np.ndarray]) -> dict:
    """How closely a student follows its teacher while a sequence streams, black frames for what has not arrived.

    For t = 1 … T, means over sequences: MSE and PSNR of the first t leaves for both, and their distance relative to the
    length of the teacher's memory; `gap` sums it up. `step_growth`: a step's time by t, over that at t = 2.
    """
    rows, growth = [], {}
    for frames in sequences:
        growth = growth or step_growth(student, frames)
        rows.append(both_paths(teacher, student, frames))
    mse = {kind: np.array([row[kind] for row in rows]) for kind in ("teacher", "student")}
    result = {"sequences": len(rows), "distance": np.mean([row["distance"] for row in rows], axis=0).tolist()}
    for kind, errors_NT in mse.items():
        result[f"{kind}_mse"] = errors_NT.mean(0).tolist()
        result[f"{kind}_psnr"] = (-10 * np.log10(errors_NT)).mean(0).tolist()
    return {**result, "gap": gap(result), "step_growth": growth}


def both_paths(teacher: Model, student: Model, frames_THWK: np.ndarray) -> dict[str, list[float]]:
    """One sequence's errors and distances."""
    paths = teacher_path(teacher, frames_THWK), student_path(student, frames_THWK)
    one, other = (errors(path, frames_THWK) for path in paths)
    return {"teacher": one, "student": other, "distance": relative_distances(*paths)}


def relative_distances(teacher: MemoryPath, student: MemoryPath) -> list[float]:
    """Distance over the length of the teacher's memory, t = 1 … T."""
    apart = (teacher.vectors_TD - student.vectors_TD)[1:].norm(dim=1)
    return (apart / teacher.vectors_TD[1:].norm(dim=1).clamp_min(1e-9)).tolist()


def gap(found: dict) -> dict[str, float]:
    """The student's MSE over the teacher's, less 1, at the end and on average over t; dB at the end."""
    ratio = np.array(found["student_mse"]) / np.array(found["teacher_mse"]) - 1
    end = found["student_psnr"][-1] - found["teacher_psnr"][-1]
    return {"end": float(ratio[-1]), "mean": float(ratio.mean()), "end_dB": end}
