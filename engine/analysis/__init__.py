"""Measures and views of a model: one module computes each number, everything shows it."""

from engine.analysis.protocols import evaluate

__all__ = ["evaluate"]
