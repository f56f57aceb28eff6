"""One exploration on the server's disk: a folder with the windows' frames, sprite sheets and numbers.

The browser gets JSON (the payload that `assets/js/explore/exploration.js` reads) and fetches the sheets by address.
Windows are explored in their order, two at a time where nobody waits; those under way are in memory, and a window's
pictures are drawn when it is first shown.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from app.pictures.sheets import save_sheet, sheet_cell
from app.pictures.state_maps import Maps, state_maps
from app.server.folders import check_disk, file_url, new_folder
from app.server.inference import all_explored, pictured
from engine.data.sources.opening import Source, windows
from engine.evaluation.levels import ClipNumbers, Level
from engine.files import atomic_file, json_text, parse_json
from engine.memory import Memory
from engine.model import Model
from engine.overlap import ahead

MEMORY = "memory.imfn"
"""the file of an exploration that was opened from one"""
DRAWN = 8
"""windows of a clip whose pictures are drawn at once; those of a longer one when they are shown"""

PATIENCE = 1.0
"""seconds without a window after which a turn may end: the chosen range may begin late in a long clip"""


class Exploration:
    """An exploration that grows window by window."""

    def __init__(
        self,
        model: Model,
        name: str,
        fps: float,
        *,
        folder: Path | None = None,
        sample: str | None = None,
        stated_windows: int = 1,
        first: int = 0,
        size: str | None = None,
        file_bytes: int | None = None,
        file_frames: int | None = None,
        file_size: Sequence[int] | None = None,
        most: int | None = None,
    ) -> None:
        """`first`: the file's frame that the range begins at, counted from 0; `size`: the short side as chosen;
        `file_bytes`: of what was handed in; `file_frames` and `file_size` (height, width): as it states them;
        `most`: frames that the chosen range has at most.
        """
        self.id = secrets.token_hex(8)
        self.folder = folder or new_folder("clip")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.model, self.name, self.fps = model, name, fps
        self.notes: list[str] = []
        self.sample, self.first, self.size, self.file_bytes = sample, first, size, file_bytes
        self.file_frames, self.file_size = file_frames, file_size and list(file_size)
        self.most = most
        self.shape: tuple[int, int, int] = (0, 0, 0)
        self.numbers: ClipNumbers | None = None
        self.memory: Memory | None = None
        self.stated_windows = stated_windows

    @property
    def windows(self) -> int:
        """Windows explored so far."""
        return self.numbers.windows if self.numbers else 0

    @property
    def frames(self) -> int:
        """Frames explored so far."""
        return self.numbers.frames if self.numbers else 0

    def explore(self, source: Source) -> Iterator[int]:
        """Explore a source; yields the number of windows done after each, and now and then while the next is read."""
        try:
            coming = ahead(windows(source.frames(), self.model.leaves), PATIENCE)
            for found in all_explored(self.model, coming, self.draw_first, several=self.stated_windows > 1):
                if found is not None:
                    frames_THWK, levels, maps = found
                    check_disk(frames_THWK.nbytes)
                    np.save(self.folder / f"frames-{self.windows}.npy", frames_THWK)
                    self.add(frames_THWK, levels, maps)
                    self.notes = list(source.notes)
                yield self.windows
        finally:
            source.give_up()

    def read_to_its_end(self) -> None:
        """A file that does not state its length has shown it, where its frames ended before the chosen range did."""
        if self.file_frames is None and self.most is not None and self.frames < self.most:
            self.file_frames = self.first + self.frames

    def open_memory(self, memory: Memory) -> Iterator[int]:
        """Show what a memory file gives back, all of it in one step; there is no source to compare with."""
        from engine.evaluation.levels import explore_memory

        self.memory = memory
        for level in explore_memory(self.model, memory):
            self.draw_first(self.windows, None, [level])
            self.add(None, [level], state_maps(self.model, [level]))
        self.stated_windows = self.windows
        yield self.windows

    def add(self, source_THWK: np.ndarray | None, levels: list[Level], maps: Maps) -> None:
        """Write one window's facts."""
        first_frame = levels[0].frames_THWK[0]
        if self.numbers is None:
            self.shape = first_frame.shape
            self.numbers = ClipNumbers(pixels=first_frame.size)
        index, count = self.windows, len(levels[0].frames_THWK)
        window = {
            "index": index,
            "first": self.frames,
            "count": count,
            "node_floats": int(levels[0].states_NSC[0].numel()),
            "sheet": sheet_cell(count, *self.shape[:2]),
            "merges": ([] if source_THWK is None else [0]) + [level.merges for level in levels],
            "mse": {str(v.merges): v.mse_T.tolist() for v in levels if v.mse_T is not None},
            **maps,
        }
        if source_THWK is not None and levels[-1].merges == self.model.merges:
            np.save(self.root(index), levels[-1].states_NSC.numpy())
        self.numbers.add(levels)
        (self.folder / f"window-{index}.json").write_text(json_text(window))

    def draw_first(self, index: int, source_THWK: np.ndarray | None, levels: list[Level]) -> None:
        """Draw a window while it is at hand, if it is the first, or the clip is short."""
        if not index or max(index + 1, self.stated_windows) <= DRAWN:
            self.draw(index, {**({} if source_THWK is None else {0: source_THWK}), **recovered(levels)})

    def draw(self, index: int, pictures: dict[int, np.ndarray]) -> None:
        """A sprite sheet for each of a window's levels."""
        with ThreadPoolExecutor(2) as pool:
            paths = [self.sheet(index, merges) for merges in pictures]
            list(pool.map(save_sheet, paths, pictures.values()))

    def sheet(self, index: int, merges: int) -> Path:
        """Where the pictures of a window's level are."""
        return self.folder / f"sheet-{index}-{merges}.webp"

    def root(self, index: int) -> Path:
        """Where the states [1, S, C] of a window's root are."""
        return self.folder / f"root-{index}.npy"

    @property
    def strip_path(self) -> Path:
        """Where a strip of the whole file is, if one could be made (`strip.py`)."""
        return self.folder / "strip.webp"

    def pictures(self, index: int) -> dict[int, np.ndarray]:
        """A window's frames at every level, computed again."""
        if self.memory is not None:
            per_window = self.model.leaves >> self.memory.merges
            states = self.memory.states_MSC[index * per_window : (index + 1) * per_window]
            left = self.frames - index * self.model.leaves
            return {self.memory.merges: self.model.recover(states, self.memory.merges, *self.shape[:2])[:left]}
        frames_THWK = np.load(self.folder / f"frames-{index}.npy", allow_pickle=False)
        return {0: frames_THWK, **recovered(pictured(self.model, frames_THWK))}

    def kept(self) -> bool:
        """Whether its files are still there; if so they are kept for as long again from now on."""
        with contextlib.suppress(OSError):  # the bundled first paint may lie where nothing may be written
            os.utime(self.folder)
        return self.folder.is_dir()

    @property
    def top(self) -> int:
        """The highest level that is shown: that of the root; in a clip of a single short window that of the first
        memory which holds all of its frames. Above it the same memory is merged with nothing.
        """
        if self.memory is not None or max(self.windows, self.stated_windows) > 1:
            return self.model.merges
        return max(1, (self.frames - 1).bit_length())

    def payload(self, window: int = 0) -> dict:
        """What the browser draws: the clip's facts and one window."""
        data = parse_json((self.folder / f"window-{window}.json").read_text())
        merges = [k for k in data.pop("merges") if k <= self.top]
        if not self.sheet(window, merges[-1]).exists():
            self.draw(window, self.pictures(window))
        data["sheets"] = {str(k): file_url(self.sheet(window, k)) + f"?v={self.id}" for k in merges}
        height, width, colours = self.shape
        return {
            "id": self.id,
            "name": self.name,
            "sample": self.sample,
            "model": self.model.name,
            "leaves": self.model.leaves,
            "fps": self.fps,
            "frames": self.frames,
            "first": self.first,
            "size": self.size,
            "file_bytes": self.file_bytes,
            "file_frames": self.file_frames,
            "file_size": self.file_size,
            "strip": f"{file_url(self.strip_path)}?v={self.id}" if self.strip_path.exists() else None,
            "height": height,
            "width": width,
            "channels": colours,
            "windows": max(self.windows, self.stated_windows),
            "explored": self.windows,
            "source": self.memory is None,
            "notes": self.notes,
            "levels": [row for row in self.numbers.rows() if row["merges"] <= self.top],
            "window": data,
        }

    def write_facts(self, owner: str) -> None:
        """Keep what `from_facts` needs in the folder, with the hash of the owner's key."""
        if self.memory is not None:
            self.memory.save(self.folder / MEMORY)
        facts = {
            "id": self.id,
            "owner": owner,
            "model": self.model.name,
            "name": self.name,
            "fps": self.fps,
            "sample": self.sample,
            "first": self.first,
            "size": self.size,
            "file_bytes": self.file_bytes,
            "file_frames": self.file_frames,
            "file_size": self.file_size,
            "notes": self.notes,
            "shape": self.shape,
            "windows": self.windows,
            "numbers": vars(self.numbers),
        }
        with atomic_file(self.folder / "facts.json") as path:
            path.write_text(json_text(facts))

    @classmethod
    def from_facts(cls, facts: dict, model: Model, folder: Path) -> Exploration:
        """An exploration as its folder keeps it."""
        session = cls(
            model,
            facts["name"],
            facts["fps"],
            folder=folder,
            sample=facts["sample"],
            stated_windows=facts["windows"],
            first=facts.get("first", 0),
            size=facts.get("size"),
            file_bytes=facts.get("file_bytes"),
            file_frames=facts.get("file_frames"),
            file_size=facts.get("file_size"),
        )
        session.id, session.notes, session.shape = facts["id"], facts["notes"], tuple(facts["shape"])
        session.numbers = ClipNumbers(**{name: with_merges(value) for name, value in facts["numbers"].items()})
        if (folder / MEMORY).exists():
            session.memory = Memory.load(folder / MEMORY)
        return session

    def remove(self) -> None:
        """Remove its files."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def source_windows(self) -> Iterator[np.ndarray]:
        """The frames that went in, window by window, from disk."""
        for index in range(self.windows):
            yield np.load(self.folder / f"frames-{index}.npy", allow_pickle=False)


def with_merges(value: object) -> object:
    """Numbers by merges as they were before JSON made text of the keys."""
    return {int(merges): each for merges, each in value.items()} if isinstance(value, dict) else value


def recovered(levels: Iterable[Level]) -> dict[int, np.ndarray]:
    """The frames of every level, by number of merges."""
    return {level.merges: level.frames_THWK for level in levels}
