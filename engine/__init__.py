"""The engine: neural memories, their training and their measures. Never imports the page.

import engine
model = engine.load_model("digits-128")
memory = model.compress(frames)          # uint8 [T, H, W, K]
memory.save("clip.imfn")
frames = model.reconstruct(engine.Memory.load("clip.imfn"))
"""

from __future__ import annotations

from typing import Any

_HOME = {"load_model": "model", "Memory": "memory", "train": "jobs.foreground", "evaluate": "analysis"}
__all__ = ["Memory", "evaluate", "load_model", "train"]


def __getattr__(name: str) -> Any:
    """Load each name when it is first asked for: `import engine` stays instant."""
    if name not in _HOME:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"engine.{_HOME[name]}"), name)
