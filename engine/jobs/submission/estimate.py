"""What a training will take, before it starts: parameters, memory, seconds, and the basis of these figures.

Seconds come from runs of the same tree on the same device where there are any, else from the arithmetic: the
multiplications of one window are counted on tensors without data, and a short matrix product says how fast the device
is. A training reaches about a fifth of that speed.
"""

from __future__ import annotations

import json
import math
import time
from functools import lru_cache
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from engine.checkpoints import teacher_of
from engine.compatibility import OWN, upgrade
from engine.compressors.base import Compressor, build_compressor, compressor_of
from engine.config import TrainConfig, as_dict, from_dict
from engine.jobs.store.store import Store
from engine.registry import COMPRESSORS, DATASETS, OBJECTIVES
from engine.training.budget import planned_steps
from engine.training.loop import computing_precision

SHARE = 0.4
"""of a matrix product's speed that training reaches: 0.37 to 0.59 in the trainings of assets/results/ablation.json"""
BASE = 700 * 2**20
"""bytes that a process holds before it trains"""
MOST_OPERATIONS = 10_000
"""of a model that are counted before it is trained"""
ZONES_SECONDS = 120.0
"""CPU time that fitting video-16 took"""
BEGIN_SECONDS, LEAF_SECONDS = 12.0, 0.04
"""of a closed form: until a process computes, and CPU time for every square frame of 128 pixels that it is fitted to;
0.02 to 0.06 where own-video and own-64 were fitted to the bundled samples"""


def on_meta(config: TrainConfig) -> Compressor:
    """The module that is trained, on the meta device (no values); for a student its teacher's tree."""
    family = COMPRESSORS.get(config.tree.family)
    with torch.device("meta"):
        return family(config.tree) if config.teacher else build_compressor(config)


def cost_key(config: TrainConfig) -> str:
    """The settings that the size of a model and the work of a step depend on, as text: its tree and batch, not how long
    or how fast it trains.
    """
    same = {"name": "estimate", "seed": 0, "rate": TrainConfig.rate}
    few = {"local_steps": min(1, config.local_steps), "joint_steps": min(1, config.joint_steps)}
    return json.dumps(as_dict(config) | same | few, sort_keys=True)


@lru_cache(maxsize=256)
def counted_parameters(key: str) -> int:
    """`parameters_of` the config of a cost key."""
    return parameters_of(from_dict(TrainConfig, json.loads(key)))


@lru_cache(maxsize=1024)
def counted_cost(key: str, level: int | None) -> tuple[float, float] | None:
    """`step_cost` of the config of a cost key; None where that would take too long to count."""
    try:
        return step_cost(from_dict(TrainConfig, json.loads(key)), level)
    except TooMany:
        return None


@lru_cache(maxsize=16)
def measured_speed(device: str, precision: str) -> float:
    """`speed`, measured once."""
    return speed(device, precision)


def parameters_of(config: TrainConfig) -> int:
    """The number of learned values, counted on the meta device."""
    if config.teacher:
        return build_compressor(config, teacher_of(config)[0]).learned()
    return on_meta(config).learned()


