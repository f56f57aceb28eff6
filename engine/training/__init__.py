"""Training: configs, stages, loops and their saved state. See `train.py`."""

from engine.training.train import train

__all__ = ["train"]
