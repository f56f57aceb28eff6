"""Questions of the Predict tab (`assets/js/predict`): what memories believe along a walk through the Lantern room.

A round is a function of (seed, moves), so every question names the whole of it and nothing is lost when the server is
started anew. What is kept are steps: each is a fork of the stream before it, so that one more move costs one push, an
undo nothing, and two walks from one place share what they have in common. Steps belong to nobody; those that were not
asked for the longest go first.
"""

from __future__ import annotations

import base64
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from app.server.limits import limits
from app.server.models import model
from app.server.owners import Owners
from app.server.rpc import Questions, Visitor
from app.sessions.runs import Done, RunRequest
from engine.checkpoints import bundled, probed_names
from engine.data.worlds import room
from engine.data.worlds.events import door_given
from engine.data.worlds.rounds import (
    FRAMES,
    LARGEST_SEED,
    check_moves,
    check_seed,
    draw_round,
    room_digits,
    seen_digits,
    walked,
)
from engine.evaluation.lantern import OLD
from engine.evaluation.rounds import Step, chance, digits_read, first_step, lights, played
from engine.experiments.stored_probe import store_probe
from engine.model import Model

STEPS = 4000
"""steps that are kept, of all models and rounds together; about 10 kB each"""
PATIENCE = 1.0
"""seconds that a question waits for another's rooms to be played"""
ROOMS = 32
"""rooms that one question lets the memories play"""
PROBE_ROOMS = 2048
"""rooms that the probe of a training's memory learns from; those of bundled ones learnt from four times as many"""
ALWAYS = 2
"""memories that are always shown; the visitor chooses one of the others beside them"""
UNLIT = 255
"""lag of a pixel that was never lit, as it travels"""
FIRST = ("prediction", "pixels")
"""objectives of the trees that are always shown"""
NAMES = {"prediction": "Tree, to predict", "pixels": "Tree, to reconstruct", "joint": "Tree, for both"}
BASELINES = {
    "gru_memory": "GRU",
    "gru_wide": "GRU, wide state",
    "mamba_memory": "Mamba",
    "last_frames": "last 4 frames",
}
"""a baseline's name here, and as assets/results/lantern.json calls it"""


@dataclass(frozen=True, kw_only=True)
class WalkRequest:
    """A round as far as it has come."""

    seed: int
    moves: str = ""
    """one letter each: stay, left, right, up, down by their first"""
    distractor: bool = True
    run: str = ""
    """a finished training whose memory is shown beside the bundled ones"""
    third: str = ""
    """the bundled memory beside the two that are always shown; "" for the usual one"""
    digit: int | None = None
    """to be lit from memory, where that is asked"""


@dataclass(frozen=True, kw_only=True)
class Belief:
    """What one memory holds after the last frame. Pictures are base64 of bytes, row by row, 255 for ink of 1."""

    name: str
    room: str
    """24×24, decoded from the memory's floats alone"""
    memory: str
    """the floats themselves, 127 for 0"""
    skill: float | None
    """of this belief, on everything lit so far"""
    old: float | None
    """the same on what was last lit more than ten frames ago"""
    by_lag: list[float | None]
    """the same in bins of lags (`engine.evaluation.rounds.BINS`), over all beliefs of the round so far"""
    reads: list[int | None]
    """the digit that each quarter looks most like"""
    door: float
    """probability that the door opens"""
    cue: float | None
    """probability that cue A came first; null before one came"""
    pose: int | None
    """where it would light the digit that is asked for"""
    right: bool | None
    """whether that pose does"""


@dataclass(frozen=True, kw_only=True)
class WalkAnswer:
    """The round, its truth, and what every memory believes."""

    seed: int
    moves: str
    step: int
    steps: int
    poses: list[int]
    """where the lantern was in every frame, row · 6 + column"""
    frame: str
    """the last frame, 24×36"""
    lags: str
    """24×24, frames since each pixel was lit; 255 for never"""
    truth: str
    """the room's ink, 24×24"""
    digits: list[int]
    """labels of the quarters"""
    seen: list[int]
    """labels of the digits that were lit enough to be asked for"""
    door: bool
    """whether the key was lit so far"""
    door_exact: float
    """what exact inference says of it, from all frames"""
    cue: Literal["A", "B"] | None
    """which cue came first; null before one came"""
    key: bool
    """whether the key glinted so far"""
    random: float | None
    """how often a random pose lights the digit that is asked for"""
    beliefs: list[Belief]


@dataclass(frozen=True, kw_only=True)
class PlayRequest:
    """Rooms that the memories are to play by themselves."""

    first: int = 0
    """of the rooms, a row of seeds"""
    distractor: bool = True
    run: str = ""
    third: str = ""


