"""The explorations of all visitors: one is asked for, followed while it grows, looked at, and taken away from.

`explore` answers at once with an id; `progress` waits, without a thread, until there is something new to say; the fair
queue of `app/server/queue.py` decides whose turn it is. A browser is known by its key: nobody sees, cancels or
downloads another's. What is finished lies in its folder for two hours after it was last looked at, and is found again
by its id after a restart.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from app.components.figures import level_figure
from app.server.errors import message_of
from app.server.folders import ROOT, Download, download_of, in_use, uploaded_path
from app.server.limits import limits
from app.server.models import model, model_names
from app.server.owners import hashed
from app.server.queue import queue
from app.server.rpc import Visitor
from app.sessions.choice import (
    Choice,
    Settings,
    begin_exploration,
    named_sample,
    run_choice,
    sample_choice,
    suitable_model,
)
from app.sessions.downloads import making, memory_file, numbers_files, storage_costs, video_file
from app.sessions.exploration import Exploration
from app.sessions.explore_questions import (
    ExploreAnswer,
    ExploreRequest,
    ModelsAnswer,
    OfferedModel,
    ProgressAnswer,
    StorageAnswer,
    StorageRequest,
    TakeRequest,
    WindowAnswer,
    WindowRequest,
)
from app.sessions.first_paint import first_session, restore_frames
from app.sessions.report import report_file
from app.sessions.strip import strip_steps
from app.sessions.work import ProgressRequest, Work, WorkQuestions, Works, time_left
from engine.files import parse_json

EXPIRED = "This clip was put away in the meantime; press Apply to explore it again."
CANCELLED = "Cancelled; what was explored before stays."
READING = "The chosen frames are being reached …"
EVERY = 4
"""windows between two pictures of a long clip that grows"""


class ExploreWork(Work):
    """One exploration while it is made."""

    def __init__(self, visitor: Visitor) -> None:
        super().__init__(visitor, "Opening …")
        self.session: Exploration | None = None
        self.took = 0.0
        """seconds of the windows after the first, waiting not counted"""


class Explorations(WorkQuestions):
    """Answers to `assets/js/explore/server.js`."""

    questions = ("explore", "progress", "cancel", "window", "take", "storage", "reopen", "models")
    heavy = ("explore", "take", "storage")

    def __init__(self) -> None:
        self.works = Works(cancelled=CANCELLED, unknown=EXPIRED)
        self.kept: dict[str, tuple[str, Exploration]] = {}
        """(hash of the owner's key, exploration) by the exploration's id"""
        self.pages: dict[str, Exploration] = {}
        """what each open page shows"""
        self.beside: dict[tuple[str, str, str], Exploration] = {}
        """the same clip through other models, by (hash of the owner's key, the exploration's id, the model)"""
        self.files_of_run: Callable[[str], list[str]] | None = None
        """set by the tab that trains: files that a finished run was trained on"""
        self.offered: Callable[[], list[tuple[str, str]]] = lambda: [(name, name) for name in model_names()]

    async def explore(self, visitor: Visitor, request: ExploreRequest) -> ExploreAnswer:
        """Begin to explore something."""
        choice, name = await asyncio.to_thread(self.chosen, request)
        settings = Settings(model=name, size=request.size, first=request.first, count=request.count)
        return ExploreAnswer(id=self.begin(visitor, choice, settings).id, model=name)

    def chosen(self, request: ExploreRequest) -> tuple[Choice, str]:
        """The input that is asked for, and its model; ValueError in one sentence."""
        if request.uploads:
            paths = tuple(str(uploaded_path(path)) for path in request.uploads)
            names = request.names if len(request.names) == len(paths) else ()
            return Choice(paths=paths, names=names), suitable_model(
                paths, request.model
            ) if request.fit else request.model
        if request.run is not None:
            if self.files_of_run is None or not limits().own_paths:
                raise ValueError("Files of a training can be explored on one's own machine only.")
            return run_choice(self.files_of_run(request.run)), request.model
        if request.sample is None:
            raise ValueError("Nothing is chosen; upload something or choose a sample.")
        return sample_choice(named_sample(request.sample)), request.model

    def begin(self, visitor: Visitor, choice: Choice, settings: Settings) -> ExploreWork:
        """Begin, on the running event loop; a page's earlier work ends."""
        work = ExploreWork(visitor)
        self.works.add(work)
        self.works.run(self.work(work, choice, settings))
        return work

    async def work(self, work: ExploreWork, choice: Choice, settings: Settings) -> None:
        """Explore; the files that were handed in and what is made of them stay there until it is over."""
        with ExitStack() as held:
            held.enter_context(in_use(choice.paths))
            await self.in_turns(work, choice, settings, held)

    async def in_turns(self, work: ExploreWork, choice: Choice, settings: Settings, held: ExitStack) -> None:
        """Explore in turns, until it is done or nobody wants it; a failure leaves what was shown before alone."""
        ticket, before = None, self.pages.get(work.visitor.session)
        try:
            ticket = queue().join(work.visitor.session, work.visitor.key, work.visitor.address)
            session, steps = await asyncio.to_thread(begin_exploration, choice, settings)
            work.session = session
            held.enter_context(in_use([session.folder]))
            seen, since = 0, time.monotonic()
            async for done in ticket.steps(steps):
                if not work.wanted:
                    return self.drop(work, session)
                if done is None:
                    work.tell(f"{progress_of(session)}{ticket.words()} …")
                elif done == seen:
                    work.tell(f"{progress_of(session)}{READING}")
                else:
                    work.took += time.monotonic() - since if done > 1 else 0.0  # the first one warms up
                    drawn = done == 1 or done % EVERY == 0
                    said = progress_of(session, work.took)
                    work.tell(said, payload=await self.show(work, session) if drawn else None)
                seen, since = (seen if done is None else done), time.monotonic()
            if ticket.given_up:
                return self.drop(work, session)
            session.stated_windows = session.windows
            session.read_to_its_end()
            work.tell(f"{progress_of(session)}Looking over the file …", payload=await self.show(work, session))
            async for _ in ticket.steps(strip_steps(session, choice)):
                if not work.wanted:
                    return self.drop(work, session)
            shown = await self.show(work, session)
            await asyncio.to_thread(session.write_facts, hashed(work.visitor.key))
            await self.replace(work, before)
            work.tell(summary(session), "done", shown)
        except Exception as error:
            work.tell(message_of(error, "explore"), "failed")
            self.drop(work, work.session)
        finally:
            if ticket:
                ticket.leave()
            await self.replace(work, before)

    async def replace(self, work: ExploreWork, before: Exploration | None) -> None:
        """Put away what a page showed before, where it shows something else now."""
        if before is not None and self.pages.get(work.visitor.session) is not before:
            await asyncio.to_thread(self.put_away, before)

    def put_away(self, session: Exploration) -> None:
        """Remove what a page showed before, unless another page shows it, too."""
        if session.folder.parent == ROOT and all(session.id != shown.id for shown in list(self.pages.values())):
            self.kept.pop(session.id, None)
            for place in [each for each in list(self.beside) if each[1] == session.id]:
                other = self.beside.pop(place)
                self.kept.pop(other.id, None)
                other.remove()
            session.remove()

    def keep_beside(self, place: tuple[str, str, str], other: Exploration) -> bool:
        """Remember what a clip is through another model; whether the clip itself is still there."""
        owner, exploration, _ = place
        if exploration != "first" and exploration not in self.kept:
            return False
        self.beside[place] = other
        self.kept[other.id] = owner, other
        return True

    async def show(self, work: ExploreWork, session: Exploration) -> dict:
        """Keep an exploration for its visitor; what the browser draws of it."""
        self.keep(work.visitor, session)
        return await asyncio.to_thread(drawn, session)

    def keep(self, visitor: Visitor, session: Exploration) -> None:
        """Remember what a page shows, and forget what has no files any more."""
        self.kept = {key: each for key, each in list(self.kept.items()) if each[1].folder.is_dir()}
        self.pages = {page: each for page, each in list(self.pages.items()) if each.folder.is_dir()}
        self.kept[session.id] = hashed(visitor.key), session
        self.pages[visitor.session] = session

    def drop(self, work: ExploreWork, session: Exploration | None) -> None:
        """Remove the files of an exploration that was given up before it was shown; of another keep what there is."""
        self.works.end(work)
        if session is None:
            return
        if session.id in self.kept:
            with contextlib.suppress(OSError):  # its folder may be gone by now
                session.write_facts(hashed(work.visitor.key))
        else:
            session.remove()

    async def progress(self, visitor: Visitor, request: ProgressRequest) -> ProgressAnswer:
        """What is new of an exploration, as soon as there is something new."""
        work = self.works.own(visitor, request.id)
        fresh = await work.fresh(request.seen)
        return ProgressAnswer(seen=work.seen, state=work.state, message=work.message, exploration=fresh)

    def window(self, visitor: Visitor, request: WindowRequest) -> WindowAnswer:
        """Another window of what is shown."""
        session = self.own(visitor, request.id)
        return WindowAnswer(exploration=drawn(session, request.window), message=summary(session))

    def reopen(self, visitor: Visitor, request: WindowRequest) -> WindowAnswer:
        """What a page showed before it was loaded anew."""
        session = self.own(visitor, request.id)
        self.keep(visitor, session)
        return WindowAnswer(exploration=drawn(session, request.window), message=summary(session))

    def take(self, visitor: Visitor, request: TakeRequest) -> Download:
        """Make a file to keep."""
        session = self.own(visitor, request.id)
        restore_frames(session)
        merges = chosen_merges(session, request.merges)
        return download_of(made_file(session, request, merges))

    def storage(self, visitor: Visitor, request: StorageRequest) -> StorageAnswer:
        """What the file of each precision takes, and what it loses in a window."""
        session = self.own(visitor, request.id)
        restore_frames(session)
        merges = chosen_merges(session, request.merges)
        return StorageAnswer(merges=merges, costs=storage_costs(session, merges, request.window))

    def models(self, visitor: Visitor) -> ModelsAnswer:
        """What the menu of models offers."""
        return ModelsAnswer(models=[OfferedModel(name=name, label=label) for label, name in self.offered()])

    def own(self, visitor: Visitor, exploration: str) -> Exploration:
        """The exploration of an id; ValueError when it is not this visitor's, or not there any more."""
        if exploration == "first" and (first := first_session()):
            return first
        owner, session = self.kept.get(exploration) or found_again(exploration)
        if session is None or owner != hashed(visitor.key) or not session.kept():
            raise ValueError(EXPIRED)
        self.kept[exploration] = owner, session
        return session

    def shown_to(self, visitor: Visitor, exploration: str | None = None) -> Exploration | None:
        """What a visitor's page shows, for other tabs: by its id, or what the page explored last. None for the sample
        that comes with the page; ValueError for what is not this visitor's, or not there any more.
        """
        if exploration is None:
            return self.pages.get(visitor.session)
        return None if exploration == "first" else self.own(visitor, exploration)

    def leave(self, session: str) -> None:
        """A page was closed: nobody waits for its work. Its files stay for those who come back."""
        self.pages.pop(session, None)
        self.works.leave(session)


def found_again(exploration: str) -> tuple[str, Exploration | None]:
    """(owner's hash, exploration) from the files of an earlier server; ("", None) where there are none."""
    for path in ROOT.glob("clip-*/facts.json"):
        facts = facts_in(path)
        if facts.get("id") == exploration:
            return facts["owner"], Exploration.from_facts(facts, model(facts["model"]), path.parent)
    return "", None


def facts_in(path: Path) -> dict:
    """What an earlier server wrote of an exploration; nothing where it cannot be read, so that the others are found."""
    try:
        facts = parse_json(path.read_text())
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def drawn(session: Exploration, window: int = 0) -> dict:
    """What the browser draws of an exploration: the payload with the figure of its levels."""
    payload = session.payload(min(max(window, 0), session.windows - 1))
    return {**payload, "figure": level_figure(payload["levels"])}


def progress_of(session: Exploration, seconds: float = 0.0) -> str:
    """How far an exploration is after so many seconds; empty before its first window."""
    if not session.windows:
        return ""
    total = max(session.windows, session.stated_windows)
    return f"Window {session.windows} of {total} explored{time_left(session.windows - 1, total - 1, seconds)} … "


def summary(session: Exploration) -> str:
    """What was explored, in one line."""
    if session.memory is not None:
        return f"{session.name}: opened from a memory of {session.memory.floats:,} floats."
    windows = "1 window" if session.windows == 1 else f"{session.windows} windows"
    frames = "1 frame" if session.frames == 1 else f"{session.frames} frames"
    height, width, _ = session.shape
    return f"{session.name}: {frames} of {width}×{height} in {windows} of {session.model.leaves}."


def chosen_merges(session: Exploration, merges: int) -> int:
    """The level to take away: the selected one, the root when the source row is selected."""
    if session.memory is not None:
        return session.memory.merges
    return merges if 1 <= merges <= session.model.merges else session.model.merges


def made_file(session: Exploration, request: TakeRequest, merges: int) -> Path:
    """A file of an exploration."""
    with making(session):
        if request.kind == "memory":
            return memory_file(session, merges, request.precision)
        if request.kind == "video":
            return video_file(session, merges)
        if request.kind == "report":
            return report_file(session, merges, request.frame)
        return numbers_files(session)[request.kind == "csv"]


__all__ = ["Explorations", "progress_of", "summary"]
