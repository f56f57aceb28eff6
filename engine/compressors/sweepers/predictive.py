"""The predictive closed form: reduced-rank regression from what is merged onto itself and the future.

    x = [m_left; m_right] (a leaf: its pixels),   y = [√(1-λ) x; √λ s f],   f the future that the data ask for
    M = C_yx C_xx⁻¹ C_xy = V Λ Vᵀ,   down(x) = (x - mean) A,  A = C_xx⁻¹ C_xy V,   up(m) = m (C_xx A Λ⁻¹)ᵀ + mean
with the O leading columns of V. No linear map to O floats foretells y with a smaller squared error (Izenman, 1975), and
`up` is the best linear way back from it. s brings the future to the total variance of x. At λ = 0 y is x, and all of it
is the Karhunen-Loève transform of `linear.py`. No gradient; one pass over the data a level.
Shapes: B windows, T leaves, I / O channels into and out of a map, F floats of the future.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

from engine.compressors.base import Blocks
from engine.compressors.codecs.flat import FlatCodec
from engine.compressors.covariance import Covariance
from engine.compressors.pairing import Pairing
from engine.compressors.sweepers.sweeper import Sweeper
from engine.compressors.tree import Tree
from engine.config import TreeConfig, setting
from engine.data.datasets.base import Batch
from engine.registry import COMPRESSORS

TINY = 1e-9
"""directions with a smaller share of the largest variance are left out"""


class PredictiveMap(nn.Module):
    """[.., I] <-> [.., O]: down and up are fitted together, and are not each other's transpose unless λ is 0."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.mean = nn.Parameter(torch.zeros(channels_in))
        self.reduce = nn.Parameter(torch.eye(channels_in, channels_out))
        self.expand = nn.Parameter(torch.eye(channels_out, channels_in))

    def down(self, x: Tensor) -> Tensor:
        """Keep O coordinates."""
        return (x - self.mean) @ self.reduce

    def up(self, y: Tensor) -> Tensor:
        """The best linear guess of what they were made of."""
        return y @ self.expand + self.mean

    @torch.no_grad()
    def fit(self, moments: Covariance, share: float) -> None:
        """Set all from the second moments of rows [x; f]."""
        mean, matrix = moments.result()
        inputs, outputs = self.reduce.shape
        reduce, expand = reduced_rank(matrix, inputs, outputs, share)
        self.mean.copy_(mean[:inputs])
        self.reduce.copy_(reduce)
        self.expand.copy_(expand)


def reduced_rank(matrix: Tensor, inputs: int, outputs: int, share: float) -> tuple[Tensor, Tensor]:
    """(A [I, O], way back [O, I]) of a covariance [I + F, I + F] of inputs and future; λ is `share`."""
    c_xx, c_xf = matrix[:inputs, :inputs], matrix[:inputs, inputs:]
    scale = (c_xx.trace() / matrix[inputs:, inputs:].trace().clamp_min(1e-12)).sqrt()
    c_xy = torch.cat(((1 - share) ** 0.5 * c_xx, share**0.5 * scale * c_xf), 1)
    values, vectors = torch.linalg.eigh(c_xx)
    kept = values > TINY * values[-1]
    inverse = (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
    strengths, directions = torch.linalg.eigh(c_xy.T @ inverse @ c_xy)
    strengths, directions = strengths.flip(0)[:outputs], directions.flip(1)[:, :outputs]
    reduce = inverse @ c_xy @ directions
    back = torch.where(strengths > TINY * strengths[0], 1 / strengths.clamp_min(1e-30), 0.0)
    return reduce, ((c_xx @ reduce) * back).T


class PredictiveCodec(nn.Module):
    """Frames of one size through the same map."""

    def __init__(self, *, height: int, width: int, colours: int, channels: int) -> None:
        super().__init__()
        self.height, self.width, self.colours, self.channels = height, width, colours, channels
        self.map = PredictiveMap(height * width * colours, channels)

    def grid(self, height: int, width: int) -> tuple[int, int]:
        """One slot a leaf."""
        return 1, 1

    def check(self, height: int, width: int, colours: int) -> None:
        """Raise ValueError unless the frame has the one size this codec knows."""
        FlatCodec.check(self, height, width, colours)

    def encode(self, frames_NHWK: Tensor) -> Tensor:
        """Frames in [0, 1] -> states [N, 1, C]."""
        return self.map.down(frames_NHWK.flatten(1))[:, None]

    def decode(self, state_NSC: Tensor, height: int, width: int) -> Tensor:
        """States -> frames, not clipped."""
        return self.map.up(state_NSC[:, 0]).unflatten(1, (self.height, self.width, self.colours))


class Futures(Blocks, Protocol):
    """What this fit reads: the windows for closed forms, with their futures."""

    def futures(self) -> Iterable[Batch]: ...


@COMPRESSORS.add
class PredictiveTree(Tree):
    """Reduced-rank regression level by level."""

    name, trained = "predictive", False

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """How much the future counts."""

        share: float = setting(0.9, low=0.0, high=1.0)
        """λ: 0 keeps what reconstructs (the Karhunen-Loève transform), 1 what foretells"""

    @classmethod
    def check_tree(cls, tree: TreeConfig) -> None:
        """ValueError unless frames have one size and pairs are fused."""
        if (tree.codec, tree.pairing) != ("flat", "fuse"):
            raise ValueError(f"predictive goes with flat and fuse, not {tree.codec} and {tree.pairing}")

    @classmethod
    def student(cls, tree: TreeConfig) -> str:
        """ValueError: it has no student yet."""
        raise ValueError("there is no student for predictive trees; choose a fused one")

    def build_codec(self) -> PredictiveCodec:
        """The same map over pixels."""
        config = self.config
        size = {"height": config.height, "width": config.width, "colours": config.colours}
        return PredictiveCodec(**size, channels=config.channels)

    def sweeper(self, level: int, pairing: Pairing) -> Sweeper:
        """A map around a pairing."""
        return Sweeper(pairing, PredictiveMap(pairing.channels_in, pairing.channels_out))

    @torch.no_grad()
    def fit(self, batches: Futures, device: torch.device) -> None:
        """The codec, then every level on the states of the level below. ValueError for data without a future, unless
        λ is 0.
        """
        for level in range(-1, self.config.merges):
            map = self.codec.map if level < 0 else self.sweepers[level].map
            moments = None
            for batch in batches.futures():
                rows = self.rows(batch.to(device), level)
                moments = moments or Covariance(rows.shape[-1])
                moments.add(rows)
            map.fit(moments, self.options.share)

    def rows(self, batch: Batch, level: int) -> Tensor:
        """What a level merges, and behind it the future of the window, [B, N, I + F]."""
        future_BF = batch.more.get("future", batch.frames_BTHWK.new_zeros(len(batch.frames_BTHWK), 0))
        if not future_BF.shape[1] and self.options.share:
            raise ValueError(f"these data ask for no future; set share to 0, it is {self.options.share:g}")
        if level < 0:
            inputs_BNI = batch.frames_BTHWK.flatten(2)
        else:
            states = self.rise(self.encode(batch.frames_BTHWK), level)[-1]
            inputs_BNI = self.sweepers[level].pairing.join(states[:, 0::2], states[:, 1::2])[:, :, 0]
        return torch.cat((inputs_BNI, future_BF[:, None].expand(-1, inputs_BNI.shape[1], -1)), -1)
