"""The Trajectory tab: a memory on its way through its space, tree and student, with everything driven by one time.

Handlers are plain functions. `travel` is a generator: PCA first, then what each memory remembers at every time, then
UMAP from its own process. The time itself stays in the browser (`assets/js/trajectory/store.js`).
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future

import gradio as gr
import numpy as np

from app.components import (
    PlotlyChart,
    ResultTable,
    TrajectoryCost,
    TrajectoryDistance,
    TrajectoryMap,
    TrajectoryNow,
    TrajectoryTree,
    terms,
)
from app.components.figures import growth_figure, trail_figure
from app.components.toolbox import card, halves, heading_html, note, status, status_line
from app.server.errors import in_words
from app.server.models import model, model_names
from app.server.parsing import parse_float, parse_optional_int
from app.server.queue import line
from app.sessions.exploration import Session
from app.sessions.explorations import Explorations
from app.sessions.trajectory import Journey, Travel
from app.tabs.base import TABS, PageContext, Tab
from app.tabs.compare import stored
from app.tabs.explore import AT_ONCE
from app.tabs.live import build_live
from engine.checkpoints import find_checkpoint, read_card, student_of
from engine.data.samples import Sample, samples
from engine.data.sources.opening import open_source, windows
from engine.evaluation.projection import default_neighbours
from engine.reports import tables
from engine.streaming.stream import PADDINGS

SEQUENCES = ("1", "2", "3", "4")
SPREADS = ("0.1", "0.3", "0.5", "0.9")
DIGIT_CLASSES = (0, 1, 7)
WELCOME = "Choose a sequence; its memory is followed leaf by leaf."
SIDE = 96
"""pixels of a sample clip's side: small enough to be followed at once"""
HINT = (
    "The path is the memory's [trajectory], drawn by [UMAP] or [PCA]. "
    "<b>neighbours</b>: how many points UMAP keeps together, a third of them unless you say otherwise. "
    "<b>spread</b>: how loosely it may lay them out. <b>[padding]</b>: what stands for leaves that have not arrived, "
    "black frames or nothing at all."
)


def sample_journeys(sample: Sample, count: int) -> list[Journey]:
    """A sample's first window, and for comparison its further windows, its neighbours', or digits of one class each."""
    loaded = model(sample.model)
    journeys = [Journey(name=sample.title, frames_THWK=frames) for frames in sample_windows(sample, count)]
    if loaded.frame_shape:
        return [journeys[0], *of_one_class(loaded.leaves, count - 1)]
    for other in samples():
        if other.model == sample.model and other.name != sample.name:
            journeys += [Journey(name=other.title, frames_THWK=frames) for frames in sample_windows(other, 1)]
    shape = journeys[0].frames_THWK.shape[1:]
    return [journey for journey in journeys if journey.frames_THWK.shape[1:] == shape][:count]


def sample_windows(sample: Sample, count: int) -> list[np.ndarray]:
    """The first windows of a sample, all brought to one size so that their memories can be compared."""
    loaded = model(sample.model)
    source = open_source(
        sample.path, short_side=SIDE, frame_shape=loaded.frame_shape, tile=sample.tile, last=loaded.leaves * count
    )
    found = windows(source.frames(), loaded.leaves)
    return [frames if loaded.frame_shape else centred(frames) for frames in found][:count]


