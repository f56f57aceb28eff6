"""The zonal sweeper: every slot keeps those coefficients that its own kind of picture needs.

Over a node's n leaves each channel of a slot is seen through an orthonormal transform in time (its principal
components, so the first says what stands still). Of these C·n coefficients a closed form would keep the same C
everywhere. Here there are K zones, each a choice of C - 1 coefficients, and a slot takes the zone that keeps most of
its energy: a still corner spends its floats on detail, a moving one on time. The remaining float says which zone it
is, so a state is
    [ (zone + ½) / K,  C - 1 coefficients ]
and nothing has to be known beside it. This is classified zonal coding (Chen and Smith, "Adaptive coding of monochrome
and color images", IEEE Trans. Communications 25(11), 1977) as a 2-to-1 merge.

`open` puts a state's coefficients back into their places among the U that any zone keeps; merging and its inverse
work on opened states, with one small orthonormal matrix a channel.
Shapes: C channels, n leaves of a node, K zones, U kept places (V in a child).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.compressors.base import Blocks
from engine.compressors.codecs import PatchCodec
from engine.compressors.fitting.zonal_tree import fit_zonal
from engine.compressors.pairing import Fuse, Pairing
from engine.compressors.tree import Tree
from engine.config import TreeConfig, setting
from engine.registry import COMPRESSORS

BAND = 12
"""channels whose matrices are joined to one: few products instead of many small ones, without too many zeros"""


class ZonalSweeper(nn.Module):
    """States [.., C] at every level; `below` is the sweeper of the level below, None at the first."""

    def __init__(self, *, slots: int, channels: int, zones: int, below: ZonalSweeper | None) -> None:
        super().__init__()
        self.pairing = Fuse(slots=slots, channels=channels)
        self.channels, self.below = channels, (below,)
        places = torch.arange(channels - 1)
        side = len(below.channel_U) if below else channels
        self.register_buffer("channel_U", places.to(torch.int32))
        self.register_buffer("zones_KC", places.to(torch.int32).repeat(zones, 1))
        self.register_buffer("rows", torch.cat((places, places + side)).to(torch.int32))
        self.register_buffer("columns", places.to(torch.int32).repeat(2))
        self.values = nn.Parameter(torch.full((2 * len(places),), math.sqrt(0.5)))
        self.bands: list[tuple[slice, slice, Tensor, Tensor]] = []

    def merge(self, left_BSC: Tensor, right_BSC: Tensor) -> Tensor:
        """Two neighbours' states -> one state of as many floats."""
        below = self.below[0]
        if below is not None:
            left_BSC, right_BSC = below.open(left_BSC), below.open(right_BSC)
        return self.close(self.combine(left_BSC, right_BSC))

    def combine(self, left: Tensor, right: Tensor) -> Tensor:
        """Opened children [.., V] -> opened parent [.., U]."""
        bands = self.matrices()
        return torch.cat([left[..., there] @ a + right[..., there] @ b for there, _, a, b in bands], -1)

    def inverse(self, opened: Tensor) -> tuple[Tensor, Tensor]:
        """An opened parent [.., U] -> its two children, opened [.., V], as well as they are remembered."""
        bands = self.matrices()
        left = torch.cat([opened[..., here] @ a.T for _, here, a, _ in bands], -1)
        right = torch.cat([opened[..., here] @ b.T for _, here, _, b in bands], -1)
        return left, right

    def open(self, state: Tensor) -> Tensor:
        """A state's coefficients in their places [.., U], zero where its zone keeps none."""
        count = len(self.zones_KC)
        zone = (state[..., 0] * count).floor().long().clamp(0, count - 1)
        spectrum = state.new_zeros(*state.shape[:-1], len(self.channel_U))
        return spectrum.scatter_(-1, self.zones_KC.long()[zone], state[..., 1:])

    def close(self, opened: Tensor) -> Tensor:
        """The state [.., C] of the zone that keeps most of an opened state's energy."""
        zones = self.zones_KC.long()
        zone = (opened.square() @ self.masks()).argmax(-1)
        name = (zone + 0.5) / len(zones)
        return torch.cat((name[..., None].to(opened), opened.gather(-1, zones[zone])), -1)

    def masks(self) -> Tensor:
        """1 where a zone keeps a place, [U, K]."""
        zones = self.zones_KC.long()
        return self.values.new_zeros(len(self.channel_U), len(zones)).scatter_(0, zones.T, 1.0)

    def matrices(self) -> list[tuple[slice, slice, Tensor, Tensor]]:
        """Per band of channels: the child's places, this one's, and the matrices [V, U] of both children."""
        if not self.bands or self.bands[0][2].device != self.values.device:
            self.bands = list(self.built_bands())
        return self.bands

    def built_bands(self) -> list[tuple[slice, slice, Tensor, Tensor]]:
        """The bands from the list of values that are not zero."""
        below = self.below[0]
        child_V = below.channel_U.long() if below is not None else torch.arange(self.channels, device=self.rows.device)
        full = self.values.new_zeros(2 * len(child_V), len(self.channel_U))
        full[self.rows.long(), self.columns.long()] = self.values.detach()
        edges = torch.arange(0, self.channels + BAND, BAND, device=child_V.device)
        there, here = (torch.searchsorted(c.contiguous(), edges).tolist() for c in (child_V, self.channel_U.long()))
        bands = []
        for first in range(len(edges) - 1):
            inside, out = slice(there[first], there[first + 1]), slice(here[first], here[first + 1])
            right = slice(inside.start + len(child_V), inside.stop + len(child_V))
            bands.append((inside, out, full[inside, out].contiguous(), full[right, out].contiguous()))
        return bands

    @torch.no_grad()
    def set(self, channel_U: Tensor, zones_KC: Tensor, matrix: Tensor) -> None:
        """Take fitted places, zones and the matrix [2V, U] from both children to the parent."""
        rows, columns = matrix.abs().gt(1e-6).nonzero().T
        self.channel_U, self.zones_KC = channel_U.to(torch.int32), zones_KC.to(torch.int32)
        self.rows, self.columns = rows.to(torch.int32), columns.to(torch.int32)
        self.values, self.bands = nn.Parameter(matrix[rows, columns].float()), []

    def check_places(self) -> None:
        """ValueError unless every stored place exists: weights may come from anybody."""
        below, places = self.below[0], len(self.channel_U)
        children = 2 * (len(below.channel_U) if below is not None else self.channels)
        bounds = (
            (self.rows, children),
            (self.columns, places),
            (self.zones_KC, places),
            (self.channel_U, self.channels),
        )
        whole = self.zones_KC.ndim == 2 and self.zones_KC.shape[1] == self.channels - 1
        whole = whole and self.rows.shape == self.columns.shape == self.values.shape and self.channel_U.ndim == 1
        if not whole or not all(len(at) and at.min() >= 0 and at.max() < most for at, most in bounds):
            raise ValueError("the checkpoint is damaged: its zones name a place that is not there")

    def _load_from_state_dict(self, state_dict: dict, prefix: str, *rest: object) -> None:
        """How many places there are is in the weights themselves, so take their shapes before their values."""
        for name in ("channel_U", "zones_KC", "rows", "columns"):
            setattr(self, name, torch.empty_like(state_dict.get(prefix + name, getattr(self, name))))
        self.values = nn.Parameter(torch.empty_like(state_dict.get(f"{prefix}values", self.values)))
        self.bands = []
        super()._load_from_state_dict(state_dict, prefix, *rest)


