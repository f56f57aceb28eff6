"""The map that starts at the closed form and learns the rest: KLT shortcut + MLP with a zero last layer.

down(x) = KLT(x) + f(x),  up(y) = KLTᵀ(y) + g(y); f and g are zero before training, so step 0 is exactly the
linear tree. Weights are shared over slots. A hidden width of 0 leaves the shortcut alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from engine.compressors.covariance import Covariance
from engine.compressors.pairing import Pairing
from engine.compressors.sweepers.linear import ClosedFormTree, LinearMap
from engine.compressors.sweepers.mirror import MirrorMap, MirrorMoments
from engine.compressors.sweepers.sweeper import Sweeper
from engine.compressors.tree import check_widths
from engine.config import TreeConfig, setting
from engine.registry import COMPRESSORS


def correction(channels_in: int, hidden: int, channels_out: int) -> nn.Sequential:
    """Two hidden layers behind a LayerNorm, the last layer zero."""
    last = nn.Linear(hidden, channels_out)
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    return nn.Sequential(
        nn.Linear(channels_in, hidden),
        nn.LayerNorm(hidden),
        nn.GELU(),
        nn.Linear(hidden, hidden),
        nn.GELU(),
        last,
    )


class ResidualMap(nn.Module):
    """[.., I] <-> [.., O]: projection plus learned correction, both ways."""

    def __init__(self, shortcut: LinearMap | MirrorMap, channels_in: int, channels_out: int, *, hidden: int) -> None:
        super().__init__()
        self.shortcut = shortcut
        self.reduce = correction(channels_in, hidden, channels_out) if hidden else None
        self.expand = correction(channels_out, hidden, channels_in) if hidden else None

    def down(self, x: Tensor) -> Tensor:
        """Merge."""
        y = self.shortcut.down(x)
        return y + self.reduce(x) if self.reduce else y

    def up(self, y: Tensor) -> Tensor:
        """Invert."""
        x = self.shortcut.up(y)
        return x + self.expand(y) if self.expand else x

    def moments(self) -> Covariance | MirrorMoments:
        """What `fit` needs, empty."""
        return self.shortcut.moments()

    def fit(self, moments: Covariance | MirrorMoments) -> None:
        """Start the shortcut at the closed form."""
        self.shortcut.fit(moments)


@COMPRESSORS.add
class ResidualTree(ClosedFormTree):
    """A closed form and a learned correction a level."""

    name = "residual"

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """What residual sweepers need besides the tree's shape."""

        hidden: tuple[int, ...] = setting((64, 256, 512, 512, 512, 512, 512), low=0, high=16384, unit="units")
        """width of each level's MLP, one number a level; 0 for the closed form alone"""
        mirror: bool = False
        """patch, fuse: closed form that is symmetric in time and in a mirror, with a quarter of the weights and the
        work"""

    @classmethod
    def check_tree(cls, tree: TreeConfig) -> None:
        """ValueError unless every level has its width and mirroring is possible where it is asked for."""
        super().check_tree(tree)
        check_widths(tree)

    @classmethod
    def learns(cls, tree: TreeConfig, level: int) -> bool:
        """Whether a level has an MLP."""
        return bool(tree.options.hidden[level])

    def sweeper(self, level: int, pairing: Pairing) -> Sweeper:
        """A closed form with a correction around a pairing."""
        sizes = pairing.channels_in, pairing.channels_out
        return Sweeper(pairing, ResidualMap(self.closed_form(pairing), *sizes, hidden=self.options.hidden[level]))
