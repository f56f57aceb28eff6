"""One trajectory on the server's disk: paths, pictures, files. The browser gets JSON and fetches the sheets.

Shapes: T leaves of a window, t arrived, N points of all paths, H W K frame.
"""

from __future__ import annotations

import csv
import secrets
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import save_file

from app.pictures.sheets import save_sheet, sheet_cell
from app.server.folders import file_url, new_folder
from app.server.models import model
from app.server.parsing import parse_float, parse_optional_int
from app.sessions.sequences import Sequence
from engine.csv_text import cell
from engine.data.writer import to_bytes
from engine.evaluation import projection
from engine.evaluation.trajectories import MemoryPath, distances, step_costs, student_path, teacher_path
from engine.files import atomic_file
from engine.metrics import frame_mse
from engine.model import Model
from engine.reports import tables
from engine.streaming.stream import PADDINGS, checked_padding

STRIP_HEIGHT = 64
"""pixels of a remembered frame in the strips, at most"""
MOST_SEQUENCES = 4
STEP = 1.0
"""seconds between two words about how far memories are read back"""

FUSE_GROWTH = {
    "zonal": {"rebuild": "with T", "path update": "log T", "student": "with t"},
    "shared": {"rebuild": "with T", "path update": "log T", "student": "slower than t"},
}
"""a tree that fuses does the same work for a merge at every level. A zonal student codes t leaves again at every step,
a shared one as many places as t leaves need
"""


def stack_growth() -> dict[str, str]:
    """How the work of one more leaf grows with T in a stack tree, as `make bench` counted it."""
    words = {"constant": "constant", "log": "log T", "linear": "with T"}
    rows = {row["way"]: words[row["grows"]] for row in tables.read("assets/results/streaming.json")["ways"]}
    ways = {"rebuild": "rebuild, stack tree", "path update": "path update, stack tree"}
    ways |= {"student": "student, the tree's merges on one leaf"}
    return {way: rows[name] for way, name in ways.items()}


@dataclass(frozen=True, kw_only=True)
class TrajectorySettings:
    """How sequences are followed and drawn, as it is typed and as the page's address has it."""

    padding: str = PADDINGS[0]
    """what stands for leaves that have not arrived, one of PADDINGS"""
    sequences: str = "1"
    """how many, 1 to 4"""
    neighbours: str = "auto"
    """points that UMAP keeps together; auto is a third of them"""
    spread: str = "0.5"
    """how loosely UMAP may lay points out, 0 to 1"""

    def checked(self) -> TrajectorySettings:
        """These; ValueError in one sentence for a value that stands for nothing."""
        self.near(points=0), self.count(), self.loose()
        checked_padding(self.padding)
        return self

    def count(self) -> int:
        """How many sequences."""
        return min(MOST_SEQUENCES, max(1, parse_optional_int(self.sequences, "sequences", word="auto") or 1))

    def near(self, points: int) -> int:
        """How many of so many points UMAP keeps together."""
        typed = parse_optional_int(self.neighbours, "neighbours", word="auto")
        return projection.default_neighbours(points) if typed is None else typed

    def loose(self) -> float:
        """How loosely UMAP lays them out."""
        return parse_float(self.spread, "spread", 0, 1)


