"""Loaded checkpoints, one of each: the page's visitors share them."""

from __future__ import annotations

from functools import lru_cache
from threading import Thread

import engine
from app.server.gpu import home_device, lent_device, zero_gpu
from app.server.limits import limits
from engine.checkpoints import bundled, bundled_names, damaged_names, maker_of, probed_names
from engine.jobs.results import checkpoint_of
from engine.memory import Memory
from engine.model import Model


def model(name: str, device: str | None = None) -> Model:
    """A checkpoint, loaded once: a bundled one, and on one's own machine a folder or a finished run as well."""
    if reason := next((one.reason for one in damaged_names() if one.name == name), None):
        raise ValueError(f"{name} is damaged: {reason}; choose another model.")
    if not isinstance(name, str) or (name not in bundled_names() and not limits().own_paths):
        raise ValueError(f"There is no model {str(name)[:40]!r} here; choose one of {', '.join(bundled_names())}.")
    return loaded(name, device or home_device())


@lru_cache(maxsize=16)
def loaded(name: str, device: str | None) -> Model:
    """What `engine.load_model` gives."""
    return engine.load_model(name, device=device)


def model_of(memory: Memory) -> Model:
    """The checkpoint that made a memory file, bundled or a finished run: a file may not choose a folder to open."""
    name = maker_of(memory.model, memory.fingerprint)
    if name not in bundled_names() and checkpoint_of(name) is None:
        raise ValueError(
            f"This memory was made by {memory.model[:40]!r}, which is not here; open it where it was made."
        )
    return model(name)


@lru_cache(maxsize=4)
def model_names(kind: str = "teacher") -> list[str]:
    """What the page offers of one kind for pictures of any content; those that a probe reads are asked elsewhere."""
    asked = probed_names()
    return [n for n, card in bundled()[0].items() if card.get("kind", "teacher") == kind and n not in asked]


def menu(runs: list[dict]) -> list[tuple[str, str]]:
    """What the model menu offers, (label, value): the bundled teachers, then finished ones of the visitor's own, then
    those that are damaged, which say so when they are chosen.
    """
    own = [(run["name"], run["id"]) for run in runs if run["checkpoint"] and run["kind"] == "teacher"]
    damaged = [(f"{one.name} (damaged)", one.name) for one in damaged_names()]
    return [*((name, name) for name in model_names()), *own, *damaged]


def lend_models() -> None:
    """Put a second copy of the teachers on the GPU where one is lent: that must be done at start-up."""
    for name in model_names() if zero_gpu() else ():
        model(name, lent_device())


@lru_cache(maxsize=1)
def warm_up() -> None:
    """Load the bundled teachers and students behind the first visitor's back: his first click should not wait."""
    names = (*model_names(), *model_names("student"))
    Thread(target=lambda: [model(name) for name in names], daemon=True).start()
