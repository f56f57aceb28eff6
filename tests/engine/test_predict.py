"""Predictions: answers of the right shape from a memory's floats alone, forks, and every refusal in one sentence."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import numpy as np
import pytest
import torch

import engine
from engine.__main__ import main
from engine.checkpoints import read_card
from engine.experiments.stored_probe import store_probe
from engine.jobs.execution.foreground import train
from engine.model import Model, load_model
from engine.streaming.stream import open_stream
from tests.engine.compressors.test_memories import config, windows

pytestmark = pytest.mark.slow  # a tree is trained first


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree of two steps with a probe."""
    home = tmp_path_factory.mktemp("home")
    folder = train(config(name="tree", half=False, average=0.0, **{"tree.fused.inverts": False}), home=home)
    store_probe(str(folder), 64, seed=0)
    return folder


@pytest.fixture(scope="module")
def model(folder: Path) -> Model:
    return load_model(str(folder))


@pytest.fixture(scope="module")
def memory(model: Model) -> engine.Memory:
    return model.compress(windows(1)[0].numpy())


SHAPES = {
    "room": ({}, (24, 24)),
    "view": ({"pose": [2, 3]}, (9, 9)),
    "outcome": ({"actions": ["left", "up"]}, (6, 6)),
    "find": ({"digit": 7}, (6, 6)),
    "door": ({}, ()),
    "cue": ({}, ()),
}


@pytest.mark.parametrize("question", SHAPES)
def test_answers_have_their_shape_and_lie_in_range(model: Model, memory: engine.Memory, question: str) -> None:
    details, shape = SHAPES[question]
    answer = np.asarray(model.predict(memory, {"question": question, **details}))
    assert answer.shape == shape
    assert answer.min() >= 0
    assert answer.max() <= 1
    if question in ("outcome", "find"):
        assert answer.sum() == pytest.approx(1, abs=1e-5)


def test_a_view_is_a_window_of_the_believed_room(model: Model, memory: engine.Memory) -> None:
    room = model.predict(memory, {"question": "room"})
    view = model.predict(memory, {"question": "view", "pose": [1, 4]})
    assert np.allclose(view, room[3:12, 12:21])


def test_a_memory_file_and_a_stream_answer_alike(model: Model, memory: engine.Memory, tmp_path: Path) -> None:
    memory.save(tmp_path / "walk.imfn")
    stream = open_stream(model, height=24, width=36)
    for frame in windows(1)[0].numpy():
        root = stream.push(frame)
    asked = {"question": "room"}
    expected = model.predict(engine.Memory.load(tmp_path / "walk.imfn"), asked)
    assert np.allclose(model.predict(root, asked), expected, atol=1e-4)


