"""Training: objectives, the optimiser's loop, the saved state, and the probe. See `trainer.py`; `engine/jobs` starts
and records it.
"""
