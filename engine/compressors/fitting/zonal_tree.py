"""Fitting a zonal tree: no gradient, principal components and Lloyd's algorithm, level by level.

1. The codec's rotation: the principal components of patches.
2. For every level, each channel's principal components over the node's leaves, made symmetric in time.
3. On a sample of slots, as the levels below give them back: zones by Lloyd's algorithm. A slot belongs to the zone
   that keeps most of its energy, a zone keeps the coefficients with the largest mean energy of its slots; both steps
   can only raise the energy kept.
Shapes: M sampled slots, T leaves, C channels, n leaves of a node, K zones, U kept places.
"""

from __future__ import annotations

import torch
from torch import Tensor
from tqdm import tqdm

from engine.compressors.base import Blocks
from engine.compressors.covariance import Covariance
from engine.compressors.tree import Tree

SAMPLE = 40_000
"""slots of whole windows that the zones are fitted on"""
NODES = 60_000
"""nodes of one level that Lloyd's algorithm sees"""
ROUNDS = 15


@torch.no_grad()
def fit_zonal(tree: Tree, batches: Blocks, device: torch.device) -> None:
    """Fit rotation, transforms and zones in place."""
    generator = torch.Generator().manual_seed(0)
    fit_rotation(tree, batches, device)
    sizes = [2 ** (level + 1) for level in range(tree.config.merges)]
    moments = {n: torch.zeros(tree.codec.channels, n, n, dtype=torch.float64) for n in sizes}
    sample, share = [], SAMPLE / sum(1 for _ in batches.blocks())
    for block in tqdm(batches.blocks(), desc="time", unit="block"):
        slots_MTC = tree.encode(block.to(device)).transpose(1, 2).flatten(0, 1).cpu()
        for n, total in moments.items():
            total += time_moments(slots_MTC, n)
        picks = torch.randperm(len(slots_MTC), generator=generator)[: max(1, round(share))]
        sample.append(slots_MTC[picks])
    slots_MTC = torch.cat(sample)
    transforms = {1: torch.ones(tree.codec.channels, 1, 1)} | {n: components(total) for n, total in moments.items()}
    below = torch.arange(tree.codec.channels)
    for sweeper, n in zip(tqdm(tree.sweepers, desc="zones", unit="level"), sizes, strict=True):
        nodes = slots_MTC.unflatten(1, (-1, n)).flatten(0, 1)
        chosen = nodes[torch.randperm(len(nodes), generator=generator)[:NODES]]
        kept_U, zones_KC = lloyd(spectrum(chosen, transforms[n]).square(), len(sweeper.zones_KC), tree.codec.channels)
        matrix = joint_matrix(transforms[n // 2], transforms[n])[:, kept_U]
        sweeper.set(kept_U // n, zones_KC, matrix[torch.cat((below, below + tree.codec.channels * n // 2))])
        nodes = torch.cat([shrunk(part, transforms[n], kept_U, sweeper.zones_KC.long()) for part in nodes.split(4096)])
        slots_MTC, below = nodes.unflatten(0, (-1, slots_MTC.shape[1] // n)).flatten(1, 2), kept_U


def fit_rotation(tree: Tree, batches: Blocks, device: torch.device) -> None:
    """The codec's rotation: principal components of patches around mid-grey."""
    tree.codec.rotation.copy_(torch.eye(tree.codec.channels))
    covariance = Covariance(tree.codec.channels, centred=False)
    for block in tqdm(batches.blocks(), desc="patches", unit="block"):
        covariance.add(tree.encode(block.to(device)))
    tree.codec.rotation.copy_(torch.linalg.eigh(covariance.result()[1]).eigenvectors.flip(1))


def time_moments(slots_MTC: Tensor, n: int) -> Tensor:
    """Second moments [C, n, n] of every channel over runs of n leaves."""
    runs = slots_MTC.unflatten(1, (-1, n)).flatten(0, 1).permute(2, 1, 0)
    return (runs @ runs.transpose(1, 2)).double()


def components(moments_Cnn: Tensor) -> Tensor:
    """Orthonormal columns [C, n, n] in time, largest first, of moments made symmetric under playing backwards."""
    symmetric = moments_Cnn + moments_Cnn.flip(1, 2)
    return torch.linalg.eigh(symmetric).eigenvectors.flip(2).float()


def spectrum(nodes_MnC: Tensor, transform_Cnn: Tensor) -> Tensor:
    """Every coefficient [M, C·n] of nodes."""
    return (nodes_MnC.permute(2, 0, 1) @ transform_Cnn).permute(1, 0, 2).flatten(1)


def shrunk(nodes_MnC: Tensor, transform_Cnn: Tensor, kept_U: Tensor, zones_KC: Tensor) -> Tensor:
    """Nodes as their zones remember them."""
    full = spectrum(nodes_MnC, transform_Cnn)
    masks = torch.zeros(len(zones_KC), full.shape[1]).scatter_(1, kept_U[zones_KC], 1.0)
    full *= masks[(full.square() @ masks.T).argmax(1)]
    return (full.unflatten(1, transform_Cnn.shape[:2]).permute(1, 0, 2) @ transform_Cnn.transpose(1, 2)).permute(
        1, 2, 0
    )


def lloyd(energy_MP: Tensor, zones: int, channels: int) -> tuple[Tensor, Tensor]:
    """(the places [U] that any zone keeps, each zone's choice among them [K, C - 1]) from energies of P places.

    Slots start ordered by the share of energy that lies behind each channel's first component, from still to moving.
    """
    count, places = energy_MP.shape
    later = energy_MP.unflatten(1, (channels, -1))[:, :, 1:].sum((1, 2)) / energy_MP.sum(1).clamp_min(1e-12)
    zone_M = later.argsort().argsort() * zones // count
    for _ in range(ROUNDS):
        totals = torch.zeros(zones, places).index_add_(0, zone_M, energy_MP)
        empty = zone_M.bincount(minlength=zones) == 0
        totals[empty] = energy_MP[torch.arange(int(empty.sum())) * count // max(1, int(empty.sum()))]
        best = totals.topk(channels - 1).indices
        masks = torch.zeros(zones, places).scatter_(1, best, 1.0)
        zone_M = (energy_MP @ masks.T).argmax(1)
    kept_U, inverse = best.sort(1).values.unique(return_inverse=True)
    return kept_U, inverse


def joint_matrix(half_Cmm: Tensor, full_Cnn: Tensor) -> Tensor:
    """From both children's coefficients to the parent's: [2·C·m, C·n], a block for every channel; m = n / 2."""
    channels, m = half_Cmm.shape[:2]
    blocks = torch.cat((half_Cmm.transpose(1, 2) @ full_Cnn[:, :m], half_Cmm.transpose(1, 2) @ full_Cnn[:, m:]), 1)
    matrix = torch.zeros(2, channels, m, channels, 2 * m)
    index = torch.arange(channels)
    matrix[:, index, :, index] = blocks.unflatten(1, (2, m))
    return matrix.flatten(3).flatten(0, 2)