def test_a_short_window_s_memory_is_its_stream_s(model: Model) -> None:
    frames, stream = windows(1)[0].numpy()[:5], open_stream(model, height=24, width=36)
    for frame in frames:
        root = stream.push(frame)
    assert torch.allclose(model.compress(frames).states_MSC[0], root, atol=1e-5)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"question": "weather"}, "there is no question 'weather'; ask one of room"),
        ("room", "there is no question 'room'"),
        ({"question": "view", "pose": [0, 6]}, "give \\[row, column\\], each from 0 to 5"),
        ({"question": "view", "pose": "here"}, "each from 0 to 5"),
        ({"question": "view"}, "pose is None"),
        ({"question": "outcome", "actions": []}, "give a list of 1 to 4"),
        ({"question": "outcome", "actions": ["jump"]}, "there is no action 'jump'"),
        ({"question": "find", "digit": 10}, "a whole number from 0 to 9"),
        ({"question": "find", "digit": True}, "a whole number from 0 to 9"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(
    model: Model, memory: engine.Memory, query: object, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        model.predict(memory, query)


def test_memories_that_do_not_fit_are_refused_in_a_sentence(model: Model, memory: engine.Memory) -> None:
    asked = {"question": "room"}
    foreign = dataclasses.replace(memory, fingerprint="0" * 16, model="other")
    with pytest.raises(ValueError, match="made by other"):
        model.predict(foreign, asked)
    with pytest.raises(ValueError, match="predictions are made of one root"):
        model.predict(model.compress(windows(1)[0].numpy(), merges=1), asked)
    with pytest.raises(ValueError, match="predictions are made of one root"):
        model.predict(model.compress(windows(1, 9)[0].numpy()), asked)
    with pytest.raises(ValueError, match="memories of \\[1, 12\\]"):
        model.predict(torch.zeros(1, 16), asked)


def test_a_step_after_the_last_and_a_frame_of_another_room_are_refused(model: Model) -> None:
    with pytest.raises(ValueError, match="24×36×1 only"):
        model.compress(np.zeros((2, 28, 28, 1), np.uint8))


def test_a_probe_of_another_budget_or_of_other_weights_is_refused(folder: Path, tmp_path: Path) -> None:
    import shutil

    card = read_card(folder)
    for change, message in (({"floats": 16}, "16 floats"), ({"reads": "f" * 16}, "fit it again")):
        other = tmp_path / message.replace(" ", "-")
        shutil.copytree(folder, other)
        (other / "card.json").write_text(json.dumps({**card, "probe": {**card["probe"], **change}}))
        found = load_model(str(other))
        with pytest.raises(ValueError, match=message):
            found.predict(found.compress(windows(1)[0].numpy()), {"question": "room"})


def test_a_model_without_a_probe_says_how_to_get_one(folder: Path, tmp_path: Path) -> None:
    card = {key: value for key, value in read_card(folder).items() if key != "probe"}
    (tmp_path / "card.json").write_text(json.dumps(card))
    (tmp_path / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes())
    found = load_model(str(tmp_path))
    with pytest.raises(ValueError, match="no probe that reads its memories; fit one with python -m engine probe"):
        found.predict(found.compress(windows(1)[0].numpy()), {"question": "room"})


def test_a_fork_of_a_stream_equals_a_rebuild_and_leaves_the_first_alone(model: Model) -> None:
    first, second = windows(2).numpy()
    stream = open_stream(model, height=24, width=36)
    for frame in first[:5]:
        stream.push(frame)
    fork, before = stream.fork(), stream.root.clone()
    for frame in second[:3]:
        fork.push(frame)
    assert torch.equal(stream.root, before)
    both = np.concatenate((first[:5], second[:3]))
    assert torch.allclose(fork.root, model.compress(both).states_MSC[0], atol=1e-5)
    for frame in first[5:]:
        stream.push(frame)
    assert torch.allclose(stream.root, model.compress(first).states_MSC[0], atol=1e-5)


def test_a_fork_of_a_memory_is_its_own(memory: engine.Memory) -> None:
    fork = memory.fork()
    fork.states_MSC.zero_()
    assert memory.states_MSC.abs().sum() > 0
    assert fork.facts == memory.facts


def test_the_command_answers_and_refuses(folder: Path, memory: engine.Memory, tmp_path: Path, capsys) -> None:
    path = tmp_path / "walk.imfn"
    memory.save(path)
    chosen = [str(path), "--model", str(folder)]
    assert main(["predict", *chosen, "--ask", "view", "--pose", "2,3", "--json"]) == 0
    assert np.shape(json.loads(capsys.readouterr().out)["answer"]) == (9, 9)
    assert main(["predict", *chosen, "--ask", "room", "--out", str(tmp_path / "room.png")]) == 0
    assert (tmp_path / "room.png").exists()
    capsys.readouterr()
    assert main(["predict", *chosen, "--ask", "door"]) == 0
    assert 0 <= float(capsys.readouterr().out) <= 1
    for wrong in (["--ask", "view", "--pose", "9,9"], ["--ask", "dance"], ["--ask", "door", "--out", "a.png"]):
        assert main(["predict", *chosen, *wrong]) == 2
        assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("lantern-64", 0.7),
        ("lantern-64-gru", 0.7),
        ("lantern-64-joint", 0.8),
        ("lantern-64-student", 0.7),
        ("lantern-64-copy", 1.0),
    ],
)
def test_bundled_memories_know_rooms_of_test_digits_better_than_the_mean_room(name: str, share: float) -> None:
    from engine.data.datasets.lantern import test_digits
    from engine.data.worlds import room

    found, (small, labels, _) = load_model(name), test_digits(os.environ.get("IMFN_DATA"))
    worlds = room.draw_worlds(small, labels, 12, 32, torch.Generator().manual_seed(5))
    frames, mean = room.frames_of(worlds, 1.0).numpy(), small.mean(0).repeat(2, 2).numpy()
    lit = (room.lags(worlds.poses_BT) < room.NEVER).numpy()
    beliefs = [found.predict(found.compress(walk), {"question": "room"}) for walk in frames]
    errors = [np.square(x - y)[m].sum() for x, y, m in zip(beliefs, worlds.room_BRR.numpy(), lit, strict=True)]
    plain = [np.square(mean - y)[m].sum() for y, m in zip(worlds.room_BRR.numpy(), lit, strict=True)]
    assert sum(errors) < share * sum(plain)
    assert found.compress(frames[0]).floats == 64
