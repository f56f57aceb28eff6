"""Loaded checkpoints, one of each: the page's visitors share them."""

from __future__ import annotations

from functools import lru_cache
from threading import Thread

import engine
from engine.checkpoints import BUNDLED, bundled_names, read_card
from engine.model import Model


@lru_cache(maxsize=8)
def model(name: str) -> Model:
    """A bundled checkpoint, or a finished run by its id, loaded once."""
    return engine.load_model(name)


@lru_cache(maxsize=4)
def model_names(kind: str = "teacher") -> list[str]:
    """What the page offers of one kind."""
    return [name for name in bundled_names() if read_card(BUNDLED / name).get("kind", "teacher") == kind]


def menu(runs: list[dict]) -> list[tuple[str, str]]:
    """What the model menu offers, (label, value): the bundled teachers, then finished ones of the visitor's own."""
    own = [(run["name"], run["id"]) for run in runs if run["checkpoint"] and run["kind"] == "teacher"]
    return [*((name, name) for name in model_names()), *own]


@lru_cache(maxsize=1)
def warm_up() -> None:
    """Load the bundled teachers and students behind the first visitor's back: his first click should not wait."""
    names = (*model_names(), *model_names("student"))
    Thread(target=lambda: [model(name) for name in names], daemon=True).start()
