"""What reads inputs, and the rule it is held to. `cases` is an endless row of them, the same for the same seed."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from app.api import media as api
from app.server.models import model
from app.server.payloads import parse_payload, to_json
from app.server.rpc import request_type
from app.sessions.choice import Choice, Settings, open_choice
from app.sessions.explorations import Explorations
from app.sessions.live import BeginRequest, FrameRequest, LiveSessions
from engine.config import as_dict
from engine.data.sources.opening import open_source
from engine.jobs import Jobs
from engine.jobs.store.run_rows import NUMBERS, TEXTS
from engine.jobs.submission.creation import create
from engine.memory import Memory
from engine.model import load_model
from tests.app.outcomes import explore, visitor_named
from tests.engine.tiny import frames, tiny_training
from tests.fuzz import seeds
from tests.fuzz.mutations import bent, bent_tensors, broken, odd

LONGEST = 400
"""characters of a sentence"""
SCALARS = (None, "", "x", b"\xff", -1, 2**62, 1.5, float("inf"), "9" * 400)
STREAM = {"ticket": 1, "source": "digits", "model": "digits-128", "padding": "skip", "speed": 1.0}


class RuleBroken(AssertionError):
    """An input did something else than to work or to be refused in one sentence."""


def held(attempt: Callable[[], Any]) -> str | None:
    """The sentence of a refusal, None when it works; RuleBroken for anything else."""
    try:
        attempt()
    except ValueError as error:
        said = str(error)
    except gr.Error as error:
        said = error.message
    except BaseException as error:
        raise RuleBroken(f"{type(error).__name__}: {error}") from error
    else:
        return None
    if not said or "\n" in said or "Traceback" in said or len(said) > LONGEST:
        raise RuleBroken(f"no sentence: {said[:LONGEST]!r}")
    return said


def read_source(path: Path) -> None:
    """Everything that is not a memory: at two working sizes, a window or so of each."""
    for options in ({"short_side": 24}, {"frame_shape": (28, 28, 1)}, {"tile": 5}):
        source = open_source(path, last=20, **options)
        for frame in source.frames():
            assert frame.shape[2] in (1, 3)


def read_memory(path: Path) -> None:
    """A memory file, to its frames."""
    memory = Memory.load(path)
    loaded = api.model_of(memory)
    api.limits().check_memory(memory)
    for _ in loaded.reconstruct_windows(memory):
        pass


def read_checkpoint(folder: Path) -> None:
    """A checkpoint folder, to a clip's way through it."""
    loaded = load_model(str(folder))
    shape = loaded.frame_shape or (8, 8, 3)
    loaded.reconstruct(loaded.compress(frames(3, *shape)))


def page(path: Path) -> None:
    """The Explore tab's own handler says it in the status line; the sentence is raised again for the rule."""
    found = explore(path, count="20")
    if found.session is not None:
        found.session.remove()
    if found.last.state == "failed":
        raise ValueError(found.last.message)


def call(name: str, values: list) -> None:
    """A handler of the page or the API with values as JSON brings them."""
    HANDLERS[name][0](*values)


def watch(begin: Any, push: Any) -> None:
    """A stream asked for, pushed and ended, with requests as JSON brings them."""
    sessions = LiveSessions()
    sessions.begin("a", parse_payload(BeginRequest, begin, "begin_stream"), 0.0)
    to_json(sessions.push("a", parse_payload(FrameRequest, push, "next_frame"), 1.0))
    sessions.end("a")


def asked(name: str, request: Any) -> Any:
    """A question about explorations with whatever a browser may send."""
    method = getattr(Explorations(), name)
    return method(visitor_named("anna"), parse_payload(request_type(method), request, name))


HANDLERS: dict[str, tuple[Callable, list]] = {
    "compress": (api.compress, ["FILE", "video-16", 4, 24]),
    "reconstruct": (api.reconstruct, ["FILE"]),
    "trajectory": (lambda *v: api.trajectory(*v, False), ["FILE", "digits-128", "skip"]),
    "window": (lambda data: asked("window", data), [{"id": "first", "window": 1}]),
    "take": (lambda data: asked("take", data), [{"id": "first", "kind": "json", "merges": 2}]),
    "live": (watch, [STREAM, {"ticket": 1, "speed": 1.0}]),
    "range": (
        lambda model, size, first, count: open_choice(
            Choice(paths=("FILE",)), Settings(model=model, size=size, first=first, count=count)
        ),
        ["video-16", "128", "1", "20"],
    ),
}


