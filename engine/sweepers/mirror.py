"""The closed-form map of `fuse` pairs that is symmetric in time: half the weights and half the work of `linear`.

Played backwards, a clip is as likely as played forwards, so the covariance of a pair (a, b) commutes with swapping
the two. Each principal direction is then either even (unchanged by the swap) or odd (its sign changes), and one pair of
C×C transforms on
    s = (a + σb) / √2,   d = (a - σb) / √2
finds them all, instead of one 2C×2C transform. σ holds the parity of every input channel: a channel that came out odd
one level below changes its sign when the clip runs backwards. The C directions of largest variance are kept, even ones
first; how many of them are even is what the data say.
Shapes: C channels of one slot, E of the kept directions are even.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.sweepers.linear import Covariance

HALF = math.sqrt(0.5)


class MirrorMap(nn.Module):
    """[.., 2C] <-> [.., C]."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.mean = nn.Parameter(torch.zeros(channels))
        self.weight = nn.Parameter(torch.eye(channels))
        self.register_buffer("parity_in", torch.ones(channels))
        self.register_buffer("parity_out", torch.ones(channels))

    def down(self, x: Tensor) -> Tensor:
        """Keep C of the 2C coordinates."""
        even, odd = self.halves(x)
        weight_even, weight_odd = self.directions()
        offset = self.mean / HALF @ weight_even
        return torch.cat((even @ weight_even - offset, odd @ weight_odd), -1)

    def up(self, y: Tensor) -> Tensor:
        """Back to 2C; what was dropped comes back as the mean."""
        weight_even, weight_odd = self.directions()
        split = weight_even.shape[1]
        even = F.linear(y[..., :split], weight_even, self.mean * HALF)
        odd = F.linear(y[..., split:], weight_odd)
        return torch.cat((even + odd, (even - odd) * self.parity_in), -1)

    def halves(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The even and the odd half of joined pairs, times √2."""
        left, right = x.chunk(2, -1)
        return torch.addcmul(left, right, self.parity_in), torch.addcmul(left, right, self.parity_in, value=-1)

    def directions(self) -> tuple[Tensor, Tensor]:
        """The columns [C, E] of the even half and [C, C - E] of the odd one, over √2 like the halves are times √2."""
        split = int((self.parity_out > 0).sum())
        weight = self.weight * HALF
        return weight[:, :split], weight[:, split:]

    def moments(self) -> MirrorMoments:
        """What `fit` needs, empty."""
        return MirrorMoments(self)

    @torch.no_grad()
    def fit(self, moments: MirrorMoments) -> None:
        """Set mean, directions and their parities from streamed second moments."""
        mean, even = moments.even.result()
        channels = len(mean)
        variances, directions = [], []
        for matrix in (even, moments.odd.result()[1]):
            values, vectors = torch.linalg.eigh(matrix)
            variances.append(values.flip(0))
            directions.append(vectors.flip(1))
        kept = torch.cat(variances).argsort(descending=True, stable=True)[:channels]
        split = int((kept < channels).sum())
        self.mean.copy_(mean)
        self.weight.copy_(torch.cat((directions[0][:, :split], directions[1][:, : channels - split]), 1))
        self.parity_out.copy_(torch.where(torch.arange(channels) < split, 1.0, -1.0))


class MirrorMoments:
    """Second moments of both halves of pairs that arrive in blocks; the odd half's mean is zero by symmetry."""

    def __init__(self, map: MirrorMap) -> None:
        self.map = map
        channels = len(map.mean)
        self.even, self.odd = Covariance(channels), Covariance(channels, centred=False)

    def add(self, pairs: Tensor) -> None:
        """Take in joined pairs [.., 2C]."""
        even, odd = self.map.halves(pairs)
        self.even.add(even * HALF)
        self.odd.add(odd * HALF)
