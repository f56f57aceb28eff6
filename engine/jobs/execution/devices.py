"""The devices a job may ask for, by name: cpu, cuda:0, cuda:1 …, mps. One job runs on each at a time."""

from __future__ import annotations

import os


def devices() -> list[str]:
    """Names of this machine's devices, the fastest first."""
    import torch

    found = [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    return [*found, *(["mps"] if torch.backends.mps.is_available() else []), "cpu"]


def checked_device(name: str | None) -> str:
    """The full name of a device, the fastest for None; ValueError lists the devices when there is no such one."""
    there = devices()
    wanted = {"cuda": "cuda:0", "": there[0]}.get(name or "", name)
    if wanted not in there:
        raise ValueError(f"device {name!r} is not there; choose one of {', '.join(there)}")
    return wanted


def environment(device: str) -> dict[str, str]:
    """Environment variables with which a process sees this device alone."""
    if device.startswith("cuda:"):
        seen = [part for part in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if part]
        index = int(device.removeprefix("cuda:"))
        return {"CUDA_VISIBLE_DEVICES": seen[index] if index < len(seen) else str(index)}
    return {"ACCELERATE_USE_CPU": "true", "CUDA_VISIBLE_DEVICES": ""} if device == "cpu" else {}
