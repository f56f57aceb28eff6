"""The ordered sweeper: at the root every leaf has a code whose first floats decode alone, and leaves share the floats.

A stack tree gives every leaf C floats at its root, a "1" as many as an "8". Here the last merge turns the I floats that
a leaf has below the root into a code of as many floats, the most telling ones first:
    code = W(x) + e(x),     x ≈ W⁻¹(code · mask) + d(code · mask, mask)
with W the principal components and e, d MLPs that begin at zero; d knows the mask, i.e. how many floats were kept.
Codes are ordered by training with random lengths (nested dropout: Rippel, Gelbart and Adams, "Learning ordered
representations with nested dropout", ICML 2014). What a length would cost is seen by decoding: the pixels of x against
those of its cut code (`cut_errors.py`). Lengths minimise error + λ · floats, and λ is searched until the node's floats
are used up (Everett's multipliers, as in `engine/compressors/allocation.py`). A state is
    [ index floats | the first floats of every leaf's code, leaf after leaf ]
laid out as [S, C]; an index float names the lengths of several leaves as one whole number below 2,048, so that it
survives float16. Opened, a node has for every leaf what it remembers of x, [S, I], whatever its length.
Shapes: S leaves of a node, C = D / S floats that they have on average, I = 2C floats of a code, K lengths.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from engine.compressors.covariance import Covariance
from engine.compressors.pairing import Pairing
from engine.compressors.sweepers.linear import LinearMap
from engine.compressors.sweepers.residual import correction
from engine.compressors.sweepers.zone_names import names_in_a_float

SHARES = (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16)
"""lengths in eighths of an equal share, where none are stated"""
LOOKS = 26
"""halvings of ln λ between its bounds"""
LOW, HIGH = -30.0, 10.0
"""bounds of ln λ; an error is a mean square of pixels in [0, 1]"""


def lengths_of(channels: int, stated: tuple[int, ...]) -> tuple[int, ...]:
    """The lengths that a code may be cut to when leaves have `channels` floats on average, ascending."""
    return stated or tuple(sorted({round(share * channels / 8) for share in SHARES}))


def naming_floats(lengths: int, slots: int) -> int:
    """Floats that name one of so many lengths for every slot."""
    return -(-slots // names_in_a_float(lengths, slots))


class OrderedSweeper(nn.Module):
    """The last level of an ordered tree: [S / 2, I] + [S / 2, I] -> [S, C] with lengths of their own."""

    def __init__(self, pairing: Pairing, lengths: tuple[int, ...], *, hidden: int) -> None:
        super().__init__()
        inputs, self.pairing = pairing.channels_in, pairing
        self.slots, self.channels = pairing.slots_out, pairing.channels_out
        self.map = OrderedMap(inputs, hidden=hidden)
        self.register_buffer("lengths_K", torch.tensor(lengths), persistent=False)
        self.joined = names_in_a_float(len(lengths), self.slots)
        self.errors: Callable[[Tensor, Tensor], Tensor] | None = None
        """codes and the states they stand for, [.., S, I] each -> what every length costs in pixels, [.., S, K]"""

    @property
    def index_floats(self) -> int:
        """Floats of a node that say how long the codes are."""
        return naming_floats(len(self.lengths_K), self.slots)

    @property
    def budget(self) -> int:
        """Floats of a node that codes can have."""
        return self.slots * self.channels - self.index_floats

    def merge(self, left_BSC: Tensor, right_BSC: Tensor) -> Tensor:
        """Two neighbours' states -> one state of as many floats."""
        x_BSI = self.pairing.join(left_BSC, right_BSC)
        code_BSI = self.map.down(x_BSI)
        return self.pack(code_BSI, self.choose(code_BSI, x_BSI))

    def open(self, state_BSC: Tensor) -> Tensor:
        """What the leaves' codes remember [.., S, I]; ValueError when this cannot be a memory."""
        return self.map.up(self.unpack(state_BSC))

    def unpack(self, state_BSC: Tensor) -> Tensor:
        """Codes, zero behind what was kept, and masks [.., S, 2I]; ValueError when this cannot be a memory."""
        kept_BSI = self.masks(self.lengths(state_BSC))
        body_BD = state_BSC.flatten(-2)[..., self.index_floats :]
        code_BE = body_BD.gather(-1, self.places(kept_BSI).flatten(-2))
        return masked(code_BE.view_as(kept_BSI), kept_BSI)

    def inverse(self, opened_BSI: Tensor) -> tuple[Tensor, Tensor]:
        """An opened node -> its two children's states, as well as they are remembered."""
        return self.pairing.split(opened_BSI)

    def places(self, kept_BSI: Tensor) -> Tensor:
        """Where kept floats lie behind the index floats; for the others some place that exists, [.., S, I]."""
        return (kept_BSI.flatten(-2).cumsum(-1).view_as(kept_BSI) - 1).clamp(0, self.budget - 1)

    def pack(self, code_BSI: Tensor, choice_BS: Tensor) -> Tensor:
        """The states [.., S, C] of codes that are cut to the lengths chosen (numbers of lengths, int64)."""
        kept_BSI, named_BF = self.masks(self.lengths_K[choice_BS]), self.names(choice_BS).to(code_BSI)
        spare_BD1 = code_BSI.new_zeros(*code_BSI.shape[:-2], self.budget + 1)
        places_BE = torch.where(kept_BSI, self.places(kept_BSI), self.budget).flatten(-2)
        body_BD = spare_BD1.scatter(-1, places_BE, code_BSI.flatten(-2))[..., : self.budget]
        return torch.cat((named_BF, body_BD), -1).unflatten(-1, (self.slots, self.channels))

    def cut(self, code_BSI: Tensor, choice_BS: Tensor) -> Tensor:
        """Codes cut to the lengths chosen, and their masks [.., S, 2I]."""
        return masked(code_BSI, self.masks(self.lengths_K[choice_BS]))

    def masks(self, lengths_BS: Tensor) -> Tensor:
        """True for the floats that are kept, [.., S, I]."""
        return torch.arange(2 * self.channels, device=lengths_BS.device) < lengths_BS[..., None]

    @torch.no_grad()
    def choose(self, code_BSI: Tensor, x_BSI: Tensor) -> Tensor:
        """The number of the length of every leaf, [.., S], so that a node's codes use up its floats."""
        if x_BSI.is_meta:  # operations are counted without values, so there is nothing to choose by
            return x_BSI.new_zeros(x_BSI.shape[:-1], dtype=torch.long)
        return share(self.errors(code_BSI, x_BSI), self.lengths_K, self.budget)

    def names(self, choice_BS: Tensor) -> Tensor:
        """The index floats [.., index floats] of numbers of lengths."""
        missing = self.index_floats * self.joined - self.slots
        padded_BS = nn.functional.pad(choice_BS, (0, missing))
        weights = len(self.lengths_K) ** torch.arange(self.joined, device=choice_BS.device)
        return (padded_BS.unflatten(-1, (-1, self.joined)) * weights).sum(-1)

    def choices(self, state_BSC: Tensor) -> Tensor:
        """The numbers of the lengths [.., S] that index floats name; ValueError where there is none."""
        count, named = len(self.lengths_K), state_BSC.detach().flatten(-2)[..., : self.index_floats]
        whole = named.round().clamp(0, count**self.joined - 1)
        digits = [whole.long() // count**place % count for place in range(self.joined)]
        choice = torch.stack(digits, -1).flatten(-2)
        if not torch.equal(whole, named) or choice[..., self.slots :].any():
            raise ValueError("the memory is damaged: it names a length that is not there")
        return choice[..., : self.slots]

    def lengths(self, state_BSC: Tensor) -> Tensor:
        """Floats of every leaf's code [.., S]; ValueError where they do not add up to the floats that are there."""
        lengths_BS = self.lengths_K[self.choices(state_BSC)]
        taken_B1 = lengths_BS.sum(-1, keepdim=True)
        if (taken_B1 > self.budget).any():
            raise ValueError("the memory is damaged: its codes are longer than its floats")
        place_D = torch.arange(self.slots * self.channels, device=state_BSC.device)
        if (state_BSC.detach().flatten(-2) * (place_D >= self.index_floats + taken_B1)).any():
            raise ValueError("the memory is damaged: it has more floats than its codes")
        return lengths_BS


def masked(code_BSI: Tensor, kept_BSI: Tensor) -> Tensor:
    """Codes, zero where they are not kept, and masks [.., S, 2I]."""
    return torch.cat((code_BSI * kept_BSI, kept_BSI.to(code_BSI)), -1)


class OrderedMap(nn.Module):
    """[.., I] -> [.., I], the most telling floats first, and back from masked ones [.., 2I]."""

    def __init__(self, channels: int, *, hidden: int) -> None:
        super().__init__()
        self.shortcut = LinearMap(channels, channels)
        self.reduce = correction(channels, hidden, channels) if hidden else None
        self.expand = correction(2 * channels, hidden, channels) if hidden else None

    def down(self, x: Tensor) -> Tensor:
        """The whole code."""
        code = self.shortcut.down(x)
        return code + self.reduce(x) if self.reduce else code

    def up(self, opened: Tensor) -> Tensor:
        """What codes [.., I] and their masks [.., I] remember, [.., I]."""
        x = self.shortcut.up(opened[..., : opened.shape[-1] // 2])
        return x + self.expand(opened) if self.expand else x

    def moments(self) -> Covariance:
        """What `fit` needs, empty."""
        return self.shortcut.moments()

    def fit(self, moments: Covariance) -> None:
        """Start at the principal components."""
        self.shortcut.fit(moments)


def generator_of(frames_BTHWK: Tensor) -> torch.Generator:
    """Random numbers that belong to a batch: training that is resumed draws what it would have drawn."""
    return torch.Generator().manual_seed(int(frames_BTHWK.double().sum().item() * 1e6))


def share(error_BSK: Tensor, lengths_K: Tensor, budget: int) -> Tensor:
    """For every node the numbers of lengths [.., S] with a small sum of errors and no more floats than the budget.

    Every leaf takes the length with the least error + λ · length; the smallest λ whose lengths fit is searched, and
    what is then left goes, float by float, to whom it helps most. An infinite error rules a length out. Where even the
    shortest do not fit they are taken.
    """
    sizes_K = lengths_K.to(error_BSK)
    low_B = error_BSK.new_full(error_BSK.shape[:-2], LOW)
    high_B = torch.full_like(low_B, HIGH)
    for _ in range(LOOKS):
        middle_B = (low_B + high_B) / 2
        fits_B = lengths_K[priced(error_BSK, sizes_K, middle_B)].sum(-1) <= budget
        low_B, high_B = torch.where(fits_B, low_B, middle_B), torch.where(fits_B, middle_B, high_B)
    return topped_up(priced(error_BSK, sizes_K, high_B), error_BSK, lengths_K, budget)


def priced(error_BSK: Tensor, sizes_K: Tensor, log_price_B: Tensor) -> Tensor:
    """Numbers of lengths [.., S] at a price per float."""
    return (error_BSK + log_price_B.exp()[..., None, None] * sizes_K).argmin(-1)


def topped_up(choice_BS: Tensor, error_BSK: Tensor, lengths_K: Tensor, budget: int) -> Tensor:
    """Longer codes, one leaf at a time, for the floats that are left."""
    while True:
        extra_BSK = lengths_K - lengths_K[choice_BS][..., None]
        left_B = budget - lengths_K[choice_BS].sum(-1)
        gain_BSK = error_BSK.gather(-1, choice_BS[..., None]) - error_BSK
        gain_BSK = gain_BSK / extra_BSK.clamp_min(1)
        fits_BSK = (extra_BSK > 0) & (extra_BSK <= left_B[..., None, None]) & error_BSK.isfinite()
        if not fits_BSK.any():
            return choice_BS
        best_B = gain_BSK.masked_fill(~fits_BSK, -torch.inf).flatten(-2).argmax(-1)
        grows_B = fits_BSK.flatten(-2).any(-1)
        slot_B, number_B = best_B // len(lengths_K), best_B % len(lengths_K)
        longer_BS = choice_BS.scatter(-1, slot_B[..., None], number_B[..., None])
        choice_BS = torch.where(grows_B[..., None], longer_BS, choice_BS)
