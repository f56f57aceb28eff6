"""Exports of a run: metrics as CSV and as TensorBoard's event file, and a zip of both with the checkpoint."""

from __future__ import annotations

import zipfile
from pathlib import Path

from engine.csv_text import csv_text
from engine.files import atomic_file, json_text
from engine.jobs.store.store import Store
from engine.jobs.tensorboard_writer import write_events

FIRST = ("stage", "step", "total", "seconds")


def scalars(values: dict) -> dict[str, float]:
    """A row's figures by name; those of levels get one name a level, such as mse/16:1. The objective
    decides which there are.
    """
    levels = values.get("levels", [])
    found = {}
    for name, value in values.items():
        if isinstance(value, list) and name != "levels":
            found |= {
                f"{name}/{level}": v for level, v in zip(levels, value, strict=False) if isinstance(v, int | float)
            }
        elif isinstance(value, int | float):
            found[name] = value
    return found


def metrics_csv(rows: list[dict]) -> str:
    """Rows as CSV text, one column a figure, empty where a row has none."""
    flat = [{**{k: row[k] for k in FIRST}, **scalars(row["values"])} for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row)) or list(FIRST)
    return csv_text(names, ([row.get(name) for name in names] for row in flat))


def tensorboard_folder(store: Store, run: dict) -> Path:
    """Write a run's rows as an event file into the folder `tensorboard` of the run; that folder."""
    folder = Path(run["folder"]) / "tensorboard"
    folder.mkdir(exist_ok=True)
    start = run["created"]
    points = ((start + r["seconds"], r["total"], scalars(r["values"])) for r in store.metrics.every(run["id"]))
    write_events(folder / f"events.out.tfevents.{int(start)}.{run['id']}", start, points)
    return folder


def bundle(store: Store, run: dict) -> Path:
    """Write a run's zip; its path."""
    folder = Path(run["folder"])
    target = folder / f"{run['id']}.zip"
    with atomic_file(target, shared=True) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("config.json", json_text(run["config"], indent=1) + "\n")
        file.writestr("metrics.csv", metrics_csv(store.metrics.every(run["id"])))
        name = run["config"]["name"]
        for path in (folder / name / "model.safetensors", folder / name / "card.json"):
            if path.exists():
                file.write(path, f"{name}/{path.name}")
        for path in tensorboard_folder(store, run).iterdir():
            file.write(path, f"tensorboard/{path.name}")
    return target
