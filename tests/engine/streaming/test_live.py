"""A watched stream: frames in order, late ones dropped and counted, windows that follow one another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.streaming import live
from engine.streaming.bounded import BoundedMemory
from engine.streaming.live import FrameClock, LiveStream
from engine.streaming.stream import StreamingTree
from tests.engine.compressors.test_students import student_of
from tests.engine.tiny import FLAT, SHARED, ZONAL, frames, tiny_model

SHAPE = (10, 7, 3)


def numbered() -> Iterator[np.ndarray]:
    """Frames of one grey each, which is their number."""
    return (np.full(SHAPE, number, np.uint8) for number in count())


@pytest.fixture
def stream(tmp_path: Path) -> LiveStream:
    """Windows of 4 leaves, 10 frames a second, from time 0."""
    return LiveStream(tiny_model(tmp_path), rate=10.0, now=0.0, frames=numbered(), shape=SHAPE)


def test_a_stream_in_time_drops_nothing(stream: LiveStream) -> None:
    moments = [stream.advance(k / 10) for k in range(6)]
    assert [m.source_HWK[0, 0, 0] for m in moments] == [0, 1, 2, 3, 4, 5]
    assert [(m.window, m.leaf) for m in moments] == [(0, 1), (0, 2), (0, 3), (0, 4), (1, 1), (1, 2)]
    assert [m.merges for m in moments] == [0, 1, 2, 2, 0, 1]
    assert moments[-1].skipped == 0 and moments[-1].count == 6


def test_late_frames_are_dropped_and_counted_and_the_stream_is_in_time_again(stream: LiveStream) -> None:
    stream.advance(0.0)
    late = stream.advance(0.52)
    assert (late.source_HWK[0, 0, 0], late.skipped, late.count) == (5, 4, 2)
    assert stream.clock.wait(0.52) == pytest.approx(0.08)
    assert stream.advance(0.6).skipped == 4


def test_a_source_that_is_slower_than_real_time_slows_the_stream_down(
    stream: LiveStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "PATIENCE", 0.0)
    late = stream.advance(100.0)
    assert late.skipped == 1
    assert stream.clock.missed(100.0) == 0


def test_another_rate_holds_from_now_on() -> None:
    clock = FrameClock(10.0, 0.0)
    clock.taken = 50
    clock.change(20.0, 5.0)
    assert (clock.missed(5.0), clock.wait(5.0)) == (0, 0.0)
    clock.taken += 1
    assert clock.wait(5.0) == pytest.approx(0.05)
    assert clock.missed(5.31) == 5


@pytest.mark.parametrize("padding", ["zeros", "skip"])
def test_what_is_recovered_is_what_the_streaming_tree_recovers(tmp_path: Path, padding: str) -> None:
    model, x = tiny_model(tmp_path), frames(7)
    stream = LiveStream(model, rate=10.0, now=0.0, frames=iter(x), padding=padding, shape=SHAPE)
    tree = StreamingTree(model, height=10, width=7, padding=padding)
    for k, frame in enumerate(x):
        tree.push(frame)
        moment = stream.advance(k / 10)
        assert np.allclose(moment.teacher.frames_THWK, tree.recall(), atol=1e-6)
        assert len(moment.teacher.psnr_T) == moment.leaf
    assert stream.memory.window.padding == padding and len(stream.memory.roots) == 1


@pytest.mark.parametrize("config", [FLAT, ZONAL, SHARED])
def test_the_student_goes_along_and_starts_every_window_anew(tmp_path: Path, config: object) -> None:
    model, student = student_of(tmp_path, config)
    shape = model.frame_shape or SHAPE
    x = frames(model.leaves, *shape)
    stream = LiveStream(model, rate=10.0, now=0.0, frames=iter([*x, *x]), student=student, shape=shape)
    moments = [stream.advance(k / 10) for k in range(2 * len(x))]
    first, second = (moments[k - 1].student.frames_THWK for k in (len(x), 2 * len(x)))
    assert first.shape == x.shape and np.array_equal(first, second)
    states = student.rise(x, student.merges)[-1]
    assert np.allclose(first, student.recover(states, student.merges, *shape[:2]), atol=1e-5)


def test_a_camera_stream_wants_a_frame_and_counts_what_was_never_sent(tmp_path: Path) -> None:
    stream = LiveStream(tiny_model(tmp_path), rate=10.0, now=0.0, shape=SHAPE)
    with pytest.raises(ValueError, match="send a frame with every call"):
        stream.advance(0.0)
    stream.advance(0.0, frames(1)[0])
    assert stream.advance(0.4, frames(1)[0]).skipped == 3


@pytest.mark.parametrize("padding", ["zeros", "skip"])
def test_a_stream_keeps_a_bounded_memory_of_the_same_pushes(tmp_path: Path, padding: str) -> None:
    model, x = tiny_model(tmp_path), frames(30)
    stream = LiveStream(model, rate=10.0, now=0.0, frames=iter(x), padding=padding, shape=SHAPE, roots=4)
    alone = BoundedMemory(model, height=10, width=7, roots=4)
    for k, frame in enumerate(x):
        moment = stream.advance(k / 10)
        alone.push(frame)
        assert [root.stride for root in moment.ages.roots] == [root.stride for root in alone.roots]
    assert all(torch.equal(a.state_SC, b.state_SC) for a, b in zip(stream.memory.roots, alone.roots, strict=True))
    assert moment.ages.floats <= alone.most_floats


def test_one_that_goes_on_is_in_the_middle_of_its_window_and_its_student_waits(tmp_path: Path) -> None:
    model, student = student_of(tmp_path, ZONAL)
    x = frames(12, *SHAPE)
    memory = BoundedMemory(model, height=10, width=7, roots=4)
    for frame in x[:6]:
        memory.push(frame)
    stream = LiveStream(
        model, rate=10.0, now=0.0, frames=iter(x[6:]), student=student, shape=SHAPE, memory=memory.fork()
    )
    moments = [stream.advance(k / 10) for k in range(4)]
    assert [(m.count, m.window, m.leaf) for m in moments] == [(7, 1, 3), (8, 1, 4), (9, 2, 1), (10, 2, 2)]
    assert [m.student is None for m in moments] == [True, True, False, False]
    assert [value is None for value in moments[0].teacher.psnr_T] == [True, True, False]
    assert moments[0].teacher.psnr == pytest.approx(moments[0].teacher.psnr_T[2])
    memory.push(x[6])
    assert np.allclose(moments[0].teacher.frames_THWK, memory.window.recall(), atol=1e-6)
