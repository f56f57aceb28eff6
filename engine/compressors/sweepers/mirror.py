"""The closed-form map of `fuse` pairs that knows two symmetries of natural clips: a quarter of the weights and of the
work of `linear`, and less to learn from the same data.

A clip is as likely played backwards, and as likely seen in a mirror. The covariance of a pair (a, b) of states then
commutes with both operations, so every principal direction is even or odd under each of them. Backwards swaps the two
states and multiplies every channel by its parity σ (-1 for channels that came out odd one level below); the halves
    s = (a + σb) / √2,   d = (a - σb) / √2
are even and odd. Mirrored, a channel changes its sign or not; `PatchCodec(mirror=True)` gives the leaves such channels,
the even ones first, and every level keeps that order. This leaves four sectors that do not mix, each with a transform
of its own:
    0: s, mirror-even    1: d, mirror-even    2: s, mirror-odd    3: d, mirror-odd
Of all their directions the C of largest variance are kept; how many of each sector is what the data say.
Shapes: C channels of one slot, P of them mirror-even.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.compressors.covariance import Covariance

HALF = math.sqrt(0.5)


class MirrorMap(nn.Module):
    """[.., 2C] <-> [.., C]. Before `fit` every sector keeps a quarter of the channels."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        if channels % 4:
            raise ValueError(f"a mirror map needs a number of channels that 4 divides, not {channels}")
        eye = torch.eye(channels // 2, channels // 4)
        self.sectors = nn.ParameterList(nn.Parameter(eye.clone()) for _ in range(4))
        self.mean = nn.Parameter(torch.zeros(channels // 2))
        self.register_buffer("parity", torch.ones(channels))

    def down(self, x: Tensor) -> Tensor:
        """Keep C of the 2C coordinates."""
        coordinates = [part @ (matrix * HALF) for part, matrix in zip(self.parts(x), self.sectors, strict=True)]
        coordinates[0] = coordinates[0] - self.mean @ self.sectors[0]
        return torch.cat(coordinates, -1)

    def up(self, y: Tensor) -> Tensor:
        """Back to 2C; what was dropped comes back as the mean."""
        coordinates = y.split([matrix.shape[1] for matrix in self.sectors], -1)
        offsets = (self.mean * HALF, None, None, None)
        sums, differences, odd_sums, odd_differences = (
            F.linear(part, matrix * HALF, offset)
            for part, matrix, offset in zip(coordinates, self.sectors, offsets, strict=True)
        )
        even_parity, odd_parity = self.parity.split([len(self.mean), len(self.parity) - len(self.mean)])
        left = sums + differences, odd_sums + odd_differences
        right = (sums - differences) * even_parity, (odd_sums - odd_differences) * odd_parity
        return torch.cat((*left, *right), -1)

    def parts(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The four sectors of joined pairs, times √2."""
        left, right = x.chunk(2, -1)
        even = len(self.mean)
        sums = torch.addcmul(left, right, self.parity)
        differences = torch.addcmul(left, right, self.parity, value=-1)
        return sums[..., :even], differences[..., :even], sums[..., even:], differences[..., even:]

    def parity_out(self) -> Tensor:
        """The sign of every kept channel when the clip runs backwards."""
        signs = [torch.full((matrix.shape[1],), sign) for matrix, sign in zip(self.sectors, (1.0, -1.0) * 2)]  # noqa: B905
        return torch.cat(signs)

    def follow(self, below: MirrorMap) -> None:
        """Take the order and the parities of the channels that the level below gives."""
        even = below.sectors[0].shape[1] + below.sectors[1].shape[1]
        self.mean = nn.Parameter(self.mean.new_zeros(even))
        self.parity.copy_(below.parity_out())

    def moments(self) -> MirrorMoments:
        """What `fit` needs, empty."""
        return MirrorMoments(self)

    @torch.no_grad()
    def fit(self, moments: MirrorMoments) -> None:
        """Set mean and directions from streamed second moments."""
        results = [covariance.result() for covariance in moments.covariances]
        values, vectors = zip(*(torch.linalg.eigh(matrix) for _, matrix in results), strict=True)
        origin = torch.cat([torch.full((len(v),), index) for index, v in enumerate(values)])
        kept = origin[torch.cat(values).argsort(descending=True, stable=True)[: len(self.parity)]]
        counts = kept.bincount(minlength=4).tolist()
        self.mean = nn.Parameter(results[0][0].to(self.mean))
        for index, (directions, count) in enumerate(zip(vectors, counts, strict=True)):
            largest = directions.flip(1)[:, :count].contiguous()
            self.sectors[index] = nn.Parameter(largest.to(self.sectors[index]))

    def _load_from_state_dict(self, state_dict: dict, prefix: str, *rest: object) -> None:
        """How many directions a sector has is in the weights themselves, so take their shapes before their values."""
        self.mean = nn.Parameter(torch.empty_like(state_dict.get(f"{prefix}mean", self.mean)))
        for index in range(4):
            known = state_dict.get(f"{prefix}sectors.{index}", self.sectors[index])
            self.sectors[index] = nn.Parameter(torch.empty_like(known))
        super()._load_from_state_dict(state_dict, prefix, *rest)


class MirrorMoments:
    """Second moments of the four sectors of pairs that arrive in blocks; only the first has a mean, by symmetry."""

    def __init__(self, map: MirrorMap) -> None:
        even, channels = len(map.mean), len(map.parity)
        self.map = map
        sizes = (even, even, channels - even, channels - even)
        self.covariances = [Covariance(size, centred=index == 0) for index, size in enumerate(sizes)]

    def add(self, pairs: Tensor) -> None:
        """Take in joined pairs [.., 2C]."""
        for covariance, part in zip(self.covariances, self.map.parts(pairs), strict=True):
            covariance.add(part * HALF)
