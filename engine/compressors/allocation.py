"""Which zones to take when all of them together may keep only so many floats.

Every row (a group of a slot) has K zones to choose from; a zone keeps some energy and costs its size. Rows are tied by
one budget alone, so they choose by one price λ: each takes the zone with the largest energy - λ · size, and λ is
bisected until the sizes fit (Everett's generalised Lagrange multipliers, Operations Research 11(3), 1963; for coders
Shoham and Gersho, IEEE Trans. ASSP 36(9), 1988). Zones are ordered by their size and cut into runs of
neighbours; only the best of every run at a first price takes part in the bisection: neighbours cost nearly the same, so
price hardly decides between them, and the bisection costs a fraction.
Zones are the first axis, and the best of them is found by a maximum of integers (`first_best`): on a CPU that is twenty
times faster than an argmax.
Shapes: R rows, K zones, J runs of zones, S slots, U places.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

RUNS = 16
STEPS = 22
"""halvings of the price's logarithm between LOW and HIGH"""
LOW, HIGH = -12.0, 12.0
"""bounds of ln λ, for energies of which the price is about 1"""
FILLS = 12
"""rows that are given more at the end, one after the other, out of what the bisection has left over"""
SAMPLE = 4096
"""coefficients that the first guess of a price looks at"""


def first_price(energy_SU: Tensor, leaves: int) -> float:
    """About the energy below which a coefficient is not kept: one in `leaves` is, less those that zones waste."""
    flat = energy_SU.flatten()
    stride = max(1, len(flat) // SAMPLE)
    while math.gcd(stride, energy_SU.shape[1]) > 1:
        stride += 1
    few = flat[::stride]
    rank = round(len(few) * (1 - 0.8 / leaves))
    return max(few.kthvalue(min(len(few), max(1, rank))).values.item(), 1e-12)


def allocate(energy_KR: Tensor, size_KR: Tensor, budget: int) -> Tensor:
    """Zone of every row, [R] int64, with sizes that add up to at most `budget`.

    Zones of a row are in ascending size, the first of size 0 so that a choice exists for every budget; energies are not
    negative, and in units of a rough price, so that λ is near 1.
    """
    zone_JR = best_of_runs(energy_KR, size_KR)
    energy_JR, size_JR = energy_KR.gather(0, zone_JR), size_KR.gather(0, zone_JR)
    low, high = LOW, HIGH
    for _ in range(STEPS):
        middle = (low + high) / 2
        if sizes_of(size_JR, chosen(energy_JR, size_JR, middle)).sum().item() > budget:
            low = middle
        else:
            high = middle
    run_R = filled(energy_JR, size_JR, nearly(energy_JR, size_JR, low, high, budget), budget)
    return zone_JR.gather(0, run_R[None])[0]


def best_of_runs(energy_KR: Tensor, size_KR: Tensor) -> Tensor:
    """The best zone at price 1 of every run of neighbours [J, R], the empty zone as a run of its own in front."""
    zones = len(energy_KR)
    each = max(1, zones // RUNS)
    found = [torch.zeros_like(size_KR[0], dtype=torch.int64)]
    for first in range(0, zones, each):
        size_ER = size_KR[first : first + each]
        found.append(first_best(energy_KR[first : first + each] + (size_ER[-1] - size_ER)) + first)
    return torch.stack(found)


def first_best(value_KR: Tensor) -> Tensor:
    """Index [R] of the largest of values that are not negative, the first one's where they are equal to 16 bits or so.

    Floats that are not negative are in the order of their bits; the last bits are taken to say whose they are.
    """
    last = (1 << (len(value_KR) - 1).bit_length()) - 1
    whose_K1 = last - torch.arange(len(value_KR), dtype=torch.int32, device=value_KR.device)[:, None]
    best_R = value_KR.view(torch.int32).bitwise_and(~last).bitwise_or_(whose_K1).amax(0)
    return last - best_R.bitwise_and_(last).long()


def chosen(energy_JR: Tensor, size_JR: Tensor, log_price: float) -> Tensor:
    """The run that every row takes at a price, [R]; the empty one is worth 0."""
    return first_best(torch.add(energy_JR, size_JR, alpha=-math.exp(log_price)).clamp_(min=0))


def sizes_of(size_JR: Tensor, run_R: Tensor) -> Tensor:
    """Sizes [R] of runs."""
    return size_JR.gather(0, run_R[None])[0]


def nearly(energy_JR: Tensor, size_JR: Tensor, low: float, high: float, budget: int) -> Tensor:
    """Runs [R] at the price that fits, and at the one that does not quite as far as the rest of the budget goes."""
    fits, more = (chosen(energy_JR, size_JR, price) for price in (high, low))
    size_R = sizes_of(size_JR, fits)
    extra_R = sizes_of(size_JR, more) - size_R
    return torch.where(extra_R.cumsum(0) <= budget - size_R.sum(), more, fits)


def filled(energy_JR: Tensor, size_JR: Tensor, run_R: Tensor, budget: int) -> Tensor:
    """Runs [R] after single rows have taken what is left of the budget, each time the row that gains most by it."""
    for _ in range(FILLS):
        size_R = sizes_of(size_JR, run_R)
        left = budget - size_R.sum()
        gain_JR = energy_JR - energy_JR.gather(0, run_R[None])
        gain, at = gain_JR.masked_fill_(size_JR - size_R > left, 0.0).flatten().max(0)
        if gain.item() <= 0:
            break
        run_R[at % len(run_R)] = at // len(run_R)
    return run_R
