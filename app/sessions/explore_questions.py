"""What the Explore tab asks its server, and what it is answered (`explorations.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.sessions.downloads import StorageCost
from app.sessions.work import State


@dataclass(frozen=True, kw_only=True)
class ExploreRequest:
    """What to explore; of uploads, sample and run the first that is given."""

    model: str
    size: str = "128"
    """pixels of the short side, or native"""
    first: str = "1"
    count: str = "160"
    uploads: tuple[str, ...] = ()
    """paths that the upload gave"""
    names: tuple[str, ...] = ()
    """what the visitor calls these files, with their folders: they decide the order"""
    sample: str | None = None
    run: str | None = None
    """a finished training, whose own files are explored"""
    fit: bool = False
    """take a model that suits the files where the named one does not"""


@dataclass(frozen=True, kw_only=True)
class ExploreAnswer:
    """An exploration that has begun."""

    id: str
    model: str


@dataclass(frozen=True, kw_only=True)
class ProgressAnswer:
    """Where an exploration stands."""

    seen: int
    state: State
    message: str
    exploration: dict | None
    """what there is to draw; null where that has not changed"""


@dataclass(frozen=True, kw_only=True)
class WindowRequest:
    """A window of what is shown."""

    id: str
    window: int = 0


@dataclass(frozen=True, kw_only=True)
class WindowAnswer:
    """The exploration with that window."""

    exploration: dict
    message: str


@dataclass(frozen=True, kw_only=True)
class TakeRequest:
    """A file to be made of what is shown."""

    id: str
    kind: Literal["memory", "video", "json", "csv", "report"]
    merges: int = 0
    """the level; the root where there is no such level"""
    precision: str = "float32"
    """of a memory's floats"""
    frame: int = 0
    """of the clip, counted from 0: the one whose stills a report shows"""


@dataclass(frozen=True, kw_only=True)
class StorageRequest:
    """What storing the memory of a level takes and loses, measured in one window."""

    id: str
    merges: int = 0
    window: int = 0


@dataclass(frozen=True, kw_only=True)
class StorageAnswer:
    """Of every precision, for the level that would be taken."""

    merges: int
    costs: list[StorageCost]


@dataclass(frozen=True, kw_only=True)
class OfferedModel:
    """An entry of the menu of models."""

    name: str
    label: str


@dataclass(frozen=True, kw_only=True)
class ModelsAnswer:
    """What the menu of models offers."""

    models: list[OfferedModel]


__all__ = [
    "ExploreAnswer",
    "ExploreRequest",
    "ModelsAnswer",
    "OfferedModel",
    "ProgressAnswer",
    "StorageAnswer",
    "StorageRequest",
    "TakeRequest",
    "WindowAnswer",
    "WindowRequest",
]
