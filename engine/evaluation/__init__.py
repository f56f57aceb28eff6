"""Measures and views of a model: one module computes each number, everything shows it."""

from __future__ import annotations

from typing import Any

__all__ = ["evaluate"]


def __getattr__(name: str) -> Any:
    """`evaluate` when it is asked for: the process that fits UMAP needs no torch."""
    if name != "evaluate":
        raise AttributeError(f"module 'engine.evaluation' has no attribute {name!r}")
    from engine.evaluation.protocols import evaluate

    return evaluate
