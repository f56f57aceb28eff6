"""Pictures of memories: every float of a small one has its place, whatever their number."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest

from app.pictures.sheets import heatmap
from tests.app.outcomes import explore
from tests.engine.tiny import frames


@pytest.mark.parametrize("floats", [1, 2, 3, 17, 191, 764, 1021, 1024])
def test_a_small_memory_is_shown_float_by_float(floats: int) -> None:
    shown = heatmap(np.arange(floats, dtype=np.float32).reshape(floats, 1))
    levels = np.frombuffer(base64.b64decode(shown["data"]), np.uint8)
    assert shown["rows"] * shown["columns"] == levels.size == floats
    assert np.all(np.diff(levels.astype(int)) >= 0)


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (16, 16), (5, 17), (33, 16), (16, 200)])
def test_frames_of_any_small_size_are_explored(size: tuple[int, int], tmp_path: Path) -> None:
    np.save(tmp_path / "clip.npy", frames(5, *size))
    found = explore(tmp_path / "clip.npy")
    assert found.last.state == "done", found.last.message
    assert (found.payload["height"], found.payload["width"]) == size
