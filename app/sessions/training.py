"""Questions of the Train tab (`assets/js/train/view.js`), answered from the job store.

Nothing about a run is kept here, so a reload, a second browser or another app process sees the same truth. Files for
the next run lie in Gradio's upload folder until they are copied into the run: the browser names them with the form.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypedDict

from app.pictures.probe import ProbeSheet, clip_sheet, probe_sheet
from app.server.folders import Download, copied_download, uploaded_path
from app.server.limits import limits, open_within
from app.server.owners import Owners, owner_name
from app.server.rpc import Questions, Visitor
from app.server.training_limits import check_allowed, check_names, claim_runs, queueing
from app.sessions.explorations import Explorations
from app.sessions.forecasts import Forecasts
from app.sessions.new_run import EstimateAnswer, FilesAnswer, FilesRequest, FormAnswer, FormRequest
from app.sessions.own_clip import check_clip, clip_file
from app.sessions.runs import (
    Done,
    Follow,
    RunRequest,
    RunStatus,
    RunSummary,
    SheetRequest,
    run_status,
    run_summary,
)
from engine.compatibility import upgrade
from engine.config import TrainConfig, from_dict
from engine.data.datasets.digits import prepare_digits
from engine.data.samples import samples
from engine.jobs import Jobs, checked_device, config_of, estimate, settings_of, squares, validate

LOG_LINES = 40
LONGEST_TEXT = 300
"""characters of a name or a note"""
SHARED_OPEN = "On this shared page a finished run can be downloaded; open it where you run the program yourself."


class RunEvent(TypedDict):
    """Something that happened to a run."""

    at: float
    kind: str
    text: str | None


class Difference(TypedDict):
    """A setting in which two runs differ."""

    setting: str
    first: Any
    second: Any


@dataclass(frozen=True, kw_only=True)
class RunsRequest:
    """A refresh: which runs are drawn, and whose log is shown."""

    follow: tuple[Follow, ...] = ()
    log: str | None = None


@dataclass(frozen=True, kw_only=True)
class RunsAnswer:
    """A visitor's runs."""

    runs: list[RunSummary]
    deleted: list[RunSummary]
    status: dict[str, RunStatus]
    log: str | None
    events: list[RunEvent] | None


@dataclass(frozen=True, kw_only=True)
class ActRequest:
    """Something to do with a run; `text` is a new name or note."""

    run: str
    action: Literal["stop", "resume", "rename", "note", "delete", "undelete"]
    text: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    """of a run that is resumed: its rate, save_every or probe_every, where they are to change"""


@dataclass(frozen=True, kw_only=True)
class CloneAnswer:
    """What a form needs to start from a run."""

    name: str
    settings: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class DiffRequest:
    """Two runs."""

    first: str
    second: str


@dataclass(frozen=True, kw_only=True)
class DiffAnswer:
    """Where their settings differ."""

    rows: list[Difference]


@dataclass(frozen=True, kw_only=True)
class OpenAnswer:
    """A finished run for Explore: the model, and the sample to show with it unless the run has files of its own."""

    model: str
    sample: str | None


