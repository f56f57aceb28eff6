"""One exploration on the server's disk: a folder with the windows' frames, sprite sheets and numbers.

The browser gets JSON (the payload that `assets/js/exploration.js` reads) and fetches the sheets by address. Windows
are explored one after the other; only one is in memory at a time.
"""

from __future__ import annotations

import json
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.components.script import file_url
from app.sheets import heatmap, save_sheet, sheet_cell
from engine.analysis.exploration import ClipNumbers, Level, explore_window
from engine.data.source import Source, windows
from engine.memory import Memory
from engine.model import Model

ROOT = Path(tempfile.gettempdir()) / "imfn-explorer-sessions"


class Session:
    """An exploration that grows window by window."""

    def __init__(self, model: Model, name: str, fps: float, *, folder: Path | None = None) -> None:
        self.id = uuid.uuid4().hex[:12]
        self.folder = folder or ROOT / self.id
        self.folder.mkdir(parents=True, exist_ok=True)
        self.model, self.name, self.fps = model, name, fps
        self.notes: list[str] = []
        self.sample: str | None = None
        self.shape: tuple[int, int, int] = (0, 0, 0)
        self.numbers: ClipNumbers | None = None
        self.memory: Memory | None = None
        self.stated_windows = 1

    @property
    def windows(self) -> int:
        """Windows explored so far."""
        return self.numbers.windows if self.numbers else 0

    @property
    def frames(self) -> int:
        """Frames explored so far."""
        return self.numbers.frames if self.numbers else 0

    def explore(self, source: Source) -> Iterator[int]:
        """Explore a source; yields the number of windows done after each."""
        for frames_THWK in windows(source.frames(), self.model.leaves):
            np.save(self.folder / f"frames-{self.windows}.npy", frames_THWK)
            self.add(frames_THWK, list(explore_window(self.model, frames_THWK)))
            self.notes = list(source.notes)
            yield self.windows

    def open_memory(self, memory: Memory) -> None:
        """Show what a memory file gives back; there is no source to compare with."""
        from engine.analysis.exploration import explore_memory

        self.memory = memory
        for level in explore_memory(self.model, memory):
            self.add(None, [level])

    def add(self, source_THWK: np.ndarray | None, levels: list[Level]) -> None:
        """Write one window's sheets and facts."""
        first_frame = levels[0].frames_THWK[0]
        if self.numbers is None:
            self.shape = first_frame.shape
            self.numbers = ClipNumbers(pixels=first_frame.size)
        index, count = self.windows, len(levels[0].frames_THWK)
        pictures = {level.merges: level.frames_THWK for level in levels}
        if source_THWK is not None:
            pictures[0] = source_THWK
        for merges, frames in pictures.items():
            save_sheet(self.folder / f"sheet-{index}-{merges}.png", frames)
        window = {
            "index": index,
            "first": self.frames,
            "count": count,
            "node_floats": int(levels[0].states_NSC[0].numel()),
            "sheet": sheet_cell(count, *self.shape[:2]),
            "merges": sorted(pictures),
            "mse": {str(v.merges): v.mse_T.tolist() for v in levels if v.mse_T is not None},
            "states": {f"{v.merges}.{i}": heatmap(s.numpy()) for v in levels for i, s in enumerate(v.states_NSC)},
        }
        self.numbers.add(levels)
        (self.folder / f"window-{index}.json").write_text(json.dumps(window))

    def payload(self, window: int = 0) -> dict:
        """What the browser draws: the clip's facts and one window."""
        data = json.loads((self.folder / f"window-{window}.json").read_text())
        data["sheets"] = {
            str(k): file_url(self.folder / f"sheet-{window}-{k}.png") + f"?v={self.id}" for k in data.pop("merges")
        }
        height, width, colours = self.shape
        return {
            "id": self.id,
            "name": self.name,
            "sample": self.sample,
            "model": self.model.name,
            "leaves": self.model.leaves,
            "fps": self.fps,
            "frames": self.frames,
            "height": height,
            "width": width,
            "channels": colours,
            "windows": max(self.windows, self.stated_windows),
            "explored": self.windows,
            "source": self.memory is None,
            "notes": self.notes,
            "levels": self.numbers.rows(),
            "window": data,
        }

    def source_windows(self) -> Iterator[np.ndarray]:
        """The frames that went in, window by window, from disk."""
        for index in range(self.windows):
            yield np.load(self.folder / f"frames-{index}.npy", allow_pickle=False)
