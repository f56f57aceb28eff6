"""Fit the probe that reads a checkpoint's memories, and store it beside its weights."""

from __future__ import annotations

import argparse


def options(parser: argparse.ArgumentParser) -> None:
    """Checkpoint, rooms, seed."""
    parser.add_argument("model", help="a bundled checkpoint's name or a checkpoint folder")
    parser.add_argument("--rooms", type=int, default=8192, help="windows that it learns from; an eighth as many choose")
    parser.add_argument("--seed", type=int, default=0, help="seed of windows and weights")


def run(options: argparse.Namespace) -> tuple[dict, str]:
    """Fit and store; (what is stored about it, a line)."""
    from engine.experiments.stored_probe import store_probe

    if not 64 <= options.rooms <= 10**6:
        raise ValueError(f"--rooms is {options.rooms}, it must lie between 64 and 1,000,000")
    about = store_probe(options.model, options.rooms, options.seed)
    return about, f"{options.model}: a probe of {about['rooms']:,} windows, loss {about['loss']:.4f} on held-out digits"
