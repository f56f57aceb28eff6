"""Named endpoints for `gradio_client`: /models, /compress, /reconstruct, /trajectory, /train_start, /train_status,
/train_stop, /compare_start and /compare_status.

They check what the page checks (`app/limits.py`), and answer anything that cannot be used with one sentence.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

from app.components import Upload
from app.failure import in_words
from app.folders import whole_or_gone
from app.limits import limits, open_within
from app.models import model, model_names, model_of
from app.takeaway import plain_name
from app.trajectory import SIDE, forget, student_of
from app.travel import Journey, Travel
from engine.analysis.projection import default_neighbours
from engine.data.source import windows
from engine.data.writer import write_video
from engine.jobs import Jobs, config_of, presets, settings_of
from engine.jobs.contest import Contests, start
from engine.memory import Memory


def in_one_sentence(handler: Callable) -> Callable:
    """What a handler raises on bad input, as the one sentence that the caller sees."""

    @functools.wraps(handler)
    def answered(*values: Any) -> Any:
        try:
            return handler(*values)
        except (ValueError, OSError) as error:
            raise gr.Error(in_words(error), print_exception=False) from None

    return answered


def given(file: object) -> Path:
    """The file that was sent; ValueError when there is none."""
    if not isinstance(file, str | Path):
        raise ValueError("No file was sent; send one with handle_file(path).")
    return Path(file)


def teacher(name: object) -> Any:
    """A model that compresses; ValueError names those that there are."""
    if not isinstance(name, str) or (name not in model_names() and not limits().own_paths):
        raise ValueError(f"There is no model {str(name)[:40]!r} here; choose one of {', '.join(model_names())}.")
    return model(name)


def whole(number: object, label: str) -> int | None:
    """A whole number or None; ValueError for anything else."""
    if number is None or number == "":
        return None
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number) or number % 1:
        raise ValueError(f"{label} is {str(number)[:20]!r}; send a whole number, or nothing.")
    return int(number)


def models() -> list[dict]:
    """The bundled checkpoints: name, leaves, merges, parameters."""
    return [
        {"name": n, "leaves": m.leaves, "merges": m.merges, "parameters": m.parameters}
        for n, m in ((n, model(n)) for n in model_names())
    ]


@in_one_sentence
def compress(file: str, name: str, merges: float | None, short_side: float | None) -> tuple[str, dict]:
    """A memory file of a video, image, zip or array, and its facts."""
    loaded, level = teacher(name), whole(merges, "merges")
    side = whole(short_side, "short side") or None
    loaded.checked_merges(level)
    source = open_within(given(file), short_side=side, frame_shape=loaded.frame_shape)
    blocks = windows(source.frames(), loaded.leaves)
    with whole_or_gone("out") as folder:
        path = folder / f"{plain_name(source.info.name)}.imfn"
        facts = loaded.compress_stream(blocks, path, level, fps=source.info.fps, name=source.info.name)
    return str(path), {**facts, "notes": source.notes}


@in_one_sentence
def reconstruct(file: str) -> str:
    """An mp4 of what a memory file remembers."""
    memory = Memory.load(given(file))
    loaded = model_of(memory)
    limits().check_memory(memory)
    blocks = loaded.reconstruct_windows(memory)
    with whole_or_gone("out") as folder:
        path = folder / f"{plain_name(Path(file).name)}.mp4"
        write_video(path, (frame for block in blocks for frame in block), memory.fps)
    return str(path)


@in_one_sentence
def trajectory(file: str, name: str, padding: str, umap: bool) -> tuple[str, dict]:
    """Every memory of a file's first window as safetensors, and its path: coordinates, distances, errors over t."""
    trip, loaded = None, teacher(name)
    source = open_within(given(file), short_side=SIDE, frame_shape=loaded.frame_shape, last=loaded.leaves)
    first = next(iter(windows(source.frames(), loaded.leaves)))
    try:
        trip = Travel(loaded, student_of(name), [Journey(name=source.info.name, frames_THWK=first)], padding)
        future = trip.start_umap(default_neighbours(trip.points), 0.5) if umap else None
        trip.read_back()
        if future:
            trip.take_umap(future)
        return str(trip.states_file()), trip.facts()
    finally:
        forget(trip)


