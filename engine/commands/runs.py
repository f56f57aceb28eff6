"""List training runs with their status and last figures."""

from __future__ import annotations

import argparse

from engine.training.runs import list_runs


def options(parser: argparse.ArgumentParser) -> None:
    """Nothing to set."""


def run(options: argparse.Namespace) -> tuple[list, str]:
    """Oldest first."""
    rows = list_runs()
    lines = [
        f"{r['run']:<34} {r['status']:<9} step {r.get('total', 0):>6}  loss {r.get('loss', float('nan')):.5f}"
        for r in rows
    ]
    return rows, "\n".join(lines) or "no runs yet"
