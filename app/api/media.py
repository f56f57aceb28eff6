"""Named endpoints for `gradio_client`: /models, /compress, /reconstruct and /trajectory; `api_runs.py` has the others.

They check what the page checks (`app/server/limits.py`), and answer anything that cannot be used with one sentence.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import gradio as gr

from app.components import Upload
from app.server.errors import message_of
from app.server.folders import whole_or_gone
from app.server.limits import limits, open_within
from app.server.models import model, model_names, model_of
from app.server.parsing import parse_optional_int
from app.sessions.downloads import plain_name
from app.sessions.sequences import SIDE, Sequence
from app.sessions.trajectory import TrajectorySession, TrajectorySettings
from engine.checkpoints import damaged_names, student_of
from engine.damage import sorted_out
from engine.data.sources.opening import windows
from engine.data.writer import write_video
from engine.evaluation.projection import leave_umap
from engine.memory import Memory


def in_one_sentence(handler: Callable) -> Callable:
    """What a handler raises on bad input, as the one sentence that the caller sees."""

    @functools.wraps(handler)
    def answered(*values: Any) -> Any:
        try:
            return handler(*values)
        except Exception as error:
            raise gr.Error(message_of(error, handler.__name__), print_exception=False) from None

    return answered


class AnyNumber(gr.Number):
    """A number of an endpoint, handed on as it was sent: Gradio's rounds, and fails without a word at what is none."""

    def get_block_name(self) -> str:
        """Gradio's own name for what the browser draws."""
        return "number"

    def preprocess(self, payload: object) -> object:
        """What was sent; `parse_optional_int` says what is wrong with it."""
        return payload


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


def models() -> list[dict]:
    """The bundled checkpoints: name, leaves, merges, parameters; of damaged ones name and reason."""
    good, bad = sorted_out(model_names(), model)
    sound = [{"name": n, "leaves": m.leaves, "merges": m.merges, "parameters": m.parameters} for n, m in good.items()]
    return [*sound, *({"name": one.name, "damaged": one.reason} for one in [*damaged_names(), *bad])]


@in_one_sentence
def compress(file: str, name: str, merges: float | None, short_side: float | None) -> tuple[str, dict]:
    """A memory file of a video, image, zip or array, and its facts."""
    loaded, level = teacher(name), parse_optional_int(merges, "merges")
    side = parse_optional_int(short_side, "short side") or None
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
    session, future, loaded = None, None, teacher(name)
    source = open_within(given(file), short_side=SIDE, frame_shape=loaded.frame_shape, last=loaded.leaves)
    first = Sequence(name=source.info.name, frames_THWK=next(iter(windows(source.frames(), loaded.leaves))))
    try:
        session = TrajectorySession(loaded, student_of(name), [first], TrajectorySettings(padding=padding))
        future = session.start_umap() if umap else None
        session.read_back()
        if future:
            session.take_umap(future)
        with whole_or_gone("out") as folder:
            return str(session.states_file(folder)), session.facts()
    except BrokenProcessPool:
        raise ValueError("The process that fits UMAP was ended; ask again.") from None
    finally:
        if future:
            leave_umap(future)
        if session is not None:
            session.remove()


def build_api() -> None:
    """Hidden components that carry the endpoints' types."""
    with gr.Row(visible=False):
        file, memory, video = Upload(), gr.File(), gr.File()
        name = gr.Textbox("video-16")
        merges, short_side = AnyNumber(None, precision=0), AnyNumber(None, precision=0)
        facts, listing, button = gr.JSON(), gr.JSON(), gr.Button()
        button.click(models, None, listing, api_name="models")
        button.click(compress, [file, name, merges, short_side], [memory, facts], api_name="compress")
        button.click(reconstruct, file, video, api_name="reconstruct")
        padding, umap = gr.Textbox("zeros"), gr.Checkbox(False)
        button.click(trajectory, [file, name, padding, umap], [memory, facts], api_name="trajectory")
