"""The state of a run on disk: weights, averaged weights and Adam's moments in one safetensors file, with the place
(stage, step, seconds, history) as JSON in its header. Written to a side file and renamed: never half a state.
"""

from __future__ import annotations

import gc
import resource
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.files import atomic_file, json_text, parse_json


@dataclass(kw_only=True)
class Place:
    """Where a run stands."""

    stage: int = 0
    step: int = 0
    total: int = 0
    """optimiser steps so far, over all stages"""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    """of this process and its threads, for the closed form and the steps"""
    stage_cpu_seconds: float = 0.0
    """those of the stage that is under way"""
    peak_megabytes: float = 0.0
    """the most that was resident, where somebody looked (`timed.py`)"""
    history: list[dict] = field(default_factory=list)

    def spend(self, seconds: float, cpu_seconds: float) -> None:
        """Count what a part of a stage took."""
        self.seconds += seconds
        self.cpu_seconds += cpu_seconds
        self.stage_cpu_seconds += cpu_seconds


def save_state(
    path: Path,
    model: nn.Module,
    average: nn.Module | None,
    optimizer: torch.optim.Optimizer | None,
    place: Place,
    *,
    objective: dict[str, Tensor],
) -> None:
    """Write everything that a resumed run needs; `objective`: the weights that an objective has of its own."""
    tensors = {f"model.{k}": v for k, v in model.state_dict().items()}
    tensors |= {f"objective.{k}": v for k, v in objective.items()}
    if average is not None:
        tensors |= {f"average.{k}": v for k, v in average.state_dict().items()}
    if optimizer is not None:
        for index, moments in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{index}.{k}": torch.as_tensor(v) for k, v in moments.items()}
    tensors = {k: v.detach().cpu().clone().contiguous() for k, v in tensors.items()}
    with atomic_file(path) as part:
        save_file(tensors, part, metadata={"place": json_text(asdict(place))})


def load_state(path: Path) -> tuple[dict[str, Tensor], Place]:
    """(tensors, place) of a saved run; ValueError when there is none, or it cannot be read."""
    if not path.exists():
        raise ValueError(f"run {path.parent.name} has no saved state to resume from")
    try:
        with safe_open(path, framework="pt") as file:
            place = Place(**parse_json(file.metadata()["place"]))
            return {key: file.get_tensor(key) for key in file.keys()}, place  # noqa: SIM118
    except (SafetensorError, TypeError, LookupError, ValueError) as error:
        reason = " ".join(str(error).split())[:80]
        raise ValueError(
            f"the saved state of {path.parent.name} is damaged ({reason}); clone the run instead"
        ) from None


def memory_used() -> dict[str, float]:
    """Megabytes that this process holds, and the peak of those on the GPU where there is one."""
    used = {"memory": psutil.Process().memory_info().rss / 2**20}
    if torch.cuda.is_available():
        used["gpu_memory"] = torch.cuda.max_memory_allocated() / 2**20
    return {name: round(value, 1) for name, value in used.items()}


def reset_peak() -> None:
    """Forget how much this process held before, where the system can (Linux); models that nobody holds go first."""
    gc.collect()
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak_memory() -> float:
    """Megabytes that were resident at most, since `reset_peak` where the system can tell, else since the start."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def part_of(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The tensors under a prefix, without it."""
    return {key[len(prefix) :]: value for key, value in tensors.items() if key.startswith(prefix)}


def restore_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Put Adam's moments back."""
    moments: dict[int, dict[str, Tensor]] = {}
    for key, value in part_of(tensors, "optimizer.").items():
        index, name = key.split(".", 1)
        moments.setdefault(int(index), {})[name] = value
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": moments, "param_groups": groups})
