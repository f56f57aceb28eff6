"""Named endpoints for `gradio_client`: /models, /compress, /reconstruct, /trajectory."""

from __future__ import annotations

import tempfile
from pathlib import Path

import gradio as gr

from app.models import model, model_names
from app.trajectory import SIDE, forget, student_of
from app.travel import Journey, Travel
from engine.analysis.projection import default_neighbours
from engine.data.source import open_source, windows
from engine.data.writer import write_video
from engine.memory import Memory


def models() -> list[dict]:
    """The bundled checkpoints: name, leaves, merges, parameters."""
    return [
        {"name": n, "leaves": m.leaves, "merges": m.merges, "parameters": m.parameters}
        for n, m in ((n, model(n)) for n in model_names())
    ]


def compress(file: str, name: str, merges: float | None, short_side: float | None) -> tuple[str, dict]:
    """A memory file of a video, image, zip or array, and its facts."""
    try:
        loaded = model(name)
        side = int(short_side) if short_side else None
        source = open_source(file, short_side=side, frame_shape=loaded.frame_shape)
        path = Path(tempfile.mkdtemp(prefix="imfn-")) / f"{Path(file).stem[:60]}.imfn"
        blocks = windows(source.frames(), loaded.leaves)
        level = None if merges is None else int(merges)
        facts = loaded.compress_stream(blocks, path, level, fps=source.info.fps, name=source.info.name)
    except (ValueError, OSError) as error:
        raise gr.Error(str(error)) from None
    return str(path), {**facts, "notes": source.notes}


def reconstruct(file: str) -> str:
    """An mp4 of what a memory file remembers."""
    try:
        memory = Memory.load(file)
        path = Path(tempfile.mkdtemp(prefix="imfn-")) / f"{Path(file).stem[:60]}.mp4"
        blocks = model(memory.model).reconstruct_windows(memory)
        write_video(path, (frame for block in blocks for frame in block), memory.fps)
    except (ValueError, OSError) as error:
        raise gr.Error(str(error)) from None
    return str(path)


def trajectory(file: str, name: str, padding: str, umap: bool) -> tuple[str, dict]:
    """Every memory of a file's first window as safetensors, and its path: coordinates, distances, errors over t."""
    trip = None
    try:
        loaded = model(name)
        source = open_source(file, short_side=SIDE, frame_shape=loaded.frame_shape, last=loaded.leaves)
        first = next(iter(windows(source.frames(), loaded.leaves)))
        trip = Travel(loaded, student_of(name), [Journey(name=source.info.name, frames_THWK=first)], padding)
        future = trip.start_umap(default_neighbours(trip.points), 0.5) if umap else None
        trip.read_back()
        if future:
            trip.take_umap(future)
        return str(trip.states_file()), trip.facts()
    except (ValueError, OSError) as error:
        raise gr.Error(str(error)) from None
    finally:
        forget(trip)


def build_api() -> None:
    """Hidden components that carry the endpoints' types."""
    with gr.Row(visible=False):
        file, memory, video = gr.File(), gr.File(), gr.File()
        name = gr.Textbox("video-16")
        merges, short_side = gr.Number(None, precision=0), gr.Number(None, precision=0)
        facts, listing, button = gr.JSON(), gr.JSON(), gr.Button()
        button.click(models, None, listing, api_name="models")
        button.click(compress, [file, name, merges, short_side], [memory, facts], api_name="compress")
        button.click(reconstruct, file, video, api_name="reconstruct")
        padding, umap = gr.Textbox("zeros"), gr.Checkbox(False)
        button.click(trajectory, [file, name, padding, umap], [memory, facts], api_name="trajectory")
