"""The student of a zonal tree: a memory of t leaves is coded for t leaves, and coded again with every new one.

At time t a slot is seen through Q_t, per channel an orthonormal basis in time over its first t leaves: the teacher's
own temporal components, cut to t leaves and made orthonormal in order. A zone chooses C - 1 coefficients. Zones are
made for what will be needed, not only for what is there: fitted on training clips, a zone keeps the coefficients that
the teacher's final choice would miss most (`engine/compressors/fitting/zonal_student.py`). One step
    x̂ = Q_t c_t,   c_{t+1} = the best zone of Q_{t+1}ᵀ [x̂, x_t]
costs the same products of C·t numbers a slot whatever came before; after T leaves the state is in the teacher's format.
A state is [(zone + ½) / K, C - 1 coefficients], as in the tree.
Shapes: B batch, T leaves, S slots, C channels, K zones, U kept places.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.compressors.base import Blocks
from engine.compressors.fitting.zonal_student import fit_zonal_student
from engine.compressors.students.base import Student
from engine.compressors.tree import Tree
from engine.config import setting
from engine.registry import COMPRESSORS


@COMPRESSORS.add
class ZonalStudent(Student):
    """Bases and zones of every t < T; fitted, never optimised."""

    name, trained, grows = "zonal_student", False, True

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """How many zones there are."""

        zones: int = setting(512, low=1, high=4096)
        """choices of coefficients that a slot has at every step"""

    def __init__(self, teacher: Tree, options: Config) -> None:
        super().__init__(teacher, options)
        self.channels = teacher.codec.channels
        places = torch.arange(self.channels - 1)
        for t in range(1, self.leaves):
            self.register_buffer(f"basis_{t}", torch.eye(t).repeat(self.channels, 1, 1))
            self.register_buffer(f"places_{t}", places.to(torch.int32))
            self.register_buffer(f"zones_{t}", places.to(torch.int16).repeat(options.zones, 1))
        self.masks: dict[int, Tensor] = {}

    def fit(self, batches: Blocks, device: torch.device) -> None:
        """Bases and zones that keep what the end will need."""
        fit_zonal_student(self, batches, device, self.options.zones)

    def initial(self, height: int, width: int) -> Tensor:
        """Nothing: zone 0 and no coefficients, [S, C]."""
        rows, columns = self.teacher.codec.grid(height, width)
        return torch.zeros(rows * columns, self.channels, device=self.basis_1.device)

    def step(self, state_BSC: Tensor, leaf_BSC: Tensor, t: int) -> Tensor:
        """The memory of t + 1 leaves."""
        leaves_BTSC = torch.cat((self.remembered(state_BSC, t), leaf_BSC[:, None]), 1)
        if t + 1 == self.leaves:
            return self.teacher.sweepers[-1].close(self.combined(leaves_BTSC))
        return self.coded(leaves_BTSC)

    def forward(self, leaves_BTSC: Tensor, initial_SC: Tensor) -> Tensor:
        """All memories m_0 … m_t of a sequence, [B, t+1, S, C]; one step after the other."""
        states = [initial_SC.expand(len(leaves_BTSC), -1, -1)]
        for t in range(leaves_BTSC.shape[1]):
            states.append(self.step(states[-1], leaves_BTSC[:, t], t))
        return torch.stack(states, 1)

    def final(self, leaves_BTSC: Tensor, initial_SC: Tensor) -> Tensor:
        """The last memory of `forward` alone."""
        return self.forward(leaves_BTSC, initial_SC)[:, -1]

    def coded(self, leaves_BTSC: Tensor) -> Tensor:
        """The state of t < T leaves: the zone that keeps most of their energy."""
        t = leaves_BTSC.shape[1]
        kept = self.spectrum(leaves_BTSC)[..., self.places(t)]
        zones = self.zones(t)
        zone = (kept.square() @ self.mask(t)).argmax(-1)
        name = (zone + 0.5) / len(zones)
        return torch.cat((name[..., None].to(kept), kept.gather(-1, zones[zone])), -1)

    def remembered(self, state_BSC: Tensor, t: int) -> Tensor:
        """The first t leaves' states [B, t, S, C] as the memory of t leaves holds them."""
        if not t:
            return state_BSC[:, None][:, :0]
        if t == self.leaves:
            return self.teacher.descend(state_BSC[:, None], self.teacher.config.merges)
        zones = self.zones(t)
        zone = (state_BSC[..., 0] * len(zones)).floor().long().clamp(0, len(zones) - 1)
        spectrum = state_BSC.new_zeros(*state_BSC.shape[:-1], self.channels * t)
        spectrum.scatter_(-1, self.places(t)[zones[zone]], state_BSC[..., 1:])
        return torch.einsum("bscf,ctf->btsc", spectrum.unflatten(-1, (self.channels, t)), self.basis(t))

    def spectrum(self, leaves_BTSC: Tensor) -> Tensor:
        """Every coefficient [B, S, C·t] of t leaves."""
        basis_Ctf = self.basis(leaves_BTSC.shape[1])
        return torch.einsum("btsc,ctf->bscf", leaves_BTSC, basis_Ctf).flatten(-2)

    def combined(self, leaves_BTSC: Tensor) -> Tensor:
        """T leaves in the opened coordinates of the teacher's root, [B, S, U]; nothing is dropped on the way."""
        nodes = leaves_BTSC
        for sweeper in self.teacher.sweepers:
            nodes = sweeper.combine(nodes[:, 0::2], nodes[:, 1::2])
        return nodes[:, 0]

    def aligned(self, state_BSC: Tensor, t: int) -> Tensor:
        """The remembered leaves, and black ones after them, in the root's opened coordinates."""
        side = self.teacher.codec.patch
        black = self.teacher.encode(torch.zeros(1, 1, side, side, self.teacher.codec.colours, device=state_BSC.device))
        rest = black[:, :, :1].expand(len(state_BSC), self.leaves - t, state_BSC.shape[1], -1)
        return self.combined(torch.cat((self.remembered(state_BSC, t), rest), 1)).flatten(1)

    def basis(self, t: int) -> Tensor:
        """Q_t, [C, t, t]."""
        return getattr(self, f"basis_{t}")

    def places(self, t: int) -> Tensor:
        """The places [U] among C·t that any zone of t keeps."""
        return getattr(self, f"places_{t}").long()

    def zones(self, t: int) -> Tensor:
        """Every zone's choice among the kept places, [K, C - 1]."""
        return getattr(self, f"zones_{t}").long()

    def mask(self, t: int) -> Tensor:
        """1 where a zone keeps a place, [U, K]; made when it is first needed."""
        if t not in self.masks:
            zones, places = self.zones(t), self.places(t)
            mask = torch.zeros(len(places), len(zones), device=places.device)
            self.masks[t] = mask.scatter_(0, zones.T, 1.0)
        return self.masks[t]

    @torch.no_grad()
    def set(self, t: int, basis_Ctf: Tensor, places_U: Tensor, zones_KC: Tensor) -> None:
        """Take what was fitted for t leaves."""
        setattr(self, f"basis_{t}", basis_Ctf.float())
        setattr(self, f"places_{t}", places_U.to(torch.int32))
        setattr(self, f"zones_{t}", zones_KC.to(torch.int16))
        self.masks.pop(t, None)

    def _load_from_state_dict(self, state_dict: dict, prefix: str, *rest: object) -> None:
        """How many places and zones there are is in the weights themselves, so take their shapes first."""
        for name, value in list(self.named_buffers()):
            setattr(self, name, torch.empty_like(state_dict.get(prefix + name, value)))
        self.masks = {}
        super()._load_from_state_dict(state_dict, prefix, *rest)
