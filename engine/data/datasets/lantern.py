"""lantern: walks through the Lantern room (`../worlds/room.py`), and what a memory of one is asked.

    view      what would be lit, from every pose at once: the ink of the whole room
    outcome   the pose after four more actions
    door      whether the door opens: was the key lit?
    cue       whether cue A came before cue B
    find      "light the 7 you saw": a pose whose window's middle lies in that digit's quarter
Half of the windows end early, so that a memory can be asked at any time: what has not come yet is black. Training
digits make the rooms that are trained on, test digits those that are measured on.
Shapes: B windows, T leaves, R room side, P poses.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.config import TrainConfig, setting
from engine.data.datasets import digits
from engine.data.datasets.base import Batch, Dataset, step_generator
from engine.data.datasets.questions import Question, future_of
from engine.data.worlds import room
from engine.registry import DATASETS

AHEAD = 4
"""actions of an `outcome` question"""
INK = 0.06
"""about the variance of a room's pixels, that errors are measured in"""
HIDDEN = 0.25
"""share of the frames that the objective `masked` hides"""
BLOCKS = 16
"""blocks that a closed form is fitted to, 4,096 frames each"""
TESTED = 64
"""test sequences a seed for measures of reconstruction"""

QUESTIONS = (
    Question(name="view", kind="values", outputs=room.ROOM**2, weight=1.0, scale=INK),
    Question(name="outcome", kind="choice", outputs=room.POSES, query=AHEAD * len(room.ACTIONS), weight=0.05),
    Question(name="door", kind="yes", outputs=1, weight=0.1),
    Question(name="cue", kind="yes", outputs=1, weight=0.1),
    Question(name="find", kind="choice", outputs=room.POSES, query=10),
)


def quarters() -> Tensor:
    """The quarter [P] that the middle of each pose's window lies in: 0 … 3, by rows."""
    place = torch.arange(room.GRID) * room.STRIDE + room.LIT // 2 >= room.DIGIT
    return (2 * place[:, None] + place[None]).flatten().long()


def drawn_lengths(windows: int, leaves: int, generator: torch.Generator) -> Tensor:
    """Frames that have come [B]: all of them in half of the windows, else any number from 1 on."""
    lengths_B = torch.randint(1, leaves + 1, (windows,), generator=generator)
    whole_B = torch.rand(windows, generator=generator) < 0.5
    return torch.where(whole_B, leaves, lengths_B)


