"""The devices a job may ask for, by name: cpu, cuda:0, cuda:1 …, mps. One job runs on each at a time."""

from __future__ import annotations

import os


def devices() -> list[str]:
    """What this machine has, the fastest first."""
    import torch

    found = [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    return [*found, *(["mps"] if torch.backends.mps.is_available() else []), "cpu"]


def checked_device(name: str | None) -> str:
    """A device's full name; the fastest for None; ValueError for one that is not there."""
    there = devices()
    wanted = {"cuda": "cuda:0", "": there[0]}.get(name or "", name)
    if wanted not in there:
        raise ValueError(f"device {name!r} is not there; choose one of {', '.join(there)}")
    return wanted


def environment(device: str) -> dict[str, str]:
    """What makes a process see this device and no other."""
    if device.startswith("cuda:"):
        seen = [part for part in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if part]
        index = int(device.removeprefix("cuda:"))
        return {"CUDA_VISIBLE_DEVICES": seen[index] if index < len(seen) else str(index)}
    return {"ACCELERATE_USE_CPU": "true", "CUDA_VISIBLE_DEVICES": ""} if device == "cpu" else {}
