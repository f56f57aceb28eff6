"""What a person takes away from an exploration is what the page showed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from app.sessions.downloads import kept_roots, memory_file
from app.sessions.exploration import Exploration
from engine.memory import Memory
from tests.app.outcomes import explore
from tests.engine.data.sources.test_opening import gradient


def explored(folder: Path, model: str) -> Exploration:
    """A clip of two windows and a half; of digits one and a half, since they take longest."""
    size, colours = ((28, 28), 1) if model == "digits-128" else ((32, 48), 3)
    frames = gradient(192 if model == "digits-128" else 40, *size)[..., :colours]
    np.save(folder / "clip.npy", frames)
    return explore(folder / "clip.npy", model=model).session


@pytest.fixture(scope="module")
def explored_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Exploration]:
    """The same for tests that only look: each model's clip is explored once."""
    return cache(lambda model: explored(tmp_path_factory.mktemp(model), model))


@pytest.mark.parametrize("precision", ["float32", "float16", "8bit"])
@pytest.mark.parametrize("model", ["video-16", "video-16-equal", "digits-128"])
def test_the_root_s_memory_is_kept_while_a_clip_is_explored_and_is_what_compressing_it_gives(
    tmp_path: Path, explored_once: Callable[[str], Exploration], model: str, precision: str
) -> None:
    session = explored_once(model)
    assert kept_roots(session) is not None
    found = Memory.load(memory_file(session, session.model.merges, precision))
    session.model.compress_stream(
        session.source_windows(),
        tmp_path / "own.imfn",
        session.model.merges,
        fps=session.fps,
        name=session.name,
        precision=precision,
    )
    own = Memory.load(tmp_path / "own.imfn")
    assert found.facts == own.facts
    assert np.array_equal(found.states_MSC, own.states_MSC)


def test_where_roots_were_not_kept_and_at_other_levels_the_clip_is_compressed_again(tmp_path: Path) -> None:
    session = explored(tmp_path, "video-16")
    kept = Memory.load(memory_file(session, 4)).states_MSC
    for file in (*session.folder.glob("root-*.npy"), *session.folder.glob("*.imfn")):
        file.unlink()
    assert kept_roots(session) is None
    assert np.array_equal(Memory.load(memory_file(session, 4)).states_MSC, kept)
    assert Memory.load(memory_file(session, 2)).merges == 2
