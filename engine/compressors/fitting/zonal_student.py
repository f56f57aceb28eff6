"""Fitting a zonal student: no gradient. For every t, a basis and zones that keep what the end will need.

Zones start from the teacher's final choice: training slots with the same final zone form a group, cut into parts by
how much of their energy moves. A group keeps the C - 1 coefficients with the largest needed energy, q² · w: dropping
coefficient q of Q_t now takes a vector out of the past, of which the share w lies in the space that the final zone
keeps; the rest would have been lost in the end anyway. Each t is fitted on what the student of t - 1 still remembers.
Shapes: M sampled slots, T leaves, C channels, K zones, U places of the teacher's root, P = C·t coefficients.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from tqdm import tqdm

from engine.compressors.base import Blocks
from engine.compressors.fitting.zonal_tree import components, spectrum, time_moments

if TYPE_CHECKING:
    from engine.compressors.students.zonal import ZonalStudent

SAMPLE = 60_000
"""slots of whole windows that the zones are fitted on"""
PART = 4096
ROUNDS = 4
EASE = 1.0
"""how far a slot that is remembered well counts for more: PSNR is a matter of ratios. Small is far"""
FLOOR = 1e-2
"""share at which energy counts that the final zone does not need"""


@torch.no_grad()
def fit_zonal_student(student: ZonalStudent, batches: Blocks, device: torch.device, zones: int) -> None:
    """Set bases and zones of every t < T in place."""
    teacher, count = student.teacher, student.leaves
    slots_MTC = sampled_slots(student, batches, device)
    root = teacher.sweepers[-1]
    response_TU, channel_U = root_response(student), root.channel_U.long().cpu()
    own_CTT = components(time_moments(slots_MTC, count))
    bases = {t: cut_bases(response_TU, channel_U, own_CTT, t) for t in range(1, count + 1)}
    coefficients = torch.einsum("mtu,tu->mu", slots_MTC[:, :, channel_U], response_TU)
    final_M = (coefficients.square() @ root.masks().cpu()).argmax(-1)
    dropped_M = (slots_MTC.square().sum((1, 2)) - (coefficients.square() @ root.masks().cpu()).amax(-1)).clamp_min(0)
    weight_M = 1 / (dropped_M + EASE * dropped_M.mean())
    prefix_KC = torch.stack([channel_U[z].bincount(minlength=student.channels) for z in root.zones_KC.long().cpu()])
    past_MTC = slots_MTC[:, :0]
    for t in tqdm(range(1, count), desc="student zones", unit="leaf"):
        nodes_MTC = torch.cat((past_MTC, slots_MTC[:, t - 1 : t]), 1)
        weight_CfN = needed_share(bases[t], bases[count])
        energy_MP = spectrum(nodes_MTC, bases[t]).square()
        group_M = grouped(energy_MP, final_M, len(prefix_KC), zones // len(prefix_KC), t)
        parts = zones // len(prefix_KC)
        for _ in range(ROUNDS):
            needed_KP = needed_energy(energy_MP, weight_M, weight_CfN, prefix_KC[final_M], group_M, zones)
            chosen = needed_KP.topk(student.channels - 1).indices
            group_M = regrouped(energy_MP, chosen, final_M, parts)
        places_U, zones_KC = chosen.sort(1).values.unique(return_inverse=True)
        student.set(t, bases[t].to(device), places_U.to(device), zones_KC.to(device))
        blocks = nodes_MTC.to(device).transpose(0, 1).split(PART, 1)
        past_MTC = torch.cat([student.remembered(student.coded(block[None]), t)[0] for block in blocks], 1)
        past_MTC = past_MTC.transpose(0, 1).cpu()


def sampled_slots(student: ZonalStudent, batches: Blocks, device: torch.device) -> Tensor:
    """Leaf states of randomly chosen slots over whole windows, [M, T, C]."""
    generator = torch.Generator().manual_seed(0)
    share = SAMPLE / sum(1 for _ in batches.blocks())
    sample = []
    for block in batches.blocks():
        slots_MTC = student.teacher.encode(block.to(device)).transpose(1, 2).flatten(0, 1).cpu()
        sample.append(slots_MTC[torch.randperm(len(slots_MTC), generator=generator)[: max(1, round(share))]])
    return torch.cat(sample)


def root_response(student: ZonalStudent) -> Tensor:
    """What each opened coefficient of the root puts into each leaf, in its own channel; [T, U]."""
    root = student.teacher.sweepers[-1]
    opened = torch.eye(len(root.channel_U), device=root.values.device)
    nodes = [opened]
    for sweeper in reversed(student.teacher.sweepers):
        nodes = [child for node in nodes for child in sweeper.inverse(node)]
    index = torch.arange(len(opened), device=opened.device)
    return torch.stack([leaf[index, root.channel_U.long()] for leaf in nodes]).cpu()


def cut_bases(response_TU: Tensor, channel_U: Tensor, own_CTT: Tensor, t: int) -> Tensor:
    """Q_t [C, t, t]: the teacher's components of each channel over t leaves, orthonormal in order, then the rest."""
    bases = []
    for channel, own in enumerate(own_CTT):
        vectors = torch.cat((response_TU[:, channel_U == channel], own), 1)[:t].double()
        bases.append(orthonormal(vectors))
    return torch.stack(bases).float()


