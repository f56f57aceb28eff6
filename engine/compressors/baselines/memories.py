"""Memories of one slot that are written frame by frame, to be compared with a fused tree's root at equal floats.

    gru_memory      a gated recurrent unit whose state of d floats is the memory
    gru_wide        one with a larger state while it reads, as a tree's path has, and a linear map to d floats
    mamba_memory    selective state-space layers, and a linear map of what they say last to d floats
    flow            the student's form m + g(m, x, t), trained end to end
    last_frames     the last n frames, d / n floats each
Before each stands the frame map of a fused tree (`codecs/learned.py`). Frames that have not come are not read: the
memory is what stood after the last frame that is not black. None of them gives frames back.
Shapes: B windows, T leaves, E width of a frame's token, D floats of the memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.compressors.base import Blocks
from engine.compressors.baselines.baseline import Baseline, check_place
from engine.compressors.baselines.mamba import MambaLayer
from engine.compressors.codecs.learned import NO_WAY_BACK, Bypass, lengths
from engine.compressors.flow import Flow
from engine.config import TrainConfig, setting
from engine.registry import COMPRESSORS, OBJECTIVES


class WrittenMemory(Baseline):
    """Subclasses define `cell()` and how it reads: `read` a sequence of tokens, `begin` and `step` one token."""

    gives_frames: ClassVar[bool] = False
    pads_black: ClassVar[bool] = True

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """What all have in common."""

        width: int = setting(64, low=1, high=8192, unit="floats")
        """floats of a frame's token"""
        frame_hidden: int = setting(128, low=1, high=16384, unit="units")
        """width of the perceptron that makes tokens of frames"""
        slots: int = setting(1, low=1, high=1)
        """the memory is one slot"""

    def __init__(self, config: TrainConfig) -> None:
        super().__init__(config)
        self.embed = Bypass(self.pixels, self.options.frame_hidden, self.options.width)
        self.build_cell()

    @classmethod
    def check_baseline(cls, config: TrainConfig) -> None:
        """ValueError unless the frames have one size and the objective needs none back."""
        check_place(config)
        if OBJECTIVES.get(config.objective).gives_frames:
            raise ValueError(
                f"{cls.name} gives no frames back, objective {config.objective} needs them; choose prediction"
            )

    def build_cell(self) -> None:
        """Make the modules that read tokens."""
        raise NotImplementedError

    def read(self, tokens_BTE: Tensor) -> Tensor:
        """The memories [B, T, D] after every token."""
        raise NotImplementedError

    def fit(self, batches: Blocks, device: torch.device) -> None:
        """Nothing here has a closed form."""

    def encode(self, frames_BTHWK: Tensor) -> Tensor:
        """The memory [B, 1, D] after the last frame that has come."""
        return self.at_the_end(self.read(self.embed(frames_BTHWK.flatten(2))), frames_BTHWK)

    def at_the_end(self, memories_BTD: Tensor, frames_BTHWK: Tensor) -> Tensor:
        """Of the memories after every frame, the one after the last that has come, [B, 1, D]."""
        last_B = lengths(frames_BTHWK) - 1
        return memories_BTD.gather(1, last_B[:, None, None].expand(-1, 1, memories_BTD.shape[2]))

    def decode(self, memory_BSC: Tensor) -> Tensor:
        """ValueError: there is no way back."""
        raise ValueError(NO_WAY_BACK)

    def start(self, batch: int) -> object:
        """What is carried before the first token."""
        raise NotImplementedError

    def step(self, token_BE: Tensor, carried: object, t: int) -> tuple[Tensor, object]:
        """(memory [B, D] after one more token, what is carried on)."""
        raise NotImplementedError

    def begin(self, height: int, width: int) -> object:
        """What is carried before the first frame of one window."""
        return self.start(1)

    def push(self, frame_BHWK: Tensor, carried: object, t: int) -> tuple[Tensor, object]:
        """One frame at constant cost."""
        memory_BD, carried = self.step(self.embed(frame_BHWK.flatten(1)), carried, t)
        return memory_BD[:, None], carried

    def working_floats(self) -> int:
        """Floats that are carried from frame to frame while it reads."""
        return self.config.channels


@COMPRESSORS.add
class GruMemory(WrittenMemory):
    """The state is the memory."""

    name = "gru_memory"

    def build_cell(self) -> None:
        """One unit."""
        self.gru = nn.GRU(self.options.width, self.state_floats(), batch_first=True)
        self.keep = self.build_keep()

    def state_floats(self) -> int:
        """Floats of the unit's state."""
        return self.config.channels

    def build_keep(self) -> nn.Module:
        """From the state to the memory."""
        return nn.Identity()

    def read(self, tokens_BTE: Tensor) -> Tensor:
        """All states."""
        return self.keep(self.gru(tokens_BTE)[0])

    def start(self, batch: int) -> Tensor:
        """Zeros."""
        return self.gru.weight_hh_l0.new_zeros(1, batch, self.gru.hidden_size)

    def step(self, token_BE: Tensor, carried: Tensor, t: int) -> tuple[Tensor, Tensor]:
        """One step of the unit."""
        state_B1E, carried = self.gru(token_BE[:, None], carried)
        return self.keep(state_B1E[:, 0]), carried

    def working_floats(self) -> int:
        """The state."""
        return self.state_floats()