def train_start(jobs: Jobs, preset: str, name: str, settings: dict | None) -> dict:
    """Queue a training from a preset, with some settings changed; its id and its first summary."""
    try:
        start = next((p for p in presets() if p.key == preset), None)
        if start is None:
            raise ValueError(f"there is no preset {preset!r}; choose one of {', '.join(p.key for p in presets())}")
        config = config_of({**settings_of(start.config), **(settings or {})})
        run = jobs.submit(config, name=name or start.config.name)
    except (ValueError, TypeError) as error:
        raise gr.Error(str(error)) from None
    return jobs.status(run)["run"]


def train_status(jobs: Jobs, run: str, cursor: float) -> dict:
    """A run and its rows since a cursor; give the answer's cursor the next time."""
    try:
        return jobs.status(run, int(cursor or 0))
    except ValueError as error:
        raise gr.Error(str(error)) from None


def train_stop(jobs: Jobs, run: str) -> dict:
    """Ask a run to save and stop."""
    try:
        jobs.stop(run)
        return jobs.status(run)["run"]
    except ValueError as error:
        raise gr.Error(str(error)) from None


def compare_start(contests: Contests, models: list, leaves: float, steps: float, seeds: float) -> dict:
    """Queue a comparison at equal budgets; its number and its runs."""
    try:
        number = start(contests.jobs, list(models), leaves=int(leaves), steps=int(steps), seeds=int(seeds))
    except (ValueError, TypeError) as error:
        raise gr.Error(str(error)) from None
    return {"number": number, "runs": contests.members(number)}


def compare_status(contests: Contests, number: float) -> dict:
    """A comparison's runs with their states, and the figures of those that have been measured."""
    if int(number or 0) not in contests.numbers():
        raise gr.Error(f"there is no comparison {int(number or 0)}; known are {contests.numbers() or 'none yet'}")
    members = contests.members(int(number))
    states = {member["run"]: contests.jobs.status(member["run"], limit=1)["run"]["state"] for member in members}
    runs = [{**member, "state": states[member["run"]]} for member in members]
    return {"number": int(number), "runs": runs, "rows": contests.result(int(number))["rows"]}


def build_api(jobs: Jobs) -> None:
    """Hidden components that carry the endpoints' types."""
    with gr.Row(visible=False):
        file, memory, video = Upload(), gr.File(), gr.File()
        name = gr.Textbox("video-16")
        merges, short_side = gr.Number(None, precision=0), gr.Number(None, precision=0)
        facts, listing, button = gr.JSON(), gr.JSON(), gr.Button()
        button.click(models, None, listing, api_name="models")
        button.click(compress, [file, name, merges, short_side], [memory, facts], api_name="compress")
        button.click(reconstruct, file, video, api_name="reconstruct")
        padding, umap = gr.Textbox("zeros"), gr.Checkbox(False)
        run, cursor, settings = gr.Textbox(), gr.Number(0, precision=0), gr.JSON()
        begin, read, stop = (functools.partial(work, jobs) for work in (train_start, train_status, train_stop))
        button.click(begin, [name, run, settings], facts, api_name="train_start")
        button.click(read, [run, cursor], facts, api_name="train_status")
        button.click(stop, run, facts, api_name="train_stop")
        number, leaves, steps, seeds = (gr.Number(value, precision=0) for value in (0, 32, 200, 1))
        contests = Contests(jobs)
        begin, read = (functools.partial(work, contests) for work in (compare_start, compare_status))
        button.click(begin, [settings, leaves, steps, seeds], facts, api_name="compare_start")
        button.click(read, number, facts, api_name="compare_status")
        button.click(trajectory, [file, name, padding, umap], [memory, facts], api_name="trajectory")
