"""The interface of training jobs for the page and the command line: a store and, where started, a runner."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.config import TrainConfig
from engine.jobs.execution.devices import checked_device
from engine.jobs.execution.runner import Runner
from engine.jobs.export import bundle, tensorboard_folder
from engine.jobs.reconcile import reconcile, send
from engine.jobs.status import CLIP_PICTURE, log_tail, same_clip, status, summary
from engine.jobs.store.comparisons import Membership
from engine.jobs.store.schema import ALIVE
from engine.jobs.store.store import Store
from engine.jobs.submission.creation import continue_run, create
from engine.jobs.submission.estimate import parameters_of
from engine.jobs.submission.forms import flat
from engine.jobs.submission.uploads import check_data, own_copy

SPARE = 256 * 2**20
"""bytes of the disk that a training must leave free"""


class Jobs:
    """Training jobs under one home ($IMFN_HOME unless another is given). Every method may be called from any thread."""

    def __init__(self, home: Path | None = None) -> None:
        self.store = Store(home)
        self.runner = Runner(self.store)

    def start(self) -> None:
        """Start the runner's thread: the page calls this once; several programs may run one each."""
        self.runner.start()

    def close(self) -> None:
        """Stop the runner's thread; running jobs go on."""
        self.runner.stop()

    def submit(
        self,
        config: TrainConfig,
        *,
        name: str,
        note: str = "",
        device: str | None = None,
        files: Sequence[str | Path] = (),
        names: Sequence[str] | None = None,
        owner: str = "",
        member: Membership | None = None,
    ) -> str:
        """Queue a training; its id. `files` are the user's own videos or images, copied into the run's folder in the
        natural order of `names`, which are those that people gave them. `owner` is whoever a shared page knows it by,
        `member` its place in a comparison.

        ValueError in one sentence: a name that a live run of the owner has, a device that is not there, data without
        anything to train on, a disk that is nearly full. Nothing is left behind then.
        """
        if not name.strip():
            raise ValueError("the run has no name; give it one")
        device = checked_device(device)
        if not files:
            check_data(config)
        check_space(self.store.home, config, files)
        about = {"device": device, "name": name.strip(), "note": note, "owner": owner, "member": member}
        return create(self.store, config, prepare=own_copy(files, names), **about)

    def stop(self, run: str) -> None:
        """Ask a run to save and stop; a queued one stops at once. ValueError when it has ended already."""
        found = self.store.find(run)
        if found["state"] == "queued":
            self.store.move(found["id"], "stopped", "stopped before it started")
            return
        self.store.move(found["id"], "stopping")
        send(self.store.find(found["id"]), signal.SIGTERM)

    def resume(self, run: str, settings: Mapping[str, object] | None = None) -> None:
        """Queue a run that has ended once more: it goes on from its last save, bit for bit on a CPU. `settings` may
        change the rate, save_every and probe_every: one that diverged goes on at a smaller rate.
        """
        continue_run(self.store, run, settings=settings)

    def list(self, deleted: bool = False) -> list[dict]:
        """A summary of every run, newest first; see `status` for its keys."""
        reconcile(self.store)
        return [summary(self.store, run) for run in reversed(self.store.list(deleted))]

    def status(self, run: str, cursor: int = 0, limit: int = 500) -> dict:
        """A run and what is new since a cursor: {"run", "rows", "cursor", "cut", "sheets"}.

        rows: [{id, number, stage, step, total, seconds, values}], at most `limit`, evenly thinned when more are new;
        values: loss, rate, throughput (leaves a second), memory (MB), and at looks at the probe the lists levels, mse,
        psnr, ssim. cursor: give it the next time. cut: not None when the run was resumed from an earlier step; throw
        away what you hold past that `total` before you add the rows. sheets: totals that `sheet` has a picture of.
        run: id, name, note, kind, state (`damaged` for what cannot be read), device, sentence (why it ended), attempt,
        created, started, ended, deleted (Unix seconds or None), steps (in all; None until it has begun), parameters,
        folder, data, total (steps done), stage, trained_seconds, progress (0 … 1 or None), eta (seconds or None),
        silent (seconds since its last heartbeat), last (values of the newest row), checkpoint (a folder for
        `engine.load_model`, or None).
        """
        return status(self.store, run, cursor, limit)

    def events(self, run: str) -> list[dict]:
        """A run's events in order: {id, run, at, kind, text, …}."""
        return self.store.events(self.store.find(run)["id"])

    def sheet(self, run: str, total: int) -> Path:
        """The probe's picture after a step: the window in the first row, then one row a level."""
        return self.folder(run) / "probes" / f"{total:09d}.png"

    def same_clip(self, run: str) -> dict | None:
        """What a finished run gives of a clip, beside the bundled model of its kind: {"clip" (its name), "frames",
        "merges", "own": {"psnr", "mse", "ratio"}, "other" (the model), "beside": the same of that}. None where there is
        none of its kind, or it was trained in a terminal.
        """
        return same_clip(self.folder(run))

    def clip_picture(self, run: str) -> Path:
        """The picture that goes with it: frames of the clip, of the bundled model's memory, of the run's."""
        return self.folder(run) / CLIP_PICTURE

    def log(self, run: str, lines: int = 50) -> str:
        """The last lines that a run's process wrote; empty for one that was trained in a terminal."""
        return log_tail(self.folder(run), lines)

    def rename(self, run: str, name: str) -> None:
        """Rename a run; ValueError when another run that is not deleted has the name."""
        if not name.strip():
            raise ValueError("a run needs a name")
        self.store.change(self.store.find(run)["id"], name=name.strip())

    def note(self, run: str, text: str) -> None:
        """Set a run's note."""
        self.store.change(self.store.find(run)["id"], note=text)

    def delete(self, run: str) -> None:
        """Delete a run; `undelete` brings it back for a day. ValueError while it runs."""
        reconcile(self.store)
        found = self.store.find(run)
        if found["state"] in ALIVE:
            raise ValueError(f"run {found['name']} is {found['state']}; stop it before it is deleted")
        if found["state"] == "queued":
            self.stop(found["id"])
        self.store.change(found["id"], deleted=time.time())

    def undelete(self, run: str) -> None:
        """Restore a deleted run; ValueError when another run has its name, or it was purged."""
        self.store.change(self.store.find(run)["id"], deleted=None)

    def clone(self, run: str) -> dict:
        """What a form needs to start from a run: {"name": a free one, "note", "device", "config": a dict}."""
        found = sound(self.store.find(run))
        taken = {row["name"] for row in self.store.list() if row["owner"] == found["owner"]}
        name = next(f"{found['name']}-{n}" for n in range(2, 10_000) if f"{found['name']}-{n}" not in taken)
        return {"name": name, "note": found["note"], "device": found["device"], "config": found["config"]}

    def diff(self, first: str, second: str) -> list[dict]:
        """Where two runs' configs differ: [{"setting", "first", "second"}]."""
        a, b = (flat(sound(self.store.find(run))["config"]) for run in (first, second))
        names = list(dict.fromkeys([*a, *b]))
        return [{"setting": n, "first": a.get(n), "second": b.get(n)} for n in names if a.get(n) != b.get(n)]

    def export(self, run: str) -> Path:
        """A zip: the checkpoint if it is finished, config.json, metrics.csv and the same rows for TensorBoard."""
        return bundle(self.store, self.store.find(run))

    def tensorboard(self, run: str) -> Path:
        """A folder for `tensorboard --logdir`, written anew."""
        return tensorboard_folder(self.store, self.store.find(run))

    def folder(self, run: str) -> Path:
        """A run's folder."""
        return Path(self.store.find(run)["folder"])


def sound(run: dict) -> dict:
    """The same run; ValueError for a damaged one, whose config is not known."""
    if run["damage"]:
        raise ValueError(f"run {run['name']} is damaged: {run['damage']}")
    return run


def check_space(home: Path, config: TrainConfig, files: Sequence[str | Path]) -> None:
    """ValueError unless state, checkpoint and uploads fit on the disk."""
    home.mkdir(parents=True, exist_ok=True)
    uploads = sum(Path(f).stat().st_size for f in files if Path(f).exists())
    # weights, average and two moments, while the last state is still there; and the checkpoint
    need = parameters_of(config) * 4 * 9 + uploads + SPARE
    free = shutil.disk_usage(home).free
    if need > free:
        raise ValueError(
            f"no space left: this training needs about {need / 2**30:.1f} GB of disk, {free / 2**30:.1f} GB are free; "
            "free some space"
        )
