"""A read-out: a small network from a memory, and perhaps a query, to the answers of a data set's questions.

    h = f(memory) + g(f(memory))          answers without a query: a linear map of h
                                          answers to a query:      an MLP of (h, query)
                                          pictures, where `compact`: a small network of (h, which picture)
The same module is an objective's own read-out while a memory is trained, a fresh probe afterwards, and what
`model.predict` asks. Shapes: B memories, D floats of each, E width, Q floats of a query, N outputs, P pictures of R·R
pixels, K channels, S = R / 8 side of the smallest map.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.data.datasets.questions import Question


class Readout(nn.Module):
    """Answers to questions from memories [B, D], which it scales to unit variance with `settle_scale`. `compact` draws
    pictures by a network whose weights they share, a tenth as many as one map to all their pixels has.
    """

    def __init__(self, floats: int, questions: tuple[Question, ...], *, width: int, compact: bool = False) -> None:
        super().__init__()
        self.questions, self.compact = {question.name: question for question in questions}, compact
        self.register_buffer("mean", torch.zeros(floats))
        self.register_buffer("scale", torch.ones(floats))
        self.first, self.second = nn.Linear(floats, width), nn.Linear(width, width)
        self.answers = nn.ModuleDict({q.name: answer_map(width, q, compact) for q in questions})

    @torch.no_grad()
    def settle_scale(self, memories_ND: Tensor) -> None:
        """Take mean and deviation from memories, for probes; while memories are trained they stay 0 and 1."""
        self.mean.copy_(memories_ND.mean(0))
        self.scale.copy_(memories_ND.std(0).clamp_min(1e-4))

    def hidden(self, memory_BD: Tensor) -> Tensor:
        """What all answers are made of, [B, E]."""
        hidden_BE = F.gelu(self.first((memory_BD - self.mean) / self.scale))
        return hidden_BE + F.gelu(self.second(hidden_BE))

    def answer(self, name: str, hidden_BE: Tensor, query_BQ: Tensor | None = None) -> Tensor:
        """The outputs [B, N] of one question."""
        given = hidden_BE if query_BQ is None else torch.cat((hidden_BE, query_BQ), -1)
        return self.answers[name](given)

    def forward(self, memory_BD: Tensor, more: dict[str, Tensor]) -> dict[str, Tensor]:
        """The outputs of every question, with the queries of a batch."""
        hidden_BE = self.hidden(memory_BD)
        return {name: self.answer(name, hidden_BE, more.get(f"ask.{name}")) for name in self.questions}


class PictureMap(nn.Module):
    """From hidden units [B, E] to pictures [B, P·R·R], each grown from a small map by the same upsampling."""

    def __init__(self, width: int, pictures: int, side: int) -> None:
        super().__init__()
        self.pictures, self.side, self.start = pictures, side, -(-side // 8)
        channels = max(width // 8, 2)
        self.inner = nn.Linear(width + pictures, channels * self.start**2)
        sizes = (channels, channels, channels // 2, 1)
        layers = [nn.ConvTranspose2d(sizes[i], sizes[i + 1], 4, stride=2, padding=1) for i in range(3)]
        self.grow = nn.Sequential(*(part for layer in layers for part in (nn.GELU(), layer)))

    def forward(self, hidden_BE: Tensor) -> Tensor:
        """All pictures of every memory."""
        which_PP = torch.eye(self.pictures, device=hidden_BE.device)
        given = [hidden_BE[:, None].expand(-1, self.pictures, -1), which_PP.expand(len(hidden_BE), -1, -1)]
        maps = self.inner(torch.cat(given, -1)).unflatten(-1, (-1, self.start, self.start)).flatten(0, 1)
        grown = self.grow(maps)[:, 0, : self.side, : self.side]
        return grown.reshape(len(hidden_BE), -1)


def answer_map(width: int, question: Question, compact: bool = False) -> nn.Module:
    """From the hidden units, and the query where there is one, to a question's outputs."""
    if compact and question.pictures:
        return PictureMap(width, question.pictures, math.isqrt(question.outputs // question.pictures))
    if not question.query:
        return nn.Linear(width, question.outputs)
    return nn.Sequential(nn.Linear(width + question.query, width), nn.GELU(), nn.Linear(width, question.outputs))
