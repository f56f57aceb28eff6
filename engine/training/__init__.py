"""Training: configs, stages, loops and their saved state. See `train.py`; `engine/jobs` starts and records it."""
