"""Run folders: one a training, under $IMFN_HOME/runs."""

from __future__ import annotations

import dataclasses
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from engine.checkpoints import write_json
from engine.config import TrainConfig, from_dict
from engine.home import home_folder


@dataclass(frozen=True, kw_only=True)
class Run:
    """A training's folder and config."""

    folder: Path
    config: TrainConfig


def open_run(config: TrainConfig, *, resume: str | None, home: Path | None) -> Run:
    """A new run's folder, or an old one's with the config it began with."""
    runs = (home or home_folder()) / "runs"
    if resume:
        folder = runs / resume
        if not (folder / "config.json").exists():
            known = ", ".join(sorted(p.name for p in runs.glob("*/"))) or "none yet"
            raise ValueError(f"there is no run {resume!r}; known are {known}")
        return Run(folder=folder, config=from_dict(TrainConfig, json.loads((folder / "config.json").read_text())))
    folder = runs / f"{config.name}-{time.strftime('%Y%m%d-%H%M%S')}"
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "config.json", dataclasses.asdict(config))
    set_status(folder, "running")
    return Run(folder=folder, config=config)


def set_status(folder: Path, status: str) -> None:
    """Write running, stopped, finished or failed."""
    write_json(folder / "status.json", {"status": status, "pid": os.getpid()})


def list_runs(home: Path | None = None) -> list[dict]:
    """Every run with its status, last metric line and checkpoint, oldest first."""
    found = []
    for folder in sorted(((home or home_folder()) / "runs").glob("*/")):
        status = folder / "status.json"
        if not status.exists():
            continue
        row = {"run": folder.name, **json.loads(status.read_text())}
        metrics = folder / "metrics.jsonl"
        if metrics.exists() and (lines := metrics.read_text().splitlines()):
            row |= json.loads(lines[-1])
        checkpoint = next(folder.glob("*/card.json"), None)
        row["checkpoint"] = str(checkpoint.parent) if checkpoint else None
        found.append(row)
    return found