def cases(folder: Path, seed: int) -> Iterator[tuple[str, Callable[[], Any]]]:
    """(name, attempt) without end; attempts write their input into the folder first."""
    dice, made = random.Random(seed), seeds.files(folder / "seeds")
    everything, trees = [one for kind in made.values() for one in kind], seeds.checkpoints(folder / "seeds")
    sample = folder / "sample.npy"
    sample.write_bytes(made["array"][0])
    number = 0
    while True:
        for kind, whole in made.items():
            for _ in range(3):
                number += 1
                yield file_case(folder, kind, whole, everything, dice, number)
        yield checkpoint_case(folder, trees, dice, number)
        yield payload_case(sample, dice, number)
        yield runs_case(folder, dice, number)


def file_case(
    folder: Path, kind: str, whole: list[bytes], everything: list[bytes], dice: random.Random, number: int
) -> tuple[str, Callable]:
    """A broken file and one of its readers."""
    seed, tensors = dice.choice(whole), kind == "memory"
    data = bent_tensors(seed, dice) if tensors and dice.random() < 0.7 else broken(seed, everything, dice)
    path = folder / f"input{dice.choice(('.mp4', '.png', '.zip', '.npy', '.imfn', ''))}"
    reader = read_memory if tensors else read_source
    reader = page if dice.random() < 0.1 else reader

    def attempt() -> None:
        path.write_bytes(data)
        reader(path)

    return f"{number}-{kind}-{reader.__name__}", attempt


def checkpoint_case(folder: Path, trees: list, dice: random.Random, number: int) -> tuple[str, Callable]:
    """A broken checkpoint."""
    weights, card = dice.choice(trees)
    if dice.random() < 0.6:
        card = bent(card, dice)
    elif dice.random() < 0.5:
        weights = bent_tensors(weights, dice)
    else:
        weights = broken(weights, [weights], dice)

    def attempt() -> None:
        place = folder / "checkpoint"
        place.mkdir(exist_ok=True)
        (place / "model.safetensors").write_bytes(weights)
        (place / "card.json").write_text(json.dumps(card))
        read_checkpoint(place)

    return f"{number}-checkpoint", attempt


def runs_case(folder: Path, dice: random.Random, number: int) -> tuple[str, Callable]:
    """A list of runs of which one has an odd row, and odd figures: both are listed, whatever it holds."""
    config = json.dumps(bent(as_dict(tiny_training()), dice))
    values = json.dumps(bent({"loss": 0.1, "levels": ["2:1", "4:1"], "mse": [0.1, 0.2]}, dice))
    column, value = (
        dice.choice([name for name in (*TEXTS, *NUMBERS) if name not in ("id", "deleted")]),
        dice.choice((config, values, *SCALARS)),
    )

    def attempt() -> None:
        shutil.rmtree(folder / "home", ignore_errors=True)
        jobs = Jobs(folder / "home")
        for name in ("sound", "odd"):
            create(jobs.store, tiny_training(), device="cpu", name=name)
        odd_one = jobs.store.find("odd")["id"]
        with jobs.store.database.writing() as db:
            jobs.store.metrics.add(
                db, odd_one, [{"stage": "joint", "step": 1, "total": 1, "seconds": 1.0, "values": {}}]
            )
            db.execute('UPDATE metrics SET "values" = ?', (values,))
            db.execute("UPDATE runs SET config = ? WHERE id = ?", (config, odd_one))
            with contextlib.suppress(sqlite3.IntegrityError):  # SQLite itself refuses NULL where there must be a value
                db.execute(f"UPDATE runs SET {column} = ? WHERE id = ?", (value, odd_one))
        listed = jobs.list()
        json.loads(to_json(listed))
        assert len(listed) == 2 and any(run["name"] == "sound" and run["state"] == "queued" for run in listed)
        jobs.store.database.close()

    return f"{number}-runs-{column}={value!r}"[:200], attempt


def payload_case(sample: Path, dice: random.Random, number: int) -> tuple[str, Callable]:
    """Odd values for a handler; FILE stands for an upload."""
    name = dice.choice(sorted(HANDLERS))
    function, usual = HANDLERS[name]
    values = [bent(value, dice) if dice.random() < 0.5 else value for value in usual]
    values = [str(sample) if value == "FILE" else value for value in values]
    if dice.random() < 0.05:
        values[0] = odd(dice)
    return f"{number}-{name}-{values!r}"[:200], lambda: function(*values)


__all__ = ["RuleBroken", "cases", "held", "model"]
