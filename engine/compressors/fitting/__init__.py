"""Closed forms: what a compressor can be given before, or instead of, an optimiser. One pass over the data a step."""
