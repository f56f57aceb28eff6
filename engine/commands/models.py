"""List the bundled checkpoints."""

from __future__ import annotations

import argparse

from engine.checkpoints import BUNDLED, bundled_names, read_card


def options(parser: argparse.ArgumentParser) -> None:
    """Add no options."""


def run(options: argparse.Namespace) -> tuple[list, str]:
    """Name, kind, size and measured figures of each."""
    rows = []
    for name in bundled_names():
        card = read_card(BUNDLED / name)
        tree = card["config"]["tree"]
        row = {key: card.get(key) for key in ("kind", "parameters", "data", "seconds", "hardware", "metrics")}
        rows.append({"name": name, "leaves": tree["leaves"], "codec": tree["codec"], **row})
    lines = [f"{r['name']:<14} {r['kind']:<9} T={r['leaves']:<4} {r['parameters']:>10,} parameters" for r in rows]
    return rows, "\n".join(lines)
