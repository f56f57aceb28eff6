"""New runs and old ones that go on: a folder with config.json, and a row in the store."""

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
    """A queued run; its id. See `created`."""
    return created(store, config, **options)[0]


def created(
    store: Store,
    config: TrainConfig,
    *,
    device: str,
    name: str | None = None,
    note: str = "",
    prepare: Callable[[Path, TrainConfig], TrainConfig] = lambda folder, config: config,
    start: bool = False,
) -> tuple[str, Ticket | None]:
    """(id, ticket) of a run that is queued, or with `start` begun. Without a name it is named after its config and the
    time. `prepare` may put data into its folder. Whatever goes wrong, nothing is left behind.
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
    """A folder that nobody had before."""
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
    """A name as part of a path."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-.")[:60] or "run"


def continued(store: Store, wanted: str, *, start: bool = False) -> tuple[str, Ticket | None]:
    """(id, ticket) of a run that has ended and is queued once more, or with `start` begun. ValueError when it is
    unknown or still runs.
    """
    reconcile(store)
    run = store.find(wanted)
    if run["deleted"]:
        raise ValueError(f"run {run['name']} is deleted; bring it back first")
    if not (Path(run["folder"]) / "config.json").exists():
        raise ValueError(f"the folder of run {run['name']} is gone; it cannot go on")
    store.replace_config(run["id"], json.loads((Path(run["folder"]) / "config.json").read_text()))
    return run["id"], store.again(run["id"], start=start)
