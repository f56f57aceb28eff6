"""What a viewer is told about a run. Every question is answered from indexes: no answer grows with the run."""

from __future__ import annotations

import time
from pathlib import Path

from engine.checkpoints import checked_card
from engine.damage import DAMAGE, damage_of, reason_of
from engine.files import parse_json
from engine.jobs.store.schema import ALIVE
from engine.jobs.store.store import Store
from engine.training.recorder import sheets

COLUMNS = (
    "id",
    "name",
    "note",
    "kind",
    "state",
    "device",
    "sentence",
    "attempt",
    "created",
    "started",
    "ended",
    "deleted",
    "steps",
    "parameters",
    "folder",
)
DAMAGED = "damaged"
"""the state that is shown of a run that cannot be read"""
CLIP_FACTS, CLIP_PICTURE = "clip.json", "clip.png"
"""what a finished run gives of a clip beside a bundled model; see `same_clip.py`"""
RECENT = 20
"""rows that the pace is taken from"""


def summary(store: Store, run: dict) -> dict:
    """A run in a line: its columns, where it stands and when it will be done. One that cannot be told, or whose
    finished checkpoint cannot be used, has the state `damaged` and the reason as its sentence.
    """
    try:
        found = sound_summary(store, run)
        reason = run["damage"] or checkpoint_damage(found)
    except DAMAGE as error:
        found, reason = bare_summary(run), run["damage"] or reason_of(error)
    if not reason:
        return found
    return {**found, "state": DAMAGED, "sentence": reason, "checkpoint": None, "eta": None, "silent": None}


def checkpoint_damage(found: dict) -> str | None:
    """Why a finished run's checkpoint cannot be used; None where it can, or where there need not be one."""
    if found["state"] != "finished":
        return None
    if found["checkpoint"] is None:
        return "its checkpoint is gone; delete the run, or resume it to write the checkpoint again"
    return damage_of(lambda: checked_card(Path(found["checkpoint"])))


def bare_summary(run: dict) -> dict:
    """What can be told of a run whose figures cannot be read."""
    nothing = {"total": 0, "stage": None, "trained_seconds": 0.0, "progress": None, "last": {}}
    return {**{name: run[name] for name in COLUMNS}, "data": run["config"]["data"], **nothing}


def sound_summary(store: Store, run: dict) -> dict:
    """A run's columns and where it stands."""
    last = store.metrics.last(run["id"])
    total, steps = last["total"] if last else 0, run["steps"]
    checkpoint = Path(run["folder"]) / run["config"]["name"]
    return {
        **{name: run[name] for name in COLUMNS},
        "data": run["config"]["data"],
        "total": total,
        "stage": last["stage"] if last else None,
        "trained_seconds": last["seconds"] if last else 0.0,
        "progress": 1.0 if run["state"] == "finished" else min(1.0, total / steps) if steps else None,
        "eta": eta(store, run, last),
        "silent": time.time() - run["heartbeat"] if run["state"] in ALIVE and run["heartbeat"] else None,
        "last": last["values"] if last else {},
        "checkpoint": str(checkpoint) if (checkpoint / "card.json").exists() else None,
    }


def eta(store: Store, run: dict, last: dict | None) -> float | None:
    """Seconds until the last step at the recent pace; None while nothing is known or nothing runs."""
    if run["state"] != "running" or last is None or not run["steps"]:
        return None
    before = store.metrics.numbered(run["id"], max(1, last["number"] - RECENT))
    done = last["total"] - before["total"] if before else 0
    if done <= 0:
        return None
    return (run["steps"] - last["total"]) * (last["seconds"] - before["seconds"]) / done


def status(store: Store, wanted: str, cursor: int, limit: int) -> dict:
    """The answer to a refresh; see `Jobs.status`."""
    with store.database.reading():
        run = store.find(wanted)
        cut = store.metrics.cut(run["id"], cursor)
        rows, cursor = store.metrics.after(run["id"], cursor, limit)
        answer = {"run": summary(store, run), "rows": rows, "cursor": cursor, "cut": cut}
    return {**answer, "sheets": [int(path.stem) for path in sheets(Path(run["folder"]))]}


def log_tail(folder: Path, lines: int) -> str:
    """The last lines of a run's log; of a progress bar only its last look."""
    path = folder / "log.txt"
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 65536))
            text = file.read().decode(errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        return f"(the log cannot be read: {error.strerror})"
    whole = [line.rstrip("\r").rsplit("\r", 1)[-1] for line in text.split("\n")]
    return "\n".join([line for line in whole if line.strip()][-lines:])


def same_clip(folder: Path) -> dict | None:
    """What `same_clip.measure` wrote of a run; None where there is nothing, or nothing that can be read."""
    try:
        found = parse_json((folder / CLIP_FACTS).read_text())
    except (OSError, ValueError):
        return None
    keys = {"clip", "frames", "merges", "own", "other", "beside"}
    return found if isinstance(found, dict) and keys <= found.keys() else None
