"""What a shared page allows: where it holds, how it is changed, and that one's own machine has none of it."""

from __future__ import annotations

import math
import sys
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from app.components import head_html
from app.components.head import CARD
from app.page import launch_options
from app.server import gpu
from app.server.limits import SHARED, Limits, limits, login, open_within
from app.server.models import model, model_of
from app.server.rpc import Visitor
from app.sessions.live import ClipRequest, LiveSessions
from engine.memory import Memory
from tests.app.outcomes import explore
from tests.engine.tiny import frames, tiny_model

VARIABLES = (
    "SPACE_ID",
    "IMFN_PUBLIC",
    "IMFN_LOGIN",
    "GRADIO_SERVER_NAME",
    *(f"IMFN_{f.name.upper()}" for f in fields(Limits)),
)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_ones_own_machine_has_no_limits_and_listens_to_itself_only() -> None:
    numbers = [getattr(limits(), f.name) for f in fields(Limits) if f.name.startswith("max_")]
    assert all(map(math.isinf, numbers))
    assert limits().own_paths and not limits().public and not limits().sentence
    assert launch_options()["server_name"] == "127.0.0.1"
    assert launch_options()["max_file_size"] is None


@pytest.mark.parametrize("variable", ["SPACE_ID", "IMFN_PUBLIC"])
def test_a_space_and_a_public_page_are_shared(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "1")
    assert limits() == SHARED
    assert "320 frames" in limits().sentence and "10 minutes" in limits().training_sentence


def test_a_space_can_be_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPACE_ID", "me/mine")
    monkeypatch.setenv("IMFN_PUBLIC", "0")
    assert limits() == Limits()


def test_every_limit_is_changed_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMFN_PUBLIC", "1")
    for name in (f.name for f in fields(Limits) if f.name.startswith("max_")):
        monkeypatch.setenv(f"IMFN_{name.upper()}", "7")
        assert getattr(limits(), name) == 7


@pytest.mark.parametrize("text", ["many", "0", "-3", "nan"])
def test_a_limit_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("IMFN_MAX_FRAMES", text)
    with pytest.raises(ValueError, match="IMFN_MAX_FRAMES"):
        limits()


def test_a_login_needs_both_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    assert login() is None
    monkeypatch.setenv("IMFN_LOGIN", "anna:with:colons")
    assert login() == ("anna", "with:colons")
    monkeypatch.setenv("IMFN_LOGIN", "anna")
    with pytest.raises(ValueError, match="user:password"):
        login()


def test_trainings_that_are_too_long_or_too_many_are_refused() -> None:
    Limits().check_steps(10**9)
    Limits().check_queue(10**9)
    with pytest.raises(ValueError, match="2,001 steps"):
        SHARED.check_steps(2_001)
    with pytest.raises(ValueError, match="waiting"):
        SHARED.check_queue(16)
    with pytest.raises(ValueError, match="35 more are too many"):
        SHARED.check_queue(0, 0, 35)
    with pytest.raises(ValueError, match="216"):
        SHARED.check_train_memory(216 * 2**30)


def test_a_long_clip_is_cut_with_a_note(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IMFN_PUBLIC", "1")
    monkeypatch.setenv("IMFN_MAX_FRAMES", "6")
    np.save(tmp_path / "clip.npy", frames(9, 32, 32))
    source = open_within(tmp_path / "clip.npy")
    assert len(list(source.frames())) == 6
    assert "6 frames at a time" in source.notes[-1]
    found = explore(tmp_path / "clip.npy", first="2")
    assert found.payload["frames"] == 6
    assert any("6 frames at a time" in note for note in found.payload["notes"])


def test_large_frames_are_scaled_down_with_a_note_and_larger_ones_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("IMFN_PUBLIC", "1")
    monkeypatch.setenv("IMFN_MAX_PIXELS", "800")
    np.save(tmp_path / "clip.npy", frames(2, 40, 80))
    source = open_within(tmp_path / "clip.npy")
    assert next(source.frames()).shape == (20, 40, 3)
    assert "short side of 20" in source.notes[-1]
    monkeypatch.setenv("IMFN_MAX_SOURCE_PIXELS", "3000")
    with pytest.raises(ValueError, match="80×40"):
        open_within(tmp_path / "clip.npy")
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    with pytest.raises(ValueError, match="million pixels"):
        LiveSessions().check_clip(Visitor(key="a", session="a"), ClipRequest(path=str(tmp_path / "clip.npy")))


def test_a_memory_that_unfolds_too_far_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IMFN_PUBLIC", "1")
    model("video-16").compress(frames(16, 32, 32)).save(tmp_path / "clip.imfn")
    monkeypatch.setenv("IMFN_MAX_FRAMES", "15")
    found = explore(tmp_path / "clip.imfn")
    assert "holds 16 frames" in found.last.message


def test_a_shared_page_opens_no_folder_as_a_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tiny_model(tmp_path)
    assert model(str(tmp_path / "tiny")).leaves == 4
    monkeypatch.setenv("IMFN_PUBLIC", "1")
    with pytest.raises(ValueError, match="There is no model"):
        model(str(tmp_path / "tiny"))


def test_a_memory_file_cannot_name_a_folder_of_the_host(tmp_path: Path) -> None:
    memory = tiny_model(tmp_path).compress(frames(4))
    memory = Memory(states_MSC=memory.states_MSC, **{**memory.facts, "model": str(tmp_path / "tiny")})
    with pytest.raises(ValueError, match="which is not here"):
        model_of(memory)


def test_without_the_spaces_package_nothing_is_wrapped() -> None:
    if gpu.spaces is None:
        assert gpu.short(frames) is frames
    assert gpu.home_device() is None and gpu.lent_device() is None


def test_where_gpus_are_lent_short_inference_is_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    spaces, seen = ModuleType("spaces"), {}

    def lend(**options: object):
        seen.update(options)
        return lambda function: ("lent", function)

    spaces.GPU = lend
    monkeypatch.setitem(sys.modules, "spaces", spaces)
    monkeypatch.setattr(gpu, "spaces", spaces)
    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    assert gpu.short(frames) == ("lent", frames)
    assert seen["duration"] <= 60
    assert (gpu.home_device(), gpu.lent_device()) == ("cpu", "cuda")


def test_the_page_has_a_card_and_a_description_for_those_a_link_is_sent_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPACE_HOST", "someone-imfn.hf.space")
    head = head_html()
    assert 'property="og:image" content="https://someone-imfn.hf.space/shelf/' in head
    assert 'name="description"' in head
    with Image.open(CARD) as card:
        assert card.size == (1200, 630)
    assert CARD.stat().st_size < 200_000
    assert Path(launch_options()["favicon_path"]).exists()
