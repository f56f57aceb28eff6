"""The precomputed first paint is what the checkpoint computes now."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.sessions.first_paint import FOLDER, compute, first_session


def test_the_first_paint_equals_a_fresh_computation(tmp_path: Path) -> None:
    fresh = compute(tmp_path / "first")
    bundled = first_session()
    assert json.loads((FOLDER / "session.json").read_text())["model"] == fresh.model.fingerprint
    for old, new in zip(bundled.payload()["levels"], fresh.payload()["levels"], strict=True):
        assert old["floats"] == new["floats"]
        assert old["mse"] == pytest.approx(new["mse"], rel=1e-3)
        assert old["ssim"] == pytest.approx(new["ssim"], abs=1e-4)
    sheets = sorted(path.name for path in FOLDER.glob("*.webp"))
    assert sheets == sorted(path.name for path in fresh.folder.glob("*.webp"))
    for name in sheets:
        old, new = (np.asarray(Image.open(folder / name)).astype(int) for folder in (FOLDER, fresh.folder))
        assert np.abs(old - new).max() <= 1