@dataclass(frozen=True, kw_only=True)
class PlayAnswer:
    """How often each memory lit the digit it had seen."""

    rooms: int
    names: list[str]
    right: list[int]
    random: float
    """rooms that a random pose is expected to win"""


@dataclass
class Predictions(Questions):
    """Answers about rounds, and the steps that are kept."""

    owners: Owners | None = None
    """who may see a training's memory"""
    kept: OrderedDict[tuple, Step] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)
    playing: Lock = field(default_factory=Lock)
    """rooms are played for one visitor at a time, so that nobody can fill the questions' threads with them"""
    fitting: Lock = field(default_factory=Lock)
    """one probe is fitted at a time"""

    questions = ("walk", "play", "prepare")

    def walk(self, visitor: Visitor, request: WalkRequest) -> WalkAnswer:
        """What every memory believes after a walk; ValueError in one sentence for one that cannot be walked."""
        check_seed(request.seed)
        worlds = walked(draw_round(request.seed), check_moves(request.moves))
        check_digit(request.digit)
        names = self.names(visitor, request.run, request.third)
        with self.lock:
            steps = [self.step(name, request.seed, request.moves, request.distractor) for name in names]
        beliefs = [belief_of(name, step, worlds, request.digit) for name, step in zip(names, steps, strict=True)]
        return answer_of(request, worlds, beliefs)

    def play(self, visitor: Visitor, request: PlayRequest) -> PlayAnswer:
        """Let all memories play some rooms."""
        check_seed(request.first)
        names = self.names(visitor, request.run, request.third)
        seeds = [(request.first + index) % (LARGEST_SEED + 1) for index in range(ROOMS)]
        if not self.playing.acquire(timeout=PATIENCE):
            raise ValueError("The memories are playing for others; try again in a moment.")
        try:
            found = played([model(name) for name in names], seeds, float(request.distractor))
        finally:
            self.playing.release()
        return PlayAnswer(rooms=found.rooms, names=names, right=found.right, random=found.random)

    def prepare(self, visitor: Visitor, request: RunRequest) -> Done:
        """Have a probe that reads a finished training's memories, fitted where there is none; this takes a minute.

        ValueError for a run that is not there, on a shared page, and for memories of anything but Lantern rooms.
        """
        loaded = self.own(visitor, request.run)
        check_world(loaded)
        with self.fitting:
            if "probe" not in loaded.card:
                about = store_probe(request.run, PROBE_ROOMS, 0)
                loaded.card = {**loaded.card, "probe": about}
        return Done()

    def own(self, visitor: Visitor, run: str) -> Model:
        """A finished training's model; ValueError for one that this visitor may not see, and on a shared page."""
        if not limits().own_paths or self.owners is None:
            raise ValueError("On this shared page the bundled memories alone can be asked; run the program yourself.")
        return model(self.owners.check(visitor.key, run))

    def names(self, visitor: Visitor, run: str, third: str = "") -> list[str]:
        """The memories that are shown: two, one of the others, and a finished training of the visitor's own; ValueError
        otherwise.
        """
        always, others = offered()[:ALWAYS], offered()[ALWAYS:]
        if third and third not in others:
            raise ValueError(f"There is no memory {third[:40]!r} to show here; choose one of {', '.join(others)}.")
        names = [*always, third] if third else [*always, *others[:1]]
        if not run:
            return names
        own = self.own(visitor, run)
        check_world(own)
        own.probe  # noqa: B018  (a sentence where there is none)
        return [*names, run]

    def memory_of(self, name: str, request: WalkRequest) -> Tensor:
        """A memory [S, C] after a walk; ValueError for one that cannot be walked."""
        check_seed(request.seed)
        with self.lock:
            return self.step(name, request.seed, check_moves(request.moves), request.distractor).state

    def step(self, name: str, seed: int, moves: str, distractor: bool) -> Step:
        """The step after some moves: kept, or one push after the one before it."""
        loaded, missing = model(name), []
        for length in range(len(moves), -1, -1):
            key = (loaded.fingerprint, seed, distractor, moves[:length])
            if key in self.kept:
                self.kept.move_to_end(key)
                break
            missing.append(key)
        step = self.kept[key] if key not in missing else first_step(loaded)
        for key in reversed(missing):
            worlds = walked(draw_round(seed), key[-1])
            step = step.after(room.frames_of(worlds, float(distractor))[0, -1].numpy(), worlds)
            self.keep(key, step)
        return step

    def keep(self, key: tuple, step: Step) -> None:
        """Keep a step in place of the one that was not asked for the longest."""
        self.kept[key] = step
        while len(self.kept) > STEPS:
            self.kept.popitem(last=False)


