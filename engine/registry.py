"""Registries: what can be chosen by name in a config, each entry a class in a file of its own.

    @COMPRESSORS.add
    class Mine(Baseline):
        name = "mine"
        @dataclass(frozen=True, kw_only=True)
        class Config: width: int = setting(64, low=1, high=4096)

An entry has a `name` and may have a nested frozen `Config`, whose fields appear under that name in forms, on the
command line (`--set mine.width=32`), in run folders and in cards. Modules of the packages below are imported when a
registry is first asked, so a new file there needs no other edit. Modules elsewhere register when they are imported;
IMFN_PLUGINS names those (separated by commas) that every process, workers included, is to import.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from threading import RLock
from typing import Any, TypeVar

Entry = TypeVar("Entry")


@dataclass(frozen=True, kw_only=True)
class NoSettings:
    """The Config of an entry without settings."""


class Registry:
    """Entries by name, found in packages."""

    def __init__(self, noun: str, *homes: str) -> None:
        self.noun, self.homes = noun, homes
        self.entries: dict[str, Any] = {}
        self.lock, self.state = RLock(), "new"

    def add(self, entry: Entry) -> Entry:
        """Register a class or function, usable as a decorator; ValueError when another one has its name."""
        name = name_of(entry)
        known = self.entries.get(name, entry)
        if (known.__module__, known.__qualname__) != (entry.__module__, entry.__qualname__):
            raise ValueError(f"{self.noun} {name!r} is defined in {known.__module__} already; choose another name")
        self.entries[name] = entry
        return entry

    def get(self, name: str) -> Any:
        """The entry of a name; ValueError lists what there is."""
        if name not in self:
            known = ", ".join(self.names())
            raise ValueError(f"there is no {self.noun} {name!r:.40}; choose one of {known}")
        return self.entries[name]

    def names(self, **having: object) -> tuple[str, ...]:
        """Names of the entries whose attributes have these values, in the order of their modules."""
        return tuple(name_of(entry) for entry in self if all(getattr(entry, k) == v for k, v in having.items()))

    def __contains__(self, name: object) -> bool:
        self.discover()
        return isinstance(name, str) and name in self.entries

    def __iter__(self) -> Iterator[Any]:
        self.discover()
        return iter(list(self.entries.values()))

    def discover(self) -> None:
        """Import every module of the packages, once; what is asked meanwhile by these modules sees what is there."""
        if self.state == "done":
            return
        with self.lock:
            if self.state == "new":
                self.state = "looking"
                try:
                    found = [module for name in (*self.homes, *plugins()) for module in import_all(name)]
                    self.sort(found)
                except BaseException:
                    self.state = "new"
                    raise
                self.state = "done"

    def sort(self, modules: list[str]) -> None:
        """Put the entries in the order of their modules, whichever of them was imported first; others come last."""
        place = {module: index for index, module in enumerate(modules)}
        order = sorted(self.entries.items(), key=lambda pair: place.get(pair[1].__module__, len(place)))
        self.entries = dict(order)


def name_of(entry: Any) -> str:
    """What an entry is registered as: its `name`, or of a function its own."""
    return getattr(entry, "name", None) or entry.__name__


def config_of(entry: Any) -> type:
    """The dataclass of an entry's settings."""
    return getattr(entry, "Config", NoSettings)


def plugins() -> list[str]:
    """Modules outside the packages that are to be imported, from IMFN_PLUGINS."""
    return [name.strip() for name in os.environ.get("IMFN_PLUGINS", "").split(",") if name.strip()]


def import_all(name: str) -> list[str]:
    """Import a module, and of a package every module directly in it; their names."""
    package = getattr(importlib.import_module(name), "__path__", [])
    modules = [name, *(f"{name}.{found.name}" for found in pkgutil.iter_modules(package))]
    for module in modules:
        importlib.import_module(module)
    return modules


COMPRESSORS = Registry(
    "compressor", "engine.compressors.sweepers", "engine.compressors.baselines", "engine.compressors.students"
)
"""teachers by their sweepers' family, baselines, students: `engine.compressors.base.Compressor`"""
DATASETS = Registry("data set", "engine.data.datasets")
"""`engine.data.datasets.base.Dataset`"""
OBJECTIVES = Registry("objective", "engine.training.objectives")
"""`engine.training.objectives.base.Objective`"""
FINDERS = Registry("finder", "engine.jobs.results")
"""functions from a name to a checkpoint's folder or None, asked after bundled names and paths"""
