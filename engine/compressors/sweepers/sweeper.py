"""A sweeper: a pairing around a map. merge: (left, right) -> memory, inverse: memory -> (left, right)."""

from __future__ import annotations

from torch import Tensor, nn

from engine.compressors.pairing import Pairing


class Sweeper(nn.Module):
    """One level of the tree; `map` has `down` [.., I] -> [.., O] and `up` [.., O] -> [.., I]."""

    def __init__(self, pairing: Pairing, map: nn.Module) -> None:
        super().__init__()
        self.pairing, self.map = pairing, map

    def merge(self, left_BSC: Tensor, right_BSC: Tensor) -> Tensor:
        """Two neighbours' states -> one state of as many floats."""
        return self.map.down(self.pairing.join(left_BSC, right_BSC))

    def open(self, state_BSC: Tensor) -> Tensor:
        """What `inverse` takes: for most families the state as it is."""
        return state_BSC

    def inverse(self, state_BSC: Tensor) -> tuple[Tensor, Tensor]:
        """One state -> its two children's states, as well as they are remembered."""
        return self.pairing.split(self.map.up(state_BSC))