def orthonormal(vectors_tn: Tensor) -> Tensor:
    """The first t independent columns, each made orthogonal to those before it."""
    kept: list[Tensor] = []
    for vector in vectors_tn.T:
        rest = vector
        for _ in range(2):
            for one in kept:
                rest = rest - (one @ rest) * one
        if rest.norm() > max(1e-4, 1e-3 * float(vector.norm())):
            kept.append(rest / rest.norm())
        if len(kept) == len(vectors_tn):
            break
    return torch.stack(kept, 1)


def needed_share(basis_Ctf: Tensor, final_CTn: Tensor) -> Tensor:
    """w [C, t, T + 1]: the share of each vector of Q_t that lies in a channel's first n final components."""
    dots = torch.einsum("ctf,ctn->cfn", basis_Ctf, final_CTn[:, : basis_Ctf.shape[1]]).square().cumsum(-1)
    return torch.cat((torch.zeros(*dots.shape[:2], 1), dots), -1)


def grouped(energy_MP: Tensor, final_M: Tensor, finals: int, parts: int, t: int) -> Tensor:
    """A group for every slot: its final zone, in equal parts by the share of energy that moves."""
    first = energy_MP.unflatten(1, (-1, t))[:, :, 0].sum(1) if t > 1 else energy_MP[:, : energy_MP.shape[1] // 2].sum(1)
    moving_M = 1 - first / energy_MP.sum(1).clamp_min(1e-9)
    rank_M = torch.zeros(len(final_M))
    for zone in range(finals):
        inside = final_M == zone
        rank_M[inside] = moving_M[inside].argsort().argsort().float() / max(1, int(inside.sum()))
    return final_M * parts + (rank_M * parts).long().clamp(max=parts - 1)


def needed_energy(
    energy_MP: Tensor, weight_M: Tensor, weight_CfN: Tensor, prefix_MC: Tensor, group_M: Tensor, groups: int
) -> Tensor:
    """Every group's sum of needed energies, [K, P]; a little of the rest decides where nothing is needed."""
    channels = torch.arange(len(weight_CfN))
    totals_KP = torch.zeros(groups, energy_MP.shape[1])
    for part in torch.arange(len(energy_MP)).split(PART):
        share = weight_CfN[channels, :, prefix_MC[part]].flatten(1)
        totals_KP.index_add_(0, group_M[part], energy_MP[part] * weight_M[part, None] * (share + FLOOR))
    return totals_KP


def regrouped(energy_MP: Tensor, chosen_KC: Tensor, final_M: Tensor, parts: int) -> Tensor:
    """Each slot to that group of its own final zone whose choice keeps most of it."""
    masks_KP = torch.zeros(len(chosen_KC), energy_MP.shape[1]).scatter_(1, chosen_KC, 1.0)
    group_M = []
    for energy, final in zip(energy_MP.split(PART), final_M.split(PART), strict=True):
        kept = (energy @ masks_KP.T).unflatten(1, (-1, parts))
        group_M.append(final * parts + kept[torch.arange(len(final)), final].argmax(1))
    return torch.cat(group_M)
