"""The paper's map: plain MLPs over the flat pair, one for merging, one for its inverse, nothing shared.

The source names MLPs [2D] -> [D] and [D] -> [2D]; one hidden layer and GELU are our choice.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from engine.compressors.pairing import Pairing
from engine.compressors.sweepers.sweeper import Sweeper
from engine.compressors.tree import Tree, check_widths
from engine.config import TreeConfig, setting
from engine.registry import COMPRESSORS


def perceptron(channels_in: int, hidden: int, channels_out: int) -> nn.Sequential:
    """One hidden layer."""
    return nn.Sequential(nn.Linear(channels_in, hidden), nn.GELU(), nn.Linear(hidden, channels_out))


class DenseMap(nn.Module):
    """[.., I] <-> [.., O] by two separate perceptrons."""

    def __init__(self, channels_in: int, channels_out: int, *, hidden: int) -> None:
        super().__init__()
        self.reduce = perceptron(channels_in, hidden, channels_out)
        self.expand = perceptron(channels_out, hidden, channels_in)

    def down(self, x: Tensor) -> Tensor:
        """Merge."""
        return self.reduce(x)

    def up(self, y: Tensor) -> Tensor:
        """Invert."""
        return self.expand(y)


@COMPRESSORS.add
class DenseTree(Tree):
    """Dense sweepers, one MLP pair a level."""

    name = "dense"

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """What dense sweepers need besides the tree's shape."""

        hidden: tuple[int, ...] = setting((64, 256, 512, 512, 512, 512, 512), low=0, high=16384, unit="units")
        """width of each level's MLP, one number a level"""

    @classmethod
    def check_tree(cls, tree: TreeConfig) -> None:
        """ValueError unless every level has its width."""
        check_widths(tree)

    @classmethod
    def learns(cls, tree: TreeConfig, level: int) -> bool:
        """Whether a level has an MLP."""
        return bool(tree.options.hidden[level])

    def sweeper(self, level: int, pairing: Pairing) -> Sweeper:
        """Two perceptrons around a pairing."""
        sizes = pairing.channels_in, pairing.channels_out
        return Sweeper(pairing, DenseMap(*sizes, hidden=self.options.hidden[level]))
