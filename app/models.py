"""Loaded checkpoints, one of each: the page's visitors share them."""

from __future__ import annotations

from functools import lru_cache

import engine
from engine.checkpoints import bundled_names
from engine.model import Model


@lru_cache(maxsize=4)
def model(name: str) -> Model:
    """A bundled checkpoint, loaded once."""
    return engine.load_model(name)


def model_names() -> list[str]:
    """What the page offers."""
    return bundled_names()