def centred(frames_THWK: np.ndarray, side: int = SIDE) -> np.ndarray:
    """The middle square."""
    top, left = ((size - side) // 2 for size in frames_THWK.shape[1:3])
    return frames_THWK[:, top : top + side, left : left + side]


def of_one_class(leaves: int, count: int) -> list[Journey]:
    """Sequences of one digit each, from the digits that come with the program's packages."""
    from engine.data.datasets.digits import load_digits

    digits = load_digits("test", download=False)
    journeys = []
    for label in DIGIT_CLASSES[:count]:
        chosen = digits.images_NHWK[digits.labels_N == label]
        journeys.append(Journey(name=f"only {label}s", frames_THWK=np.resize(chosen, (leaves, *chosen.shape[1:]))))
    return journeys


def explored_journeys(session: Session | None, count: int) -> list[Journey]:
    """The windows of the clip that the Explore tab shows; ValueError where there are none."""
    if session is None or session.memory is not None or not session.windows:
        raise ValueError("There is no explored clip yet: upload one on the Explore tab, or choose a sample here.")
    paths = [session.folder / f"frames-{index}.npy" for index in range(min(count, session.windows))]
    frames = [np.load(path, allow_pickle=False) for path in paths]
    return [Journey(name=f"window {i + 1}", frames_THWK=x) for i, x in enumerate(frames)]


def chosen_journeys(chosen: str, session: Session | None, count: int) -> tuple[list[Journey], str]:
    """The sequences to follow and their model's name; ValueError where there are none."""
    if chosen == "explored":
        return explored_journeys(session, count), session.model.name
    sample = next((s for s in samples() if s.name == chosen), None)
    if sample is None:
        raise ValueError("There is no such sample; choose one of those above.")
    return sample_journeys(sample, count), sample.model


async def travel(
    chosen: str,
    session: Session | None,
    padding: str,
    sequences: str,
    neighbours: str,
    spread: str,
    before: Travel | None = None,
    request: gr.Request = None,
) -> AsyncIterator[tuple]:
    """Follow the chosen sequence in turns; yields (map, travel, status), three times: PCA, memories, UMAP."""
    place = None
    try:
        yield said("Following the memory …")
        place = line().join(f"path {request.session_hash}" if request else None)
        trip = future = None
        async for step in place.steps(followed(chosen, session, padding, sequences, neighbours, spread)):
            if step is None:
                yield said(f"{place.words()} …")
                continue
            trip, future, doing = step
            yield await asyncio.to_thread(trip.payload), trip, status(f"{trip.title} {doing} …", busy=True)
        if trip and not place.given_up:
            place.leave()  # UMAP has a process of its own, and this may take a while
            await asyncio.to_thread(trip.take_umap, future)
            yield await asyncio.to_thread(trip.payload), trip, status(trip.title)
            forget(before)
    except (ValueError, OSError) as error:
        yield gr.skip(), gr.skip(), status(in_words(error), error=True)
    finally:
        if place:
            place.leave()


def followed(
    chosen: str, session: Session | None, padding: str, sequences: str, neighbours: str, spread: str
) -> Iterator[tuple[Travel, Future, str]]:
    """A journey in two steps, both paths and then every memory read back: (journey, its UMAP, what is done next)."""
    count = parse_optional_int(sequences, "sequences", word="auto") or 1
    journeys, name = chosen_journeys(chosen, session, min(4, max(1, count)))
    trip = Travel(model(name), student_of(name), journeys, padding, chosen)
    trip.settings = {"sequences": str(sequences), "neighbours": str(neighbours).strip(), "spread": str(spread)}
    near = parse_optional_int(neighbours, "neighbours", word="auto")
    near = default_neighbours(trip.points) if near is None else near
    loose = parse_float(spread, "spread", 0, 1)
    future = trip.start_umap(near, loose)
    yield trip, future, "Every memory is being read back"
    trip.read_back()
    yield trip, future, "UMAP is being fitted"


def said(sentence: str) -> tuple:
    """Outputs that change the status alone."""
    return gr.skip(), gr.skip(), status(sentence, busy=True)


def forget(trip: Travel | None) -> None:
    """Remove a journey's pictures when its visitor is gone."""
    if trip is not None:
        shutil.rmtree(trip.folder, ignore_errors=True)


def taken(trip: Travel | None, kind: str) -> tuple:
    """A file to hand over, or the sentence that says why there is none."""
    if trip is None:
        return gr.skip(), status("Choose a sequence first; then its states can be taken away.", error=True)
    path = trip.states_file() if kind == "states" else trip.coordinates_file()
    return str(path), status(f"{path.name} is ready, {path.stat().st_size / 1e6:.2f} MB.")


def build_trajectory(tab: gr.Tab, explorations: Explorations) -> None:
    """Lay the tab out and wire it; it starts with the first sample that has a student when it is first opened."""
    offered = [s for s in samples() if s.model in model_names()]
    first = next((s for s in offered if model(s.model).frame_shape), offered[0])
    with gr.Row(elem_classes="imfn-controls", elem_id="trajectory-samples"):
        pills = [(s.name, gr.Button(s.title, elem_classes="imfn-pill", elem_id=f"path-{s.name}")) for s in offered]
        pills.append(("explored", gr.Button("your clip", elem_classes="imfn-pill", elem_id="path-explored")))
        menu = {"elem_classes": "imfn-pill-menu"}
        sequences = gr.Dropdown(
            list(SEQUENCES),
            value="1",
            label="sequences",
            elem_id="path-sequences",
            elem_classes=["imfn-pill-menu", "imfn-push"],
        )
        padding = gr.Dropdown(list(PADDINGS), value="zeros", label="padding", elem_id="path-padding", **menu)
        neighbours = gr.Textbox("auto", label="neighbours", elem_id="path-neighbours", **menu)
        spread = gr.Dropdown(list(SPREADS), value="0.5", label="spread", elem_id="path-spread", **menu)
    words = status_line(WELCOME, "path-status")
    chosen, trip = gr.State(first.name), gr.State(None, delete_callback=forget)
    with gr.Row(elem_classes="imfn-columns"):
        with gr.Column(elem_classes="imfn-main"):
            view = TrajectoryMap(None)
            TrajectoryDistance(height=250)
        with gr.Column(elem_classes="imfn-side"):
            TrajectoryNow()
            TrajectoryTree()
            TrajectoryCost()
            with gr.Column(elem_classes=["imfn-card", "imfn-takeaway"]):
                heading = '<div class="imfn-root"><h2>Take away</h2></div>'
                gr.HTML(heading, elem_classes="imfn-view", padding=False, apply_default_css=False)
                take_away(trip, words)
    heading_html(f'<p class="imfn-hint">{terms(HINT)}</p>')
    inputs = [chosen, padding, sequences, neighbours, spread, trip]
    outputs = [view, trip, words]
    quiet = {"api_name": False, "show_progress": "hidden", "concurrency_limit": AT_ONCE, "trigger_mode": "always_last"}

    async def follow(
        chosen: str, padding: str, sequences: str, near: str, spread: str, before: Travel | None, request: gr.Request
    ) -> AsyncIterator[tuple]:
        session = explorations.of_page(request.session_hash)
        async for step in travel(chosen, session, padding, sequences, near, spread, before, request):
            yield step

    async def look(
        link: dict | None,
        chosen: str,
        padding: str,
        sequences: str,
        near: str,
        spread: str,
        before: Travel | None,
        request: gr.Request,
    ) -> AsyncIterator[tuple]:
        session = explorations.of_page(request.session_hash)
        async for step in first_look(link, chosen, session, padding, sequences, near, spread, before, request):
            yield step

    for name, pill in pills:
        pill.click(lambda n=name: n, None, chosen, api_name=False).then(follow, inputs, outputs, **quiet)
    for control in (padding, sequences, spread):
        control.input(follow, inputs, outputs, **quiet)
    neighbours.submit(follow, inputs, outputs, **quiet)
    link = gr.JSON(visible=False)
    settings = [padding, sequences, neighbours, spread]
    tab.select(look, [link, *inputs], [chosen, *settings, *outputs], js=FROM_LINK, **quiet)


def build_recorded() -> None:
    """What was measured on test data, below everything else."""
    trails = [(name, read_card(find_checkpoint(name))) for name in model_names("student")]
    trails = [(name, facts["metrics"]["trail"]) for name, facts in trails if "trail" in facts["metrics"]]
    if trails:
        with halves():
            for name, trail in trails:
                with card(name, "against its teacher, test data"):
                    PlotlyChart(trail_figure(trail), height=240, label=f"{name} over t", elem_id=f"path-trail-{name}")
                    note(tables.trail_note(trail))
    if stored("students"):
        with card("How closely students trail", "three trainings each, test data"):
            ResultTable(tables.students_table(), elem_id="path-students")
    streaming = tables.read("assets/results/streaming.json")
    with card("As sequences grow", "what one more leaf costs, by the length of the tree"):
        PlotlyChart(growth_figure(streaming), height=340, label="Work against length", elem_id="path-growth")
        note(tables.streaming_note(streaming))


# no module of ours: somebody may click before they are loaded
FROM_LINK = "(_, ...values) => [Object.fromEntries(new URLSearchParams(location.search)), ...values]"


async def first_look(
    link: dict | None,
    chosen: str,
    session: Session | None,
    padding: str,
    sequences: str,
    neighbours: str,
    spread: str,
    before: Travel | None,
    request: gr.Request = None,
) -> AsyncIterator[tuple]:
    """Follow the sequence that the address names, or the first one, when the tab is opened for the first time."""
    if before is not None:
        yield (gr.skip(),) * 8
        return
    link = link if isinstance(link, dict) else {}
    known = [sample.name for sample in samples()] + ["explored"] * (session is not None)
    chosen = link["path"] if link.get("path") in known else chosen
    padding = named(link, "padding", PADDINGS, padding)
    sequences = named(link, "sequences", SEQUENCES, sequences)
    spread = named(link, "spread", SPREADS, spread)
    typed = str(link.get("neighbours", ""))
    neighbours = typed if typed.isascii() and typed.isdigit() and len(typed) < 5 else neighbours
    async for step in travel(chosen, session, padding, sequences, neighbours, spread, before, request):
        yield chosen, padding, sequences, neighbours, spread, *step


def named(link: dict, name: str, choices: tuple[str, ...], now: str) -> str:
    """What an address says of a menu, where it is one of its choices."""
    return link[name] if link.get(name) in choices else now


def take_away(trip: gr.State, words: gr.HTML) -> None:
    """Buttons that make a file, then hand it over through a link that is not shown."""
    for kind in ("states", "coordinates"):
        button = gr.Button(kind, elem_id=f"path-{kind}")
        file = gr.DownloadButton("file", elem_id=f"path-{kind}-file", elem_classes="imfn-handover")
        fetch = f"() => setTimeout(() => document.querySelector('#path-{kind}-file').click(), 150)"
        made = button.click(lambda t, k=kind: taken(t, k), trip, [file, words], api_name=False)
        made.success(None, None, None, js=fetch, api_name=False)


@TABS.add
class Trajectory(Tab):
    """A memory on its way, a live one, and what was measured of both."""

    name, title, place = "trajectory", "Trajectory", 20
    styles = ("trajectory.css", "live.css")

    def build(self, context: PageContext, place: gr.Tab) -> None:
        """Three parts, one below the other."""
        build_trajectory(place, context.service(Explorations))
        build_live()
        build_recorded()


__all__ = ["Trajectory", "build_recorded", "build_trajectory", "travel"]
