"""The Train tab: questions of `assets/js/train/view.js` and their answers, all from the job store.

Nothing about a run is kept here, so a reload, a second browser or another app process sees the same truth. Only what a
visitor has uploaded for the next run is held, by session, until it is copied into the run or the visitor leaves.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.context import Context

from app.components import TrainBoard, UploadField
from app.pictures.probe import probe_sheet
from app.server.answers import Answers, refusal
from app.server.errors import in_words
from app.server.limits import limits, open_within
from app.server.models import menu
from app.server.owners import Owners
from app.server.training_limits import check_allowed, check_share, watch
from app.sessions.explorations import Explorations
from app.tabs.base import TABS, PageContext, Tab
from app.tabs.explore import shared_note
from engine.compatibility import upgrade
from engine.config import TrainConfig, from_dict
from engine.data.datasets.digits import prepare_digits
from engine.data.samples import samples
from engine.jobs import Jobs, config_of, devices, estimate, form, presets, settings_of, validate

SHARED_OPEN = "On this shared page a finished run can be downloaded; open it where you run the program yourself."
LOG_LINES = 40
ACTIONS = ("stop", "resume", "rename", "note", "delete", "undelete")


@dataclass
class TrainDesk(Answers):
    """The jobs, and every visitor's uploads for his next run."""

    jobs: Jobs
    uploads: dict[str, list[str]] = field(default_factory=dict)
    prepared: bool = False

    def __post_init__(self) -> None:
        self.owners = Owners(self.jobs.store.home)

    questions = ("refresh", "check", "start", "act", "clone", "diff", "sheet", "files")

    def refresh(self, visitor: str, wish: dict) -> dict:
        """All runs, what is new of those that are followed, and the chosen one's log."""
        self.prepare()
        runs = self.own(visitor, self.jobs.list())
        known = {run["id"] for run in runs}
        followed = [each for each in wish.get("follow", []) if each.get("run") in known]
        chosen = wish.get("log") if wish.get("log") in known else None
        return {
            "runs": runs,
            "deleted": self.own(visitor, self.jobs.list(deleted=True)),
            "status": {each["run"]: self.jobs.status(each["run"], int(each.get("cursor", 0))) for each in followed},
            "log": self.jobs.log(chosen, LOG_LINES) if chosen else None,
            "events": self.jobs.events(chosen) if chosen else None,
        }

    def prepare(self) -> None:
        """Fetch the digits as soon as somebody looks at this tab, so that a first training need not wait for them."""
        if not self.prepared:
            self.prepared = True
            threading.Thread(target=prepare_quietly, name="digits", daemon=True).start()

    def check(self, visitor: str, wish: dict) -> dict:
        """What is wrong with a form, and what the training would take."""
        settings = dict(wish["settings"])
        problems = validate(settings)
        name = str(wish.get("name", "")).strip()
        if not name:
            problems.append(("", "The run has no name; give it one."))
        if any(run["name"] == name for run in self.jobs.list()):
            problems.append(("", f"There is a run called {name} already; choose another name."))
        if wish.get("own") and not self.uploads.get(visitor):
            problems.append(("", "Choose the videos or images that it is to be trained on."))
        blocking = validate(settings)
        forecast = None if blocking else estimate(config_of(settings), device=wish["device"], store=self.jobs.store)
        return {"problems": problems, "estimate": forecast}

    def start(self, visitor: str, wish: dict) -> dict:
        """Queue a run."""
        files = self.uploads.get(visitor, []) if wish.get("own") else []
        run = self.submit(visitor, config_of(dict(wish["settings"])), str(wish["name"]), wish.get("device"), files)
        self.uploads.pop(visitor, None)
        return {"run": run}

    def submit(
        self, visitor: str, config: TrainConfig, name: str, device: str | None = None, files: Sequence[str] = ()
    ) -> str:
        """Queue a run of a visitor's, from the page or the API; ValueError when it is not allowed here."""
        check_allowed(config, files)
        check_share(self.jobs, self.owners, visitor)
        run = self.jobs.submit(config, name=name, device=device, files=files)
        self.owners.claim(visitor, run)
        self.jobs.runner.wake()
        return run

    def own(self, visitor: str, runs: list[dict]) -> list[dict]:
        """Those runs that are a visitor's to see."""
        return [run for run in runs if self.owners.owns(visitor, run["id"])]

    def act(self, visitor: str, wish: dict) -> dict:
        """Stop, resume, rename, annotate, delete or bring back a run."""
        action, run = str(wish.get("action")), self.owners.check(visitor, str(wish.get("run")))
        if action not in ACTIONS:
            raise ValueError(f"There is nothing called {action[:30]!r} to do with a run.")
        more = [str(wish.get("text", ""))[:300]] if action in ("rename", "note") else []
        getattr(self.jobs, action)(run, *more)
        return {}

    def clone(self, visitor: str, wish: dict) -> dict:
        """A run's settings and a free name, to start from."""
        found = self.jobs.clone(self.owners.check(visitor, str(wish["run"])))
        return {"name": found["name"], "settings": settings_of(from_dict(TrainConfig, upgrade(found["config"])))}

    def diff(self, visitor: str, wish: dict) -> dict:
        """Where two runs' settings differ."""
        first, second = (self.owners.check(visitor, str(wish[name])) for name in ("first", "second"))
        return {"rows": self.jobs.diff(first, second)}

    def sheet(self, visitor: str, wish: dict) -> dict:
        """One look at the probe."""
        return asdict(probe_sheet(self.jobs, self.owners.check(visitor, str(wish["run"])), int(wish["total"])))

    def files(self, visitor: str, wish: dict) -> dict:
        """What a visitor has uploaded for his next run, by name; the sentence of the first that cannot be used."""
        names = []
        for path in self.uploads.get(visitor, []):
            try:
                names.append(open_within(path).info.name)
            except (ValueError, OSError) as error:
                self.uploads.pop(visitor, None)
                return {"names": [], "sentence": in_words(error)}
        return {"names": names, "sentence": ""}


