"""The shared sweeper: the slots of a node share its floats, a moving face takes more of them than a blank wall.

Over a node's n leaves each channel of a slot is seen through an orthonormal transform in time, as in a zonal tree. A
slot's coefficients are cut into G groups, neighbouring channels each; for every group there are K zones, choices of
coefficients of any number, none among them. A slot takes a zone a group; which ones, all slots of the node decide
together, so that what they keep fits the node's S·C floats (`engine/compressors/allocation.py`). A state is
    [ zone of every slot and group, S·G floats | the coefficients, slot after slot, as many as the zones say | zeros ]
laid out as [S, C]. A zone's number is a whole number below 2,048, so that it survives float16; nothing has to be known
beside the state. A few floats at the end stay zero where no zone is small enough for them.

`open` puts a state's coefficients back into their places; merging and its inverse work on opened states.
Shapes: C channels, W ≤ C of them kept at all on this level, n leaves of a node, U = W·n places (V in a child),
G groups, K zones.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.compressors.allocation import allocate, first_price
from engine.compressors.base import Blocks
from engine.compressors.codecs import PatchCodec
from engine.compressors.fitting.shared_tree import fit_shared
from engine.compressors.pairing import Fuse, Pairing
from engine.compressors.tree import Tree
from engine.config import TreeConfig, setting
from engine.registry import COMPRESSORS

BAND = 8
"""channels whose matrices are joined to one: few products instead of many small ones, without too many zeros"""
MOST_ZONES = 2048
"""whole numbers that float16 tells apart, from 0 up"""
LARGEST = 1e4
"""energies above this many prices count as this: they are kept anyway, and sums stay exact enough"""


class SharedSweeper(nn.Module):
    """States [.., S, C] at every level; `below` is the sweeper of the level below, None at the first."""

    def __init__(self, *, channels: int, zones: int, groups: int, below: SharedSweeper | None) -> None:
        super().__init__()
        self.pairing = Fuse(slots=1, channels=channels)
        self.channels, self.zones, self.below = channels, zones, (below,)
        self.leaves = 2 * (below.leaves if below else 1)
        half = torch.eye(self.leaves // 2) * math.sqrt(0.5)
        haar = torch.cat((torch.cat((half, half), 0), torch.cat((half, -half), 0)), 1)
        self.transform = nn.Parameter(haar.repeat(channels, 1, 1))
        edges = np.linspace(0, channels, groups + 1).round().astype(np.int32) * self.leaves
        self.register_buffer("edges", torch.from_numpy(edges))
        self.register_buffer("packed_zones", packed(prefixes(edges, zones)))
        self.cache: dict[str, object] = {}

    @property
    def places(self) -> int:
        """U."""
        return len(self.transform) * self.leaves

    @property
    def groups(self) -> int:
        """G, index floats of a slot."""
        return len(self.edges) - 1

    def merge(self, left_BSC: Tensor, right_BSC: Tensor) -> Tensor:
        """Two neighbours' states -> one state of as many floats.

        Node by node: what a slot gets depends on rounding in the last digit, and a node alone (a stream) must come out
        as it does among others (a rebuild).
        """
        return per_node(self.merge_node, left_BSC, right_BSC)

    def merge_node(self, left_SC: Tensor, right_SC: Tensor) -> Tensor:
        """One node's state."""
        below = self.below[0]
        if below is not None:
            left_SC, right_SC = below.open_node(left_SC), below.open_node(right_SC)
        return self.close_node(self.combine(left_SC, right_SC))

    def combine(self, left: Tensor, right: Tensor) -> Tensor:
        """Opened children [.., V] -> opened parent [.., U]."""
        bands = self.bands()
        return torch.cat([left[..., there] @ a + right[..., there] @ b for there, _, a, b in bands], -1)

    def inverse(self, opened: Tensor) -> tuple[Tensor, Tensor]:
        """An opened parent [.., U] -> its two children, opened [.., V], as well as they are remembered."""
        bands, below = self.bands(), self.below[0]
        missing = (below.places if below else self.channels) - self.places // 2
        rest = [opened.new_zeros(*opened.shape[:-1], missing)] if missing else []
        left = torch.cat([*(opened[..., here] @ a.T for _, here, a, _ in bands), *rest], -1)
        right = torch.cat([*(opened[..., here] @ b.T for _, here, _, b in bands), *rest], -1)
        return left, right

    def open(self, state: Tensor) -> Tensor:
        """A state's coefficients in their places [.., S, U], zero where its zones keep none."""
        return per_node(self.open_node, state)

    def open_node(self, state_SC: Tensor) -> Tensor:
        """One node's; ValueError when its numbers cannot be a memory of this sweeper."""
        zone_SG, body = self.zones_of(state_SC), state_SC.flatten()[len(state_SC) * self.groups :]
        kept_SU = self.kept(zone_SG)
        return state_SC.new_zeros(len(state_SC), self.places).masked_scatter_(kept_SU, body)

    def zones_of(self, state_SC: Tensor) -> Tensor:
        """The zone [S, G] of every slot and group, int64; ValueError where there is none or they keep too much."""
        named = state_SC.flatten()[: len(state_SC) * self.groups]
        zone = named.round().clamp(0, self.zones - 1)
        if not torch.equal(zone, named):
            raise ValueError("the memory is damaged: it names a zone that is not there")
        zone_SG = zone.long().view(len(state_SC), self.groups)
        if int(self.sizes(zone_SG).sum()) > state_SC.numel() - len(named):
            raise ValueError("the memory is damaged: its zones keep more floats than it has")
        return zone_SG

    def sizes(self, zone_SG: Tensor) -> Tensor:
        """Floats that every slot and group keeps, [S, G]."""
        return self.size_GK().gather(1, zone_SG.T).T

    def lengths(self, state_SC: Tensor) -> Tensor:
        """Floats that every slot of a node has, its index floats included, [S]."""
        return self.sizes(self.zones_of(state_SC)).sum(1) + self.groups

    def kept(self, zone_SG: Tensor) -> Tensor:
        """True where a slot's zones keep a place, [S, U]."""
        return torch.cat([table[zone] for table, zone in zip(self.tables(), zone_SG.unbind(1), strict=True)], 1)

    def close(self, opened: Tensor) -> Tensor:
        """The states [.., S, C] that keep most of opened ones' energy."""
        return per_node(self.close_node, opened)

    def close_node(self, opened_SU: Tensor) -> Tensor:
        """One node's."""
        slots = len(opened_SU)
        zone_SG = self.choose(opened_SU)
        coefficients = opened_SU[self.kept(zone_SG)]
        rest = opened_SU.new_zeros(slots * (self.channels - self.groups) - len(coefficients))
        return torch.cat((zone_SG.flatten().to(opened_SU), coefficients, rest)).view(slots, self.channels)

    def choose(self, opened_SU: Tensor) -> Tensor:
        """The zone of every slot and group [S, G] that together keep most and fit the node."""
        slots = len(opened_SU)
        energy_SU = opened_SU.square()
        price = first_price(energy_SU, self.leaves)
        energy_SU = energy_SU.mul_(1 / price).clamp_(max=LARGEST)
        found = zip(energy_SU.T.split(self.widths()), self.weights(), strict=True)
        energy_KGS = torch.stack([weight @ part for part, weight in found], 1)
        size_KGS = self.size_GK().T.to(energy_KGS)[..., None].expand_as(energy_KGS)
        budget = slots * (self.channels - self.groups)
        return allocate(energy_KGS.flatten(1), size_KGS.flatten(1), budget).view(self.groups, slots).T

    def widths(self) -> list[int]:
        """Places of every group."""
        return self.kept_once("widths", lambda: self.edges.diff().tolist())

    def tables(self) -> list[Tensor]:
        """For every group, which of its places a zone keeps, [K, U_g] bool."""
        return self.kept_once("tables", lambda: unpacked(self.packed_zones, self.zones).split(self.widths(), 1))

    def weights(self) -> list[Tensor]:
        """The same for products with energies, [K, U_g] float."""
        return self.kept_once("weights", lambda: [table.float() for table in self.tables()])

    def size_GK(self) -> Tensor:
        """Floats that every zone keeps."""
        return self.kept_once("sizes", lambda: torch.stack([table.sum(1) for table in self.tables()]))

    def bands(self) -> list[tuple[slice, slice, Tensor, Tensor]]:
        """Per band of channels: the child's places, this one's, and the matrices of both children."""
        return self.kept_once("bands", lambda: list(self.built_bands()))

    def built_bands(self) -> list[tuple[slice, slice, Tensor, Tensor]]:
        """The bands from the channels' matrices."""
        n, bands = self.leaves, []
        for first in range(0, len(self.transform), BAND):
            block = self.transform.detach()[first : first + BAND]
            left, right = (torch.block_diag(*half) for half in (block[:, : n // 2], block[:, n // 2 :]))
            last = first + len(block)
            bands.append((slice(first * n // 2, last * n // 2), slice(first * n, last * n), left, right))
        return bands

    def kept_once(self, name: str, build: Callable[[], Any]) -> Any:
        """What is derived from the weights, built once and anew after they have changed or moved."""
        device = self.transform.device
        if self.cache.get("device") != device:
            self.cache = {"device": device}
        if name not in self.cache:
            self.cache[name] = build()
        return self.cache[name]

    @torch.no_grad()
    def set(self, transform_Wnn: Tensor, edges: Tensor, zones_KU: Tensor) -> None:
        """Take fitted matrices, groups and zones; every group's zones in ascending size, the first empty."""
        device = self.transform.device
        self.transform = nn.Parameter(transform_Wnn.float().to(device), requires_grad=self.transform.requires_grad)
        self.edges, self.packed_zones = edges.to(device, torch.int32), packed(zones_KU.cpu().numpy()).to(device)
        self.zones, self.cache = len(zones_KU), {}

    def check_places(self) -> None:
        """ValueError unless zones, groups and places fit each other: weights may come from anybody."""
        below, n = self.below[0], self.leaves
        most = len(below.transform) if below else self.channels
        fits = self.transform.ndim == 3 and self.transform.shape[1:] == (n, n) and 0 < len(self.transform) <= most
        fits = fits and self.edges.ndim == 1 and 1 < len(self.edges) <= self.channels
        fits = fits and int(self.edges[0]) == 0 and int(self.edges[-1]) == self.places
        fits = fits and bool((self.edges.diff() > 0).all())
        fits = fits and self.packed_zones.shape == (-(-self.zones // 8), self.places)
        if not fits or self.size_GK()[:, 0].any() or (self.size_GK().diff() < 0).any():
            raise ValueError("the checkpoint is damaged: its zones name a place that is not there")

    def _load_from_state_dict(self, state_dict: dict, prefix: str, *rest: object) -> None:
        """How many places there are is in the weights themselves, so take their shapes before their values."""
        for name in ("edges", "packed_zones"):
            setattr(self, name, torch.empty_like(state_dict.get(prefix + name, getattr(self, name))))
        self.transform = nn.Parameter(torch.empty_like(state_dict.get(f"{prefix}transform", self.transform)))
        self.cache = {}
        super()._load_from_state_dict(state_dict, prefix, *rest)


@COMPRESSORS.add
class SharedTree(Tree):
    """Sweepers whose slots share a node's floats; fitted, never optimised."""

    name, trained = "shared", False

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """What shared sweepers need besides the tree's shape."""

        zones: int = setting(256, low=1, high=MOST_ZONES)
        """choices of coefficients that a group of a slot has at every level, the empty one among them"""
        groups: int = setting(8, low=1, high=64)
        """groups of a slot that choose a zone each, and floats of a slot that say which"""

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
        """ValueError: nothing follows a memory that shares its floats yet."""
        raise ValueError("there is no student for shared trees yet; choose a teacher that stacks, or a zonal one")

    def build_codec(self) -> PatchCodec:
        """Patches, seen through their principal components."""
        config = self.config
        return PatchCodec(patch=config.patch, colours=config.colours, lap=config.lap, rotate=True)

    def sweeper(self, level: int, pairing: Pairing) -> SharedSweeper:
        """A level's zones, which know those of the level below."""
        below = self.sweepers[-1] if level else None
        sizes = {"channels": pairing.channels_out, "zones": self.options.zones, "groups": self.options.groups}
        return SharedSweeper(**sizes, below=below)

    def fit_sweepers(self, batches: Blocks, device: torch.device) -> None:
        """Rotation, transforms in time and zones."""
        fit_shared(self, batches, device)


def per_node(work: Callable[..., Tensor], *states: Tensor) -> Tensor:
    """What `work` makes of every node [S, ..] of states [.., S, ..]."""
    lead = states[0].shape[:-2]
    done = torch.stack(
        [work(*nodes) for nodes in zip(*(x.flatten(0, -2).split(x.shape[-2]) for x in states), strict=True)]
    )
    return done.view(*lead, *done.shape[1:])


def prefixes(edges: np.ndarray, zones: int) -> np.ndarray:
    """Zones [K, U] of a sweeper that nothing has been fitted to: the first places of every group, more and more."""
    shares_K1 = np.linspace(0, 1, zones)[:, None]
    return np.concatenate([np.arange(width) < (shares_K1 * width).round() for width in np.diff(edges)], 1)


def packed(zones_KU: np.ndarray) -> Tensor:
    """Eight zones a byte, [K / 8, U] uint8."""
    return torch.from_numpy(np.packbits(zones_KU, axis=0))


def unpacked(zones: Tensor, count: int) -> Tensor:
    """Back to [K, U] bool."""
    return torch.from_numpy(np.unpackbits(zones.cpu().numpy(), axis=0, count=count)).bool().to(zones.device)
