"""The Explore tab: choose a clip, compress it, walk the tree. Layout here, work in the handlers below.

Handlers are plain functions; `run` is a generator, so the first window shows while the others are still explored.
"""

from __future__ import annotations

import asyncio
import html
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import gradio as gr

from app.components import (
    ExploreInspector,
    ExploreLevels,
    ExplorePlayer,
    ExploreTakeaway,
    ExploreTree,
    LevelChart,
    UploadField,
    level_figure,
)
from app.server.errors import in_words
from app.server.limits import limits, open_within
from app.server.models import model, model_names, model_of
from app.server.parsing import parse_int
from app.server.queue import line
from app.sessions.downloads import memory_file, numbers_files, video_file
from app.sessions.exploration import Session
from app.sessions.first_paint import first_session, restore_frames
from app.tabs.base import TABS, PageContext, Tab
from engine.data.samples import samples
from engine.data.sources.opening import Source
from engine.memory import Memory

SIZES = {"128": 128, "256": 256, "512": 512, "native": None}
WITH_SELECTION = "(session) => [session, { ...imfn.get().selection, id: imfn.get().exploration?.id }]"
STOP_WAITING = "() => window.imfn.stopWaiting()"
FROM_LINK = "() => [Object.fromEntries(new URLSearchParams(location.search))]"
AT_ONCE = 100  # explorations that may stand in the line
WELCOME = "Drop a video or some images anywhere on this page, or choose a sample above."
SMALL = 32  # pixels a side up to which a picture goes to a model of one small leaf size
EXPIRED = "This clip was put away in the meantime; press Run to explore it again."
MEMORY_START = b'{"__metadata__"'


def status(sentence: str = "", *, error: bool = False, busy: bool = False) -> str:
    """The quiet line under the controls; `busy` shows that work goes on, and the Cancel button with it."""
    kind = "imfn-status" + (" error" if error else "") + (" busy" if busy else "")
    role = "alert" if error else "status"
    return f'<p class="{kind}" role="{role}">{html.escape(sentence)}</p>' if sentence else ""


def status_line(sentence: str, elem_id: str) -> gr.HTML:
    """A place for such lines, as high as one from the start."""
    with gr.Column(elem_classes="imfn-status-box"):
        return gr.HTML(status(sentence), elem_id=elem_id, elem_classes="imfn-status-line")


def is_memory(path: str) -> bool:
    """Whether a file is one of our memories, by its first bytes or its name."""
    with Path(path).open("rb") as file:
        start = file.read(24)
    return Path(path).suffix == ".imfn" or start[8:].startswith(MEMORY_START[:16])


