"""A new run as the Train tab's form asks for it: what it is checked by, what it would take, and what it learns from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

from engine.jobs import devices, form, presets, settings_of
from engine.jobs.submission.presets import Preset


class Estimate(TypedDict):
    """What a training will take."""

    parameters: int
    steps: int
    memory: int
    """bytes while it trains"""
    disk: int
    """bytes"""
    seconds: float | None
    basis: str
    """what the figures rest on"""


@dataclass(frozen=True, kw_only=True)
class FormRequest:
    """The form of a new run."""

    settings: dict[str, Any]
    name: str
    device: str | None = None
    own: bool = False
    """whether it trains on files of the visitor's own"""
    files: tuple[str, ...] = ()
    """paths that the upload gave"""
    names: tuple[str, ...] = ()
    """what the visitor calls these files, with their folders: they decide the order"""
    clip: str | None = None
    """an exploration of the visitor's, whose frames are trained on in place of files"""


@dataclass(frozen=True, kw_only=True)
class FormAnswer:
    """What is wrong with a form."""

    problems: list[tuple[str, str]]
    """key and sentence; the key is empty where it is about no field"""


@dataclass(frozen=True, kw_only=True)
class EstimateAnswer:
    """What a training would take."""

    estimate: Estimate | None
    """null while something is wrong with the settings"""


@dataclass(frozen=True, kw_only=True)
class FilesRequest:
    """Files for the next run."""

    paths: tuple[str, ...]
    names: tuple[str, ...] = ()
    """what the visitor calls them"""


@dataclass(frozen=True, kw_only=True)
class FilesAnswer:
    """The same by their names."""

    names: list[str]


def setup() -> dict[str, Any]:
    """What can be chosen: presets, the form of all settings, devices."""
    return {"presets": [offered(preset) for preset in presets()], "form": form(), "devices": devices()}


def offered(preset: Preset) -> dict[str, Any]:
    """A preset as the form shows it."""
    about = {"key": preset.key, "title": preset.title, "about": preset.about, "own": preset.own}
    return {**about, "data": preset.config.data, "small": preset.small, "settings": settings_of(preset.config)}
