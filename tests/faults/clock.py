"""A clock that can be set: as a plugin of the page (IMFN_PLUGINS), `time.time` adds what the file IMFN_CLOCK says."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

now = time.time


def shifted() -> float:
    """The time by a clock that was set."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        return now() + float(Path(os.environ["IMFN_CLOCK"]).read_text())
    return now()


if "IMFN_CLOCK" in os.environ:
    time.time = shifted
