"""The codecs get the memory's bytes and no more, and a memory's bytes are counted as they would lie in a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.evaluation.codecs import STORAGES, Point, best_within, error, figures_of, h264, jpeg, window_points
from tests.engine.tiny import ZONAL, tiny_model


def moving(count: int = 4, size: int = 32) -> np.ndarray:
    """A gradient that moves, uint8 [T, H, W, 3]."""
    row, column = np.mgrid[:size, :size]
    frames = [np.stack(((row * 4 + 9 * t) % 256, column * 5, row + column), -1) for t in range(count)]
    return np.stack(frames).astype(np.uint8)


def test_h264_starts_lossless_and_falls_with_its_bytes() -> None:
    points = list(h264(moving(), smallest=900))
    assert points[0].mse == 0
    assert min(point.size for point in points) <= 900
    assert max(point.mse for point in points) > 0


def test_jpeg_falls_with_its_bytes() -> None:
    points = list(jpeg(moving(), smallest=3000))
    assert points[0].mse < points[-1].mse
    assert points[-1].size <= 3000 < points[0].size


def test_the_best_that_fits_is_taken_and_the_smallest_where_nothing_fits() -> None:
    points = [Point(100, 0.1), Point(200, 0.3), Point(300, 0.0)]
    assert best_within(points, 250) == points[0]
    assert best_within(points, 300) == points[2]
    assert best_within(points, 50) == points[0]


def test_no_codec_gets_more_bytes_than_the_memory(tmp_path: Path) -> None:
    found = window_points(tiny_model(tmp_path, ZONAL), moving())
    assert set(found) == {(ratio, storage) for ratio in (2, 4) for storage in STORAGES}
    for points in found.values():
        assert points["h264"].size <= points["memory"].size
    assert error(moving(), moving()) == 0


def test_an_exact_window_has_no_psnr_and_is_counted() -> None:
    figures = figures_of([Point(10, 0.0), Point(20, 0.01)])
    assert figures["bytes"] == 15
    assert figures["exact"] == 0.5
    assert figures["mean_psnr"] is None
    assert figures["psnr"] == pytest.approx(23.01, abs=0.01)
