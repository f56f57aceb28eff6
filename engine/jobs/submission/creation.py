"""Creates runs and continues ended ones: a folder with config.json, and a row in the store."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from engine.checkpoints import with_teacher
from engine.config import TrainConfig, as_dict
from engine.files import write_json
from engine.jobs.reconcile import reconcile
from engine.jobs.store.store import Store, Ticket


def create(store: Store, config: TrainConfig, **options: object) -> str:
    """Queue a run; its id. See `create_run`."""
    return create_run(store, config, **options)[0]


def create_run(
    store: Store,
    config: TrainConfig,
    *,
    device: str,
    name: str | None = None,
    note: str = "",
    prepare: Callable[[Path, TrainConfig], TrainConfig] = lambda folder, config: config,
    start: bool = False,
) -> tuple[str, Ticket | None]:
    """Queue a run, or with `start` set it running; (id, ticket). Without a name it is named after its config and the
    time. `prepare` may put data into its folder and change its config. On any error the folder is removed again.
    """
    config = with_teacher(config)
    folder = new_folder(store.home / "runs", slug(name or config.name))
    try:
        config = prepare(folder, config)
        write_json(folder / "config.json", as_dict(config))
        ticket = store.add(
            id=folder.name,
            name=name or folder.name,
            kind=config.kind,
            config=as_dict(config),
            device=device,
            folder=folder,
            note=note,
            start=start,
        )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder.name, ticket


def new_folder(runs: Path, stem: str) -> Path:
    """Create a folder with a name that was not used before; ValueError after 999 tries."""
    runs.mkdir(parents=True, exist_ok=True)
    stamp = f"{stem}-{time.strftime('%Y%m%d-%H%M%S')}"
    for number in range(1, 1000):
        folder = runs / (stamp if number == 1 else f"{stamp}-{number}")
        try:
            folder.mkdir()
            return folder
        except FileExistsError:
            continue
    raise ValueError(f"there are too many runs named {stamp}")


def slug(name: str) -> str:
    """A name with everything replaced that a path should not hold; at most 60 characters."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-.")[:60] or "run"


def continue_run(store: Store, wanted: str, *, start: bool = False) -> tuple[str, Ticket | None]:
    """Queue a run that has ended once more, or with `start` set it running; (id, ticket). ValueError when it is
    unknown, deleted, still running, or its folder is gone.
    """
    reconcile(store)
    run = store.find(wanted)
    if run["deleted"]:
        raise ValueError(f"run {run['name']} is deleted; bring it back first")
    if not (Path(run["folder"]) / "config.json").exists():
        raise ValueError(f"the folder of run {run['name']} is gone; it cannot go on")
    store.replace_config(run["id"], json.loads((Path(run["folder"]) / "config.json").read_text()))
    return run["id"], store.again(run["id"], start=start)