def asked(worlds: room.Worlds, lengths_B: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
    """Queries and true answers after so many frames, lags and poses, and which frames `masked` keeps."""
    count, frames = worlds.poses_BT.shape
    come_BT = torch.arange(frames) < lengths_B[:, None]
    last = (lengths_B - 1)[:, None]
    lag_BRR = room.lags(worlds.poses_BT, come_BT) - (frames - lengths_B)[:, None, None]
    lag_BRR = torch.where(lag_BRR > frames, room.NEVER, lag_BRR)
    pose_B = worlds.poses_BT.gather(1, last)[:, 0]
    actions_BA = torch.randint(len(room.ACTIONS), (count, AHEAD), generator=generator)
    return {
        "lag": lag_BRR,
        "pose": pose_B,
        "seen": lengths_B,
        "true.view": worlds.room_BRR.flatten(1),
        **outcome(pose_B, actions_BA),
        **events(worlds, come_BT, lengths_B),
        **sought(worlds, lag_BRR, generator),
        "kept": torch.rand(count, frames, generator=generator) >= HIDDEN,
    }


def outcome(pose_B: Tensor, actions_BA: Tensor) -> dict[str, Tensor]:
    """The question of the pose after some actions."""
    for action_B in actions_BA.unbind(1):
        pose_B = room.moved(pose_B, action_B)
    return {
        "ask.outcome": F.one_hot(actions_BA, len(room.ACTIONS)).flatten(1).float(),
        "true.outcome": F.one_hot(pose_B, room.POSES).float(),
    }


def events(worlds: room.Worlds, come_BT: Tensor, lengths_B: Tensor) -> dict[str, Tensor]:
    """The questions of the door and of the cues; those that have not come yet are not asked about."""
    happened = worlds.events
    first_B = happened.cues_B2[:, 0] < happened.cues_B2[:, 1]
    return {
        "true.door": (happened.lit_BT & come_BT).any(1).float()[:, None],
        "true.cue": first_B.float()[:, None],
        "asked.cue": (happened.cues_B2.amin(1) < lengths_B).float(),
    }


def sought(worlds: room.Worlds, lag_BRR: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
    """A digit of the room to be lit, one that was seen; not asked where none was."""
    seen_B4 = room.seen_share(worlds.room_BRR, lag_BRR) >= room.SEEN
    pick_B = torch.where(seen_B4, torch.rand(seen_B4.shape, generator=generator), -1.0).argmax(1)
    digit_B = worlds.digits_B4.gather(1, pick_B[:, None])[:, 0]
    right_B4 = worlds.digits_B4 == digit_B[:, None]
    return {
        "ask.find": F.one_hot(digit_B, 10).float(),
        "true.find": right_B4[:, quarters()].float(),
        "asked.find": seen_B4.any(1).float(),
    }


def hidden_later(frames_BTHWK: Tensor, lengths_B: Tensor) -> Tensor:
    """The frames that have come; those after them are black."""
    come_BT = torch.arange(frames_BTHWK.shape[1]) < lengths_B[:, None]
    return frames_BTHWK * come_BT[:, :, None, None, None]


@DATASETS.add
class LanternDataset(Dataset):
    """Lantern rooms of training digits, made on the fly."""

    name, public, one_size = "lantern", True, True

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """The room's settings."""

        distractor: float = setting(1.0, low=0.0, high=1.0)
        """brightness of the screen that shows another digit in every frame"""
        early: bool = True
        """whether half of the windows end early"""
        holdout: int = setting(0, low=0, high=50_000, unit="images")
        """training digits kept out of training, the last ones, to choose settings on"""

    def __init__(self, config: TrainConfig) -> None:
        super().__init__(config)
        self.check(config)
        found, holdout = digits.load_digits("train"), self.options.holdout
        count = digits.kept_for_training(len(found.images_NHWK), holdout, 4)
        self.small_NDD = room.small_digits(torch.from_numpy(found.images_NHWK[:count]))
        self.labels_N = torch.from_numpy(found.labels_N[:count])
        self.origin = f"Lantern rooms made of the {found.origin}" + (
            f", the last {holdout:,} held out" if holdout else ""
        )

    @classmethod
    def check(cls, config: TrainConfig) -> None:
        """ValueError unless the frames are a room's and a window can hold both cues."""
        check_frames(config)

    @classmethod
    def questions(cls, config: TrainConfig) -> tuple[Question, ...]:
        """What a memory of a room is asked."""
        return QUESTIONS

    def blocks(self) -> Iterator[Tensor]:
        """The same random windows at every pass, all of them whole, [B, T, H, W, K]."""
        for batch in self.futures():
            yield batch.frames_BTHWK

    def futures(self) -> Iterator[Batch]:
        """The windows of `blocks`, and of each its `future`, what a linear map may foretell."""
        for index in range(BLOCKS):
            generator = step_generator(self.config.seed, -2, index)
            batch = self.made(max(1, 4096 // self.leaves), self.leaves, generator, early=False)
            yield Batch(frames_BTHWK=batch.frames_BTHWK, more={"future": future_of(batch.more, QUESTIONS)})

    def draw(self, windows: int, leaves: int, generator: torch.Generator) -> Batch:
        """Random windows with their questions; half of them end early where `early` is set."""
        return self.made(windows, leaves, generator, early=self.options.early)

    def made(self, windows: int, leaves: int, generator: torch.Generator, *, early: bool) -> Batch:
        """Random windows of training digits."""
        return lantern_batch(
            self.small_NDD, self.labels_N, windows, leaves, generator, distractor=self.options.distractor, early=early
        )

    @classmethod
    def test_windows(
        cls, leaves: int, data: str | Path | None, *, seeds: int = 1, size: int = 128, held_out: int = 0
    ) -> tuple[str, Iterator[np.ndarray]]:
        """Where the digits come from, and walks through rooms of test digits, seed by seed."""
        small_NDD, labels_N, origin = test_digits(data)
        generators = [torch.Generator().manual_seed(seed) for seed in range(seeds)]
        batches = (
            lantern_batch(small_NDD, labels_N, TESTED, leaves, g, distractor=1.0, early=False) for g in generators
        )
        windows = (batch.frames_BTHWK.numpy() for batch in batches)
        return f"Lantern rooms made of the {origin}", itertools.chain.from_iterable(windows)


def lantern_batch(
    small_NDD: Tensor,
    labels_N: Tensor,
    windows: int,
    leaves: int,
    generator: torch.Generator,
    *,
    distractor: float,
    early: bool,
) -> Batch:
    """Random windows of given digits, with their questions."""
    worlds = room.draw_worlds(small_NDD, labels_N, windows, leaves, generator)
    lengths_B = drawn_lengths(windows, leaves, generator) if early else torch.full((windows,), leaves)
    frames = hidden_later(room.frames_of(worlds, distractor), lengths_B)
    return Batch(frames_BTHWK=frames, more=asked(worlds, lengths_B, generator))


def test_digits(data: str | Path | None) -> tuple[Tensor, Tensor, str]:
    """Test digits as they stand in a room [N, 12, 12], their labels, and where they come from."""
    found = digits.load_digits("test", root=Path(data) if data else None)
    return room.small_digits(torch.from_numpy(found.images_NHWK)), torch.from_numpy(found.labels_N), found.origin


def check_frames(config: TrainConfig) -> None:
    """ValueError unless a config's frames are those of a room."""
    size = config.tree.height, config.tree.width, config.tree.colours
    if config.tree.codec != "flat" or size != (room.HEIGHT, room.WIDTH, 1):
        raise ValueError(
            f"a Lantern room has frames of {room.HEIGHT}×{room.WIDTH}×1 through the flat codec, the config says "
            f"{size[0]}×{size[1]}×{size[2]}, {config.tree.codec}; set tree.height and tree.width"
        )
