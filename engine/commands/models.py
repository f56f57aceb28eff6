"""List the bundled checkpoints."""

from __future__ import annotations

import argparse

from engine.checkpoints import bundled
from engine.compatibility import upgrade
from engine.config import TrainConfig, from_dict


def options(parser: argparse.ArgumentParser) -> None:
    """Add no options."""


def run(options: argparse.Namespace) -> tuple[list, str]:
    """Name, kind, size and measured figures of each; of damaged ones name and reason."""
    cards, damaged = bundled()
    rows = [row_of(name, card) for name, card in cards.items()]
    bad = [{"name": one.name, "damaged": one.reason} for one in damaged]
    lines = [*map(line, rows), *(f"{one.name:<14} damaged: {one.reason}" for one in damaged)]
    return [*rows, *bad], "\n".join(lines)


def row_of(name: str, card: dict) -> dict:
    """A sound checkpoint as JSON."""
    tree = from_dict(TrainConfig, upgrade(card["config"])).tree
    row = {key: card.get(key) for key in ("kind", "parameters", "data", "seconds", "hardware", "metrics")}
    return {"name": name, "leaves": tree.leaves, "codec": tree.codec, **row}


def line(row: dict) -> str:
    """A sound checkpoint in a line."""
    parameters = f"{row['parameters']:,}" if isinstance(row["parameters"], int) else "?"
    return f"{row['name']:<14} {row['kind'] or 'teacher':<9} T={row['leaves']:<4} {parameters:>10} parameters"
