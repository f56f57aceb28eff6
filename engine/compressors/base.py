"""The contract of everything that keeps a window of frames in a fixed number of floats.

A teacher's tree (`tree.py`, a class for every family of sweepers), a student and a baseline are compressors; one
`engine.model.Model` loads any of them and one trainer trains them. Model asks for `levels` (frames to states),
`recover` (states to frames), `begin`, `push` and `recall` (one frame at a time); the trainer for `stages`, `fit`,
`reconstruct` and `views`. A class registers itself by its name, and says in attributes what differs.
Shapes: B windows, T leaves, N nodes, S slots, C channels, H W K frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar, Protocol, Self

import torch
from torch import Tensor, nn

from engine.compressors.stages import Stage, joint_stages
from engine.config import TrainConfig, TreeConfig
from engine.registry import COMPRESSORS, NoSettings


class Blocks(Protocol):
    """What `fit` reads: the training frames, block by block, as often as it likes."""

    def blocks(self) -> Iterator[Tensor]: ...


class Compressor(nn.Module):
    """Subclasses define `levels`, `recover`, `state_shape`, `check_frames` and `build`."""

    name: ClassVar[str]
    """in configs, cards and the registry"""
    kind: ClassVar[str] = "teacher"
    """teacher, student or baseline"""
    baseline: ClassVar[bool] = False
    """whether it may be chosen as a config's baseline"""
    trained: ClassVar[bool] = True
    """whether an optimiser improves it after the closed form"""
    keeps_levels: ClassVar[bool] = True
    """whether the nodes of every level can be kept, or roots alone"""
    gives_frames: ClassVar[bool] = True
    """whether its memories can be turned back into frames"""
    pads_black: ClassVar[bool] = False
    """whether a short window is filled up with black frames, as a stream leaves it, instead of its last frame"""
    single_threaded: ClassVar[bool] = False
    """whether on a CPU most of its work is numpy, Python and small products, which one thread does"""
    grows: ClassVar[bool] = False
    """whether fitting adds learned values to those that a fresh one has"""
    Config: ClassVar[type] = NoSettings
    """its own settings, a frozen keyword-only dataclass"""

    if TYPE_CHECKING:
        config: TreeConfig

    @classmethod
    def build(cls, config: TrainConfig, teacher: Compressor | None = None) -> Self:
        """An untrained one; only a student takes a teacher."""
        raise NotImplementedError

    @classmethod
    def stages(cls, config: TrainConfig) -> list[Stage]:
        """The optimised stages of its training, in order."""
        return joint_stages(config) if cls.trained else []

    @classmethod
    def floats(cls, config: TrainConfig) -> int:
        """Floats of one window's memory, of models that keep one flat state."""
        return config.tree.channels

    @property
    def teacher(self) -> Compressor | None:
        """What a student follows and decodes with; None for all others."""
        return None

    @classmethod
    def start_of(cls, tree: TreeConfig) -> str:
        """The bundled checkpoint that the training of such a tree begins with, "" for none."""
        return ""

    @property
    def starts_from(self) -> str:
        """The bundled checkpoint that training begins with (`take`), "" for none."""
        return type(self).start_of(self.config)

    def take(self, other: Compressor) -> None:
        """Begin with what another compressor has learned; only those that say `starts_from` are asked."""
        raise NotImplementedError

    def taken_state(self) -> dict[str, Tensor]:
        """Those of its values that `take` sets: a checkpoint leaves them out while they are still the other's."""
        return {}

    def check_frames(self, height: int, width: int, colours: int) -> None:
        """ValueError unless it can take frames of this size."""
        raise NotImplementedError

    def levels(self, frames_BTHWK: Tensor, merges: int, at_once: int | None = None) -> list[Tensor]:
        """States [B, N, S, C] of every level from the leaves to `merges`; where no levels are kept, the roots alone.

        `at_once`: frames that are encoded in one call, None for all.
        """
        raise NotImplementedError

    def last_level(self, frames_BTHWK: Tensor, merges: int, at_once: int | None = None) -> Tensor:
        """The states [B, N, S, C] of level `merges` alone, the last of `levels`."""
        return self.levels(frames_BTHWK, merges, at_once)[-1]

    def kept_levels(self, frames_BTHWK: Tensor, merges: int, at_once: int | None = None) -> list[Tensor]:
        """The states of every level but the leaves', from one merge to `merges`."""
        return self.levels(frames_BTHWK, merges, at_once)[1:]

    def recover(
        self,
        states_BNSC: Tensor,
        merges: int,
        height: int,
        width: int,
        count: int | None = None,
        at_once: int | None = None,
    ) -> Tensor:
        """Frames [B, N·2^merges, H, W, K] that nodes of one level remember, or the first `count`; not clipped."""
        raise NotImplementedError

    def state_shape(self, merges: int, height: int, width: int) -> tuple[int, int]:
        """[S, C] of a node with `merges` merges over frames of this size."""
        raise NotImplementedError

    def reconstruct(self, frames_BTHWK: Tensor, levels: tuple[int, ...]) -> dict[int, Tensor]:
        """By number of merges, the frames that nodes of that level give back: what an optimiser brings closer."""
        height, width = frames_BTHWK.shape[2:4]
        if not self.keeps_levels:
            (memory,) = self.levels(frames_BTHWK, self.config.merges)
            return {self.config.merges: self.recover(memory, self.config.merges, height, width)}
        states = self.levels(frames_BTHWK, max(levels))
        return {merges: self.recover(states[merges], merges, height, width) for merges in levels}

    def views(self, frames_BTHWK: Tensor) -> dict[str, Tensor]:
        """By label, everything that charts of its training show of whole windows; here every level's frames by ratio,
        1:1 being the codec alone.
        """
        merges = self.config.merges
        found = self.reconstruct(frames_BTHWK, tuple(range(merges + 1)))
        return {f"{2**level}:1": frames for level, frames in found.items()}

    def fit(self, batches: Blocks, device: torch.device) -> None:
        """Set what has a closed form, before any optimiser step."""

    def part(self, level: int | None) -> nn.Module:
        """What a stage trains: one level's sweeper, or with None everything."""
        return self

    def begin(self, height: int, width: int) -> object:
        """What is carried from frame to frame before the first one; here the frames themselves."""
        return []

    def push(self, frame_BHWK: Tensor, carried: list, t: int) -> tuple[Tensor, object]:
        """(memory [B, S, C] after frame t, what is carried on). Without a recurrence the window is read again, what has
        not come yet being the last frame, or black.
        """
        carried = [*carried, frame_BHWK]
        coming = torch.zeros_like(frame_BHWK) if self.pads_black else frame_BHWK
        filled = carried + [coming] * (self.config.leaves - len(carried))
        return self.levels(torch.stack(filled, 1), self.config.merges)[-1][:, 0], carried

    def recall(self, memory_BSC: Tensor, t: int, height: int, width: int, at_once: int | None = None) -> Tensor:
        """The first t frames [B, t, H, W, K] as the memory after t frames holds them; not clipped."""
        return self.recover(memory_BSC[:, None], self.config.merges, height, width, t, at_once)

    def index_floats(self, merges: int) -> int:
        """Floats of a slot that say where the others belong, on a level; the others are coefficients."""
        return 0

    def exact_floats(self, merges: int, slots: int) -> int:
        """First floats of a node that are whole numbers and must not be rounded when a memory is stored in 8 bits."""
        return 0

    def slot_floats(self, states_NSC: Tensor, merges: int) -> Tensor | None:
        """Floats that every slot of nodes has, index floats included, [N, S]; None where all have the same."""
        return None

    def check_states(self, states_MSC: Tensor, merges: int) -> None:
        """ValueError unless nodes of one level can be its memory, before any is decoded; all finite floats can."""
        if not torch.isfinite(states_MSC).all():
            raise ValueError("the memory is damaged: one of its floats is not a finite number")

    @classmethod
    def student(cls, tree: TreeConfig) -> str:
        """The name of the student that suits a trained one; ValueError where there is none."""
        raise ValueError(f"there is no student for {cls.name}; choose a teacher that stacks, or a zonal one")

    def learned(self) -> int:
        """Number of learned values of its own: everything that its checkpoint stores."""
        return sum(value.numel() for value in self.state_dict().values())


def compressor_of(config: TrainConfig) -> type[Compressor]:
    """The class that a config trains; a student's is known once its teacher's tree is (`with_teacher`)."""
    if config.baseline:
        return COMPRESSORS.get(config.baseline)
    family = COMPRESSORS.get(config.tree.family)
    return COMPRESSORS.get(family.student(config.tree)) if config.teacher else family


def build_compressor(config: TrainConfig, teacher: Compressor | None = None) -> Compressor:
    """The untrained compressor of a config; ValueError where its settings or its teacher do not allow one."""
    return compressor_of(config).build(config, teacher)


def join(parts: Iterable[Tensor]) -> Tensor:
    """Parts of a sequence [B, n, ..] one after the other."""
    parts = list(parts)
    return parts[0] if len(parts) == 1 else torch.cat(parts, 1)


def split(sequence: Tensor, at_once: int | None) -> tuple[Tensor, ...]:
    """A sequence [B, T, ..] in parts of `at_once`."""
    return sequence.split(at_once or max(1, sequence.shape[1]), 1)
