"""The engine: neural memories, their training and their measures. Never imports the page.

import engine
model = engine.load_model("digits-128")
memory = model.compress(frames)          # uint8 [T, H, W, K]
memory.save("clip.imfn")
frames = model.reconstruct(engine.Memory.load("clip.imfn"))
"""

from __future__ import annotations

import os
from typing import Any

# torch's threads wait for each other in a busy loop, which on a shared machine takes the cores from those that they
# wait for: beside other programs, 36 frames took 22 s to explore instead of 1. It counts before torch is imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

_HOME = {"load_model": "model", "Memory": "memory", "train": "jobs.execution.foreground", "evaluate": "evaluation"}
__all__ = ["Memory", "evaluate", "load_model", "train"]


def __getattr__(name: str) -> Any:
    """Load each name when it is first asked for: `import engine` stays instant."""
    if name not in _HOME:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"engine.{_HOME[name]}"), name)
