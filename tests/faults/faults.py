"""The faults: each begins with a fresh page and gives an `Outcome`."""

from __future__ import annotations

import os
import resource
import secrets
import shutil
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psutil

from tests.faults.scene import (
    Outcome,
    Scene,
    ask,
    explored,
    killed,
    reopened,
    runs,
    since,
    trajectory,
    until,
)

FAULTS: dict[str, Callable[[Path], Outcome]] = {}
LOCKED = 60.0
"""seconds that somebody else holds the store"""
HOUR = 3600.0


def fault(name: str) -> Callable[[Callable[[Scene], Outcome]], Callable[[Path], Outcome]]:
    """Make a fault known by its name; it is given a page that has not been started."""

    def known(work: Callable[[Scene], Outcome]) -> Callable[[Path], Outcome]:
        def run(folder: Path) -> Outcome:
            scene = Scene(folder=folder)
            try:
                return work(scene)
            finally:
                scene.end()

        FAULTS[name] = run
        return run

    return known


def outcome(name: str, said: object, seconds: float, **kept: bool) -> Outcome:
    """What came of it: everything that should be kept, and whether it is."""
    words = ", ".join(f"{what.replace('_', ' ')}{'' if good else ' NOT'}" for what, good in kept.items())
    return Outcome(fault=name, said=str(said), kept=words, seconds=round(seconds, 1), good=all(kept.values()))


@fault("page killed")
def page_killed(scene: Scene) -> Outcome:
    """While a run trains and a clip is shown."""
    visitor = scene.start()
    clip = explored(visitor)["exploration"]["id"]
    run = scene.train()
    killed(scene.page)
    scene.page.join()
    before = scene.store.metrics.last(run)["total"]
    begun = time.monotonic()
    visitor = scene.start()
    seconds = time.monotonic() - begun
    goes_on = until(lambda: scene.store.metrics.last(run)["total"] > before)
    listed = [each["state"] for each in runs(visitor)["answer"]["runs"]]
    said = "the page says that the server does not answer (ui, tests/app/page/test_sessions.py)"
    kept = {"clip": reopened(visitor, clip), "run goes on": goes_on, "run listed": listed == ["running"]}
    return outcome("page killed", said, seconds, **kept)


@fault("worker killed")
def worker_killed(scene: Scene) -> Outcome:
    """It is resumed from its last save."""
    visitor = scene.start()
    run = scene.train()
    until(lambda: (Path(scene.store.find(run)["folder"]) / "state.safetensors").exists())
    rows = scene.store.metrics.last(run)["total"]
    killed(psutil.Process(scene.store.find(run)["pid"]))
    seconds = since(lambda: scene.state(run) == "interrupted")
    said = runs(visitor)["answer"]["runs"][0]["sentence"]
    kept = scene.store.metrics.last(run)["total"] >= rows
    resumed = ask(visitor, "train-board", "act", run=run, action="resume")["ok"]
    goes_on = until(lambda: scene.state(run) == "running" and scene.store.metrics.last(run)["total"] > rows)
    return outcome("worker killed", said, seconds, figures=kept, resumes=resumed and bool(goes_on))


@fault("UMAP killed")
def umap_killed(scene: Scene) -> Outcome:
    """While a path waits for it: PCA stays, the next path gets UMAP."""
    visitor = scene.start()
    killer = threading.Thread(target=lambda: killed(until(lambda: scene.children("spawn_main"))[0]))
    killer.start()
    first = trajectory(visitor)
    killer.join()
    begun = time.monotonic()
    second = trajectory(visitor, neighbours="5")
    seconds = time.monotonic() - begun
    kept = {"PCA": "pca" in first["trajectory"]["pictures"], "next UMAP": "umap" in second["trajectory"]["pictures"]}
    return outcome("UMAP killed", first["message"], seconds, **kept)


@fault("decoder killed")
def decoder_killed(scene: Scene) -> Outcome:
    """Decoding is done by threads of the page: what kills it kills the page, in the middle of a clip."""
    visitor = scene.start()
    shown = explored(visitor)["exploration"]["id"]
    begun = ask(visitor, "explore-controls", "explore", model="video-16", sample="cockatoo", size="256")["answer"]["id"]
    killed(scene.page)
    scene.page.join()
    seconds = since(scene.start)
    visitor = scene.visitor()
    said = ask(visitor, "explore-controls", "progress", id=begun)["message"]
    again = explored(visitor, model="video-16", sample="realshort", count="16")["state"] == "done"
    kept = {"clip before": reopened(visitor, shown), "explored again": again}
    return outcome("decoder killed", said, seconds, **kept)


