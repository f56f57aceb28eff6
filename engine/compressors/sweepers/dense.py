"""The paper's map: plain MLPs over the flat pair, one for merging, one for its inverse, nothing shared.

The source names MLPs [2D] -> [D] and [D] -> [2D]; one hidden layer and GELU are our choice.
"""

from __future__ import annotations

from torch import Tensor, nn


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
