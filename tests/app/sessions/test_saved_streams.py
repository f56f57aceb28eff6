"""A stream of the Live card as a file: saved while it runs or when it has ended, gone on from, or refused."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import save_file

from app.server.limits import Limits
from app.server.models import model
from app.server.rpc import Visitor
from app.sessions import saved_streams
from app.sessions.live import MINUTES, BeginRequest, EndRequest, FrameRequest, LiveSessions
from app.sessions.saved_streams import SavedRequest, SaveRequest
from engine.files import json_text, parse_json
from engine.streaming.bounded import BoundedMemory

SIDE = 16
ANN, BEN = Visitor(key="ann", session="a"), Visitor(key="ben", session="b")
CAMERA = BeginRequest(ticket=1, source="camera", model="video-16", roots=4)


@pytest.fixture(scope="module", autouse=True)
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of uploads; streams have small frames here."""
    folder = tmp_path_factory.mktemp("uploads")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(folder))
        patch.setattr(saved_streams, "SIDE", SIDE)
        patch.setattr("app.server.folders.ROOT", folder / "made")
        yield folder


def picture(number: int) -> str:
    """A camera's frame that drifts, a PNG as a data URL."""
    row, column = np.mgrid[:SIDE, :SIDE]
    waves = [np.sin(row / 5 + number / 40), np.cos(column / 4 - number / 60), np.sin(number / 90) + 0 * row]
    file = BytesIO()
    Image.fromarray(np.uint8(127 + 100 * np.stack(waves, -1))).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def push(sessions: LiveSessions, visitor: Visitor, first: int, end: int, ticket: int = 1) -> list:
    """What is answered to frames of these numbers."""
    return [
        sessions.push(visitor.session, FrameRequest(ticket=ticket, picture=picture(number)), number / 10)
        for number in range(first, end)
    ]


def saved(sessions: LiveSessions, visitor: Visitor, folder: Path, ticket: int = 1) -> Path:
    """The visitor's stream as a file that was uploaded again."""
    made = sessions.save_stream(visitor, SaveRequest(ticket=ticket))
    path = folder / made.name
    path.write_bytes(Path(made.url.partition("=")[2]).read_bytes())
    assert path.stat().st_size == made.bytes
    return path


def memory_of(sessions: LiveSessions, visitor: Visitor) -> BoundedMemory:
    """What a running stream keeps."""
    return sessions.running[visitor.session].stream.memory


@pytest.fixture(scope="module")
def straight(uploads: Path) -> tuple[LiveSessions, list, Path]:
    """Ann's stream of 105 frames without a stop, what was answered, and the file that was saved after 70."""
    sessions = LiveSessions()
    sessions.begin("a", CAMERA, 0.0, ANN)
    answers = push(sessions, ANN, 0, 70)
    path = saved(sessions, ANN, uploads)
    return sessions, answers + push(sessions, ANN, 70, 105), path


@pytest.fixture(scope="module")
def kept(straight: tuple[LiveSessions, list, Path]) -> Path:
    """The file."""
    return straight[2]


def test_roots_merge_and_every_picture_is_sent_once(straight: tuple[LiveSessions, list, Path]) -> None:
    forests = [answer.forest for answer in straight[1]]
    sent = [(root.first, root.stride) for forest in forests for root in forest.roots if root.picture]
    assert len(sent) == len(set(sent))
    assert {(root.first, root.stride) for root in forests[-1].roots} <= set(sent)
    assert [(root.stride, root.frames) for root in forests[-1].roots] == [(2, 32), (2, 32), (1, 16), (1, 16)]
    assert (forests[-1].frames, forests[-1].open, forests[-1].since) == (105, 9, 0)
    assert all(forest.floats <= forest.most_floats == forests[0].most_floats for forest in forests)
    assert all(root.psnr is not None for root in forests[-1].roots)
    assert forests[-1].ages[0] == 104 and forests[-1].ages[-1] == 0 and len(forests[-1].psnr) == 40


def test_a_saved_stream_goes_on_to_the_bits_of_one_that_never_stopped(
    straight: tuple[LiveSessions, list, Path], kept: Path
) -> None:
    sessions = LiveSessions()
    facts = sessions.begin("b", replace(CAMERA, roots=8, saved=str(kept)), 0.0, BEN)
    assert (facts.forest.frames, facts.forest.most, facts.forest.open) == (70, 4, 6)
    last = push(sessions, BEN, 70, 105)[-1]
    one, other = memory_of(straight[0], ANN), memory_of(sessions, BEN)
    assert [(root.first, root.stride) for root in one.roots] == [(root.first, root.stride) for root in other.roots]
    assert all(torch.equal(a.state_SC, b.state_SC) for a, b in zip(one.roots, other.roots, strict=True))
    assert torch.equal(one.window.root, other.window.root)
    assert last.frame.teacher.sheet == straight[1][-1].frame.teacher.sheet
    assert (last.frame.frame, last.frame.leaf, last.forest.since) == (105, 9, 70)
    assert [root.psnr is None for root in last.forest.roots] == [True, True, False, False]
    assert max(last.forest.ages) == 104 - 70


def test_a_saved_stream_is_shown_before_it_goes_on(kept: Path) -> None:
    answer = LiveSessions().check_saved(ANN, SavedRequest(path=str(kept)))
    assert answer.model == "video-16" and answer.forest.picture.startswith("data:image/jpeg")
    assert [root.picture is not None for root in answer.forest.roots] == [True] * 4
    assert all(root.psnr is None for root in answer.forest.roots) and not answer.forest.ages


def test_padding_may_be_another_when_a_stream_goes_on(kept: Path) -> None:
    sessions = LiveSessions()
    sessions.begin("a", replace(CAMERA, saved=str(kept), padding="zeros"), 0.0, ANN)
    assert push(sessions, ANN, 70, 71)[0].frame.merges == 4


