"""Probes: what a frozen memory knows, read by a fresh and identical network for every model.

    probe = fit_probe(questions, learning, choosing, seed=0)       learning, choosing: memories with their questions
    measured = answers(probe, testing)                             by question, the outputs for every test memory

A probe is a `Readout` that never saw the memory's training. It learns from memories of other windows, keeps the weights
that were best on held-out ones, and is trained at two rates of which held-out memories choose; more steps are taken
until they bring nothing.
Shapes: N memories, D floats of each.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.compressors.readout import Readout
from engine.data.datasets.base import Batch
from engine.data.datasets.questions import Question, mean_loss
from engine.training.loop import rate_at


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Memories and what was asked of each."""

    memories_ND: Tensor
    more: dict[str, Tensor]

    def __len__(self) -> int:
        return len(self.memories_ND)

    def rows(self, index_B: Tensor) -> Asked:
        """Some of them."""
        more = {name: value[index_B] for name, value in self.more.items()}
        return Asked(memories_ND=self.memories_ND[index_B], more=more)


@dataclass(frozen=True, kw_only=True)
class ProbeConfig:
    """How a probe learns; the same for every model of a comparison."""

    width: int = 256
    """hidden units"""
    batch: int = 256
    """memories a step"""
    round: int = 100
    """steps between two looks at the held-out memories"""
    rounds: int = 8
    """looks at most"""
    patience: int = 2
    """looks without improvement after which it ends"""
    rates: tuple[float, ...] = (1e-3, 3e-3)
    """learning rates that are tried"""
    compact: bool = False
    """whether pictures are drawn by a small network (`Readout`)"""


@torch.no_grad()
def remembered(memory: Callable[[Tensor], Tensor], batches: Iterable[Batch]) -> Asked:
    """The memories of batches, by a function from frames [B, T, H, W, K] to memories [B, D]."""
    memories, rows = [], []
    for batch in batches:
        memories.append(memory(batch.frames_BTHWK))
        rows.append(batch.more)
    more = {name: torch.cat([row[name] for row in rows]) for name in rows[0]}
    return Asked(memories_ND=torch.cat(memories), more=more)


def fit_probe(
    questions: tuple[Question, ...], learning: Asked, choosing: Asked, *, seed: int, config: ProbeConfig | None = None
) -> Readout:
    """The probe with the smallest loss on the held-out memories, of all rates and rounds."""
    config = config or ProbeConfig()
    equal = tuple(dataclasses.replace(question, weight=1.0) for question in questions)
    found = [trained_probe(equal, learning, choosing, seed=seed, rate=rate, config=config) for rate in config.rates]
    return min(found, key=lambda pair: pair[0])[1].eval().requires_grad_(False)


def trained_probe(
    questions: tuple[Question, ...], learning: Asked, choosing: Asked, *, seed: int, rate: float, config: ProbeConfig
) -> tuple[float, Readout]:
    """(smallest held-out loss, the probe that had it) of one rate."""
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        probe = Readout(learning.memories_ND.shape[1], questions, width=config.width, compact=config.compact)
    probe.settle_scale(learning.memories_ND)
    optimizer = torch.optim.Adam(probe.parameters())
    best, kept, waited = probe_loss(probe, choosing).item(), probe.state_dict(), 0
    for look in range(config.rounds):
        for step in range(config.round):
            at = rate_at(look * config.round + step, config.rounds * config.round, rate)
            optimizer.param_groups[0]["lr"] = at
            loss = probe_loss(probe, learning.rows(torch.randint(len(learning), (config.batch,), generator=generator)))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            now = probe_loss(probe, choosing).item()
        waited = waited + 1 if now >= best else 0
        if now < best:
            best, kept = now, {key: value.clone() for key, value in probe.state_dict().items()}
        if waited >= config.patience:
            break
    probe.load_state_dict(kept)
    return best, probe


def probe_loss(probe: Readout, asked: Asked) -> Tensor:
    """The sum of all questions' mean losses; each has its own part of the probe but for the hidden units."""
    found = probe(asked.memories_ND, asked.more)
    return torch.stack([mean_loss(q, found[name], asked.more) for name, q in probe.questions.items()]).sum()


@torch.inference_mode()
def answers(probe: Readout, asked: Asked) -> dict[str, Tensor]:
    """By question, the outputs [N, outputs]."""
    return probe(asked.memories_ND, asked.more)
