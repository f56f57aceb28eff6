"""A long stream through a bounded memory: resident memory, floats, and how well frames of every age are remembered.

    python -m engine endless --frames 100000 --record

The stream is a clip back and forth for ever, scaled; what came is known by its number, so nothing has to be kept to
measure against. Ages double; of every age's range up to SAMPLED frames are judged.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.checkpoints import hardware, revision
from engine.data.samples import samples
from engine.data.sources.opening import open_source
from engine.metrics import frame_mse, psnr
from engine.model import Model
from engine.streaming.bounded import BoundedMemory

SAMPLED = 32
LOOKS = 10
"""times that resident memory is read on the way"""


def endless(model: Model, *, frames: int, size: int, roots: int, sample: str = "realshort") -> dict:
    """Floats, megabytes on the way and dB by age of a stream of so many frames; ValueError for none."""
    if frames < 1:
        raise ValueError(f"frames is {frames}, a stream needs at least 1")
    ring = looped(sample, size)
    memory = BoundedMemory(model, height=size, width=ring.shape[2], roots=roots)
    looks, start = [], time.process_time()
    for number in range(frames):
        memory.push(ring[number % len(ring)])
        if (number + 1) % max(1, frames // LOOKS) == 0:
            looks.append({"frames": number + 1, "MB": resident_megabytes(), "floats": memory.floats})
    facts = {"model": model.name, "sample": sample, "height": size, "width": ring.shape[2], "frames": frames}
    facts |= {"roots": roots, "most_floats": memory.most_floats, "node_floats": memory.state_floats}
    facts |= {"cpu_ms_a_frame": 1000 * (time.process_time() - start) / frames, "looks": looks}
    made = {"command": f"python -m engine endless --frames {frames} --record"}
    made |= {"hardware": hardware(), "revision": revision()}
    return {**facts, "ages": list(by_age(memory, ring)), **made}


def looped(sample: str, size: int) -> np.ndarray:
    """A sample's frames [n, H, W, K] forwards and backwards; ValueError for an unknown one."""
    path = next((each.path for each in samples() if each.name == sample), None)
    if path is None:
        raise ValueError(f"there is no sample {sample[:40]!r}; choose one of {', '.join(s.name for s in samples())}")
    frames = np.stack(list(open_source(path, short_side=size).frames()))
    return np.concatenate((frames, frames[::-1]))


def by_age(memory: BoundedMemory, ring: np.ndarray) -> Iterator[dict]:
    """For ages from 0, 1 to 2, 2 to 4, … frames: PSNR of the mean error, and frames that one leaf stands for."""
    first, last = 0, 1
    while first < memory.count:
        ages = np.unique(np.linspace(first, min(last, memory.count) - 1, SAMPLED).round().astype(int))
        truth = np.stack([ring[(memory.count - 1 - age) % len(ring)] for age in ages]) / np.float32(255)
        back = np.stack([memory.recover(int(age)) for age in ages])
        yield {"from": first, "to": int(ages[-1]), "psnr": psnr(float(frame_mse(truth, back).mean()))}
        first, last = last, 2 * last


def resident_megabytes() -> float:
    """This process's resident memory now."""
    status = Path("/proc/self/status").read_text()
    return round(int(status.split("VmRSS:")[1].split()[0]) / 1024, 1)