def opened(choice: dict, model_name: str, size: str, first: str, count: str) -> tuple[Session, Source]:
    """A new session and its source; ValueError in one sentence."""
    loaded = model(model_name)
    if not isinstance(size, str) or size not in SIZES:
        raise ValueError(f"The short side is {str(size)[:20]!r}; choose one of {', '.join(SIZES)}.")
    first, count = parse_int(first, "from frame") - 1, parse_int(count, "frames")
    if first < 0 or count < 1:
        raise ValueError(
            f"The clip starts at frame {first + 1} and has {count} frames; start at 1 or later, take at least 1."
        )
    paths = choice["paths"][0] if len(choice["paths"]) == 1 else choice["paths"]
    source = open_within(
        paths,
        short_side=SIZES[size],
        first=first,
        last=first + count,
        frame_shape=loaded.frame_shape,
        tile=choice.get("tile"),
    )
    session = Session(loaded, choice.get("name") or source.info.name, source.info.fps)
    session.sample = choice.get("sample")
    known = source.info.frames
    total = min(count, known - first) if known else count
    session.stated_windows = max(1, -(-total // loaded.leaves)) if known else 1
    if known and (first or known > first + count):
        last = min(known, first + count)
        source.notes.append(f"Frames {first + 1} to {last} of {known}; change the clip range for others.")
    return session, source


async def run(
    choice: dict,
    model_name: str,
    size: str,
    first: str,
    count: str,
    request: gr.Request = None,
    progress: gr.Progress = gr.Progress(),  # noqa: B008
) -> AsyncIterator[tuple]:
    """Explore the chosen input in turns; yields (tree, chart, session, status). A failure leaves the last result alone,
    and so does a wish that was taken back.
    """
    session, kept, place = None, False, None
    try:
        yield said("Opening …")
        place = line().join(request.session_hash if request else None)
        session, steps = await asyncio.to_thread(begun, choice, model_name, size, first, count)
        async for done in place.steps(steps):
            if done is None:
                yield said(f"{progress_of(session)}{place.words()} …")
                continue
            progress((done, session.stated_windows), unit="windows", desc="Exploring")
            if done == 1 or done % 4 == 0:
                kept = True
                yield await asyncio.to_thread(shown, session, f"{progress_of(session)}…", busy=True)
        if not place.given_up:
            session.stated_windows = session.windows
            yield await asyncio.to_thread(shown, session, summary(session))
    except (ValueError, OSError) as error:
        forget(None if kept else session)
        yield gr.skip(), gr.skip(), gr.skip(), status(in_words(error), error=True)
    finally:
        if place:
            place.leave()


def begun(choice: dict, model_name: str, size: str, first: str, count: str) -> tuple[Session, Iterator[int]]:
    """A session, and the steps that fill it."""
    if len(choice["paths"]) == 1 and is_memory(choice["paths"][0]):
        return from_memory(choice["paths"][0])
    session, source = opened(choice, model_name, size, first, count)
    return session, session.explore(source)


def progress_of(session: Session) -> str:
    """How far an exploration is; empty before its first window."""
    if not session.windows:
        return ""
    return f"Window {session.windows} of {max(session.windows, session.stated_windows)} explored. "


def said(sentence: str) -> tuple:
    """Outputs that change the status alone."""
    return gr.skip(), gr.skip(), gr.skip(), status(sentence, busy=True)


def summary(session: Session) -> str:
    """What was explored, in one line."""
    if session.memory is not None:
        return f"{session.name}: opened from a memory of {session.memory.floats:,} floats."
    windows = "1 window" if session.windows == 1 else f"{session.windows} windows"
    frames = "1 frame" if session.frames == 1 else f"{session.frames} frames"
    height, width, _ = session.shape
    return f"{session.name}: {frames} of {width}×{height} in {windows} of {session.model.leaves}."


def from_memory(path: str) -> tuple[Session, Iterator[int]]:
    """A session that shows a memory file, and the one step that fills it."""
    memory = Memory.load(path)
    loaded = model_of(memory)
    limits().check_memory(memory)
    loaded.check_memory(memory.facts, tuple(memory.states_MSC.shape))
    session = Session(loaded, memory.name, memory.fps)
    return session, session.open_memory(memory)


def shown(session: Session, sentence: str, *, busy: bool = False) -> tuple:
    """A session's outputs."""
    payload = session.payload()
    return payload, level_figure(payload["levels"]), session, status(sentence, busy=busy)


def current(session: Session | None, asked: object) -> Session:
    """The exploration that a browser shows; ValueError when the server has it no more."""
    session = session or first_session()
    shown = asked.get("id") if isinstance(asked, dict) else None
    if session is None or shown not in (None, session.id) or not session.kept():
        raise ValueError(EXPIRED)
    return session


def show_window(session: Session | None, event: gr.EventData) -> dict:
    """Another window of the same clip; gr.Error when there is none of it any more."""
    asked = event._data if isinstance(event._data, dict) else {}
    try:
        session = current(session, asked)
    except ValueError as error:
        raise gr.Error(str(error), visible=False, print_exception=False) from None
    wanted = asked.get("window") if type(asked.get("window")) is int else 0
    return session.payload(min(max(wanted, 0), session.windows - 1))


def forget(session: Session | None) -> None:
    """Remove an exploration's files when its visitor is gone."""
    if session is not None:
        shutil.rmtree(session.folder, ignore_errors=True)


def chosen_merges(session: Session, selection: dict) -> int:
    """The level to take away: the selected one, the root when the source row is selected."""
    merges = selection.get("merges") if isinstance(selection, dict) else None
    merges = merges if type(merges) is int else 0
    if session.memory is not None:
        return session.memory.merges
    return merges if 1 <= merges <= session.model.merges else session.model.merges


@dataclass(frozen=True, kw_only=True)
class ExploreParts:
    """What other tabs need of this one."""

    session: gr.State
    """what is explored; None while the first paint is shown"""
    model: gr.Dropdown
    choice: gr.State
    """the chosen input, as `run` takes it"""


def build_explore() -> ExploreParts:
    """Lay the tab out and wire it."""
    first = first_session()
    payload = first.payload() if first else None
    names = model_names()
    with gr.Row(elem_classes="imfn-controls", elem_id="explore-samples"):
        upload = UploadField("Upload video or images", file_count="multiple", elem_id="explore-upload")
        pills = [(s, gr.Button(s.title, elem_classes="imfn-pill", elem_id=f"sample-{s.name}")) for s in samples()]
        default = "video-16" if "video-16" in names else None
        name = gr.Dropdown(
            names, value=default, label="model", elem_id="explore-model", elem_classes=["imfn-pill-menu", "imfn-push"]
        )
        size = gr.Dropdown(
            list(SIZES), value="128", label="short side", elem_id="explore-size", elem_classes="imfn-pill-menu"
        )
        start = gr.Textbox("1", label="from frame", elem_id="explore-first", elem_classes="imfn-pill-menu")
        count = gr.Textbox("160", label="frames", elem_id="explore-count", elem_classes="imfn-pill-menu")
        go = gr.Button("Run", elem_classes="imfn-primary", elem_id="explore-run")
        stop = gr.Button("Cancel", elem_classes="imfn-pill", elem_id="explore-cancel")
    words = status_line(summary(first) if first else WELCOME, "explore-status")
    shared_note(limits().sentence)
    choice = gr.State(sample_choice(samples()[0]))
    session = gr.State(None, delete_callback=forget)  # None: the first paint is still shown
    with gr.Row(elem_classes="imfn-columns"):
        with gr.Column(elem_classes="imfn-main"):
            tree = ExploreTree(payload)
            ExplorePlayer()
            take_away(session, words)
        with gr.Column(elem_classes="imfn-side"):
            ExploreInspector()
            with gr.Column(elem_classes="imfn-card"):
                ExploreLevels()
                chart = LevelChart(level_figure(payload["levels"]) if payload else None)
    outputs = [tree, chart, session, words]
    inputs = [choice, name, size, start, count]
    exploring = {"api_name": False, "show_progress": "minimal", "concurrency_limit": AT_ONCE}
    running = [go.click(run, inputs, outputs, **exploring)]
    picked = upload.upload(uploaded, [upload, name], [choice, name], api_name=False)
    running.append(picked.then(run, inputs, outputs, **exploring))
    for sample, pill in pills:
        set_up = pill.click(lambda s=sample: (sample_choice(s), s.model), None, [choice, name], api_name=False)
        running.append(set_up.then(run, inputs, outputs, **exploring))
    wish, link = gr.JSON(visible=False), gr.Button("link", elem_id="explore-link", elem_classes="imfn-handover")
    opened_link = link.click(linked, wish, [choice, name], api_name=False, js=FROM_LINK)
    running.append(opened_link.then(run, inputs, outputs, **exploring))
    stop.click(
        lambda: status("Cancelled; what was explored before stays."), None, words, cancels=running, api_name=False
    )
    another = tree.window(show_window, session, tree, api_name=False, show_progress="hidden")
    another.failure(lambda: status(EXPIRED, error=True), None, words, api_name=False, js=STOP_WAITING)
    return ExploreParts(session=session, model=name, choice=choice)


def shared_note(sentence: str) -> None:
    """What a shared page limits, where it bites; nothing on one's own machine."""
    if sentence:
        words = f'<p class="imfn-hint imfn-shared">{html.escape(sentence)}</p>'
        gr.HTML(words, elem_classes="imfn-heading", padding=False, apply_default_css=False)


def take_away(session: gr.State, words: gr.HTML) -> None:
    """The download buttons: each makes its file, then hands it over through a link that is not shown.

    The selection lives in the browser and comes along with the click.
    """
    selection = gr.JSON(visible=False)
    makers = {
        "memory": lambda s, c: memory_file(s, chosen_merges(s, c)),
        "video": lambda s, c: video_file(s, chosen_merges(s, c)),
        "JSON": lambda s, c: numbers_files(s)[0],
        "CSV": lambda s, c: numbers_files(s)[1],
    }
    with gr.Column(elem_classes=["imfn-card", "imfn-takeaway"]):
        ExploreTakeaway()
        for title, make in makers.items():
            button = gr.Button(title, elem_id=f"explore-{title.lower()}")
            file = gr.DownloadButton("file", elem_id=f"explore-{title.lower()}-file", elem_classes="imfn-handover")
            fetch = f"() => setTimeout(() => document.querySelector('#explore-{title.lower()}-file').click(), 150)"
            made = button.click(
                partial(made_file, make), [session, selection], [file, words], api_name=False, js=WITH_SELECTION
            )
            made.success(None, None, None, js=fetch, api_name=False)


def made_file(make: Callable[[Session, dict], Path], session: Session | None, selection: dict) -> tuple:
    """A file to hand over, or the sentence that says why there is none."""
    try:
        session = current(session, selection)
        restore_frames(session)
        path = make(session, selection)
    except (ValueError, OSError) as error:
        return gr.skip(), status(in_words(error), error=True)
    return str(path), status(f"{path.name} is ready, {path.stat().st_size / 1e6:.2f} MB.")


def sample_choice(sample: object) -> dict:
    """A sample as a chosen input."""
    return {"paths": [str(sample.path)], "tile": sample.tile, "name": sample.file, "sample": sample.name}


def linked(wish: dict | None) -> tuple[dict, str]:
    """The sample and the model that an address names, the first sample and its own model where it names none."""
    wish = wish if isinstance(wish, dict) else {}
    sample = next((s for s in samples() if s.name == wish.get("sample")), samples()[0])
    return sample_choice(sample), wish["model"] if wish.get("model") in model_names() else sample.model


def uploaded(files: list[str], name: str) -> tuple[dict, str]:
    """Uploaded files as a chosen input, and the model that suits them: flat models are for small pictures only."""
    paths = [str(f) for f in files]
    try:
        info = open_within(paths if len(paths) > 1 else paths[0]).info
    except (ValueError, OSError):
        return {"paths": paths}, name
    small = max(info.height, info.width) <= SMALL
    suitable = [n for n in (name, *model_names()) if (model(n).frame_shape is not None) == small]
    return {"paths": paths}, suitable[0] if suitable else name


@TABS.add
class Explore(Tab):
    """A clip's memory tree."""

    name, title, place = "explore", "Explore", 10

    def build(self, context: PageContext, place: gr.Tab) -> None:
        """The tab, and what others need of it."""
        context.provide(build_explore())


__all__ = ["Explore", "build_explore", "run"]
