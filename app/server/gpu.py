"""A borrowed GPU for short inference: ZeroGPU Spaces lend one to functions that `spaces.GPU` decorates.

Without the `spaces` package nothing changes; with it on other hardware its decorator has no effect. On ZeroGPU the
program itself has no GPU: its models stay on the CPU, and a decorated function, which runs in a forked process, uses a
second one that was put on the GPU at start-up. What goes in and out is pickled, so it is names, arrays and CPU tensors.
"""

from __future__ import annotations

import os
from collections.abc import Callable

try:
    import spaces  # first of all: it must see torch before CUDA is touched
except ImportError:
    spaces = None

SECONDS = 30
"""of a GPU for one window, at most; short requests wait less"""


def zero_gpu() -> bool:
    """Whether GPUs are lent here."""
    return spaces is not None and bool(os.environ.get("SPACES_ZERO_GPU"))


def short(function: Callable) -> Callable:
    """Have a function run on a lent GPU where there are any; the function itself elsewhere."""
    return function if spaces is None else spaces.GPU(duration=SECONDS)(function)


def home_device() -> str | None:
    """Where the program's own models live; None: a GPU of its own when there is one."""
    return "cpu" if zero_gpu() else None


def lent_device() -> str | None:
    """Where a decorated function finds its models."""
    return "cuda" if zero_gpu() else None
