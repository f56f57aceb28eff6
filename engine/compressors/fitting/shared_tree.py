"""Fitting a tree that shares its floats: no gradient, principal components and Lloyd's algorithm with a price.

1. The codec's rotation and every channel's transforms in time, as for a zonal tree.
2. On a sample of whole windows, as the levels below give them back, level by level: every node has its own price λ, the
   energy below which a coefficient is not worth a float of its budget. Energies are taken in units of λ, so that every
   window counts alike, and λ is varied at random a slot, so that zones serve richer and poorer neighbours too.
3. Channels are cut into groups of equal uncertainty (the entropy of what is worth keeping).
4. For every group, zones by Lloyd's algorithm: a slot takes the zone with the largest energy less size, a zone keeps
   the coefficients whose mean energy over its slots is above 1. Sizes come out as they are needed. Coefficients that
   hardly any slot keeps get no place.
Shapes: M slots of all sampled nodes, S slots of a node, T leaves, C channels, n leaves of a node, G groups, K zones.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from tqdm import tqdm

from engine.compressors.allocation import first_price
from engine.compressors.base import Blocks
from engine.compressors.fitting.zonal_tree import components, fit_rotation, time_moments
from engine.compressors.tree import Tree

if TYPE_CHECKING:
    from engine.compressors.sweepers.shared_sweeper import SharedSweeper

Weighted = Callable[[Tensor, tuple[Tensor, Tensor]], Tensor]
"""from a parent's coefficients [U, S] and its children to what a choice of zones sees"""

SAMPLE = 64_000
"""slots of whole windows that the zones are fitted on"""
STATES = 1_536_000
"""states of leaves that are sampled at most: long windows are fewer, or they would not fit into 12 GB"""
MOST = 600_000
"""slots of nodes that one level is fitted on; a long window has more on its lowest levels"""
ROUNDS = 10
PART = 8192
SPREAD = 0.5
"""standard deviation of the logarithm of a slot's price"""
RARE = 0.01
"""share of slots that must keep a coefficient, or there is no place for it"""
LARGEST = 30.0
"""energies count as at most this many prices, so that single slots do not rule a zone"""


