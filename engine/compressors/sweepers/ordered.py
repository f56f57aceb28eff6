"""Trees whose root gives every leaf as many floats as it needs: residual levels below, an ordered code on top.

The levels below the root are those of a residual tree that stacks, and may be taken from a bundled one (`start`),
whose merges then stay as they are. The last level is an ordered sweeper (`ordered_sweeper.py`), trained by the
objective `nested`.
Shapes: B windows, T leaves, N nodes, S slots, C channels.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.compressors.base import Blocks
from engine.compressors.fitting.closed_form import fit_closed_form
from engine.compressors.pairing import Pairing
from engine.compressors.stages import Stage
from engine.compressors.sweepers.cut_errors import CutErrors
from engine.compressors.sweepers.linear import LinearMap
from engine.compressors.sweepers.ordered_sweeper import OrderedSweeper, lengths_of, naming_floats
from engine.compressors.sweepers.residual import ResidualMap
from engine.compressors.sweepers.sweeper import Sweeper
from engine.compressors.tree import Tree, check_widths
from engine.config import TrainConfig, TreeConfig, setting
from engine.registry import COMPRESSORS


@COMPRESSORS.add
class OrderedTree(Tree):
    """Residual sweepers, and a root whose leaves share its floats."""

    name = "ordered"
    given = 0
    """levels that were taken from another tree"""

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """What ordered trees need besides the tree's shape."""

        hidden: tuple[int, ...] = setting((64, 256, 512, 512, 512, 512, 536), low=0, high=16384, unit="units")
        """width of each level's MLPs, one number a level, the ordered code's last; 0 for the closed form alone"""
        lengths: tuple[int, ...] = setting((), low=0, high=65536, unit="floats")
        """lengths of a code at the root, ascending; empty for twelve from 3/8 of an equal share to twice one"""
        start: str = ""
        """a bundled checkpoint whose levels below the root are taken; the root and inverses alone are trained then"""

    def __init__(self, config: TreeConfig) -> None:
        super().__init__(config)
        self.top.errors = CutErrors(self)

    @classmethod
    def check_tree(cls, tree: TreeConfig) -> None:
        """ValueError unless slots are leaves, every level has its width, and the lengths can share a root's floats."""
        if (tree.codec, tree.pairing) != ("flat", "stack"):
            raise ValueError(f"ordered goes with flat and stack, not {tree.codec} and {tree.pairing}")
        check_widths(tree)
        if tree.channels % tree.leaves:
            raise ValueError(f"channels is {tree.channels}, it must be a multiple of leaves, {tree.leaves}")
        stated = tree.options.lengths
        if list(stated) != sorted(set(stated)):
            raise ValueError(f"lengths is {', '.join(map(str, stated))}; state every length once, ascending")
        each = tree.channels // tree.leaves
        lengths = lengths_of(each, stated)
        if lengths[-1] > 2 * each:
            raise ValueError(f"lengths go to {lengths[-1]}, a code has {2 * each} floats")
        named = cls.naming_floats(tree)
        if tree.leaves * lengths[0] + named > tree.channels:
            raise ValueError(
                f"lengths begin at {lengths[0]}; {tree.leaves} of them and {named} floats that name them are more than "
                f"{tree.channels}"
            )

    @classmethod
    def naming_floats(cls, tree: TreeConfig) -> int:
        """Floats of a root that say how long its codes are, as `exact_floats` of the tree that is built."""
        return naming_floats(len(lengths_of(tree.channels // tree.leaves, tree.options.lengths)), tree.leaves)

    @classmethod
    def learns(cls, tree: TreeConfig, level: int) -> bool:
        """Whether a level has an MLP."""
        return bool(tree.options.hidden[level])

    @classmethod
    def stages(cls, config: TrainConfig) -> list[Stage]:
        """Those of any tree; where the levels below are given, the root alone (`local_steps` in order, `again_steps`
        as it is shared), then with all inverses (`joint_steps`); merges stay.
        """
        top = config.tree.merges - 1
        if config.tree.options.start:
            root, all_ = {"level": top, "averaged": True}, {"level": None, "rate": 0.3}
            plan = [
                Stage(index=top, title="ordered", steps=config.local_steps, **root),
                Stage(index=top + 1, title="sharing", steps=config.again_steps, rate=0.5, objective="sharing", **root),
                Stage(index=top + 2, title="inverse", steps=config.joint_steps, objective="sharing", **all_),
            ]
            return [stage for stage in plan if stage.steps]
        return super().stages(config)

    @classmethod
    def student(cls, tree: TreeConfig) -> str:
        """What follows a memory whose leaves share its floats."""
        return "ordered_student"

    @classmethod
    def start_of(cls, tree: TreeConfig) -> str:
        """The bundled checkpoint that `take` wants."""
        return tree.options.start

    def take(self, other: Tree) -> None:
        """Begin with another tree's codec and the levels below its root; ValueError unless they are alike."""
        mine, theirs = ([tree.codec, *tree.sweepers[:-1]] for tree in (self, other))
        try:
            for part, given in zip(mine, theirs, strict=True):
                part.load_state_dict(given.state_dict())
        except (ValueError, RuntimeError):
            raise ValueError(
                f"start is {self.options.start}, whose levels below the root are not those of this tree; choose one "
                "with the same leaves, channels and hidden widths"
            ) from None
        self.given = len(mine) - 1

    def taken_state(self) -> dict[str, Tensor]:
        """The codec's values and those of the levels below the root."""
        root = f"sweepers.{self.config.merges - 1}."
        return {name: value for name, value in self.state_dict().items() if not name.startswith(root)}

    @torch.no_grad()
    def fit(self, batches: Blocks, device: torch.device) -> None:
        """The closed form of what was not taken from another tree."""
        if not self.given:
            self.codec.fit(batches.blocks())
        fit_closed_form(self, batches, device, first=self.given)

    def sweeper(self, level: int, pairing: Pairing) -> nn.Module:
        """Residual below, ordered at the root."""
        hidden = self.options.hidden[level]
        if level == self.config.merges - 1:
            return OrderedSweeper(pairing, lengths_of(pairing.channels_out, self.options.lengths), hidden=hidden)
        sizes = pairing.channels_in, pairing.channels_out
        return Sweeper(pairing, ResidualMap(LinearMap(*sizes), *sizes, hidden=hidden))

    @property
    def top(self) -> OrderedSweeper:
        """The root's sweeper."""
        return self.sweepers[-1]

    def part(self, level: int | None) -> nn.Module:
        """A level's sweeper, or with None the tree; of one that begins with another's levels their inverses alone."""
        if level is None and self.options.start:
            return nn.ModuleList([self.top, *(each.map.expand for each in self.sweepers[:-1] if each.map.expand)])
        return super().part(level)

    def reconstruct(self, frames_BTHWK: Tensor, levels: tuple[int, ...]) -> dict[int, Tensor]:
        """By number of merges, the frames that nodes of that level give back; the root's codes are cut, not packed."""
        root, below = self.config.merges, tuple(level for level in levels if level < self.config.merges)
        found = super().reconstruct(frames_BTHWK, below) if below else {}
        if root in levels:
            x_BSI = self.below_root(frames_BTHWK)
            choice_BS = self.top.choose(self.top.map.down(x_BSI), x_BSI)
            found[root] = self.cut_frames(x_BSI, choice_BS)
        return found

    def below_root(self, frames_BTHWK: Tensor) -> Tensor:
        """What the root's sweeper codes of every leaf, [B, S, I]."""
        children_B2SI = self.levels(frames_BTHWK, self.config.merges - 1)[-1]
        return self.top.pairing.join(*children_B2SI.unbind(1))

    def cut_frames(self, x_BSI: Tensor, choice_BS: Tensor) -> Tensor:
        """The frames [B, T, H, W, K] that codes of these lengths (by their numbers) give back."""
        opened_BSI = self.top.map.up(self.top.cut(self.top.map.down(x_BSI), choice_BS))
        return self.pixels_below(opened_BSI.flatten(0, 1)).unflatten(0, choice_BS.shape)

    def pixels_below(self, x_NI: Tensor) -> Tensor:
        """Frames [N, H, W, K] of single leaves' states just below the root: in a stack tree no leaf needs another."""
        for sweeper in reversed(self.sweepers[:-1]):
            x_NI = sweeper.map.up(x_NI)
        return self.codec.decode(x_NI[:, None], self.config.height, self.config.width)

    def shares(self, merges: int) -> bool:
        """Whether the leaves of a level's nodes share their floats."""
        return merges == self.config.merges

    def exact_floats(self, merges: int, slots: int) -> int:
        """The index floats of a root, which lie before all others."""
        return self.top.index_floats if self.shares(merges) else 0

    def slot_floats(self, states_NSC: Tensor, merges: int) -> Tensor | None:
        """Floats of every leaf's code, [N, S]; below the root all have the same."""
        return self.top.lengths(states_NSC) if self.shares(merges) else None

    def check_states(self, states_MSC: Tensor, merges: int) -> None:
        """ValueError as well where indices name no length, or lengths do not add up to the floats that are there."""
        super().check_states(states_MSC, merges)
        if self.shares(merges):
            self.top.lengths(states_MSC)
