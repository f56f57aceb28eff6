"""Finished runs as checkpoints, found by id, by name, or by the name in their config."""

from __future__ import annotations

from pathlib import Path

from engine.files import home_folder
from engine.registry import FINDERS


@FINDERS.add
def checkpoint_of(wanted: str) -> Path | None:
    """The folder of a finished run's checkpoint, the newest of several; None when there is none."""
    if not (home_folder() / "jobs.sqlite").exists():
        return None
    from engine.jobs.store.store import Store

    runs = [run for run in reversed(Store().list()) if not run["damage"] and has_card(folder_of(run))]
    for match in (
        lambda run: run["id"] == wanted,
        lambda run: run["name"] == wanted,
        lambda run: run["config"]["name"] == wanted,
    ):
        for run in filter(match, runs):
            return folder_of(run)
    return None


def has_card(folder: Path) -> bool:
    """Whether a checkpoint has been written to a folder; no where it may not be looked into."""
    try:
        return (folder / "card.json").exists()
    except OSError:
        return False


def folder_of(run: dict) -> Path:
    """Where a run's checkpoint lies once it is finished."""
    return Path(run["folder"]) / run["config"]["name"]
