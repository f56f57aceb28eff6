"""The closed-form map: the Karhunen-Loève transform of joined pairs, i.e. their principal components.

down(x) = (x - mean) W,  up(y) = y Wᵀ + mean,  W [I, O] with orthonormal columns: the O leading eigenvectors of
the pairs' covariance. No linear map of as many floats has a smaller squared error on the data it was fitted on.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.compressors.base import Blocks
from engine.compressors.codecs import FlatCodec, PatchCodec
from engine.compressors.covariance import Covariance
from engine.compressors.fitting.closed_form import fit_closed_form
from engine.compressors.pairing import Pairing
from engine.compressors.sweepers.mirror import MirrorMap
from engine.compressors.sweepers.sweeper import Sweeper
from engine.compressors.tree import Tree
from engine.config import TreeConfig
from engine.registry import COMPRESSORS


class LinearMap(nn.Module):
    """[.., I] <-> [.., O] by projection onto O orthonormal directions."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.mean = nn.Parameter(torch.zeros(channels_in))
        self.weight = nn.Parameter(torch.eye(channels_in, channels_out))

    def down(self, x: Tensor) -> Tensor:
        """Keep O coordinates."""
        return (x - self.mean) @ self.weight

    def up(self, y: Tensor) -> Tensor:
        """Back to I channels; what was dropped comes back as the mean."""
        return torch.nn.functional.linear(y, self.weight) + self.mean

    def moments(self) -> Covariance:
        """What `fit` needs, empty."""
        return Covariance(self.weight.shape[0])

    @torch.no_grad()
    def fit(self, covariance: Covariance) -> None:
        """Set mean and directions from streamed second moments."""
        mean, matrix = covariance.result()
        directions = torch.linalg.eigh(matrix).eigenvectors.flip(1)
        self.mean.copy_(mean)
        self.weight.copy_(directions[:, : self.weight.shape[1]])


class ClosedFormTree(Tree):
    """Sweepers that start at the KLT, or at its mirrored form."""

    @classmethod
    def check_tree(cls, tree: TreeConfig) -> None:
        """ValueError unless the codec and the pairing allow the mirrored form, where it is asked for."""
        if tree.options.mirror and (tree.codec, tree.pairing) != ("patch", "fuse"):
            raise ValueError(
                f"mirror goes with patch, fuse, and linear or residual, not {tree.codec}, {tree.pairing}, {tree.family}"
            )

    def build_codec(self) -> FlatCodec | PatchCodec:
        """The codec; mirrored sweepers need channels that are even or odd in a mirror."""
        config = self.config
        if config.codec == "flat":
            return super().build_codec()
        return PatchCodec(patch=config.patch, colours=config.colours, lap=config.lap, mirror=self.options.mirror)

    def closed_form(self, pairing: Pairing) -> LinearMap | MirrorMap:
        """A level's closed-form map, not fitted yet."""
        if self.options.mirror:
            return MirrorMap(pairing.channels_out)
        return LinearMap(pairing.channels_in, pairing.channels_out)

    def fit_sweepers(self, batches: Blocks, device: torch.device) -> None:
        """Principal components of joined pairs, level by level."""
        fit_closed_form(self, batches, device)


@COMPRESSORS.add
class LinearTree(ClosedFormTree):
    """The closed form alone. It is also what other models are compared with."""

    name, trained, baseline = "linear", False, True

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """What linear sweepers need besides the tree's shape."""

        mirror: bool = False
        """patch, fuse: closed form that is symmetric in time and in a mirror, with a quarter of the weights and the
        work"""

    def sweeper(self, level: int, pairing: Pairing) -> Sweeper:
        """A closed form around a pairing."""
        return Sweeper(pairing, self.closed_form(pairing))
