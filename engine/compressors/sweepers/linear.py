"""The closed-form map: the Karhunen-Loève transform of joined pairs, i.e. their principal components.

down(x) = (x - mean) W,  up(y) = y Wᵀ + mean,  W [I, O] with orthonormal columns: the O leading eigenvectors of
the pairs' covariance. No linear map of as many floats has a smaller squared error on the data it was fitted on.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.compressors.covariance import Covariance


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