def step_cost(config: TrainConfig, level: int | None) -> tuple[float, float]:
    """Of one step, of a level alone or of all together: floating-point operations, of which backward counts twice
    forward, and bytes that are kept for backward, in single precision. Both are counted for one window; weights, and
    what an objective does with the frames or the memories, are left out.
    """
    learner, kept = on_meta(config), {}
    learner.requires_grad_(False)
    learner.part(level).requires_grad_(True)
    from torch.utils.flop_counter import FlopCounterMode  # it imports triton where that is installed: a second

    def keep(value: torch.Tensor) -> torch.Tensor:
        kept[value.untyped_storage()._cdata] = value
        return value

    counter = FlopCounterMode(display=False)
    counter.mod_tracker = Untracked()
    hooks = torch.autograd.graph.saved_tensors_hooks(keep, lambda value: value)
    with torch.device("meta"), Few(), counter, torch.enable_grad(), hooks:
        leaves = one_window(config, learner, level)
    own = {value.untyped_storage()._cdata for value in learner.state_dict(keep_vars=True).values()}
    held = sum(value.untyped_storage().nbytes() for key, value in kept.items() if key not in own)
    windows = max(1, config.batch // leaves)
    return 3.0 * counter.get_total_flops() * windows, float(held) * windows


def one_window(config: TrainConfig, learner: Compressor, level: int | None) -> int:
    """Bring one window without data there and back as a step does; its number of leaves."""
    tree = config.tree
    leaves = tree.leaves if level is None else 2 ** (level + 1)
    levels = (tree.merges, max(1, tree.merges // 2)) if level is None else (level + 1,)
    frames = torch.empty(1, leaves, *config.dataset.frame_size(config), tree.colours)
    if OBJECTIVES.get(config.objective).gives_frames:
        learner.reconstruct(frames, levels)
    else:
        learner.levels(frames, max(levels))
    return leaves


class Untracked:
    """In place of FlopCounterMode's own tracker of modules, which hooks every module of the process: what other threads
    compute without gradients would fail in it, and so would a parameter that is a module's input.
    """

    parents = ("Global",)

    def __enter__(self) -> None:
        """Nothing is hooked."""

    def __exit__(self, *_: object) -> None:
        """Nothing is unhooked."""


class TooMany(Exception):
    """More operations than are counted before a training starts."""


class Few(TorchDispatchMode):
    """Ends with TooMany after MOST_OPERATIONS, each of which takes some 200 µs to count."""

    def __init__(self) -> None:
        super().__init__()
        self.left = MOST_OPERATIONS

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        """One operation."""
        self.left -= 1
        if self.left < 0:
            raise TooMany
        return func(*args, **(kwargs or {}))


def speed(device: str, precision: str) -> float:
    """Floating-point operations a second of a matrix product, measured for a moment. On a CPU its own time is counted,
    so that what else runs just now does not matter.
    """
    on_cpu = device == "cpu"
    clock = time.process_time if on_cpu else time.perf_counter
    computed = computing_precision(precision, device)
    kind = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(computed, torch.float32)
    a, count = torch.ones(1024, 1024, device=device, dtype=kind), 0
    float((a @ a)[0, 0])
    start = clock()
    while clock() - start < 0.1:
        float((a @ a)[0, 0])
        count += 1
    return count * 2 * 1024**3 / (clock() - start) * (torch.get_num_threads() if on_cpu else 1)


def recorded_pace(store: Store | None, config: TrainConfig, device: str) -> float | None:
    """Seconds a leaf of the newest run with the same tree, objective and precision on this device."""
    for run in reversed(store.list() if store else []):
        if run["damage"] or run["device"] != device or not alike(run["config"], config):
            continue
        last, first = store.metrics.last(run["id"]), store.metrics.numbered(run["id"], 1)
        if last and first and last["total"] - first["total"] >= 20:
            return (last["seconds"] - first["seconds"]) / (last["total"] - first["total"]) / run["config"]["batch"]
    return None


def alike(stored: dict, config: TrainConfig) -> bool:
    """Whether a step of a stored config takes what one of this config takes, but for the size of its batch."""
    stored = upgrade(stored)
    try:
        other = from_dict(TrainConfig, {**stored, "name": config.name})
    except (ValueError, TypeError):
        return False
    keys = ("objective", "precision", "teacher", "baseline", "tree", "parts")
    return all(getattr(other, key) == getattr(config, key) for key in keys)


def estimate(
    config: TrainConfig, *, device: str = "cpu", store: Store | None = None, frames: float | None = None
) -> dict:
    """{"parameters", "steps", "memory" (bytes), "disk" (bytes), "seconds", "basis" (a sentence)}. `frames`: how many
    square frames its own files hold, where that is known; see `uploads.square_frames`.
    """
    parameters, steps = counted_parameters(cost_key(config)), planned_steps(config)
    own = config.data not in DATASETS or config.data == OWN
    if own and not steps:
        seconds, basis = fit_seconds(config, frames)
    else:
        seconds, basis = seconds_of(config, steps, device, store)
    exact = "; a zonal tree learns more values the more its zones differ" if compressor_of(config).grows else ""
    return {
        "parameters": parameters,
        "steps": steps,
        "memory": int(BASE + 20 * parameters + activations(config)),
        "disk": 36 * parameters,
        "seconds": None if seconds is None else round(seconds, 3),
        "basis": basis + exact,
    }


def activations(config: TrainConfig) -> float:
    """Bytes of a step's intermediate values: counted, or roughly what one leaf is on its way up and down, for every
    leaf.
    """
    key = cost_key(config)
    stages = () if config.teacher else compressor_of(config).stages(config)
    counted = [cost[1] for stage in stages if (cost := counted_cost(key, stage.level)) is not None]
    if counted:
        return max(counted)
    tree = config.tree
    leaf = tree.channels if tree.codec == "flat" else math.prod(config.dataset.frame_size(config)) * tree.colours
    width = leaf + max((*getattr(tree.options, "hidden", ()), 0))
    return 4.0 * config.batch * width * (3 + 4 * (1 + (tree.merges if tree.codec == "flat" else 1)))


def fit_seconds(config: TrainConfig, frames: float | None) -> tuple[float | None, str]:
    """(seconds, their basis in words) of a closed form that is fitted to files of one's own."""
    if frames is None:
        return None, "a closed form: how long it takes depends on how many frames there are"
    most = config.data_options.clips_per_video * config.tree.leaves
    fitted = max(config.tree.leaves, min(frames, most))
    seconds = BEGIN_SECONDS + LEAF_SECONDS * fitted * (config.data_options.size / 128) ** 2
    return seconds, f"a closed form, fitted to {fitted:,.0f} square frames; on one CPU core if nothing else runs"


def seconds_of(config: TrainConfig, steps: int, device: str, store: Store | None) -> tuple[float | None, str]:
    """(seconds, their basis in words); None for a model of too many operations to count."""
    if not steps:
        return ZONES_SECONDS, "a closed form, as long as that of video-16 took on one CPU core"
    if (pace := recorded_pace(store, config, device)) is not None:
        return pace * config.batch * steps, f"the pace of an earlier run of this tree on {device}"
    key = cost_key(config)
    stages = [(counted_cost(key, stage.level), stage.steps) for stage in compressor_of(config).stages(config)]
    if any(cost is None for cost, _ in stages):
        return None, "how long it takes is not known: a step has too many operations to count them beforehand"
    work = sum(cost[0] * steps for cost, steps in stages)
    basis = f"counted operations and the speed of {device}, measured for 0.1 s, if nothing else runs"
    return work / (SHARE * measured_speed(device, config.precision)), basis
