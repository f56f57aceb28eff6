"""Trees whose slots share a node's floats: a moving face takes more of them than a blank wall.

A level is a shared sweeper (`shared_sweeper.py`). The levels below the root have fewer groups and zones: there is room
enough, and they cost the most. Levels stay opened while a window rises, and only what is asked for is packed.
Shapes: B windows, T leaves, N nodes, S slots, C channels, U places, G groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.compressors.base import Blocks, split
from engine.compressors.codecs import PatchCodec
from engine.compressors.fitting.shared_tree import fit_shared
from engine.compressors.pairing import Pairing
from engine.compressors.sweepers.shared_sweeper import SharedSweeper
from engine.compressors.sweepers.zone_names import MOST_ZONES
from engine.compressors.tree import Tree
from engine.config import TreeConfig, setting
from engine.registry import COMPRESSORS

FEWEST_GROUPS = 4
FIRST_ZONES = 6
"""zones of a group after one merge; twice as many after every further one"""


@COMPRESSORS.add
class SharedTree(Tree):
    """Sweepers whose slots share a node's floats; fitted, never optimised."""

    name, trained, grows, single_threaded = "shared", False, True, True

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """What shared sweepers need besides the tree's shape."""

        zones: int = setting(45, low=1, high=MOST_ZONES)
        """choices of coefficients that a group of a slot has at most, the empty one among them"""
        groups: int = setting(16, low=1, high=64)
        """groups of a slot that choose a zone each, at the root"""
        together: int = setting(0, low=0, high=10**6, unit="slots")
        """neighbouring slots that share their floats, 0 for all of a node"""

    @classmethod
    def check_tree(cls, tree: TreeConfig) -> None:
        """ValueError unless the slots are places of a picture with room for the zones, and nothing moves them."""
        if tree.settle:
            raise ValueError(f"settle is {tree.settle}; shared trees keep what their zones choose, set it to 0")
        if (tree.codec, tree.pairing) != ("patch", "fuse"):
            raise ValueError(f"shared goes with patch and fuse, not {tree.codec} and {tree.pairing}")
        groups, channels = tree.options.groups, tree.patch**2 * tree.colours
        if groups >= channels:
            raise ValueError(f"groups is {groups}, a slot of {channels} floats has room for at most {channels - 1}")

    @classmethod
    def student(cls, tree: TreeConfig) -> str:
        """What follows a memory that shares its floats."""
        return "shared_student"

    def build_codec(self) -> PatchCodec:
        """Patches, seen through their principal components."""
        config = self.config
        return PatchCodec(patch=config.patch, colours=config.colours, lap=config.lap, rotate=True)

    def sweeper(self, level: int, pairing: Pairing) -> SharedSweeper:
        """A level's zones, which know those of the level below."""
        below = self.sweepers[-1] if level else None
        groups = max(min(FEWEST_GROUPS, self.options.groups), self.options.groups >> (self.config.merges - 1 - level))
        zones = min(self.options.zones, FIRST_ZONES << level)
        sizes = {"zones": zones, "groups": groups, "together": self.options.together}
        return SharedSweeper(channels=pairing.channels_out, below=below, **sizes)

    def fit_sweepers(self, batches: Blocks, device: torch.device) -> None:
        """Rotation, transforms in time and zones."""
        fit_shared(self, batches, device)

    def index_floats(self, merges: int) -> int:
        """I of a level."""
        return self.sweepers[merges - 1].index_floats if merges else 0

    def exact_floats(self, merges: int, slots: int) -> int:
        """The index floats, which lie before all others."""
        return slots * self.index_floats(merges)

    def slot_floats(self, states_NSC: Tensor, merges: int) -> Tensor | None:
        """What the slots of each node share, [N, S]; leaves share nothing."""
        return torch.stack([self.sweepers[merges - 1].lengths(x) for x in states_NSC]) if merges else None

    def check_states(self, states_MSC: Tensor, merges: int) -> None:
        """ValueError as well where indices name no zone, or lengths do not add up to the floats that are there."""
        super().check_states(states_MSC, merges)
        for state_SC in states_MSC if merges else ():
            self.sweepers[merges - 1].zones_of(state_SC)

    def encode(self, frames_BTHWK: Tensor) -> Tensor:
        """Frames in [0, 1] -> leaf states [B, T, S, C]; in memory they lie as sweepers want them, slots last."""
        return self.codec.channels_first(frames_BTHWK.flatten(0, 1)).mT.unflatten(0, frames_BTHWK.shape[:2])

    def rise(self, states_BNSC: Tensor, merges: int) -> list[Tensor]:
        """Leaf states -> the states of every level up to `merges`, leaves first; nothing is packed to be opened."""
        return [states_BNSC, *self.kept(states_BNSC, range(1, merges + 1))]

    def kept_levels(self, frames_BTHWK: Tensor, merges: int, at_once: int | None = None) -> list[Tensor]:
        """The states of every level from one merge to `merges`."""
        return self.kept(self.leaves(frames_BTHWK, at_once), range(1, merges + 1))

    def last_level(self, frames_BTHWK: Tensor, merges: int, at_once: int | None = None) -> Tensor:
        """The states [B, N, S, C] of one level alone; of those below it none is packed."""
        if not merges:
            return super().last_level(frames_BTHWK, merges, at_once)
        return self.kept(self.leaves(frames_BTHWK, at_once), [merges])[0]

    def leaves(self, frames_BTHWK: Tensor, at_once: int | None) -> Iterator[list[Tensor]]:
        """Every window's leaf states [S, C]."""
        for frames_1THWK in frames_BTHWK.split(1):
            yield [leaf for part in split(frames_1THWK, at_once) for leaf in self.encode(part)[0]]

    def kept(self, windows: Iterable[Sequence[Tensor]], levels: Sequence[int]) -> list[Tensor]:
        """The states [B, N, S, C] of some levels, in ascending order, from every window's leaf states [S, C]."""
        found = [self.kept_of(leaves, levels) for leaves in windows]
        return [level[0][None] if len(level) == 1 else torch.stack(level) for level in zip(*found, strict=True)]

    def kept_of(self, leaves: Sequence[Tensor], levels: Sequence[int]) -> list[Tensor]:
        """One window's states [N, S, C]; what is not asked for is trimmed and never packed."""
        opened, found = [leaf_SC.T.contiguous() for leaf_SC in leaves], []
        for level, sweeper in enumerate(self.sweepers[: max(levels, default=0)], 1):
            opened = [sweeper.merged(*pair) for pair in zip(opened[0::2], opened[1::2], strict=True)]
            states = leaves[0].new_empty(len(opened), *leaves[0].shape) if level in levels else [None] * len(opened)
            for opened_US, state_SC in zip(opened, states, strict=True):
                sweeper.trim(opened_US, state_SC)
            if level in levels:
                found.append(states)
        return found

    def inverse(self, states_BNSC: Tensor, level: int) -> Tensor:
        """Opened nodes with `level` + 1 merges -> their children, opened; at the first level leaf states [.., S, C]."""
        children = super().inverse(states_BNSC, level)
        return children if level else children.mT

    @torch.no_grad()
    def recover(
        self,
        states_BNSC: Tensor,
        merges: int,
        height: int,
        width: int,
        count: int | None = None,
        at_once: int | None = None,
    ) -> Tensor:
        """Nodes with `merges` merges -> the frames they remember, or the first `count`.

        One leaf after the other, in the channels alone that the nodes have.
        """
        count = states_BNSC.shape[1] << merges if count is None else count
        frames = states_BNSC.new_empty(len(states_BNSC), count, height, width, self.config.colours)
        for states_NSC, frames_THWK in zip(states_BNSC, frames, strict=True):
            leaves = (leaf_VS for state_SC in states_NSC for leaf_VS in self.opened_leaves(state_SC, merges))
            for frame_HWK, leaf_VS in zip(frames_THWK, leaves, strict=False):
                frame_HWK.copy_(self.codec.decode(leaf_VS.T[None], height, width)[0])
        return frames

    def opened_leaves(self, state_SC: Tensor, merges: int) -> Iterator[Tensor]:
        """A node's leaves, one by one, in their first channels [V, S]."""
        if not merges:
            return iter((state_SC.T,))
        sweeper = self.sweepers[merges - 1]
        return self.descended(sweeper.open_node(state_SC), merges, len(sweeper.depth))

    def descended(self, opened_VS: Tensor, merges: int, width: int) -> Iterator[Tensor]:
        """The leaves of an opened node, in its first `width` channels."""
        if not merges:
            yield opened_VS
            return
        for child_VS in self.sweepers[merges - 1].parted(opened_VS, width):
            yield from self.descended(child_VS, merges - 1, width)
