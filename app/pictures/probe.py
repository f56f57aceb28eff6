"""The sheets of a run's probe as the browser draws them: one PNG for every time that the trainer looked.

A sheet is a column of strips: the probe's window on top, below it what every level gives back of it.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from engine.jobs import Jobs


@dataclass(frozen=True, kw_only=True)
class ProbeSheet:
    """One look at a run's probe."""

    url: str
    """a PNG as a data URL"""
    rows: int
    """strips in it"""


def probe_sheet(jobs: Jobs, run: str, total: int) -> ProbeSheet:
    """The sheet of a run after so many steps; ValueError when it is not kept."""
    path: Path = jobs.sheet(run, total)
    if not path.is_file():
        raise ValueError(f"There is no picture of step {total} any more.")
    with Image.open(path) as picture:
        rows = count_strips(picture.size, jobs.status(run, limit=40)["rows"])
    return ProbeSheet(url="data:image/png;base64," + base64.b64encode(path.read_bytes()).decode(), rows=rows)


def clip_sheet(jobs: Jobs, run: str) -> ProbeSheet:
    """Frames of a clip: as they are, through the bundled model, through the run; ValueError when it is not kept."""
    path = jobs.clip_picture(run)
    if not path.is_file():
        raise ValueError("There is no picture of this run beside another model.")
    return ProbeSheet(url="data:image/png;base64," + base64.b64encode(path.read_bytes()).decode(), rows=3)


def count_strips(size: tuple[int, int], rows: list[dict]) -> int:
    """Strips of a sheet: one more than the levels in the first of the run's rows that names levels.

    Without such a row the count is estimated from the sheet's width and height in pixels.
    """
    levels = next((row["values"]["levels"] for row in rows if "levels" in row["values"]), None)
    return 1 + len(levels) if levels else max(1, size[1] * 12 // max(1, size[0]))
