"""Windows of a clip, two at a time: the same as one at a time, where nobody waits and the model gains by it."""

import numpy as np
import pytest
import torch

from app.server import inference
from app.server.models import model
from app.server.queue import Queue


def clip(name: str, windows: int) -> list[np.ndarray]:
    generator, loaded = np.random.default_rng(0), model(name)
    shape = loaded.frame_shape or (32, 40, 3)
    return [generator.integers(0, 256, (loaded.leaves, *shape), np.uint8) for _ in range(windows)]


def test_two_at_a_time_find_what_one_at_a_time_does():
    frames, loaded = clip("video-16", 3), model("video-16")
    seen, coming = {}, [None, *frames, None]
    then = lambda index, one, levels: seen.update({index: (one, len(levels))})  # noqa: E731
    found = [each for each in inference.all_explored(loaded, coming, then, several=True) if each is not None]
    assert [seen[i][0] is frames[i] and seen[i][1] for i in range(3)] == [4] * 3
    assert [each[0] is one for each, one in zip(found, frames, strict=True)] == [True] * 3
    for (_, levels, maps), one in zip(found, frames, strict=True):
        alone, alone_maps = inference.explored(loaded, one)
        assert [level.ssim for level in levels] == [level.ssim for level in alone]
        assert all(np.array_equal(a.frames_THWK, b.frames_THWK) for a, b in zip(levels, alone, strict=True))
        assert all(torch.equal(a.states_NSC, b.states_NSC) for a, b in zip(levels, alone, strict=True))
        assert maps == alone_maps


@pytest.mark.parametrize(
    ("name", "several", "tickets", "expected"),
    [
        ("video-16", True, 1, True),
        ("video-16", True, 2, False),
        ("video-16", False, 1, False),
        ("digits-128", True, 1, False),
    ],
)
def test_two_are_begun_where_nobody_waits_and_the_model_gains(monkeypatch, name, several, tickets, expected):
    line, asked = Queue(), []
    monkeypatch.setattr(inference, "queue", lambda: line)
    monkeypatch.setattr(inference, "side_by_side", lambda work, items, allowed: asked.append(allowed()))
    for number in range(tickets):
        line.join(str(number))
    inference.all_explored(model(name), [], print, several=several)
    assert asked == [expected]
