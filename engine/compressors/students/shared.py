"""The student of a shared tree: one memory that takes leaf after leaf, its slots sharing its floats at every t.

After t < T leaves the memory is that of a shared sweeper whose left child is the memory of t - 1 leaves and whose right
child is the new leaf: coefficients of t leaves through transforms of their own, zones chosen by all slots together
(`engine/compressors/sweepers/shared_sweeper.py`). The last step takes the places and zones of the teacher's root, so
that the teacher decodes it. A step opens the memory, adds the leaf with one small product a channel and closes it
again: what it costs goes with the number of places, which grows far more slowly than t. With `ahead`, what a step keeps
is chosen by what the end will want (`engine/compressors/foresight.py`).
Nothing is optimised (`engine/compressors/fitting/shared_student.py`).
Shapes: B batch, T leaves, S slots, C channels, t leaves so far, W channels kept, U places.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.compressors.base import Blocks
from engine.compressors.fitting.shared_student import fit_shared_student
from engine.compressors.fitting.shared_tree import Weighted
from engine.compressors.foresight import Foresight, composed, teacher_basis
from engine.compressors.students.base import Student
from engine.compressors.sweepers.shared_sweeper import SharedSweeper, opened_state, per_node
from engine.compressors.sweepers.zone_names import MOST_ZONES
from engine.compressors.tree import Tree
from engine.config import setting
from engine.registry import COMPRESSORS


@COMPRESSORS.add
class SharedStudent(Student):
    """A sweeper for every t from 2 to T - 1; fitted, never optimised."""

    name, trained, grows = "shared_student", False, True

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """How finely a slot chooses at every step."""

        zones: int = setting(24, low=1, high=MOST_ZONES)
        """choices of coefficients that a group of a slot has"""
        groups: int = setting(8, low=1, high=64)
        """groups of a slot that choose a zone each"""
        ahead: float = setting(0.0, low=0.0, high=1.0)
        """share of a coefficient's energy that counts only as far as the teacher's root would keep it"""

    def __init__(self, teacher: Tree, options: Config) -> None:
        super().__init__(teacher, options)
        sizes = {"channels": teacher.codec.channels, "zones": options.zones, "groups": options.groups, "step": True}
        self.steps = nn.ModuleList()
        for _ in range(2, self.leaves):
            self.steps.append(SharedSweeper(**sizes, below=self.steps[-1] if len(self.steps) else None))
        self.last: tuple[SharedSweeper, ...] = ()
        self.bases: dict[int, Tensor] = {}
        self.foresights: dict[int, Foresight] = {}

    def fit(self, batches: Blocks, device: torch.device) -> None:
        """Transforms, places and zones of every t."""
        fit_shared_student(self, batches, device)
        self.forget()

    def initial(self, height: int, width: int) -> Tensor:
        """Nothing, [S, C]."""
        rows, columns = self.teacher.codec.grid(height, width)
        return torch.zeros(rows * columns, self.teacher.codec.channels, device=self.device)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.teacher.codec.rotation.device

    def step(self, state_BSC: Tensor, leaf_BSC: Tensor, t: int) -> Tensor:
        """The memory of t + 1 leaves; that of one is the leaf itself."""
        return per_node(lambda *pair: self.stepped(*pair, t))(state_BSC, leaf_BSC) if t else leaf_BSC

    @torch.no_grad()
    def stepped(self, state_SC: Tensor, leaf_SC: Tensor, t: int) -> Tensor:
        """One memory's, from t ≥ 1 leaves to t + 1."""
        opened = opened_state(self.steps[t - 2] if t > 1 else None, state_SC), opened_state(None, leaf_SC)
        found_SC = state_SC.new_empty(state_SC.shape)
        self.added(*opened, t + 1, found_SC)
        return found_SC

    def added(self, node_US: Tensor, leaf_CS: Tensor, t: int, state_SC: Tensor | None = None) -> Tensor:
        """The opened memory of t ≥ 2 leaves, from that of one less and the leaf; its state where one is asked for."""
        sweeper = self.sweeper(t)
        opened_US = sweeper.merged(node_US, leaf_CS)
        sweeper.trim(opened_US, state_SC, self.weighted(opened_US, leaf_CS, t))
        return opened_US

    def weighted(self, opened_US: Tensor, leaf_CS: Tensor, t: int) -> Tensor | None:
        """The coefficients of t leaves as the choice of what to keep sees them; None for as they are."""
        if not self.options.ahead or t == self.leaves:
            return None
        return self.foresight(t).weighted(opened_US, leaf_CS, self.options.ahead)

    def looking(self, t: int, basis_Ctt: Tensor) -> Weighted | None:
        """How a choice sees coefficients of t leaves while zones are fitted; None where it does not look ahead."""
        if not self.options.ahead:
            return None
        made: list[Foresight] = []

        def weighted(opened_US: Tensor, pair: tuple[Tensor, Tensor]) -> Tensor:
            if not made:  # once the sweeper's places are known
                about = self.teacher.sweepers[-1], self.steps[t - 2], basis_Ctt.to(self.device)
                made.append(Foresight(*about, teacher_basis(self.teacher)))
            return made[0].weighted(opened_US, pair[1].to(opened_US.device), self.options.ahead)

        return weighted

    def foresight(self, t: int) -> Foresight:
        """What looks ahead from t leaves."""
        found = self.foresights.get(t)
        if found is None or found.to_root.transform.device != self.device:
            about = self.teacher.sweepers[-1], self.steps[t - 2], self.basis(t), teacher_basis(self.teacher)
            found = self.foresights[t] = Foresight(*about)
        return found

    def forward(self, leaves_BTSC: Tensor, initial_SC: Tensor) -> Tensor:
        """All memories m_0 … m_t of a sequence, [B, t+1, S, C]; one step after the other."""
        states = [initial_SC.expand(len(leaves_BTSC), -1, -1)]
        for t in range(leaves_BTSC.shape[1]):
            states.append(self.step(states[-1], leaves_BTSC[:, t], t))
        return torch.stack(states, 1)

    def final(self, leaves_BTSC: Tensor, initial_SC: Tensor) -> Tensor:
        """The last memory of `forward` alone; opened all the way, nothing is packed in between."""
        return torch.stack([self.final_of(leaves_TSC) for leaves_TSC in leaves_BTSC])

    @torch.no_grad()
    def final_of(self, leaves_TSC: Tensor) -> Tensor:
        """The last memory [S, C] of one sequence."""
        if len(leaves_TSC) == 1:
            return leaves_TSC[0]
        opened = [opened_state(None, leaf_SC) for leaf_SC in leaves_TSC]
        node_US = opened[0]
        state_SC = leaves_TSC.new_empty(leaves_TSC.shape[1:])
        for t, leaf_CS in enumerate(opened[1:], 2):
            node_US = self.added(node_US, leaf_CS, t, state_SC if t == len(opened) else None)
        return state_SC

    def sweeper(self, t: int) -> SharedSweeper:
        """What makes the memory of t leaves, from 2 on."""
        return self.steps[t - 2] if t < self.leaves else self.last_sweeper()

    def last_sweeper(self) -> SharedSweeper:
        """The step to the teacher's root: its places and zones, reached from the memory of T - 1 leaves."""
        if not self.last or self.last[0].transform.device != self.device:
            root, end = self.teacher.sweepers[-1], self.leaves - 1
            sizes = {"channels": root.channels, "zones": root.zones, "groups": root.groups, "step": True}
            sweeper = SharedSweeper(**sizes, below=self.steps[-1] if len(self.steps) else None).to(self.device)
            full_Wnn = teacher_basis(self.teacher)
            width = min(len(full_Wnn), min(map(len, sweeper.depths())))
            matrix = torch.cat((self.basis(end)[:width].mT @ full_Wnn[:width, :end], full_Wnn[:width, end:]), 1)
            sweeper.take(matrix, root)
            self.last = (sweeper,)
        return self.last[0]

    def basis(self, t: int) -> Tensor:
        """Q_t [W, t, t]: what each coefficient of t leaves is in time, its channel's."""
        if self.bases.get(1) is None or self.bases[1].device != self.device:
            self.bases = {1: torch.ones(self.teacher.codec.channels, 1, 1, device=self.device)}
        if t not in self.bases:
            self.bases[t] = composed(self.basis(t - 1), None, self.steps[t - 2].transform.detach())
        return self.bases[t]

    def remembered(self, state_BSC: Tensor, t: int) -> Tensor:
        """The first t leaves' states [B, t, S, C] as the memory of t leaves holds them."""
        if t < 2:
            return state_BSC[:, None][:, :t]
        if t == self.leaves:
            return self.teacher.descend(state_BSC[:, None], self.teacher.config.merges)
        return per_node(lambda state_SC: self.leaves_of(state_SC, t))(state_BSC)

    @torch.no_grad()
    def leaves_of(self, state_SC: Tensor, t: int) -> Tensor:
        """The leaf states [t, S, C] of one memory."""
        sweeper, basis_Wtt = self.steps[t - 2], self.basis(t)
        full_WtS = state_SC.new_zeros(*basis_Wtt.shape[:2], len(state_SC))
        full_WtS[torch.arange(t, device=self.device) < sweeper.depth[:, None]] = sweeper.open_node(state_SC)
        leaves_tSC = state_SC.new_zeros(t, *state_SC.shape)
        leaves_tSC[:, :, : len(basis_Wtt)] = (basis_Wtt @ full_WtS).permute(1, 2, 0)
        return leaves_tSC

    def aligned(self, state_BSC: Tensor, t: int) -> Tensor:
        """The remembered leaves, and black ones after them, in the root's opened coordinates."""
        side = self.teacher.codec.patch
        black = self.teacher.encode(torch.zeros(1, 1, side, side, self.teacher.codec.colours, device=self.device))
        rest = black[:, :, :1].expand(len(state_BSC), self.leaves - t, state_BSC.shape[1], -1)
        nodes = torch.cat((self.remembered(state_BSC, t), rest), 1).mT
        for sweeper in self.teacher.sweepers:
            nodes = sweeper.combine(nodes[:, 0::2], nodes[:, 1::2])
        return nodes.flatten(1)

    def _load_from_state_dict(self, *arguments: object) -> None:
        """Take other weights."""
        self.forget()
        super()._load_from_state_dict(*arguments)

    def forget(self) -> None:
        """Nothing that is derived from other weights stays."""
        self.last, self.bases, self.foresights = (), {}, {}