@dataclass
class Trainings(Questions):
    """Answers the Train tab's questions; on a shared page a visitor has to do with their own runs alone."""

    jobs: Jobs
    explorations: Explorations | None = None
    """whose clips can be trained on"""
    owners: Owners = field(init=False)
    forecasts: Forecasts = field(init=False)
    prepared: bool = False

    questions = (
        "refresh",
        "check_form",
        "estimate_run",
        "check_files",
        "start_run",
        "act",
        "clone",
        "diff",
        "sheet",
        "clip_picture",
        "export_run",
        "open_run",
    )
    heavy = ("start_run",)

    def __post_init__(self) -> None:
        self.owners, self.forecasts = Owners(self.jobs), Forecasts(self.jobs)
        claim_runs(self.jobs)

    def refresh(self, visitor: Visitor, request: RunsRequest) -> RunsAnswer:
        """All runs, what is new of those that are followed, and the log of one."""
        self.prepare()
        runs = self.own(visitor, self.jobs.list())
        known = {run["id"] for run in runs}
        log = request.log if request.log in known else None
        return RunsAnswer(
            runs=runs,
            deleted=self.own(visitor, self.jobs.list(deleted=True)),
            status={each.run: run_status(self.jobs, each) for each in request.follow if each.run in known},
            log=self.jobs.log(log, LOG_LINES) if log else None,
            events=[event_of(each) for each in self.jobs.events(log)] if log else None,
        )

    def prepare(self) -> None:
        """Fetch the digits as soon as somebody looks at this tab, so that a first training need not wait for them."""
        if not self.prepared:
            self.prepared = True
            threading.Thread(target=prepare_quietly, name="digits", daemon=True).start()

    def check_form(self, visitor: Visitor, request: FormRequest) -> FormAnswer:
        """What is wrong with a form; quick, so that it can be asked with every key."""
        problems, name = self.problems(visitor, request), request.name.strip()
        if not name:
            problems.append(("name", "The run has no name; give it one."))
        if any(run["name"] == name for run in self.mine(visitor.key)):
            problems.append(("name", f"There is a run called {name} already; choose another name."))
        if request.own and request.clip is not None:
            problems += self.clip_problems(visitor, request.clip)
        elif request.own and not request.files:
            problems.append(("", "Choose the videos or images that it is to be trained on."))
        return FormAnswer(problems=problems)

    def clip_problems(self, visitor: Visitor, clip: str) -> list[tuple[str, str]]:
        """Why a clip of Explore cannot be trained on."""
        try:
            check_clip(self.explorations, visitor, clip)
        except ValueError as error:
            return [("", str(error))]
        return []

    def estimate_run(self, visitor: Visitor, request: FormRequest) -> EstimateAnswer:
        """What the training would take; a new tree may take seconds."""
        if self.problems(visitor, request):
            return EstimateAnswer(estimate=None)
        config = config_of(request.settings)
        about = {"device": checked_device(request.device), "store": self.jobs.store}
        return EstimateAnswer(estimate=estimate(config, frames=self.own_frames(visitor, request), **about))

    def own_frames(self, visitor: Visitor, request: FormRequest) -> float | None:
        """How many square frames a form's own files hold; None where that is not known, or it has none."""
        if not request.own:
            return None
        with contextlib.suppress(ValueError, OSError):
            if request.clip is not None:
                session = check_clip(self.explorations, visitor, request.clip)
                return float(session.frames * squares(*session.shape[:2]))
            infos = [open_within(uploaded_path(path)).info for path in request.files]
            if infos and all(info.frames for info in infos):
                return float(sum(info.frames * squares(info.height, info.width) for info in infos))
        return None

    def problems(self, visitor: Visitor, request: FormRequest) -> list[tuple[str, str]]:
        """What is wrong with a form's settings; what it may not name is not looked up."""
        if found := validate(request.settings):
            return found
        try:
            checked_device(request.device)
        except ValueError as error:
            return [("device", str(error))]
        try:
            files = [each for each in (*request.files, request.clip) if each] if request.own else ()
            check_names(config_of(request.settings), self.mine(visitor.key), files)
        except ValueError as error:
            return [("", str(error))]
        return []

    def mine(self, owner: str) -> list[dict]:
        """The runs that a visitor may name."""
        return [run for run in self.jobs.store.list() if self.owners.owns(owner, run["id"])]

    def check_files(self, visitor: Visitor, request: FilesRequest) -> FilesAnswer:
        """The names of uploaded files; ValueError for the first that cannot be used."""
        names = request.names or [Path(path).name for path in request.paths]
        if len(names) != len(request.paths):
            raise ValueError("The files and their names do not go together; choose the files again.")
        found = zip(request.paths, names, strict=True)
        return FilesAnswer(names=[open_within(uploaded_path(path), names=[name]).info.name for path, name in found])

    def start_run(self, visitor: Visitor, request: FormRequest) -> RunRequest:
        """Queue a run."""
        config = config_of(request.settings)
        about = {"name": request.name, "device": request.device}
        if request.own and request.clip is not None:
            with clip_file(self.explorations, visitor, request.clip) as file:
                return RunRequest(run=self.submit(visitor.key, config, files=[str(file)], **about))
        files = request.files if request.own else ()
        names = request.names if request.own else ()
        self.check_files(visitor, FilesRequest(paths=files, names=names))
        return RunRequest(run=self.submit(visitor.key, config, files=files, names=names or None, **about))

    def submit(
        self,
        owner: str,
        config: TrainConfig,
        name: str,
        device: str | None = None,
        files: Sequence[str] = (),
        names: Sequence[str] | None = None,
    ) -> str:
        """Queue a run of a visitor's, from the page or the API; ValueError when it is not allowed here."""
        check_names(config, self.mine(owner), files)
        check_allowed(config)
        with queueing(self.jobs, owner, config=config) as queued:
            more = {"device": device, "files": files, "names": names}
            run = self.jobs.submit(config, name=name, owner=owner_name(owner), **more)
            queued(run)
        self.jobs.runner.wake()
        return run

    def own(self, visitor: Visitor, runs: list[dict]) -> list[RunSummary]:
        """Those runs that a visitor may see."""
        comparisons = self.jobs.store.comparisons.of_runs()
        return [
            run_summary(run, self.forecasts.of(run), comparisons.get(run["id"]))
            for run in runs
            if self.owners.owns(visitor.key, run["id"])
        ]

    def act(self, visitor: Visitor, request: ActRequest) -> Done:
        """Stop, resume, rename, annotate, delete or bring back a run."""
        run = self.owners.check(visitor.key, request.run)
        more = [request.text[:LONGEST_TEXT]] if request.action in ("rename", "note") else []
        if request.action == "resume":
            self.resume(visitor.key, run, request.settings)
        else:
            getattr(self.jobs, request.action)(run, *more)
        return Done()

    def resume(self, owner: str, run: str, settings: Mapping[str, Any] | None = None) -> None:
        """Queue a run of a visitor's once more, from the page or the API; ValueError when it is not allowed here."""
        with queueing(self.jobs, owner) as queued:
            self.jobs.resume(self.owners.check(owner, run), settings)
            queued(run)
        self.jobs.runner.wake()

    def clone(self, visitor: Visitor, request: RunRequest) -> CloneAnswer:
        """A run's settings and a free name, to start from."""
        found = self.jobs.clone(self.owners.check(visitor.key, request.run))
        settings = settings_of(from_dict(TrainConfig, upgrade(found["config"])))
        return CloneAnswer(name=found["name"], settings=settings)

    def diff(self, visitor: Visitor, request: DiffRequest) -> DiffAnswer:
        """Where two runs' settings differ; what they learn from is in their summaries, without paths."""
        first, second = (self.owners.check(visitor.key, run) for run in (request.first, request.second))
        return DiffAnswer(rows=[row for row in self.jobs.diff(first, second) if row["setting"] != "data"])

    def sheet(self, visitor: Visitor, request: SheetRequest) -> ProbeSheet:
        """One look at the probe."""
        return probe_sheet(self.jobs, self.owners.check(visitor.key, request.run), request.total)

    def clip_picture(self, visitor: Visitor, request: RunRequest) -> ProbeSheet:
        """A finished run's pictures of a clip, beside a bundled model's."""
        return clip_sheet(self.jobs, self.owners.check(visitor.key, request.run))

    def export_run(self, visitor: Visitor, request: RunRequest) -> Download:
        """A zip of a run."""
        return copied_download(self.jobs.export(self.owners.check(visitor.key, request.run)), "out")

    def open_run(self, visitor: Visitor, request: RunRequest) -> OpenAnswer:
        """What Explore needs to show a finished run; ValueError where there is nothing to show, or not here."""
        if not limits().own_paths:
            raise ValueError(SHARED_OPEN)
        run = next((run for run in self.jobs.list() if run["id"] == request.run), None)
        if run is None or not run["checkpoint"] or run["kind"] != "teacher":
            raise ValueError("This run has no checkpoint yet; let it finish first.")
        return OpenAnswer(model=request.run, sample=sample_of(self.jobs.clone(request.run)["config"]))


def event_of(event: dict) -> RunEvent:
    """What the browser shows of an event."""
    return {"at": event["at"], "kind": event["kind"], "text": event.get("text")}


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


def prepare_quietly() -> None:
    """What goes wrong here goes wrong again in the training, which says so."""
    with contextlib.suppress(ValueError, OSError):
        prepare_digits()
