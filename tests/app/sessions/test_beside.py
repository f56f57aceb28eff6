"""The clip that is shown, through another model: as if the file had been explored with it, and its owner's alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from app.server.rpc import Visitor
from app.sessions.beside import BesideRequest, Besides, SuitableRequest
from app.sessions.choice import Choice, Settings
from app.sessions.explorations import Explorations, ProgressAnswer, ProgressRequest
from app.sessions.work import CancelRequest
from tests.app.outcomes import finished, followed, visitor_named
from tests.engine.data.sources.test_opening import gradient

ANNA = visitor_named("anna")


@pytest.fixture
def desk() -> Explorations:
    """The explorations of all visitors."""
    return Explorations()


def shown(desk: Explorations, path: Path, model: str = "video-16") -> str:
    """The id of what Anna's page shows."""
    return finished(followed(desk, ANNA, Choice(paths=(str(path),)), Settings(model=model))).session.id


async def computed(besides: Besides, request: BesideRequest, visitor: Visitor = ANNA) -> list[ProgressAnswer]:
    """All that a page hears of another model."""
    work, answers = (await besides.beside(visitor, request)).id, []
    while not answers or answers[-1].state == "busy":
        seen = answers[-1].seen if answers else 0
        answers.append(await besides.progress(visitor, ProgressRequest(id=work, seen=seen)))
    return answers


def clip(folder: Path, length: int = 40) -> Path:
    """A small video as an array."""
    np.save(folder / "clip.npy", gradient(length, 32, 48))
    return folder / "clip.npy"


def test_it_is_what_exploring_the_file_with_that_model_gives(desk: Explorations, tmp_path: Path) -> None:
    exploration, besides = shown(desk, clip(tmp_path)), Besides(desk)
    last = finished(computed(besides, BesideRequest(id=exploration, model="video-16-equal")))[-1]
    own = desk.own(ANNA, shown(Explorations(), clip(tmp_path), "video-16-equal")).payload()
    assert last.state == "done"
    for name in ("levels", "frames", "windows", "explored", "leaves", "model", "height", "width"):
        assert last.exploration[name] == own[name], name
    assert last.exploration["window"]["mse"] == own["window"]["mse"]
    window = desk.own(ANNA, last.exploration["id"]).payload(2)["window"]
    assert (window["first"], window["count"]) == (32, 8), "its windows are asked for like those of the clip"
    again = finished(computed(besides, BesideRequest(id=exploration, model="video-16-equal")))
    assert again[-1].exploration["id"] == last.exploration["id"], "computed once"


def test_windows_are_as_long_as_its_own_model_wants_them(desk: Explorations, tmp_path: Path) -> None:
    exploration = shown(desk, clip(tmp_path))
    last = finished(computed(Besides(desk), BesideRequest(id=exploration, model="video-64")))[-1]
    assert (last.exploration["leaves"], last.exploration["windows"], last.exploration["frames"]) == (64, 1, 40)


def test_what_suits_is_offered_and_what_does_not_is_refused(desk: Explorations, tmp_path: Path) -> None:
    exploration, besides = shown(desk, clip(tmp_path, 4)), Besides(desk)
    names = {one.name for one in besides.suitable(ANNA, SuitableRequest(id=exploration)).models}
    assert {"video-16-equal", "video-64"} <= names
    assert not names & {"video-16", "digits-128"}
    with pytest.raises(ValueError, match="28×28 alone"):
        finished(besides.beside(ANNA, BesideRequest(id=exploration, model="digits-128")))
    for name in ("nothing", "video-16-student", "lantern-64", str(tmp_path)):
        with pytest.raises(ValueError, match="no model"):
            finished(besides.beside(ANNA, BesideRequest(id=exploration, model=name)))


def test_nobody_else_s_clip_can_be_asked_for(desk: Explorations, tmp_path: Path) -> None:
    exploration, besides = shown(desk, clip(tmp_path, 4)), Besides(desk)
    for ask in (
        lambda: besides.suitable(visitor_named("ben"), SuitableRequest(id=exploration)),
        lambda: finished(besides.beside(visitor_named("ben"), BesideRequest(id=exploration, model="video-64"))),
    ):
        with pytest.raises(ValueError, match="put away"):
            ask()


def test_it_goes_with_the_clip_and_when_it_is_taken_back(desk: Explorations, tmp_path: Path) -> None:
    exploration, besides = shown(desk, clip(tmp_path, 4)), Besides(desk)
    last = finished(computed(besides, BesideRequest(id=exploration, model="video-64")))[-1]
    folder = desk.own(ANNA, last.exploration["id"]).folder
    assert folder.is_dir()
    shown(desk, clip(tmp_path, 5))
    assert not folder.exists()

    async def cancelled() -> ProgressAnswer:
        work = (await besides.beside(ANNA, BesideRequest(id=desk.pages[ANNA.session].id, model="video-64"))).id
        await besides.cancel(ANNA, CancelRequest(id=work))
        while tasks := list(besides.works.tasks):
            await tasks[0]
        return await besides.progress(ANNA, ProgressRequest(id=work))

    assert finished(cancelled()).state == "cancelled"
    assert not desk.beside


def test_a_memory_has_no_source_for_another_model(desk: Explorations, tmp_path: Path) -> None:
    session = desk.own(ANNA, shown(desk, clip(tmp_path, 20)))
    session.model.compress_stream(session.source_windows(), tmp_path / "clip.imfn", 2)
    shutil.rmtree(session.folder)
    exploration, besides = shown(desk, tmp_path / "clip.imfn"), Besides(desk)
    assert besides.suitable(ANNA, SuitableRequest(id=exploration)).models == []
    with pytest.raises(ValueError, match="no source"):
        finished(besides.beside(ANNA, BesideRequest(id=exploration, model="video-64")))
