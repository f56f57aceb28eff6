"""One trajectory on the server's disk: paths, pictures, files. The browser gets JSON and fetches the sheets.

Shapes: T leaves of a window, t arrived, N points of all paths, H W K frame.
"""

from __future__ import annotations

import csv
import secrets
import shutil
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from app.pictures.sheets import save_sheet, sheet_cell
from app.server.folders import file_url, new_folder
from app.server.models import model
from app.server.parsing import parse_float, parse_optional_int
from app.sessions.followed import Followed, ReadBack, kept
from app.sessions.sequences import Sequence
from app.sessions.walks import called, drawn_beliefs, drawn_order, drawn_walk
from engine.csv_text import cell
from engine.evaluation import projection
from engine.evaluation.trajectories import distances
from engine.files import atomic_file
from engine.model import Model
from engine.reports import tables
from engine.streaming.stream import PADDINGS, checked_padding

MOST_SEQUENCES = 4

FUSE_GROWTH = {
    "zonal": {"rebuild": "with T", "path update": "log T", "student": "with t"},
    "shared": {"rebuild": "with T", "path update": "log T", "student": "slower than t"},
    "fused": {"rebuild": "with T", "path update": "log T", "student": "constant"},
}
"""a tree that fuses does the same work for a merge at every level. A zonal student codes t leaves again at every step,
a shared one as many places as t leaves need, a fused tree's is one small network
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
    by: str = ""
    """the bundled memory that follows a Lantern walk, the usual one for ""; others have a model of their own"""

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
        self.walks = [sequence.walk for sequence in sequences if sequence.walk is not None]
        self.padding = PADDINGS[0] if self.walks else settings.padding  # memories of walks know black frames alone
        self.student = model(student) if student else None
        self.id = secrets.token_hex(6)
        self.followed = [self.follow(sequence) for sequence in sequences]
        self.paths = [one.paths for one in self.followed]
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

    def follow(self, sequence: Sequence) -> Followed:
        """A sequence's paths: a sample's are kept for the next visitor, nobody else's."""
        about = (self.teacher, self.student, sequence.frames_THWK, self.padding)
        if self.chosen in ("", "explored"):
            return Followed(teacher=about[0], student=about[1], frames_THWK=about[2], padding=about[3])
        return kept().follow(*about, sequence.walk)

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

    def read_back(self) -> None:
        """What every memory of the first sequence remembers at every time: errors, and a sheet of strips."""
        for _ in self.reading():
            pass

    def reading(self) -> Iterator[projection.Left]:
        """The same in steps of a second: how far it is. It is there once the last step is taken."""
        for followed in self.followed if self.walks else self.followed[:1]:
            yield from followed.reading()
        back = self.followed[0].back
        self.costs = {way: {**cost, "grows": self.grows(way)} for way, cost in back.costs.items()}
        self.memories = self.asked() if self.walks else self.strips(back)

    def grows(self, way: str) -> str:
        """How the work of a way of taking in a leaf grows with their number."""
        if not self.teacher.compressor.keeps_levels:
            return "constant"
        return (FUSE_GROWTH.get(self.teacher.tree.config.family) or stack_growth())[way]

    def strips(self, back: ReadBack) -> dict:
        """The sheet of what the first sequence's memories remember, and their errors."""
        path = self.folder / "memories.png"
        path.write_bytes(back.sheet)
        return {"url": self.address(path), "mse": back.mse}

    def asked(self) -> dict:
        """What all memories of walks believe, and what organises their space."""
        models = {"tree": self.teacher} | ({"student": self.student} if self.student else {})
        return {
            "beliefs": [drawn_beliefs(followed.back.beliefs) for followed in self.followed],
            "order": drawn_order(models, self.paths, self.walks),
        }

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
            "called": called(self.teacher),
            "walks": [drawn_walk(walk) for walk in self.walks] or None,
            "leaves": self.teacher.leaves,
            "count": len(self.frames),
            "series": [sequence.name for sequence in self.sequences],
            "sources": self.sources,
            "strip": self.followed[0].strip,
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
