"""What a training tells those who follow it. `Recorder` tells nobody; `FileRecorder` writes into the run's folder;
`engine/jobs/execution/recording.py` adds the job store, a heartbeat and requests to stop.

Steps are counted as done: row 20 was written after the twentieth step, and total 0 is the closed form.
"""

from __future__ import annotations

import time
from pathlib import Path

from PIL import Image

from engine.compressors.stages import Stage
from engine.files import atomic_file, json_text, parse_json, write_text
from engine.training.state import Place

SHEETS = 60
"""pictures of the probe that a run keeps at most"""
ROWS = 100
"""rows that even a short stage leaves"""
APART = 20
"""steps between two rows at most"""


class Recorder:
    """Follows a training and says when it should stop."""

    def begins(self, plan: list[Stage], parameters: int) -> None:
        """The stages and the number of learned values are known."""

    def resumes(self, place: Place) -> None:
        """The run goes on from a saved place: what was recorded past it will be recorded again."""

    def row(self, row: dict, sheet: Image.Image | None = None) -> None:
        """Figures {stage, step, total, seconds, values}, and a picture of the probe."""

    def saving(self) -> None:
        """The state is about to be saved: everything recorded so far must be safe first."""

    def stopping(self) -> bool:
        """Whether somebody wants the run to stop."""
        return False


class FileRecorder(Recorder):
    """metrics.jsonl, a line a row, and probes/TOTAL.png."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.lines = folder, folder / "metrics.jsonl"

    def resumes(self, place: Place) -> None:
        """Cut off lines and pictures past the place."""
        if self.lines.exists():
            whole = [line for line in self.lines.read_text().splitlines(keepends=True) if line.endswith("\n")]
            kept = [line for line in whole if is_within(line, place.total)]
            write_text(self.lines, "".join(kept))
        for path in sheets(self.folder):
            if int(path.stem) > place.total:
                path.unlink()

    def row(self, row: dict, sheet: Image.Image | None = None) -> None:
        """Append a line, keep the picture."""
        with self.lines.open("a") as file:
            file.write(json_text({k: v for k, v in row.items() if k != "values"} | row["values"]) + "\n")
        if sheet is not None:
            keep_sheet(self.folder, row["total"], sheet)


def is_within(line: str, total: int) -> bool:
    """Whether a line of metrics.jsonl is of a step up to `total`; no for one that cannot be read."""
    try:
        return parse_json(line)["total"] <= total
    except (ValueError, TypeError, LookupError):
        return False


def due(step: int, steps: int) -> bool:
    """Whether a row is written after this step of a stage: after the first and the last, and evenly between."""
    return step in (1, steps) or step % max(1, min(APART, steps // ROWS)) == 0


def sheets(folder: Path) -> list[Path]:
    """A run's pictures of its probe, in order; none where its folder may not be looked into."""
    try:
        found = [path for path in (folder / "probes").glob("*.png") if path.stem.isdecimal()]
    except OSError:
        return []
    return sorted(found, key=lambda path: int(path.stem))


def keep_sheet(folder: Path, total: int, sheet: Image.Image) -> None:
    """Save a picture, whole or not at all; drop every second one when there are too many, never the first or last."""
    (folder / "probes").mkdir(exist_ok=True)
    with atomic_file(folder / "probes" / f"{total:09d}.png") as part:
        sheet.save(part, format="PNG", compress_level=1)
    kept = sheets(folder)
    if len(kept) > SHEETS:
        for path in kept[1:-1:2]:
            path.unlink()


class Throughput:
    """Leaves a second since the last time it was asked."""

    def __init__(self) -> None:
        self.leaves, self.since = 0, time.perf_counter()

    def taken(self) -> float:
        """The rate; counting starts anew."""
        now = time.perf_counter()
        rate = self.leaves / max(1e-9, now - self.since)
        self.leaves, self.since = 0, now
        return rate