def offered() -> list[str]:
    """The bundled memories of Lantern rooms that a probe reads: to predict, to reconstruct, baselines, other trees,
    students.
    """
    cards = bundled()[0]
    return sorted((name for name in probed_names() if cards[name]["config"]["data"] == "lantern"), key=rank)


def rank(name: str) -> tuple[int, str]:
    """Its place; by its card, so that building the page loads no weights."""
    card = bundled()[0][name]
    kind, objective = card.get("kind", "teacher"), str(card["config"].get("objective", "pixels"))
    if kind == "teacher":
        return FIRST.index(objective) if objective in FIRST else len(FIRST) + 1, name
    return len(FIRST) + 2 * (kind == "student"), name


def label_of(card: dict) -> str:
    """What a memory is called on the page."""
    config = card["config"]
    if baseline := config.get("baseline"):
        return BASELINES.get(baseline, str(baseline))
    named = NAMES.get(str(config.get("objective", "pixels")), "Tree")
    return "Student of the tree" if card.get("kind") == "student" else named


def check_world(loaded: Model) -> None:
    """ValueError for a memory of anything but Lantern rooms."""
    data = str(loaded.card["config"].get("data"))
    if data != "lantern":
        raise ValueError(
            f"{loaded.name} was trained on {data[:40]}, and the board asks memories of Lantern rooms; choose one "
            "trained on lantern."
        )


def check_digit(digit: int | None) -> None:
    """ValueError for what is no digit."""
    if digit is not None and not 0 <= digit <= 9:
        raise ValueError(f"The digit is {digit}; give one from 0 to 9.")


def belief_of(name: str, step: Step, worlds: room.Worlds, digit: int | None) -> Belief:
    """What a memory says at a step."""
    loaded, memory = step.model, step.state
    pose = None if digit is None else int(loaded.predict(memory, {"question": "find", "digit": digit}).argmax())
    cue = loaded.predict(memory, {"question": "cue"}) if cue_came(worlds) else None
    return Belief(
        name=name,
        room=picture(step.belief_RR),
        memory=picture(0.5 + memory.flatten() / (2 * memory.abs().max().clamp_min(1e-6))),
        skill=step.skill(0, FRAMES - 1),
        old=step.skill(OLD + 1, FRAMES - 1),
        by_lag=step.by_lag(),
        reads=digits_read(step.belief_RR, room_digits()),
        door=loaded.predict(memory, {"question": "door"}),
        cue=cue,
        pose=pose,
        right=None if pose is None else lights(pose, digit, worlds),
    )


def answer_of(request: WalkRequest, worlds: room.Worlds, beliefs: list[Belief]) -> WalkAnswer:
    """The round with what is true of it."""
    frames, happened = worlds.poses_BT.shape[1], worlds.events
    lags_RR = room.lags(worlds.poses_BT)[0]
    last = room.frames_of(worlds, float(request.distractor))[0, -1, ..., 0]
    return WalkAnswer(
        seed=request.seed,
        moves=request.moves,
        step=frames,
        steps=FRAMES,
        poses=worlds.poses_BT[0].tolist(),
        frame=picture(last),
        lags=packed(torch.where(lags_RR < room.NEVER, lags_RR, UNLIT)),
        truth=picture(worlds.room_BRR[0]),
        digits=worlds.digits_B4[0].tolist(),
        seen=seen_digits(worlds),
        door=bool(happened.opens(frames)),
        door_exact=float(door_given(worlds.poses_BT, happened.glint_BT)),
        cue=("A" if bool(happened.first(frames)[0]) else "B") if cue_came(worlds) else None,
        key=bool(happened.glint_BT.any()),
        random=None if request.digit is None else chance(request.digit, worlds),
        beliefs=beliefs,
    )


def cue_came(worlds: room.Worlds) -> bool:
    """Whether a cue came so far."""
    return bool(worlds.events.first(worlds.poses_BT.shape[1])[1])


def picture(values: Tensor) -> str:
    """Values in [0, 1] as base64 of bytes."""
    return packed((255 * values.clamp(0, 1)).round())


def packed(values: Tensor) -> str:
    """Whole numbers from 0 to 255 as base64 of bytes, row by row."""
    return base64.b64encode(values.cpu().numpy().astype(np.uint8).tobytes()).decode()


__all__ = ["BASELINES", "Belief", "PlayRequest", "Predictions", "WalkRequest", "label_of", "offered"]