def edited(path: Path, to: Path, **change: object) -> Path:
    """A saved stream whose facts say something else."""
    with safe_open(path, "pt") as file:
        tensors, metadata = {name: file.get_tensor(name) for name in file.keys()}, file.metadata()  # noqa: SIM118
    save_file(tensors, to, {**metadata, "stream": json_text({**parse_json(metadata["stream"]), **change})})
    return to


def refused(kept: Path, folder: Path) -> dict[str, Path]:
    """Files that cannot be gone on from, by what is said of them."""
    (folder / "text.imfn-stream").write_text("once upon a time " * 50)
    (folder / "half.imfn-stream").write_bytes(kept.read_bytes()[:5000])
    model("video-16").compress(np.zeros((2, SIDE, SIDE, 3), np.uint8)).save(folder / "memory.imfn")
    BoundedMemory(model("video-16"), height=24, width=32).save(folder / "size.imfn-stream")
    return {
        r"text\.imfn-stream is no readable stream": folder / "text.imfn-stream",
        r"half\.imfn-stream is no readable stream": folder / "half.imfn-stream",
        r"memory\.imfn is no stream's memory of this program .* choose a \.imfn-stream file": folder / "memory.imfn",
        "has frames of 32×24, this card streams 16×16; go on from it in Python": folder / "size.imfn-stream",
        "kept by 'mine', which is not here; go on": edited(
            kept, folder / "a.imfn-stream", model="mine", fingerprint="0"
        ),
        r"kept by video-16 \(0\), it cannot be read with video-16 .* open it with the model that kept it": edited(
            kept, folder / "b.imfn-stream", fingerprint="0"
        ),
        "do not add up": edited(kept, folder / "c.imfn-stream", count=5000),
        "has frames of 9999999×9999999": edited(kept, folder / "d.imfn-stream", shape=[9999999, 9999999, 3]),
        "upload it again": Path("/etc/passwd"),
    }


def test_what_cannot_be_gone_on_from_is_refused_in_a_sentence_and_costs_nothing_else(kept: Path, uploads: Path) -> None:
    sessions = LiveSessions()
    sessions.begin("a", CAMERA, 0.0, ANN)
    push(sessions, ANN, 0, 2)
    for words, path in refused(kept, uploads).items():
        with pytest.raises(ValueError, match=words):
            sessions.check_saved(ANN, SavedRequest(path=str(path)))
        with pytest.raises(ValueError, match=words):
            sessions.begin("b", replace(CAMERA, saved=str(path)), 0.0, BEN)
    assert "b" not in sessions.running
    assert push(sessions, ANN, 2, 3)[0].frame.frame == 3


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"roots": 5}, "Roots are '5'; choose 4, 8, 16, 32"), ({"model": "digits-128"}, "kept by video-16; choose that")],
)
def test_a_stream_that_cannot_begin_says_why(kept: Path, wrong: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        LiveSessions().begin("a", replace(CAMERA, saved=str(kept), **wrong), 0.0, ANN)


def test_a_stream_that_has_ended_can_be_saved_until_another_begins_or_its_page_is_closed(uploads: Path) -> None:
    sessions = LiveSessions()
    sessions.begin("a", CAMERA, 0.0, ANN)
    with pytest.raises(ValueError, match="no frames yet"):
        sessions.save_stream(ANN, SaveRequest(ticket=1))
    push(sessions, ANN, 0, 20)
    sessions.end_stream(ANN, EndRequest(ticket=1))
    opened = BoundedMemory.open(saved(sessions, ANN, uploads), model("video-16"))
    assert (opened.count, len(opened.roots)) == (20, 1)
    for visitor, ticket in ((BEN, 1), (ANN, 2)):
        with pytest.raises(ValueError, match="not kept here any more"):
            sessions.save_stream(visitor, SaveRequest(ticket=ticket))
    sessions.begin("a", replace(CAMERA, ticket=2), 0.0, ANN)
    with pytest.raises(ValueError, match="not kept here any more"):
        sessions.save_stream(ANN, SaveRequest(ticket=1))
    push(sessions, ANN, 0, 1, ticket=2)
    sessions.leave("a")
    assert not sessions.running and not sessions.stopped.kept


def test_one_that_ends_by_time_or_by_a_bad_frame_can_be_saved_too(uploads: Path) -> None:
    sessions = LiveSessions()
    for visitor in (ANN, BEN):
        sessions.begin(visitor.session, CAMERA, 0.0, visitor)
        push(sessions, visitor, 0, 1)
    assert sessions.push("a", FrameRequest(ticket=1), 60.0 * MINUTES + 1).ended
    with pytest.raises(ValueError, match="could not be read"):
        sessions.push("b", FrameRequest(ticket=1, picture="x"), 1.0)
    assert not sessions.running
    for visitor in (ANN, BEN):
        assert sessions.save_stream(visitor, SaveRequest(ticket=1)).bytes > 0


def test_what_has_ended_is_bounded_and_an_address_pushes_out_its_own_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_streams, "STOPPED", 3)
    monkeypatch.setattr(saved_streams, "limits", lambda: Limits(max_address_streams=2))
    sessions = LiveSessions()
    for session, address in (("a", "1.1"), ("b", "2.2"), ("c", "2.2"), ("d", "2.2"), ("e", "3.3")):
        visitor = Visitor(key=session, session=session, address=address)
        sessions.begin(session, CAMERA, 0.0, visitor)
        push(sessions, visitor, 0, 1)
        sessions.end(session)
        assert len(sessions.stopped.kept) <= 3
        assert session != "d" or list(sessions.stopped.kept) == ["a", "c", "d"]
    assert list(sessions.stopped.kept) == ["c", "d", "e"]
