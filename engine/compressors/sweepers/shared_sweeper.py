"""The shared sweeper: the slots of a node share its floats, a moving face takes more of them than a blank wall.

Over a node's n leaves each channel of a slot is seen through an orthonormal transform in time, as in a zonal tree. A
slot's coefficients are cut into G groups, neighbouring channels each; for every group there are K zones, choices of
coefficients of any number, none among them. A slot takes a zone a group; which ones, all slots of the node decide
together, so that what they keep fits the node's S·C floats (`engine/compressors/allocation.py`). A state is
    [ index floats, I a slot | the coefficients, place after place, as many as the zones say | zeros ]
laid out as [S, C]. An index float names the zones of several groups at once, as a whole number below 2,048, so that it
survives float16; nothing has to be known beside the state. A few floats at the end stay zero.

Opened, a node has its coefficients in their places, [U, S]: slots lie side by side, so that every step is a product of
a small matrix with a wide one. Places that hardly any slot would keep do not exist (`depth`).
Shapes: C channels, W ≤ C of them kept at all on this level, n leaves of a node, U places (V in a child), G groups,
K zones, I index floats.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from engine.compressors.allocation import allocate, first_price
from engine.compressors.pairing import Fuse
from engine.compressors.sweepers.zone_names import names_in_a_float, pack_zones, prefixes, unpack_zones

LARGEST = 1e3
"""energies above this many prices count as this: they are kept anyway, and sums stay exact enough"""


class Band(NamedTuple):
    """Neighbouring channels of as many places, where both children have theirs, and the transforms from both."""

    here: slice
    there: tuple[slice, slice]
    matrices_cmv: tuple[Tensor, Tensor]


class SharedSweeper(nn.Module):
    """States [.., S, C] at every level; `below` made both children, or with `step` the left one alone: then the right
    one is a leaf. Without `below` both are leaves.
    """

    def __init__(
        self,
        *,
        channels: int,
        zones: int,
        groups: int,
        below: SharedSweeper | None,
        step: bool = False,
        together: int = 0,
    ) -> None:
        super().__init__()
        self.together = together
        self.pairing = Fuse(slots=1, channels=channels)
        self.channels, self.zones = channels, zones
        self.child_sweepers = (below, None if step else below)
        self.left_leaves, right_leaves = (child.leaves if child else 1 for child in self.child_sweepers)
        self.leaves = self.left_leaves + right_leaves
        self.transform = nn.Parameter(haar(self.left_leaves, right_leaves).repeat(channels, 1, 1))
        edges = np.linspace(0, channels, groups + 1).round().astype(np.int32) * self.leaves
        self.register_buffer("depth", torch.full((channels,), self.leaves, dtype=torch.int32))
        self.register_buffer("edges", torch.from_numpy(edges))
        self.register_buffer("packed_zones", pack_zones(prefixes(edges, zones)))
        self.cache: dict[str, object] = {}

    @property
    def places(self) -> int:
        """U."""
        return self.packed_zones.shape[1]

    @property
    def groups(self) -> int:
        """G."""
        return len(self.edges) - 1

    @property
    def joined(self) -> int:
        """Groups whose zones one index float names."""
        return names_in_a_float(self.zones, self.groups)

    @property
    def index_floats(self) -> int:
        """I, floats of a slot that say which zones it has."""
        return -(-self.groups // self.joined)

    def merge(self, left_BSC: Tensor, right_BSC: Tensor) -> Tensor:
        """Two neighbours' states -> one state of as many floats.

        Node by node: what a slot gets depends on rounding in the last digit, and a node alone (a stream) must come out
        as it does among others (a rebuild).
        """
        return per_node(self.merge_node)(left_BSC, right_BSC)

    def merge_node(self, *pair: Tensor) -> Tensor:
        """One node's state of its children's [S, C]."""
        opened = (opened_state(child, state_SC) for child, state_SC in zip(self.child_sweepers, pair, strict=True))
        return self.close_node(self.merged(*opened))

    def combine(self, left: Tensor, right: Tensor) -> Tensor:
        """Opened children [.., V, S] -> opened parent [.., U, S]."""
        return per_node(self.merged)(left, right)

    @torch.no_grad()
    def merged(self, left_VS: Tensor, right_VS: Tensor) -> Tensor:
        """One opened parent [U, S]."""
        opened_US = left_VS.new_empty(self.places, left_VS.shape[1])
        for here, there, (left_cmv, right_cmv) in self.bands():
            part_cmS = opened_US[here].unflatten(0, left_cmv.shape[:2])
            torch.bmm(left_cmv, left_VS[there[0]].unflatten(0, left_cmv.shape[::2]), out=part_cmS)
            part_cmS.baddbmm_(right_cmv, right_VS[there[1]].unflatten(0, right_cmv.shape[::2]))
        return opened_US

    def inverse(self, opened: Tensor) -> tuple[Tensor, Tensor]:
        """An opened parent [.., U, S] -> its two children, opened [.., V, S], as well as they are remembered."""
        return tuple(per_node(self.parted)(opened).unbind(-3))

    @torch.no_grad()
    def parted(self, opened_US: Tensor, width: int | None = None) -> Tensor:
        """Both children [2, V, S] of one; with `width` the places of the first channels alone, here and there."""
        pair_2VS = opened_US.new_empty(2, self.child_places(width), opened_US.shape[1])
        end = 0
        for here, there, matrices in self.bands(width):
            part_cmS = opened_US[here].unflatten(0, matrices[0].shape[:2])
            for child_VS, rows, matrix_cmv in zip(pair_2VS, there, matrices, strict=True):
                torch.bmm(matrix_cmv.mT, part_cmS, out=child_VS[rows].unflatten(0, matrix_cmv.shape[::2]))
            end = there[0].stop
        pair_2VS[:, end:] = 0
        return pair_2VS

    def child_places(self, width: int | None = None) -> int:
        """V of the left child, of the first channels or of all."""
        return self.kept_once(f"child places {width}", lambda: int(self.depths()[0][:width].sum()))

    def depths(self) -> tuple[Tensor, Tensor]:
        """Places of every channel of both children."""
        leaf = torch.ones(self.channels, dtype=torch.int32)
        return tuple(child.depth if child else leaf for child in self.child_sweepers)

    def open(self, state: Tensor) -> Tensor:
        """A state's coefficients in their places [.., U, S], zero where its zones keep none."""
        return per_node(self.open_node)(state)

    @torch.no_grad()
    def open_node(self, state_SC: Tensor) -> Tensor:
        """One node's; ValueError when its numbers cannot be a memory of this sweeper."""
        zone_GS, body = self.zones_of(state_SC), state_SC.flatten()[len(state_SC) * self.index_floats :]
        return put(body, self.kept(zone_GS).bool(), state_SC.new_zeros(self.places, len(state_SC)))

    def zones_of(self, state_SC: Tensor) -> Tensor:
        """The zone [G, S] of every group and slot, int64; ValueError where there is none or they keep too much."""
        slots, joined = len(state_SC), self.joined
        named_IS = state_SC.flatten()[: slots * self.index_floats].view(-1, slots)
        whole_IS = named_IS.round().clamp(0, self.zones**joined - 1)
        zone = torch.stack([whole_IS.long() // self.zones**place % self.zones for place in range(joined)], 1)
        zone_GS, rest = zone.flatten(0, 1).split((self.groups, self.index_floats * joined - self.groups))
        if not torch.equal(whole_IS, named_IS) or rest.any():
            raise ValueError("the memory is damaged: it names a zone that is not there")
        taken = int(self.sizes(zone_GS).sum())
        if taken > state_SC.numel() - named_IS.numel():
            raise ValueError("the memory is damaged: its zones keep more floats than it has")
        if state_SC.flatten()[named_IS.numel() + taken :].any():
            raise ValueError("the memory is damaged: it has more floats than its zones keep")
        return zone_GS

    def names(self, zone_GS: Tensor) -> Tensor:
        """The index floats [I, S] of zones."""
        joined, slots = self.joined, zone_GS.shape[1]
        zone = torch.cat((zone_GS, zone_GS.new_zeros(self.index_floats * joined - self.groups, slots)))
        weights = self.zones ** torch.arange(joined, device=zone.device)
        return (zone.unflatten(0, (-1, joined)) * weights[:, None]).sum(1)

    def sizes(self, zone_GS: Tensor) -> Tensor:
        """Floats that every group and slot keeps, [G, S]."""
        return self.size_GK().gather(1, zone_GS)

    def lengths(self, state_SC: Tensor) -> Tensor:
        """Floats that every slot of a node has, its index floats included, [S]."""
        return self.sizes(self.zones_of(state_SC)).sum(0) + self.index_floats

    def kept(self, zone_GS: Tensor) -> Tensor:
        """1 where a slot's zones keep a place, [U, S] float."""
        slots = zone_GS.shape[1]
        taken_GKS = self.transform.new_zeros(self.groups, self.zones, slots).scatter_(1, zone_GS[:, None], 1)
        kept_US = self.transform.new_empty(self.places, slots)
        for first, last, weight_KU, taken_KS in zip(*self.ends(), self.weights(), taken_GKS, strict=True):
            torch.mm(weight_KU.T, taken_KS, out=kept_US[first:last])
        return kept_US

    def close(self, opened: Tensor) -> Tensor:
        """The states [.., S, C] that keep most of opened ones' energy."""
        return per_node(lambda opened_US: self.close_node(opened_US.clone()))(opened)

    def close_node(self, opened_US: Tensor) -> Tensor:
        """One node's state; what it does not keep is set to 0."""
        state_SC = opened_US.new_empty(opened_US.shape[1], self.channels)
        self.trim(opened_US, state_SC)
        return state_SC

    @torch.no_grad()
    def trim(self, opened_US: Tensor, state_SC: Tensor | None = None, weighted_US: Tensor | None = None) -> None:
        """Set what a node does not keep to 0, and write its state where one is asked for.

        Zones are chosen by what the coefficients are, or by how they are `weighted`.
        """
        zone_GS = self.choose(opened_US if weighted_US is None else weighted_US)
        kept_US = self.kept(zone_GS)
        if state_SC is not None:
            state_F, index = state_SC.view(-1), len(state_SC) * self.index_floats
            end = index + int(self.sizes(zone_GS).sum())
            state_F[:index] = self.names(zone_GS).flatten()
            take(opened_US, kept_US.bool(), state_F[index:end])
            state_F[end:] = 0
        opened_US.mul_(kept_US)

    def choose(self, opened_US: Tensor) -> Tensor:
        """The zone of every group and slot [G, S] that together keep most and fit the node."""
        slots = opened_US.shape[1]
        price = first_price(opened_US, min(0.95, 0.8 * self.channels / self.places))
        energy_GKS = opened_US.new_empty(self.groups, self.zones, slots)
        for first, last, weight_KU, energy_KS in zip(*self.ends(), self.weights(), energy_GKS, strict=True):
            energy = opened_US[first:last].square().mul_(1 / price).clamp_(max=LARGEST)
            torch.mm(weight_KU, energy, out=energy_KS)
        each = self.channels - self.index_floats
        if not 0 < self.together < slots:
            return allocate(energy_GKS, self.size_GK(), slots * each)
        parts = energy_GKS.split(self.together, 2)
        return torch.cat([allocate(x.contiguous(), self.size_GK(), x.shape[2] * each) for x in parts], 1)

    def ends(self) -> tuple[list[int], list[int]]:
        """Where groups begin and end."""
        edges = self.kept_once("edges", self.edges.tolist)
        return edges[:-1], edges[1:]

    def weights(self) -> list[Tensor]:
        """For every group, 1 where a zone keeps one of its places, [K, U_g]."""
        return self.kept_once("weights", self.unpacked_weights)

    def unpacked_weights(self) -> list[Tensor]:
        """The same, from the packed zones."""
        weight_KU = unpack_zones(self.packed_zones, self.zones).to(self.transform.dtype)
        return [part.contiguous() for part in weight_KU.split(self.edges.diff().tolist(), 1)]

    def size_GK(self) -> Tensor:
        """Floats that every zone keeps, int64."""
        return self.kept_once("sizes", lambda: torch.stack([weight.sum(1).long() for weight in self.weights()]))

    def bands(self, width: int | None = None) -> list[Band]:
        """Runs of channels with as many places here and in the children, of the first `width` channels or of all."""
        width = min(width or len(self.depth), len(self.depth))
        return self.kept_once(f"bands {width}", lambda: list(self.built_bands(width)))

    def built_bands(self, width: int) -> Iterator[Band]:
        """The bands from the channels' matrices."""
        split_at = self.left_leaves
        counts = [depth.tolist()[:width] for depth in (self.depth, *self.depths())]
        starts = [[0, *np.cumsum(count).tolist()] for count in counts]
        matrix_Wnn, kinds = self.transform.detach(), list(zip(*counts, strict=True))
        runs = [0, *(c for c in range(1, width) if kinds[c] != kinds[c - 1]), width]
        for a, b in pairwise(runs):
            own, left, right = kinds[a]
            block = matrix_Wnn[a:b, :, :own].mT
            matrices = block[..., :left].contiguous(), block[..., split_at : split_at + right].contiguous()
            here, *there = (slice(start[a], start[b]) for start in starts)
            yield Band(here, tuple(there), matrices)

    def kept_once(self, name: str, build: Callable[[], Any]) -> Any:
        """What is derived from the weights, built once and anew after they have changed or moved."""
        device = self.transform.device
        if self.cache.get("device") != device:
            self.cache = {"device": device}
        if name not in self.cache:
            self.cache[name] = build()
        return self.cache[name]

    @torch.no_grad()
    def set(self, transform_Wnn: Tensor, depth_W: Tensor, edges: Tensor, zones_KU: Tensor) -> None:
        """Take fitted matrices, places, groups and zones; every group's first zone is the empty one."""
        device = self.transform.device
        self.transform = nn.Parameter(transform_Wnn.float().to(device), requires_grad=self.transform.requires_grad)
        self.depth, self.edges = (x.to(device, torch.int32) for x in (depth_W, edges))
        self.packed_zones = pack_zones(zones_KU.cpu().numpy()).to(device)
        self.zones, self.cache = len(zones_KU), {}

    def take(self, transform_Wnn: Tensor, like: SharedSweeper) -> None:
        """Take fitted matrices, with the places, groups and zones that another sweeper has."""
        width = len(transform_Wnn)
        used = int(like.depth[:width].sum())
        if used < like.places:
            raise ValueError("the checkpoint is damaged: a step leads to places that it cannot fill")
        self.set(transform_Wnn, like.depth, like.edges, unpack_zones(like.packed_zones, like.zones))

    def check_places(self) -> None:
        """ValueError unless zones, groups and places fit each other: weights may come from anybody."""
        n, width, most = self.leaves, len(self.depth), min(map(len, self.depths()))
        fits = self.depth.ndim == 1 and 0 < width <= most and self.transform.shape == (width, n, n)
        fits = fits and bool(((self.depth > 0) & (self.depth <= n)).all())
        fits = fits and self.edges.ndim == 1 and 1 < len(self.edges) <= self.channels
        fits = fits and int(self.edges[0]) == 0 and int(self.edges[-1]) == int(self.depth.sum())
        fits = fits and bool((self.edges.diff() > 0).all())
        fits = fits and self.packed_zones.shape == (-(-self.zones // 8), int(self.depth.sum()))
        if not fits or self.index_floats >= self.channels or self.size_GK()[:, 0].any():
            raise ValueError("the checkpoint is damaged: its zones name a place that is not there")

    def _load_from_state_dict(self, state_dict: dict, prefix: str, *rest: object) -> None:
        """How many places there are is in the weights themselves, so take their shapes before their values."""
        for name in ("depth", "edges", "packed_zones"):
            setattr(self, name, torch.empty_like(state_dict.get(prefix + name, getattr(self, name))))
        self.transform = nn.Parameter(torch.empty_like(state_dict.get(f"{prefix}transform", self.transform)))
        self.cache = {}
        super()._load_from_state_dict(state_dict, prefix, *rest)


def per_node(work: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """What `work` makes of nodes [a, b], done for every node of tensors [.., a, b]."""

    def of_all(*nodes: Tensor) -> Tensor:
        lead = nodes[0].shape[:-2]
        flat = [list(x.flatten(0, -3)) if lead else [x] for x in nodes]
        done = torch.stack([work(*each) for each in zip(*flat, strict=True)])
        return done.view(*lead, *done.shape[1:])

    return of_all


def take(opened_US: Tensor, kept_US: Tensor, out: Tensor) -> None:
    """Write the kept coefficients, place after place; on a CPU numpy does it in a quarter of torch's time."""
    if opened_US.device.type == "cpu":
        np.compress(kept_US.numpy().ravel(), opened_US.numpy().ravel(), out=out.numpy())
    else:
        torch.masked_select(opened_US, kept_US, out=out)


def put(coefficients: Tensor, kept_US: Tensor, into_US: Tensor) -> Tensor:
    """Write coefficients to the places that are kept, the first ones of a longer row; the tensor they went into."""
    if into_US.device.type != "cpu":
        return into_US.masked_scatter_(kept_US, coefficients)
    places = np.flatnonzero(kept_US.numpy())
    into_US.numpy().reshape(-1)[places] = coefficients[: len(places)].numpy()
    return into_US


def opened_state(sweeper: SharedSweeper | None, state_SC: Tensor) -> Tensor:
    """A state of a sweeper in its places [V, S]; a leaf's are its channels."""
    return sweeper.open_node(state_SC) if sweeper else state_SC.T.contiguous()


def haar(left: int, right: int) -> Tensor:
    """What a sweeper does that nothing has been fitted to, [n, n]: sums and differences of coefficients both have."""
    both = min(left, right)
    matrix = torch.eye(left + right)
    first, last = torch.arange(both), torch.arange(left, left + both)
    matrix[first, first] = matrix[first, last] = matrix[last, first] = math.sqrt(0.5)
    matrix[last, last] = -math.sqrt(0.5)
    return matrix