@COMPRESSORS.add
class ZonalTree(Tree):
    """Zonal sweepers; fitted, never optimised."""

    name, trained, grows = "zonal", False, True

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """What zonal sweepers need besides the tree's shape."""

        zones: int = setting(64, low=1, high=4096)
        """choices of coefficients that a slot has at every level"""

    @classmethod
    def check_tree(cls, tree: TreeConfig) -> None:
        """ValueError unless the slots are places of a picture, and nothing moves what zones have chosen."""
        if tree.settle:
            raise ValueError(f"settle is {tree.settle}; zonal trees keep what their zones choose, set it to 0")
        if (tree.codec, tree.pairing) != ("patch", "fuse"):
            raise ValueError(f"zonal goes with patch and fuse, not {tree.codec} and {tree.pairing}")

    @classmethod
    def student(cls, tree: TreeConfig) -> str:
        """What follows a memory of zones."""
        return "zonal_student"

    def index_floats(self, merges: int) -> int:
        """One a slot, for its zone."""
        return 1 if merges else 0

    def build_codec(self) -> PatchCodec:
        """Patches, seen through their principal components."""
        config = self.config
        return PatchCodec(patch=config.patch, colours=config.colours, lap=config.lap, rotate=True)

    def sweeper(self, level: int, pairing: Pairing) -> ZonalSweeper:
        """A level's zones, which know those of the level below."""
        sizes = {"slots": 1, "channels": pairing.channels_out}
        return ZonalSweeper(**sizes, zones=self.options.zones, below=self.sweepers[-1] if level else None)

    def fit_sweepers(self, batches: Blocks, device: torch.device) -> None:
        """Rotation, transforms in time and zones."""
        fit_zonal(self, batches, device)