@fault("disk full")
def disk_full(scene: Scene) -> Outcome:
    """No file of the page or of a worker may grow (RLIMIT_FSIZE), then they may again."""
    visitor = scene.start()
    clip = explored(visitor)["exploration"]["id"]
    run = scene.train()
    worker = psutil.Process(scene.store.find(run)["pid"])
    page = psutil.Process(scene.page.pid)
    for process in (page, worker):
        process.rlimit(resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    failed = explored(visitor)
    until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
    looked = ask(visitor, "explore-controls", "window", id=clip, window=0)["ok"]
    page.rlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    seconds = since(lambda: explored(visitor)["state"] == "done")
    until(lambda: scene.state(run) in ("failed", "interrupted"))
    sentence = scene.store.find(run)["sentence"]
    before = scene.store.metrics.last(run)["total"]
    resumed = ask(visitor, "train-board", "act", run=run, action="resume")["ok"]
    goes_on = until(lambda: scene.store.metrics.last(run)["total"] > before)
    kept = {"clip": looked, "run resumes": resumed and bool(goes_on), "refused": failed["state"] == "failed"}
    return outcome("disk full", f"{failed['message']} / {sentence}", seconds, **kept)


@fault("home read-only")
def home_read_only(scene: Scene) -> Outcome:
    """No table of the store can be written, as on a disk that was mounted so; then it can."""
    visitor = scene.start()
    run = scene.train(joint_steps=5)
    until(lambda: scene.state(run) == "finished")
    with closing(sqlite3.connect(scene.home / "jobs.sqlite")) as database:
        database.execute("CREATE TRIGGER locked BEFORE INSERT ON runs BEGIN SELECT RAISE(ABORT, 'readonly'); END")
        database.commit()
        shutil.move(scene.home / "runs", scene.home / "elsewhere")
        (scene.home / "runs").write_text("no folder can be made here")
        listed = runs(visitor)["ok"]
        form = ask(visitor, "train-board", "clone", run=run)["answer"]
        said = ask(visitor, "train-board", "start_run", **form)
        works = explored(visitor)["state"] == "done"
        (scene.home / "runs").unlink()
        shutil.move(scene.home / "elsewhere", scene.home / "runs")
        database.execute("DROP TRIGGER locked")
        database.commit()
    seconds = since(lambda: ask(visitor, "train-board", "start_run", **form)["ok"])
    return outcome("home read-only", said.get("message"), seconds, refused=not said["ok"], list=listed, explore=works)


@fault("store locked")
def store_locked(scene: Scene) -> Outcome:
    """For a minute by somebody else: what reads goes on, what writes says so, a run loses nothing."""
    visitor = scene.start()
    run = scene.train()
    before = scene.store.metrics.last(run)["total"]
    form = ask(visitor, "train-board", "clone", run=run)["answer"]
    with closing(sqlite3.connect(scene.home / "jobs.sqlite", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        listed = ask(visitor, "compare-board", "refresh")["ok"] and runs(visitor)["ok"]
        quick = time.monotonic() - begun < 10
        said = ask(visitor, "train-board", "start_run", **form)
        works = explored(visitor)["state"] == "done"
        time.sleep(max(0.0, LOCKED - (time.monotonic() - begun)))
        database.execute("ROLLBACK")
    seconds = since(lambda: scene.store.metrics.last(run)["total"] > before)
    whole = [row["number"] for row in scene.store.metrics.every(run)]
    kept = {"list": listed and quick, "explore": works, "run": scene.state(run) == "running"}
    kept |= {"all figures": whole == list(range(1, len(whole) + 1)), "refused": not said["ok"]}
    return outcome("store locked 60 s", said.get("message", "started"), seconds, **kept)


def broken_store(scene: Scene, name: str, spoil: Callable[[Path], None]) -> Outcome:
    """A store that cannot be read any more: other tabs go on, and a new one begins when it is moved away."""
    visitor = scene.start()
    run = scene.train(joint_steps=5)
    until(lambda: scene.state(run) == "finished")
    folder = Path(scene.store.find(run)["folder"])
    with closing(sqlite3.connect(scene.home / "jobs.sqlite")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    spoil(scene.home / "jobs.sqlite")
    works = explored(visitor)["state"] == "done"
    said = runs(visitor)
    scene.page.kill()
    scene.page.join()
    visitor = scene.start()
    again = runs(visitor)
    works = works and explored(visitor)["state"] == "done"
    for path in scene.home.glob("jobs.sqlite*"):
        path.rename(path.with_name(f"moved-{path.name}"))
    seconds = since(lambda: runs(visitor)["ok"])
    words = said.get("message") or again.get("message") or "nothing"
    kept = {"explore": works, "weights": (folder / "tiny" / "card.json").exists(), "no wrong list": told(said, again)}
    return outcome(name, words, seconds, **kept)


def told(*answers: dict) -> bool:
    """Whether a list that cannot be read was said to be so, or is still whole from what was open; never empty."""
    return all(not answer["ok"] or answer["answer"]["runs"] for answer in answers)


@fault("store truncated")
def store_truncated(scene: Scene) -> Outcome:
    """To its first half."""
    return broken_store(scene, "store truncated", lambda path: os.truncate(path, path.stat().st_size // 2))


@fault("store noise")
def store_noise(scene: Scene) -> Outcome:
    """Overwritten from end to end."""
    return broken_store(
        scene, "store overwritten with noise", lambda path: path.write_bytes(secrets.token_bytes(path.stat().st_size))
    )


@fault("clock set back")
def clock_set_back(scene: Scene) -> Outcome:
    """By an hour, for page and worker."""
    clock = scene.folder / "clock"
    clock.write_text("0")
    scene.environment |= {"IMFN_PLUGINS": "tests.faults.clock", "IMFN_CLOCK": str(clock)}
    visitor = scene.start()
    clip = explored(visitor)["exploration"]["id"]
    run = scene.train()
    before = scene.store.metrics.last(run)["total"]
    clock.write_text(str(-HOUR))
    seconds = since(lambda: scene.store.metrics.last(run)["total"] > before + 500)
    listed = runs(visitor)["answer"]["runs"]
    form = ask(visitor, "train-board", "clone", run=run)["answer"]
    started = ask(visitor, "train-board", "start_run", **form)["ok"]
    stopped = ask(visitor, "train-board", "act", run=run, action="stop")["ok"]
    until(lambda: scene.state(run) == "stopped")
    kept = {"clip": reopened(visitor, clip), "run": listed[0]["state"] == "running", "new run": started}
    return outcome("clock set back 1 h", listed[0]["sentence"] or "nothing", seconds, **kept, stops=stopped)


@fault("two pages")
def two_pages(scene: Scene) -> Outcome:
    """On one home: each sees both runs, a device trains one of them at a time, either may be killed."""
    other = Scene(folder=scene.folder)
    one, two = scene.start(), other.start()
    try:
        run = scene.train()
        form = ask(two, "train-board", "clone", run=run)["answer"]
        second = ask(two, "train-board", "start_run", **form)["answer"]["run"]
        both = [{each["id"] for each in runs(visitor)["answer"]["runs"]} == {run, second} for visitor in (one, two)]
        waits = scene.state(second) == "queued"
        killed(scene.page)
        stopped = ask(two, "train-board", "act", run=run, action="stop")["ok"]
        seconds = since(lambda: scene.state(second) == "running")
        kept = {"both lists": all(both), "one at a time": waits, "stopped from the other": stopped}
        return outcome("two pages on one home", "nothing", seconds, **kept)
    finally:
        other.end()


@fault("av and umap missing")
def packages_missing(scene: Scene) -> Outcome:
    """Neither is installed: what needs them says so, the rest goes on."""
    for name in ("av", "umap"):
        (scene.folder / "without" / name).mkdir(parents=True)
        text = f"raise ModuleNotFoundError(\"No module named '{name}'\", name='{name}')\n"
        (scene.folder / "without" / name / "__init__.py").write_text(text)
    paths = os.pathsep.join([str(scene.folder / "without"), *filter(None, sys.path)])
    scene.environment |= {"PYTHONPATH": paths, "IMFN_PLUGINS": "tests.faults.without"}
    visitor = scene.start()
    begun = time.monotonic()
    clip, path = explored(visitor, model="video-16", sample="realshort"), trajectory(visitor)
    seconds = time.monotonic() - begun
    works = explored(visitor)["state"] == "done"
    kept = {"video refused": clip["state"] == "failed", "other explorations": works}
    kept |= {"PCA": "pca" in ((path.get("trajectory") or {}).get("pictures") or {})}
    return outcome("av and umap missing", f"{clip['message']} / {path['message']}", seconds, **kept)
