"""Which zones to take when all of them together may keep only so many floats.

Every row (a group of a slot) has K zones to choose from; a zone keeps some energy and costs its size. Rows are tied by
one budget alone, so they choose by one price λ: each takes the zone with the largest energy - λ · size, and λ is
searched until the sizes just fit (Everett's generalised Lagrange multipliers, Operations Research 11(3), 1963; for
coders Shoham and Gersho, IEEE Trans. ASSP 36(9), 1988). How many floats a price takes falls smoothly with its
logarithm, so a secant search needs about five looks instead of the twenty of a bisection. What is left then goes to
rows that would take more at the next lower price.
The best zone is found by a maximum of integers (`first_best`): on a CPU that is twenty times faster than an argmax.
Shapes: G groups, K zones, S slots, U places.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch
from torch import Tensor

LOOKS = 14
"""prices that are tried at most"""
CLOSE = 0.002
"""share of the budget that may be left over when the search ends"""
LOW, HIGH = -16.0, 16.0
"""bounds of ln λ, for energies of which the price is about 1"""
SLOPE = -0.5
"""about how the logarithm of what is taken changes with ln λ"""
SAMPLE = 4096
"""coefficients that the first guess of a price looks at"""


def first_price(opened_US: Tensor, share: float) -> float:
    """About the energy below which a coefficient is not kept, when `share` of the coefficients can be."""
    flat = opened_US.flatten()
    stride = max(1, len(flat) // SAMPLE)
    while math.gcd(stride, opened_US.shape[1]) > 1:
        stride += 1
    few = flat[::stride].square()
    rank = round(len(few) * (1 - share))
    return max(few.kthvalue(min(len(few), max(1, rank))).values.item(), 1e-12)


@dataclass
class Search:
    """One node's search for a price: what has fitted and what has not."""

    energy_GKS: Tensor
    size_GK: Tensor
    budget: int
    work_GKS: Tensor = field(init=False)
    whose_K1: Tensor = field(init=False)

    def __post_init__(self) -> None:
        zones = self.energy_GKS.shape[1]
        self.last = (1 << (zones - 1).bit_length()) - 1
        numbers = torch.arange(zones, dtype=torch.int32, device=self.energy_GKS.device)[:, None]
        self.work_GKS, self.whose_K1 = torch.empty_like(self.energy_GKS), self.last - numbers

    def chosen(self, log_price: float) -> tuple[Tensor, int]:
        """(the zone [G, S] that every row takes at a price, the floats they keep)."""
        cost_GK1 = self.size_GK.to(self.energy_GKS)[..., None] * math.exp(log_price)
        torch.sub(self.energy_GKS, cost_GK1, out=self.work_GKS)
        zone_GS = first_best(self.work_GKS, self.whose_K1, self.last)
        return zone_GS, int(self.size_GK.gather(1, zone_GS).sum())

    def run(self) -> Tensor:
        """Zones [G, S] that keep at most the budget."""
        price, fits, over = 0.0, None, None
        for _ in range(LOOKS):
            zone_GS, taken = self.chosen(price)
            if taken <= self.budget:
                fits = (price, taken, zone_GS)
            else:
                over = (price, taken, zone_GS)
            if fits and (price <= LOW or fits[1] >= (1 - CLOSE) * self.budget):
                break
            price = self.next_price(fits, over)
        if fits is None:
            fits = (HIGH, 0, torch.zeros_like(zone_GS))
        return fits[2] if over is None else self.topped_up(fits[2], over[2])

    def next_price(self, fits: tuple | None, over: tuple | None) -> float:
        """Where the logarithm of what is taken should meet the budget's, on a line through the last two looks."""
        goal = math.log(max(1, self.budget) * (1 - CLOSE / 2))
        if fits is None or over is None:
            price, taken, _ = fits or over
            step = (goal - math.log(max(1, taken))) / SLOPE
            step = max(step, 0.1) if fits is None else min(step, -0.1)
            return min(max(price + 1.2 * step, LOW), HIGH)
        (high, few, _), (low, many, _) = fits, over
        few, many = math.log(max(1, few)), math.log(many)
        share = (many - goal) / max(many - few, 1e-9)
        return low + (high - low) * min(max(share, 0.1), 0.9)

    def topped_up(self, fits_GS: Tensor, more_GS: Tensor) -> Tensor:
        """Zones that fit, and those of a price that does not quite as far as the rest of the budget goes."""
        size_GS, extra_GS = (self.size_GK.gather(1, zone) for zone in (fits_GS, more_GS))
        extra_GS = extra_GS - size_GS
        reach_GS = extra_GS.flatten().cumsum(0).view_as(extra_GS)
        return torch.where(reach_GS <= self.budget - size_GS.sum(), more_GS, fits_GS)


def allocate(energy_GKS: Tensor, size_GK: Tensor, budget: int) -> Tensor:
    """Zone of every group and slot, [G, S] int64, with sizes that add up to at most `budget`.

    The first zone of a group has size 0 and energy 0, so that a choice exists for every budget; energies are not
    negative, and in units of a rough price, so that λ is near 1.
    """
    return Search(energy_GKS, size_GK, budget).run()


def first_best(value_GKS: Tensor, whose_K1: Tensor, last: int) -> Tensor:
    """Index [G, S] of the largest value over K, where the first value is 0; the first one's where they are equal to 16
    bits or so. Overwrites the values.

    Floats that are not negative are in the order of their bits, and negative ones lie below them; the last bits are
    taken to say whose they are.
    """
    best_GS = value_GKS.view(torch.int32).bitwise_and_(~last).bitwise_or_(whose_K1).amax(1)
    return last - best_GS.bitwise_and_(last).long()