def prepare_quietly() -> None:
    """What goes wrong here goes wrong again in the training, which says so."""
    with contextlib.suppress(ValueError, OSError):
        prepare_digits()


def setup() -> dict[str, Any]:
    """What can be chosen."""
    offered = [
        {"key": p.key, "title": p.title, "about": p.about, "own": p.own, "settings": settings_of(p.config)}
        for p in presets()
    ]
    return {"presets": offered, "form": form(), "devices": devices()}


def sample_of(config: dict) -> str | None:
    """The sample that suits a run; None for one that was trained on files of its own."""
    if Path(config["data"]).is_dir():
        return None
    flat = config["tree"]["codec"] == "flat"
    return next(sample.name for sample in samples() if (sample.tile is not None) == flat)


def own_files(jobs: Jobs, run: str) -> list[str]:
    """The files that a run was trained on; ValueError where it has none of its own."""
    data = Path(jobs.clone(run)["config"]["data"])
    if not data.is_dir():
        raise ValueError("This run was not trained on files of its own; choose a sample.")
    return sorted(str(path) for path in data.iterdir())


def build_train(explorations: Explorations, jobs: Jobs | None = None) -> TrainDesk:
    """Lay the tab out and wire it. The queue is looked after from now on, whoever watches."""
    desk = TrainDesk(jobs or Jobs())
    desk.jobs.start()
    watch(desk.jobs)
    explorations.files_of_run = lambda run: own_files(desk.jobs, run)
    explorations.offered = lambda: menu(desk.jobs.list() if limits().own_paths else [])
    shared_note(limits().training_sentence)
    board = TrainBoard(setup=setup())
    upload = UploadField(
        "files", file_count="multiple", elem_id="train-file", elem_classes="imfn-handover", file_types=None
    )
    file = gr.DownloadButton("file", elem_id="train-file-out", elem_classes="imfn-handover")

    def ask(event: gr.EventData, request: gr.Request) -> dict:
        return desk.answer(request.session_hash, event._data)

    def take(event: gr.EventData, request: gr.Request) -> tuple:
        try:
            visitor = desk.visitor(request.session_hash, event._data)
            path = desk.jobs.export(desk.owners.check(visitor, str(event._data.get("run"))))
        except (ValueError, OSError) as error:
            return refusal(event._data, in_words(error)), gr.skip()
        return {"id": event._data.get("id"), "ok": True}, str(path)

    def open_run(event: gr.EventData) -> dict:
        if not limits().own_paths:
            return refusal(event._data, SHARED_OPEN)
        run = str(event._data.get("run"))
        if run not in [value for _, value in menu(desk.jobs.list())]:
            return refusal(event._data, "This run has no checkpoint yet; let it finish first.")
        sample = sample_of(desk.jobs.clone(run)["config"])
        return {"id": event._data.get("id"), "ok": True, "model": run, "sample": sample}

    def took(paths: list[str], request: gr.Request) -> None:
        desk.uploads[desk.visitor(request.session_hash)] = [str(path) for path in paths]

    def leave(request: gr.Request) -> None:
        desk.uploads.pop(desk.visitor(request.session_hash), None)
        desk.forget(request.session_hash)

    unqueued = {"queue": False, "show_progress": "hidden", "trigger_mode": "multiple", "api_name": False}
    board.ask(ask, None, board, **unqueued)
    board.take(take, None, [board, file], **unqueued)
    board.open_run(open_run, None, board, **unqueued)
    picked = upload.upload(took, upload, None, show_progress="hidden", api_name=False)
    picked.success(None, None, None, js="() => window.imfnTrain.filesChanged()", api_name=False)
    Context.root_block.unload(leave)
    return desk


@TABS.add
class Train(Tab):
    """Trainings of one's own."""

    name, title, place = "train", "Train", 30
    styles = ("train.css",)

    def build(self, context: PageContext, place: gr.Tab) -> None:
        """The board; what it answers with is shared."""
        context.provide(build_train(context.service(Explorations)))


__all__ = ["Train", "TrainDesk", "build_train"]
