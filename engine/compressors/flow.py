"""m_{t+1} = m_t + g(m_t, x_t, t): one step of a student's memory, whose cost depends on neither t nor T.

    g = z ⊙ (c - m),    z a gate and c a candidate, both of LayerNorm(m), x_t and a learned place t
Shapes: B windows, T leaves, D floats of the memory, E floats of a token.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Flow(nn.Module):
    """One step, and the memory of nothing (`first`)."""

    def __init__(self, floats: int, token: int, *, hidden: int, leaves: int) -> None:
        super().__init__()
        self.first = nn.Parameter(torch.zeros(floats))
        self.norm, self.places = nn.LayerNorm(floats), nn.Parameter(0.02 * torch.randn(leaves, hidden))
        self.inner = nn.Linear(floats + token, hidden)
        self.gate, self.candidate = nn.Linear(hidden + floats + token, floats), nn.Linear(hidden, floats)
        self.direct = nn.Linear(token, floats, bias=False)

    def change(self, memory_BD: Tensor, token_BE: Tensor, t: int) -> Tensor:
        """g(m, x, t) [B, D]."""
        known = torch.cat((self.norm(memory_BD), token_BE), -1)
        hidden = nn.functional.gelu(self.inner(known) + self.places[t])
        gate = torch.sigmoid(self.gate(torch.cat((hidden, known), -1)))
        return gate * (self.candidate(hidden) + self.direct(token_BE) - memory_BD)

    def forward(self, memory_BD: Tensor, token_BE: Tensor, t: int) -> Tensor:
        """The memory after one more token."""
        return memory_BD + self.change(memory_BD, token_BE, t)

    def start(self, batch: int) -> Tensor:
        """The memory of nothing [B, D]; a sum, since operations are not counted through a view of a parameter."""
        return self.first + self.first.new_zeros(batch, 1)

    def read(self, tokens_BTE: Tensor) -> Tensor:
        """The memories [B, T, D] after every token of a sequence."""
        memory_BD, memories = self.start(len(tokens_BTE)), []
        for t, token_BE in enumerate(tokens_BTE.unbind(1)):
            memory_BD = self(memory_BD, token_BE, t)
            memories.append(memory_BD)
        return torch.stack(memories, 1)
