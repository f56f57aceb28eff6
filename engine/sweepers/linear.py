"""The closed-form map: the Karhunen-Loève transform of joined pairs, i.e. their principal components.

down(x) = (x - mean) W,  up(y) = y Wᵀ + mean,  W [I, O] with orthonormal columns: the O leading eigenvectors of
the pairs' covariance. No linear map of as many floats has a smaller squared error on the data it was fitted on.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


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


class Covariance:
    """Mean and covariance of rows that arrive in blocks, held in float64; around zero when not `centred`."""

    def __init__(self, channels: int, *, centred: bool = True) -> None:
        self.count, self.centred = 0, centred
        self.sum = torch.zeros(channels, dtype=torch.float64)
        self.products = torch.zeros(channels, channels, dtype=torch.float64)

    def add(self, rows: Tensor) -> None:
        """Take in rows [.., channels]."""
        x = rows.flatten(0, -2).float()
        self.count += len(x)
        self.sum += x.sum(0).double().cpu()
        self.products += (x.T @ x).double().cpu()

    def result(self) -> tuple[Tensor, Tensor]:
        """(mean [channels], covariance [channels, channels]); ValueError when nothing was added."""
        if not self.count:
            raise ValueError("the transform was fitted on 0 rows, at least 1 is needed")
        mean = self.sum / self.count * self.centred
        return mean, self.products / self.count - mean[:, None] * mean[None]
