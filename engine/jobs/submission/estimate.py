"""What a training will take, before it starts: parameters, memory, seconds, and on what the figures rest.

Seconds come from runs of the same tree on the same device where there are any, else from the arithmetic: the
multiplications of one window are counted on tensors without data, and a short matrix product says how fast the device
is. A training reaches about a fifth of that speed.
"""

from __future__ import annotations

import time

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from engine.compressors.baselines import build_baseline
from engine.compressors.tree import Tree
from engine.config import TrainConfig
from engine.jobs.store.store import Store
from engine.training.budget import planned_steps
from engine.training.objectives import LevelLoss, SequenceLoss
from engine.training.stages import stages

SHARE = 0.4
"""of a matrix product's speed that training reaches: 0.37 to 0.59 in the trainings of assets/results/ablation.json"""
BASE = 700 * 2**20
"""bytes that a process holds before it trains"""
ZONES_SECONDS = 60.0
"""a zonal fit of SAMPLE slots on two CPU cores, from the card of video-16"""


def on_meta(config: TrainConfig) -> nn.Module:
    """The tree or the baseline without its numbers."""
    with torch.device("meta"):
        return build_baseline(config) if config.baseline else Tree(config.tree)


def parameters_of(config: TrainConfig) -> int:
    """Learned values of what is trained, counted without making them."""
    if config.teacher:
        from engine.compressors.students import build_student
        from engine.training.distillation import followed

        sizes = {"hidden": config.student_hidden, "zones": config.student_zones, "start": config.student_start}
        return build_student(followed(config)[0], **sizes).learned()
    return on_meta(config).learned()


def step_flops(config: TrainConfig, level: int | None) -> float:
    """Floating-point operations of one step: of a level alone, or of all together. Backward counts twice forward."""
    tree = config.tree
    leaves = tree.leaves if level is None else 2 ** (level + 1)
    shape = (tree.height, tree.width) if tree.codec == "flat" else (config.size, config.size)
    levels = (tree.merges, max(1, tree.merges // 2)) if level is None else (level + 1,)
    learner = on_meta(config)
    loss = SequenceLoss(learner) if config.baseline else LevelLoss(learner, [1.0] * (tree.merges + 1))
    with torch.device("meta"), FlopCounterMode(display=False) as counter, torch.no_grad():
        loss(torch.empty(1, leaves, *shape, tree.colours), levels)
    return 3.0 * counter.get_total_flops() * max(1, config.batch // leaves)


def speed(device: str, precision: str) -> float:
    """Floating-point operations a second of a matrix product, measured for a moment. On a CPU its own time is counted,
    so that what else runs just now does not matter.
    """
    on_cpu = device == "cpu"
    clock = time.process_time if on_cpu else time.perf_counter
    kind = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(precision, torch.float32)
    a, count = torch.ones(1024, 1024, device=device, dtype=kind), 0
    float((a @ a)[0, 0])
    start = clock()
    while clock() - start < 0.1:
        float((a @ a)[0, 0])
        count += 1
    return count * 2 * 1024**3 / (clock() - start) * (torch.get_num_threads() if on_cpu else 1)


def recorded_pace(store: Store | None, config: TrainConfig, device: str) -> float | None:
    """Seconds a leaf of the newest run with the same tree, loss and precision on this device."""
    for run in reversed(store.list() if store else []):
        other = run["config"]
        alike = all(
            other.get(key, "") == getattr(config, key)
            for key in ("loss", "precision", "augment", "teacher", "baseline")
        )
        if not alike or run["device"] != device or other["tree"] != as_json(config):
            continue
        last, first = store.metrics.last(run["id"]), store.metrics.numbered(run["id"], 1)
        if last and first and last["total"] - first["total"] >= 20:
            return (last["seconds"] - first["seconds"]) / (last["total"] - first["total"]) / other["batch"]
    return None


def as_json(config: TrainConfig) -> dict:
    """A tree's settings as the store holds them."""
    return {**config.tree.__dict__, "hidden": list(config.tree.hidden)}


def steps_of(config: TrainConfig) -> int:
    """Optimiser steps in all."""
    if config.teacher:
        return 0 if config.tree.family == "zonal" else config.local_steps + config.joint_steps
    return planned_steps(config)


def estimate(config: TrainConfig, *, device: str = "cpu", store: Store | None = None) -> dict:
    """{"parameters", "steps", "memory" (bytes), "disk" (bytes), "seconds", "basis" (a sentence)}."""
    parameters, steps = parameters_of(config), steps_of(config)
    seconds, basis = seconds_of(config, steps, device, store)
    exact = "" if config.tree.family != "zonal" else "; a zonal tree learns more values the more its zones differ"
    return {
        "parameters": parameters,
        "steps": steps,
        "memory": int(BASE + 20 * parameters + activations(config)),
        "disk": 36 * parameters,
        "seconds": round(seconds, 1),
        "basis": basis + exact,
    }


def activations(config: TrainConfig) -> float:
    """Bytes of a step's intermediate values, roughly: what one leaf is on its way up and down, for every leaf."""
    tree = config.tree
    leaf = tree.channels if tree.codec == "flat" else config.size**2 * tree.colours
    width = leaf + max((*tree.hidden, 0))
    return 4.0 * config.batch * width * (3 + 4 * (1 + (tree.merges if tree.codec == "flat" else 1)))


def seconds_of(config: TrainConfig, steps: int, device: str, store: Store | None) -> tuple[float, str]:
    """(seconds, what they rest on)."""
    if not steps:
        return ZONES_SECONDS, "a closed form, as long as that of video-16 took on two CPU cores"
    if (pace := recorded_pace(store, config, device)) is not None:
        return pace * config.batch * steps, f"the pace of an earlier run of this tree on {device}"
    plan = (
        [(None, steps)]
        if config.teacher or config.baseline
        else [(stage.level, stage.steps) for stage in stages(config)]
    )
    work = sum(step_flops(config, level) * count for level, count in plan)
    basis = f"counted operations and the speed of {device}, measured for 0.1 s, if nothing else runs"
    return work / (SHARE * speed(device, config.precision)), basis
