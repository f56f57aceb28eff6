"""The metrics of every table against their definitions."""

from __future__ import annotations

import numpy as np
import pytest

from engine.metrics import frame_mse, frame_ssim


def test_a_frame_is_like_itself_and_one_without_a_window_has_no_similarity() -> None:
    frame = np.random.default_rng(0).random((12, 12, 3), dtype=np.float32)
    assert frame_ssim(frame, frame) == pytest.approx(1)
    assert frame_ssim(frame[:6], frame[:6]) is None


def test_the_error_of_a_frame_is_its_mean_square() -> None:
    truth, rebuilt = np.random.default_rng(0).random((2, 3, 5, 4, 3), dtype=np.float32)
    assert np.allclose(frame_mse(truth, rebuilt), ((truth - rebuilt) ** 2).mean((1, 2, 3)), rtol=1e-5)
