"""What a data set asks of a memory: named questions with true answers, for objectives, probes and `model.predict`.

A question has a number of outputs, perhaps a query (a pose, actions, a digit), and one of three kinds of answers:

    values    real numbers, judged by squared error        choice    one of several, judged by -log P(a right one)
    yes       yes or no, judged by its log-loss

A batch carries the answers in `Batch.more` as `true.NAME` [B, outputs], the queries as `ask.NAME` [B, query], and,
where not every window has an answer, `asked.NAME` [B], 1 or 0.
Shapes: B windows, N outputs, Q floats of a query.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of a data set."""

    name: str
    kind: str
    """values, choice or yes"""
    outputs: int
    query: int = 0
    """floats of its query, 0 for none"""
    weight: float = 0.0
    """its share of a predicting objective's loss; 0 is asked of probes alone"""
    scale: float = 1.0
    """values: the variance that errors are measured in, about that of the true values"""
    pictures: int = 0
    """values: how many square pictures they are, one after the other; 0 for other values"""


def answered(question: Question, more: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """(true answers [B, N], whether a window has one, 1 or 0 [B])."""
    true_BN = more[f"true.{question.name}"]
    return true_BN, more.get(f"asked.{question.name}", true_BN.new_ones(len(true_BN)))


def losses(question: Question, output_BN: Tensor, true_BN: Tensor) -> Tensor:
    """Each window's loss [B]: squared error in units of `scale`, or nats."""
    if question.kind == "values":
        return (output_BN - true_BN).square().mean(1) / question.scale
    if question.kind == "yes":
        return F.binary_cross_entropy_with_logits(output_BN, true_BN, reduction="none").mean(1)
    return -torch.logsumexp(output_BN.log_softmax(1).masked_fill(true_BN < 0.5, -1e9), 1)


def mean_loss(question: Question, output_BN: Tensor, more: dict[str, Tensor]) -> Tensor:
    """The mean loss of the windows that have an answer, a scalar."""
    true_BN, asked_B = answered(question, more)
    return (losses(question, output_BN, true_BN) * asked_B).sum() / asked_B.sum().clamp_min(1)


def future_of(more: dict[str, Tensor], questions: tuple[Question, ...]) -> Tensor:
    """The answers that need no query side by side, each scaled by its weight, [B, F], for linear maps to foretell."""
    parts = [more[f"true.{q.name}"] * (q.weight / q.scale) ** 0.5 for q in questions if q.weight and not q.query]
    return torch.cat(parts, 1)
