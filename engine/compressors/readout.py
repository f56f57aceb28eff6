"""A read-out: a small network from a memory, and perhaps a query, to the answers of a data set's questions.

    h = f(memory) + g(f(memory))          answers without a query: a linear map of h
                                          answers to a query:      an MLP of (h, query)
The same module is an objective's own read-out while a memory is trained, a fresh probe afterwards, and what
`model.predict` asks. Shapes: B memories, D floats of each, E width, Q floats of a query, N outputs.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.data.datasets.questions import Question


class Readout(nn.Module):
    """Answers to questions from memories [B, D], which it scales to unit variance with `settle_scale`."""

    def __init__(self, floats: int, questions: tuple[Question, ...], *, width: int) -> None:
        super().__init__()
        self.questions = {question.name: question for question in questions}
        self.register_buffer("mean", torch.zeros(floats))
        self.register_buffer("scale", torch.ones(floats))
        self.first, self.second = nn.Linear(floats, width), nn.Linear(width, width)
        self.answers = nn.ModuleDict({q.name: answer_map(width, q) for q in questions})

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


def answer_map(width: int, question: Question) -> nn.Module:
    """From the hidden units, and the query where there is one, to a question's outputs."""
    if not question.query:
        return nn.Linear(width, question.outputs)
    return nn.Sequential(nn.Linear(width + question.query, width), nn.GELU(), nn.Linear(width, question.outputs))
