"""The Explore tab's questions without a browser: what each input becomes, and that a failure costs nothing."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.server import queue as lines
from app.server.queue import Queue
from app.server.rpc import Visitor
from app.sessions.choice import Choice, Settings, open_choice, suitable_model
from app.sessions.explorations import Explorations, ExploreWork, TakeRequest, WindowRequest
from engine.model import load_model
from tests.app.outcomes import Explored, explore, finished, followed, visitor_named
from tests.engine.data.sources.test_opening import broken, gradient
from tests.engine.tiny import frames, tiny_model

KINDS = ("empty", "text", "sound", "no frames", "climbing zip", "bomb", "zip of text", "wide", "damaged image")


def refused(outcome: Explored) -> str:
    """The sentence of an exploration that changed nothing else."""
    assert outcome.payload is None
    assert outcome.last.state == "failed"
    return outcome.last.message


@pytest.mark.parametrize("kind", KINDS)
def test_unusable_input_gets_a_sentence_and_the_last_result_stays(tmp_path: Path, kind: str) -> None:
    path = broken(tmp_path, kind)
    assert path.name in refused(explore(path))


def test_a_value_that_is_not_a_number_is_refused(tmp_path: Path) -> None:
    clip = frames(4, 32, 32).astype(np.float32) / 255
    clip[2, 3, 4] = np.nan
    np.save(tmp_path / "clip.npy", clip)
    assert "NaN in frame 2 of clip.npy" in refused(explore(tmp_path / "clip.npy"))


def test_damaged_and_foreign_memories_are_refused(tmp_path: Path) -> None:
    foreign, damaged = tmp_path / "foreign.imfn", tmp_path / "damaged.imfn"
    tiny_model(tmp_path).compress(frames(4)).save(foreign)
    assert "which is not here" in refused(explore(foreign))
    memory = load_model("video-16").compress(frames(16, 32, 32))
    memory.save(damaged)
    damaged.write_bytes(damaged.read_bytes()[:-100])
    assert "damaged" in refused(explore(damaged))


@pytest.mark.parametrize(("first", "count"), [("0", "16"), ("1", "0"), ("some", "16"), ("99", "16")])
def test_a_range_that_cannot_be_is_named(tmp_path: Path, first: str, count: str) -> None:
    np.save(tmp_path / "clip.npy", frames(20, 32, 32))
    refused(explore(tmp_path / "clip.npy", first=first, count=count))


def test_a_range_is_counted_from_one_as_the_page_counts(tmp_path: Path) -> None:
    clip = gradient(20, 32, 32)
    np.save(tmp_path / "clip.npy", clip)
    found = explore(tmp_path / "clip.npy", first="3", count="2")
    assert np.array_equal(next(found.session.source_windows()), clip[2:4])
    assert "Frames 3 to 4 of 20; change the clip range for others." in found.payload["notes"]
    assert found.last.message == "clip.npy: 2 frames of 32×32 in 1 window of 16."


def test_the_model_follows_the_size_of_what_is_uploaded(tmp_path: Path) -> None:
    np.save(tmp_path / "large.npy", frames(2, 64, 64))
    np.save(tmp_path / "small.npy", frames(2, 28, 28, 1))
    assert suitable_model([str(tmp_path / "large.npy")], "digits-128") == "video-16"
    assert suitable_model([str(tmp_path / "small.npy")], "video-16") == "digits-128"


@pytest.mark.parametrize(("count", "ratios"), [(1, [1.0]), (4, [2.0, 4.0]), (5, [5 / 3, 2.5, 5.0]), (20, None)])
def test_a_short_clip_has_no_rows_above_its_root_and_ratios_as_measured(
    count: int, ratios: list[float] | None, tmp_path: Path
) -> None:
    """Above, the same memory is merged with nothing; of several windows the full ones have their root."""
    np.save(tmp_path / "clip.npy", gradient(count, 32, 32))
    payload = explore(tmp_path / "clip.npy").session.payload()
    shown = [row["measured_ratio"] for row in payload["levels"]]
    assert shown == pytest.approx(ratios or [2.0, 4.0, 20 / 3, 10.0], abs=1e-3)
    assert sorted(payload["window"]["sheets"]) == [str(k) for k in range(len(shown) + 1)]


def test_pictures_of_a_short_clip_are_drawn_at_once(tmp_path: Path) -> None:
    np.save(tmp_path / "clip.npy", gradient(20, 32, 32))
    assert len(list(explore(tmp_path / "clip.npy").session.folder.glob("sheet-*.webp"))) == 10


def test_pictures_of_a_long_clip_s_later_window_are_drawn_when_it_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.sessions.exploration.DRAWN", 1)
    np.save(tmp_path / "clip.npy", gradient(20, 32, 32))
    session = explore(tmp_path / "clip.npy").session
    assert not list(session.folder.glob("sheet-1-*.webp"))
    second = session.payload(1)["window"]
    assert sorted(second["sheets"]) == ["0", "1", "2", "3", "4"]
    assert len(list(session.folder.glob("sheet-1-*.webp"))) == 5
    session.model.compress_stream(session.source_windows(), tmp_path / "clip.imfn", 2)
    reopened = explore(tmp_path / "clip.imfn").session
    again = reopened.payload(1)["window"]
    assert sorted(again["sheets"]) == ["2"]
    pictures = [np.asarray(Image.open(s.sheet(1, 2))) for s in (session, reopened)]
    assert np.array_equal(*pictures)


def together(*visits: tuple[Path, str]) -> list[Explored]:
    """What several visitors see who press Run at the same moment: (clip, visitor's name) each."""

    async def everybody() -> list[Explored]:
        desk, settings = Explorations(), Settings(model="video-16")
        chosen = ((visitor_named(name), Choice(paths=(str(path),))) for path, name in visits)
        return await asyncio.gather(*(followed(desk, visitor, choice, settings) for visitor, choice in chosen))

    return finished(everybody())


def test_who_waits_is_told_how_many_are_before_him(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "OFTEN", 0.001)
    monkeypatch.setattr(lines, "SELDOM", 0.001)
    monkeypatch.setattr("app.sessions.explorations.queue", cache(lambda: Queue(slots=1)))
    for name in ("a", "b", "c"):
        np.save(tmp_path / f"{name}.npy", gradient(20, 32, 32))
    seen = together(*((tmp_path / f"{name}.npy", name) for name in ("a", "b", "c")))
    words = [" ".join(answer.message for answer in watched.answers) for watched in seen]
    assert any("1 visitor is before you" in said for said in words)
    assert any("2 visitors are before you" in said for said in words)
    for watched, name in zip(seen, ("a", "b", "c"), strict=True):
        assert (watched.payload["name"], watched.payload["frames"]) == (f"{name}.npy", 20)


def test_a_visitor_s_second_wish_replaces_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.sessions.explorations.queue", cache(lambda: Queue(slots=1)))
    np.save(tmp_path / "first.npy", gradient(80, 32, 32))
    np.save(tmp_path / "second.npy", gradient(20, 32, 32))
    first, second = together((tmp_path / "first.npy", "anna"), (tmp_path / "second.npy", "anna"))
    assert second.payload["frames"] == 20
    assert first.last.state == "cancelled"
    assert not any("80 frames of" in answer.message for answer in first.answers)


def test_an_exploration_is_found_again_after_a_restart_by_its_own_visitor_alone(tmp_path: Path) -> None:
    np.save(tmp_path / "clip.npy", gradient(20, 32, 32))
    found = explore(tmp_path / "clip.npy")
    asked = WindowRequest(id=found.session.id, window=1)
    again = Explorations().reopen(Visitor(key="anna", session="another page"), asked)
    assert again.exploration == {**found.payload, "window": found.session.payload(1)["window"]}
    assert again.message == found.last.message
    with pytest.raises(ValueError, match="put away"):
        Explorations().window(visitor_named("ben"), asked)
    with pytest.raises(ValueError, match="put away"):
        Explorations().take(visitor_named("ben"), TakeRequest(id=found.session.id, kind="json"))
    found.session.remove()
    with pytest.raises(ValueError, match="put away"):
        Explorations().reopen(visitor_named("anna"), asked)


def test_other_tabs_find_it_after_a_restart_by_its_id(tmp_path: Path) -> None:
    np.save(tmp_path / "clip.npy", gradient(20, 32, 32))
    shown = explore(tmp_path / "clip.npy").session
    assert Explorations().shown_to(visitor_named("anna"), shown.id).windows == 2
    assert Explorations().shown_to(visitor_named("anna"), "first") is None, "the page's own sample is nobody's clip"
    with pytest.raises(ValueError, match="put away"):
        Explorations().shown_to(visitor_named("ben"), shown.id)


def test_what_was_shown_before_it_was_cancelled_is_found_again_too(tmp_path: Path) -> None:
    np.save(tmp_path / "clip.npy", gradient(20, 32, 32))
    explorations, anna, shown = Explorations(), visitor_named("anna"), explore(tmp_path / "clip.npy").session
    (shown.folder / "facts.json").unlink()
    explorations.keep(anna, shown)
    explorations.drop(ExploreWork(anna), shown)
    assert Explorations().reopen(anna, WindowRequest(id=shown.id)).exploration["id"] == shown.id


def test_names_decide_the_order_of_uploads_wherever_they_lie(tmp_path: Path) -> None:
    paths = []
    for folder, level in (("z", 40), ("a", 80), ("m", 120)):
        (tmp_path / folder).mkdir()
        paths.append(tmp_path / folder / "1.png")
        Image.fromarray(np.full((16, 16, 3), level, np.uint8)).save(paths[-1])
    choice = Choice(paths=tuple(map(str, paths)), names=("walk/2/1.png", "walk/10/1.png", "walk/1/1.png"))
    _, source = open_choice(choice, Settings(model="video-16"))
    assert [int(frame.mean()) for frame in source.frames()] == [120, 40, 80]


def test_a_memory_is_found_again_after_a_restart(tmp_path: Path) -> None:
    load_model("video-16").compress(frames(20, 32, 32)).save(tmp_path / "clip.imfn")
    found = explore(tmp_path / "clip.imfn")
    again = Explorations().reopen(visitor_named("anna"), WindowRequest(id=found.session.id))
    assert again.exploration["source"] is False
    assert again.message == found.last.message