@COMPRESSORS.add
class WideGruMemory(GruMemory):
    """A state of its own size, and a linear map to the memory."""

    name = "gru_wide"

    @dataclass(frozen=True, kw_only=True)
    class Config(WrittenMemory.Config):
        """Its own settings."""

        state: int = setting(192, low=1, high=8192, unit="floats")
        """floats of the state while it reads"""

    def state_floats(self) -> int:
        """As it says."""
        return self.options.state

    def build_keep(self) -> nn.Module:
        """A linear map."""
        return nn.Linear(self.options.state, self.config.channels)


@COMPRESSORS.add
class MambaMemory(WrittenMemory):
    """Mamba-1 layers."""

    name = "mamba_memory"

    @dataclass(frozen=True, kw_only=True)
    class Config(WrittenMemory.Config):
        """Its own settings."""

        state: int = setting(8, low=1, high=256)
        """states of an inner channel"""
        depth: int = setting(1, low=1, high=16, unit="layers")
        """layers"""

    def build_cell(self) -> None:
        """The layers, and the map to the memory."""
        options = self.options
        self.layers = nn.ModuleList(MambaLayer(options.width, options.state) for _ in range(options.depth))
        self.keep = nn.Linear(options.width, self.config.channels)

    def read(self, tokens_BTE: Tensor) -> Tensor:
        """Through all layers."""
        for layer in self.layers:
            tokens_BTE = layer(tokens_BTE)
        return self.keep(tokens_BTE)

    def start(self, batch: int) -> list:
        """Every layer's empty states."""
        return [layer.begin(batch) for layer in self.layers]

    def step(self, token_BE: Tensor, carried: list, t: int) -> tuple[Tensor, list]:
        """One token through all layers."""
        after = []
        for layer, state in zip(self.layers, carried, strict=True):
            token_BE, state = layer.step(token_BE, state)
            after.append(state)
        return self.keep(token_BE), after

    def working_floats(self) -> int:
        """States and convolution windows of all layers."""
        return sum(value.numel() for layer in self.start(1) for value in layer)


@COMPRESSORS.add
class FlowMemory(WrittenMemory):
    """m + g(m, x, t)."""

    name = "flow"

    @dataclass(frozen=True, kw_only=True)
    class Config(WrittenMemory.Config):
        """Its own settings."""

        hidden: int = setting(128, low=1, high=16384, unit="units")
        """width of g's perceptron"""

    def build_cell(self) -> None:
        """The flow and the memory of nothing."""
        options, floats = self.options, self.config.channels
        self.flow = Flow(floats, options.width, hidden=options.hidden, leaves=self.config.leaves)

    def read(self, tokens_BTE: Tensor) -> Tensor:
        """One step after the other."""
        return self.flow.read(tokens_BTE)

    def start(self, batch: int) -> Tensor:
        """The memory of nothing."""
        return self.flow.start(batch)

    def step(self, token_BE: Tensor, carried: Tensor, t: int) -> tuple[Tensor, Tensor]:
        """One step."""
        memory_BD = self.flow(carried, token_BE, t)
        return memory_BD, memory_BD


@COMPRESSORS.add
class LastFrames(WrittenMemory):
    """A queue of tokens of d / n floats."""

    name = "last_frames"

    @dataclass(frozen=True, kw_only=True)
    class Config(WrittenMemory.Config):
        """Its own settings; `width` is what a frame gets, d / n."""

    def build_cell(self) -> None:
        """Nothing but the tokens."""

    @classmethod
    def check_baseline(cls, config: TrainConfig) -> None:
        """ValueError unless the memory is a whole number of frames."""
        super().check_baseline(config)
        if config.tree.channels % config.parts[cls.name].width:
            raise ValueError(
                f"last_frames keeps {config.parts[cls.name].width} floats a frame, {config.tree.channels} are no "
                "multiple of that"
            )

    @property
    def frames_kept(self) -> int:
        """n."""
        return self.config.channels // self.options.width

    def read(self, tokens_BTE: Tensor) -> Tensor:
        """At every time the last n tokens, oldest first, zeros before the first."""
        kept = self.frames_kept
        padded = nn.functional.pad(tokens_BTE, (0, 0, kept - 1, 0))
        return padded.unfold(1, kept, 1).transpose(2, 3).flatten(2)

    def start(self, batch: int) -> Tensor:
        """Zeros."""
        return self.embed.linear.weight.new_zeros(batch, self.config.channels)

    def step(self, token_BE: Tensor, carried: Tensor, t: int) -> tuple[Tensor, Tensor]:
        """Push one token, drop the oldest."""
        memory_BD = torch.cat((carried[:, token_BE.shape[1] :], token_BE), 1)
        return memory_BD, memory_BD