@torch.no_grad()
def fit_shared(tree: Tree, batches: Blocks, device: torch.device) -> None:
    """Fit rotation, transforms and zones in place."""
    fit_rotation(tree, batches, device)
    transforms, windows = read_windows(tree, batches, device, min(SAMPLE, STATES // tree.config.leaves))
    generator = torch.Generator().manual_seed(0)
    nodes = [leaf_SC.T.contiguous() for window in windows for leaf_SC in window]
    del windows
    for sweeper in tqdm(tree.sweepers, desc="zones", unit="level"):
        n, pairs = sweeper.leaves, list(zip(nodes[0::2], nodes[1::2], strict=True))
        fit_level(sweeper, pairs, joint(transforms[n // 2], transforms[n // 2], transforms[n]), generator)
        nodes = [trimmed(sweeper, pair) for pair in pairs]


def read_windows(
    tree: Tree, batches: Blocks, device: torch.device, sample: int = SAMPLE
) -> tuple[dict[int, Tensor], list[Tensor]]:
    """(by leaves of a node, every channel's transform in time [C, n, n]; windows [T, S, C] of about `sample` slots)."""
    channels, leaves = tree.codec.channels, tree.config.leaves
    moments_CTT = torch.zeros(channels, leaves, leaves, dtype=torch.float64)
    blocks, slots, chosen = sum(1 for _ in batches.blocks()), 0, []
    for index, block in enumerate(tqdm(batches.blocks(), total=blocks, desc="time", unit="block")):
        for window in tree.encode(block.to(device)).cpu():
            moments_CTT += time_moments(window.transpose(0, 1), leaves)
            if slots <= sample * index / blocks or not chosen:
                chosen.append(window)
                slots += window.shape[1]
    transforms = {2 ** (k + 1): components(shorter(moments_CTT, 2 ** (k + 1))) for k in range(tree.config.merges)}
    return {1: torch.ones(channels, 1, 1)} | transforms, chosen


def shorter(moments_CTT: Tensor, n: int) -> Tensor:
    """Second moments [C, n, n] over runs of n leaves, from those over windows."""
    return sum(moments_CTT[:, first : first + n, first : first + n] for first in range(0, moments_CTT.shape[1], n))


def fit_level(
    sweeper: SharedSweeper,
    pairs: list[tuple[Tensor, Tensor]],
    joint_Cnn: Tensor,
    generator: torch.Generator,
    *,
    least: int = 1,
    rare: float = RARE,
    weighted: Weighted | None = None,
) -> None:
    """Fit one level, with the transform that it is given, on pairs of its trimmed children [V, S].

    `least` channels keep a place; a coefficient that fewer slots than the share `rare` keep has none. `weighted`: how a
    choice sees a parent's coefficients, where that is not as they are.
    """
    n, groups, zones = sweeper.leaves, sweeper.groups, sweeper.zones
    width = min(map(len, sweeper.depths()))
    joint_Wnn = joint_Cnn[:width]
    whole = torch.full((width,), n)
    sweeper.set(joint_Wnn, whole, torch.tensor([0, width * n]), torch.zeros(1, width * n, dtype=torch.bool))
    stride = -(-sum(left.shape[1] for left, _ in pairs) // MOST)
    energy_MU = energies(sweeper, pairs[::stride], weighted)
    energy_MU *= (torch.randn(len(energy_MU), 1, generator=generator) * SPREAD).exp()
    edges = cut(energy_MU, n, groups)
    parts = [energy_MU[:, n * a : n * b] for a, b in pairwise(edges)]
    found = [lloyd(part, zones, generator) for part in parts]
    zones_KU = torch.cat([zones_KP for zones_KP, _ in found], 1)
    depth_W = depths(torch.cat([kept_P for _, kept_P in found]), n, max(edges[-2] + 1, least), rare)
    used_U = (torch.arange(n) < depth_W[:, None]).flatten()
    ends = [0, *depth_W.cumsum(0).tolist()]
    last = min(edges[-1], len(depth_W))
    sweeper.set(
        joint_Wnn[: len(depth_W)],
        depth_W,
        torch.tensor([ends[min(edge, last)] for edge in edges]),
        zones_KU[:, : len(used_U)][:, used_U],
    )


def depths(kept_U: Tensor, n: int, least: int, rare: float) -> Tensor:
    """Components in time [W] that a channel needs, from the share of slots that keep each; none for high channels, one
    or more for the first `least`.

    They fall from low channels to high ones, by steps, so that few runs of channels have many in common.
    """
    step = max(1, n // 8)
    used_Wn = kept_U.unflatten(0, (-1, n)) > rare
    last_W = (used_Wn * torch.arange(1, n + 1)).amax(1)
    depth_W = (-(-last_W // step) * step).flip(0).cummax(0).values.flip(0)
    depth_W[:least].clamp_(min=1)
    return depth_W[depth_W > 0]


def joint(left_Cll: Tensor, right_Crr: Tensor, full_Cnn: Tensor) -> Tensor:
    """From both children's coefficients to the parent's, [C, n, n]; n = l + r."""
    left = left_Cll.shape[1]
    return torch.cat((left_Cll.mT @ full_Cnn[:, :left], right_Crr.mT @ full_Cnn[:, left:]), 1)


def energies(sweeper: SharedSweeper, pairs: list[tuple[Tensor, Tensor]], weighted: Weighted | None = None) -> Tensor:
    """Energies [M, U] of the slots of all pairs' parents, each node's in units of its price."""
    energy_MU = torch.empty(sum(left.shape[1] for left, _ in pairs), sweeper.places)
    end = 0
    for pair in pairs:
        energy_SU = priced(sweeper, pair, weighted)
        energy_MU[end : end + len(energy_SU)] = energy_SU
        end += len(energy_SU)
    return energy_MU


def priced(sweeper: SharedSweeper, pair: tuple[Tensor, Tensor], weighted: Weighted | None) -> Tensor:
    """Energies [S, U] of two children's parent in units of its price."""
    opened_US = merged(sweeper, pair)
    opened_US = opened_US if weighted is None else weighted(opened_US, pair)
    price = first_price(opened_US, 0.8 / sweeper.leaves)
    return (opened_US.square() / price).clamp_(max=LARGEST).T.cpu()


def trimmed(sweeper: SharedSweeper, pair: tuple[Tensor, Tensor], weighted: Weighted | None = None) -> Tensor:
    """Two children's parent [U, S], without what its zones do not keep."""
    opened_US = merged(sweeper, pair)
    sweeper.trim(opened_US, weighted_US=weighted(opened_US, pair) if weighted else None)
    return opened_US.cpu()


def merged(sweeper: SharedSweeper, pair: tuple[Tensor, Tensor]) -> Tensor:
    """Two children's parent [U, S] on the sweeper's device."""
    return sweeper.merged(*(child.to(sweeper.transform.device) for child in pair))


def cut(energy_MU: Tensor, n: int, groups: int) -> list[int]:
    """Channels at which groups begin and the last one ends: equal shares of the entropy of "kept or not"."""
    kept_U = (energy_MU > 1).double().mean(0)
    entropy_U = -(torch.special.xlogy(kept_U, kept_U) + torch.special.xlogy(1 - kept_U, 1 - kept_U))
    total_W = entropy_U.unflatten(0, (-1, n)).sum(1).cumsum(0)
    edges = [0]
    for part in range(1, groups):
        wanted = int((total_W < total_W[-1] * part / groups).sum()) + 1
        edges.append(min(max(wanted, edges[-1] + 1), len(total_W) - groups + part))
    return [*edges, len(total_W)]


def lloyd(energy_MP: Tensor, zones: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """(zones [K, P] bool in ascending size, the first empty; the share [P] of slots that keep each coefficient), for
    energies in units of a float's price.
    """
    energy_MP = energy_MP.contiguous()
    zone_M = first_zones(energy_MP, zones, generator)
    for step in range(ROUNDS):
        count_K = zone_M.bincount(minlength=zones)
        total_KP = torch.zeros(zones, energy_MP.shape[1]).index_add_(0, zone_M, energy_MP)
        kept_KP = total_KP > count_K[:, None]
        empty = (count_K == 0).nonzero()[:, 0]
        if step < ROUNDS - 3 and len(empty):
            picks = torch.randint(len(energy_MP), (len(empty),), generator=generator)
            kept_KP[empty] = energy_MP[picks] > 1
        kept_KP[0] = False
        weight_PK, size_K = kept_KP.T.float(), kept_KP.sum(1)
        zone_M = torch.cat([(part @ weight_PK - size_K).argmax(1) for part in energy_MP.split(PART)])
    share_P = weight_PK @ (zone_M.bincount(minlength=zones) / len(zone_M))
    return kept_KP[size_K.argsort()], share_P


def first_zones(energy_MP: Tensor, zones: int, generator: torch.Generator) -> Tensor:
    """Slots in equal groups by how many coefficients are worth keeping, each cut along one random direction."""
    count, groups = len(energy_MP), max(1, round(zones**0.5))
    each = zones // groups
    noise = torch.rand(count, generator=generator) / 2
    rich_M = ((energy_MP > 1).sum(1) + noise).argsort().argsort() * groups // count
    along_M = energy_MP.clamp(max=1) @ torch.randn(energy_MP.shape[1], generator=generator)
    zone_M = torch.zeros(count, dtype=torch.long)
    for group in range(groups):
        inside = (rich_M == group).nonzero()[:, 0]
        zone_M[inside] = group * each + along_M[inside].argsort().argsort() * each // max(1, len(inside))
    return zone_M
