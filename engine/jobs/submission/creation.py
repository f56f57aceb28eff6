"""Creates runs and continues ended ones: a folder with config.json, and a row in the store."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from engine.checkpoints import check_bundled, with_teacher
from engine.compatibility import upgrade
from engine.compressors.base import compressor_of
from engine.config import TrainConfig, as_dict, from_dict
from engine.files import parse_json, write_json
from engine.jobs.reconcile import reconcile
from engine.jobs.store.comparisons import Membership
from engine.jobs.store.store import Store, Ticket

CHANGEABLE = ("rate", "save_every", "probe_every")
"""settings that a run may get when it goes on; all others would make another model of it, or draw other data"""


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
    owner: str = "",
    member: Membership | None = None,
    prepare: Callable[[Path, TrainConfig], TrainConfig] = lambda folder, config: config,
    start: bool = False,
) -> tuple[str, Ticket | None]:
    """Queue a run, or with `start` set it running; (id, ticket). Without a name it is named after its config and the
    time. `prepare` may put data into its folder and change its config. `member` is its place in a comparison. On any
    error the folder is removed again.
    """
    config = with_teacher(config)
    if begins := compressor_of(config).start_of(config.tree):
        check_bundled(begins)
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
            owner=owner,
            member=member,
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


def continue_run(
    store: Store, wanted: str, *, settings: Mapping[str, object] | None = None, start: bool = False
) -> tuple[str, Ticket | None]:
    """Queue a run that has ended once more, or with `start` set it running; (id, ticket). `settings` are changed first,
    such as the rate of a run that diverged. ValueError when it is unknown, deleted, still running, when its folder is
    gone or its config damaged, or for a setting that cannot be changed any more.
    """
    reconcile(store)
    run = store.find(wanted)
    if run["deleted"]:
        raise ValueError(f"run {run['name']} is deleted; bring it back first")
    store.check_next(run["id"], "queued")
    path = Path(run["folder"]) / "config.json"
    config = changed(stored_config(path, run["name"]), settings or {})
    if settings:
        write_json(path, config)
        store.note_change(run["id"], dict(settings))
    store.replace_config(run["id"], config)
    return run["id"], store.again(run["id"], start=start)


def stored_config(path: Path, name: str) -> dict:
    """What config.json of a run holds; ValueError when it is gone or cannot be read."""
    try:
        config = parse_json(path.read_text())
        from_dict(TrainConfig, upgrade(config))
    except FileNotFoundError:
        raise ValueError(f"the folder of run {name} is gone; it cannot go on") from None
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"config.json of run {name} is damaged ({error}); clone an older run instead") from None
    return config


def changed(config: dict, settings: Mapping[str, object]) -> dict:
    """A stored config with some settings changed; ValueError for one that a run cannot change, or a bad value."""
    if wrong := [key for key in settings if key not in CHANGEABLE]:
        raise ValueError(f"a run that goes on cannot change {wrong[0][:40]}; it can change {', '.join(CHANGEABLE)}")
    found = {**config, **settings}
    from_dict(TrainConfig, upgrade(found))
    return found