class TrajectorySession:
    """Teacher and student over a few sequences; the first one is looked at closely."""

    def __init__(
        self,
        teacher: Model,
        student: str | None,
        sequences: list[Sequence],
        settings: TrajectorySettings,
        chosen: str = "",
    ) -> None:
        self.teacher, self.settings, self.sequences, self.chosen = teacher, settings, sequences, chosen
        self.padding = settings.padding
        self.student = model(student) if student else None
        self.id = secrets.token_hex(6)
        self.paths = [self.both(sequence) for sequence in sequences]
        vectors = [path.vectors_TD.numpy() for pair in self.paths for path in pair.values()]
        self.points_ND = projection.principal(np.concatenate(vectors))
        self.pictures = {"pca": {"points": self.split(self.points_ND[:, :3]), "trust": None}}
        self.folder = new_folder("path")
        self.sources = [self.drawn(index, sequence.frames_THWK) for index, sequence in enumerate(sequences)]
        self.costs: dict | None = None
        self.memories: dict | None = None

    @property
    def points(self) -> int:
        """Points of all paths together."""
        return len(self.points_ND)

    @property
    def frames(self) -> np.ndarray:
        """The sequence that is looked at closely."""
        return self.sequences[0].frames_THWK

    @property
    def title(self) -> str:
        """What is shown, in one line."""
        others = f" and {len(self.sequences) - 1} more" if len(self.sequences) > 1 else ""
        leaves = "1 leaf" if len(self.frames) == 1 else f"{len(self.frames)} leaves"
        return f"{self.sequences[0].name}{others}: {leaves} through {self.teacher.name}."

    def both(self, sequence: Sequence) -> dict[str, MemoryPath]:
        """The tree's path, and the student's where there is one."""
        pair = {"tree": teacher_path(self.teacher, sequence.frames_THWK, self.padding)}
        if self.student is not None:
            pair["student"] = student_path(self.student, sequence.frames_THWK)
        return pair

    def drawn(self, index: int, frames_THWK: np.ndarray) -> dict:
        """A sequence's sprite sheet."""
        path = self.folder / f"source-{index}.webp"
        save_sheet(path, frames_THWK)
        return {"url": self.address(path), **sheet_cell(len(frames_THWK), *frames_THWK.shape[1:3])}

    def split(self, points_N: np.ndarray) -> list[dict[str, list]]:
        """All points, path by path."""
        rows, start = [], 0
        for pair in self.paths:
            row = {}
            for kind, path in pair.items():
                row[kind] = np.round(points_N[start : start + len(path.vectors_TD)].astype(float), 4).tolist()
                start += len(path.vectors_TD)
            rows.append(row)
        return rows

    def start_umap(self) -> Future:
        """Have UMAP fitted in its own process."""
        return projection.start_umap(self.points_ND, self.settings.near(self.points), self.settings.loose())

    def take_umap(self, future: Future) -> None:
        """Swap the fitted pictures in, and say how far each flat one can be trusted."""
        fitted = future.result()
        self.pictures["pca"]["trust"] = fitted.trust["pca"]
        flat, deep = (self.split(fitted.pictures[dimensions]) for dimensions in (2, 3))
        self.pictures["umap"] = {"points": flat, "points3": deep, "trust": fitted.trust["umap"]}

    @property
    def strip(self) -> dict[str, int]:
        """Size of a remembered frame in the strips, and how many a strip has."""
        height, width = self.frames.shape[1:3]
        scale = min(1.0, STRIP_HEIGHT / height)
        size = {"width": max(1, round(width * scale)), "height": max(1, round(height * scale))}
        return {**size, "length": 8 if width <= 32 else 5}

    def read_back(self) -> None:
        """What every memory of the first sequence remembers at every time: errors, and a sheet of strips."""
        for _ in self.reading():
            pass

    def reading(self) -> Iterator[projection.Left]:
        """The same in steps of a second: how far it is. It is there once the last step is taken."""
        kinds, strip = self.paths[0], self.strip
        row = strip["width"] * strip["length"]
        mode = "L" if self.frames.shape[3] == 1 else "RGB"
        sheet = Image.new(mode, (len(kinds) * row, len(self.frames) * strip["height"]))
        truth = self.frames.astype(np.float32) / 255
        errors: dict[str, list[float]] = {}
        began = told = time.monotonic()
        for column, (kind, path) in enumerate(kinds.items()):
            errors[kind] = []
            for t in range(1, len(self.frames) + 1):
                back = path.remembered(t)
                errors[kind].append(float(frame_mse(truth[:t], back).mean()))
                paste_strip(sheet, back, strip, column * row, (t - 1) * strip["height"])
                if (now := time.monotonic()) - told > STEP:
                    told, share = now, (column * len(self.frames) + t) / (len(kinds) * len(self.frames))
                    yield projection.Left(share=share, seconds=(now - began) * (1 - share) / share)
        path = self.folder / "memories.png"
        sheet.save(path, compress_level=1)
        costs = step_costs(self.teacher, self.student, self.frames, self.padding)
        grows = FUSE_GROWTH.get(self.teacher.tree.config.family) or stack_growth()
        self.costs = {way: {**cost, "grows": grows[way]} for way, cost in costs.items()}
        self.memories = {"url": self.address(path), "mse": errors}

    def address(self, path: Path) -> str:
        """Where the browser finds a picture."""
        return f"{file_url(path)}?v={self.id}"

    def facts(self) -> dict:
        """The path of the first sequence in numbers."""
        shared = self.payload()
        known = ("name", "model", "student", "padding", "leaves", "count", "distance", "costs")
        pictures = {method: picture["points"][0] for method, picture in self.pictures.items()}
        return {**{key: shared[key] for key in known}, "mse": (self.memories or {}).get("mse"), "points": pictures}

    def payload(self) -> dict:
        """What the browser draws."""
        pair = self.paths[0]
        return {
            "id": self.id,
            "chosen": self.chosen,
            "settings": asdict(self.settings),
            "name": self.sequences[0].name,
            "model": self.teacher.name,
            "student": self.student.name if self.student else None,
            "padding": self.padding,
            "leaves": self.teacher.leaves,
            "count": len(self.frames),
            "series": [sequence.name for sequence in self.sequences],
            "sources": self.sources,
            "strip": self.strip,
            "pictures": self.pictures,
            "distance": distances(pair["tree"], pair["student"]) if self.student else None,
            "costs": self.costs,
            "memories": self.memories,
        }

    def remove(self) -> None:
        """Remove its pictures."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def states_file(self, folder: Path | None = None) -> Path:
        """Every memory of every path as safetensors, [t + 1, D] each; in its own folder unless another is given."""
        path = (folder or self.folder) / f"{self.teacher.name}-trajectory.safetensors"
        tensors = {
            f"{index}.{kind}": np.ascontiguousarray(one.vectors_TD.numpy())
            for index, pair in enumerate(self.paths)
            for kind, one in pair.items()
        }
        names = {str(index): sequence.name for index, sequence in enumerate(self.sequences)}
        with atomic_file(path, shared=True) as part:
            save_file(tensors, part, metadata={**names, "padding": self.padding, "model": self.teacher.name})
        return path

    def coordinates_file(self) -> Path:
        """Every point of every picture as CSV."""
        path = self.folder / f"{self.teacher.name}-trajectory.csv"
        with atomic_file(path, shared=True) as part, part.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["sequence", "memory", "t", "method", "x", "y", "z"])
            for method, picture in self.pictures.items():
                for name, pair in zip((each.name for each in self.sequences), picture["points"], strict=True):
                    for kind, points in pair.items():
                        for t, point in enumerate(points):
                            writer.writerow([cell(name), kind, t, method, *point])
        return path


def paste_strip(sheet: Image.Image, back_tHWK: np.ndarray, strip: dict[str, int], left: int, top: int) -> None:
    """Put the last frames of a memory into a row of the sheet, the newest at its right end."""
    size, length = (strip["width"], strip["height"]), strip["length"]
    for place, frame in enumerate(back_tHWK[-length:], start=max(0, length - len(back_tHWK))):
        pixels = to_bytes(frame)
        picture = Image.fromarray(pixels[..., 0] if sheet.mode == "L" else pixels)
        picture = picture if picture.size == size else picture.resize(size, Image.Resampling.BILINEAR)
        sheet.paste(picture, (left + place * size[0], top))
