"""The Explore tab's handlers without a browser: what each input makes of the page, and that a failure costs nothing."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import numpy as np
import pytest
from PIL import Image

from app.server import queue as lines
from app.server.queue import Line
from app.tabs.explore import run, uploaded
from engine.model import load_model
from tests.app.outcomes import finished, outcomes
from tests.engine.data.sources.test_opening import broken, gradient
from tests.engine.tiny import frames, tiny_model

KINDS = ("empty", "text", "sound", "no frames", "climbing zip", "bomb", "zip of text", "wide", "damaged image")


def explored(path: Path, model: str = "video-16", size: str = "128", first: str = "1", count: str = "160") -> tuple:
    """What the page shows at the end of a run: (tree, chart, session, status)."""
    return outcomes(run({"paths": [str(path)]}, model, size, first, count))[-1]


def refused(outcome: tuple) -> str:
    """The sentence of a run that changed nothing else."""
    assert [part == gr.skip() for part in outcome[:3]] == [True, True, True]
    assert 'role="alert"' in outcome[3]
    return outcome[3]


@pytest.mark.parametrize("kind", KINDS)
def test_unusable_input_gets_a_sentence_and_the_last_result_stays(tmp_path: Path, kind: str) -> None:
    path = broken(tmp_path, kind)
    assert path.name in refused(explored(path))


def test_a_value_that_is_not_a_number_is_refused(tmp_path: Path) -> None:
    clip = frames(4, 32, 32).astype(np.float32) / 255
    clip[2, 3, 4] = np.nan
    np.save(tmp_path / "clip.npy", clip)
    assert "has NaN in frame 2" in refused(explored(tmp_path / "clip.npy"))


def test_damaged_and_foreign_memories_are_refused(tmp_path: Path) -> None:
    foreign, damaged = tmp_path / "foreign.imfn", tmp_path / "damaged.imfn"
    tiny_model(tmp_path).compress(frames(4)).save(foreign)
    assert "which is not here" in refused(explored(foreign))
    memory = load_model("video-16").compress(frames(16, 32, 32))
    memory.save(damaged)
    damaged.write_bytes(damaged.read_bytes()[:-100])
    assert "damaged" in refused(explored(damaged))


@pytest.mark.parametrize(("first", "count"), [("0", "16"), ("1", "0"), ("some", "16"), ("99", "16")])
def test_a_range_that_cannot_be_is_named(tmp_path: Path, first: str, count: str) -> None:
    np.save(tmp_path / "clip.npy", frames(20, 32, 32))
    refused(explored(tmp_path / "clip.npy", first=first, count=count))


def test_a_range_is_counted_from_one_as_the_page_counts(tmp_path: Path) -> None:
    clip = gradient(20, 32, 32)
    np.save(tmp_path / "clip.npy", clip)
    tree, _, session, line = explored(tmp_path / "clip.npy", first="3", count="2")
    assert np.array_equal(next(session.source_windows()), clip[2:4])
    assert "Frames 3 to 4 of 20; change the clip range for others." in tree["notes"]
    assert "clip.npy: 2 frames of 32×32 in 1 window of 16." in line


def test_the_model_follows_the_size_of_what_is_uploaded(tmp_path: Path) -> None:
    np.save(tmp_path / "large.npy", frames(2, 64, 64))
    np.save(tmp_path / "small.npy", frames(2, 28, 28, 1))
    assert uploaded([str(tmp_path / "large.npy")], "digits-128")[1] == "video-16"
    assert uploaded([str(tmp_path / "small.npy")], "video-16")[1] == "digits-128"


def test_pictures_of_a_short_clip_are_drawn_at_once(tmp_path: Path) -> None:
    np.save(tmp_path / "clip.npy", gradient(20, 32, 32))
    assert len(list(explored(tmp_path / "clip.npy")[2].folder.glob("sheet-*.webp"))) == 10


def test_pictures_of_a_long_clip_s_later_window_are_drawn_when_it_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.sessions.exploration.DRAWN", 1)
    np.save(tmp_path / "clip.npy", gradient(20, 32, 32))
    session = explored(tmp_path / "clip.npy")[2]
    assert not list(session.folder.glob("sheet-1-*.webp"))
    second = session.payload(1)["window"]
    assert sorted(second["sheets"]) == ["0", "1", "2", "3", "4"]
    assert len(list(session.folder.glob("sheet-1-*.webp"))) == 5
    session.model.compress_stream(session.source_windows(), tmp_path / "clip.imfn", 2)
    reopened = explored(tmp_path / "clip.imfn")[2]
    again = reopened.payload(1)["window"]
    assert sorted(again["sheets"]) == ["2"]
    pictures = [np.asarray(Image.open(s.sheet(1, 2))) for s in (session, reopened)]
    assert np.array_equal(*pictures)


def visitor(name: str) -> SimpleNamespace:
    """A request, as far as handlers look at it."""
    return SimpleNamespace(session_hash=name)


def together(*visits: tuple[Path, str]) -> list[list[tuple]]:
    """What several visitors see who press Run at the same moment: (clip, visitor's name) each."""

    async def watch(path: Path, name: str) -> list[tuple]:
        wish = ({"paths": [str(path)]}, "video-16", "128", "1", "160", visitor(name))
        return [outcome async for outcome in run(*wish)]

    async def everybody() -> list[list[tuple]]:
        return await asyncio.gather(*(watch(*visit) for visit in visits))

    return finished(everybody())


def test_who_waits_is_told_how_many_are_before_him(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "OFTEN", 0.001)
    monkeypatch.setattr(lines, "SELDOM", 0.001)
    monkeypatch.setattr("app.tabs.explore.line", cache(lambda: Line(slots=1)))
    for name in ("a", "b", "c"):
        np.save(tmp_path / f"{name}.npy", gradient(20, 32, 32))
    seen = together(*((tmp_path / f"{name}.npy", name) for name in ("a", "b", "c")))
    words = [" ".join(outcome[3] for outcome in watched if isinstance(outcome[3], str)) for watched in seen]
    assert any("1 visitor is before you" in said for said in words)
    assert any("2 visitors are before you" in said for said in words)
    for watched, name in zip(seen, ("a", "b", "c"), strict=True):
        assert (watched[-1][0]["name"], watched[-1][0]["frames"]) == (f"{name}.npy", 20)


def test_a_visitor_s_second_wish_replaces_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.tabs.explore.line", cache(lambda: Line(slots=1)))
    np.save(tmp_path / "first.npy", gradient(80, 32, 32))
    np.save(tmp_path / "second.npy", gradient(20, 32, 32))
    first, second = together((tmp_path / "first.npy", "anna"), (tmp_path / "second.npy", "anna"))
    assert second[-1][0]["frames"] == 20
    assert not any("80 frames of" in str(outcome[3]) for outcome in first)
