"""Second moments of rows that arrive in blocks: what every closed form is fitted to."""

from __future__ import annotations

import torch
from torch import Tensor


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
