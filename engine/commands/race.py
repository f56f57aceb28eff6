"""Train from nothing against the clock: seconds until the test error is below the authors' and two other marks."""

from __future__ import annotations

import argparse


def options(parser: argparse.ArgumentParser) -> None:
    """Config and data."""
    parser.add_argument("config", nargs="?", default="digits-128-quick", help="a bundled config's name or a JSON file")
    parser.add_argument("--data", help="a folder like IMFN_DATA")
    parser.add_argument("--record", action="store_true", help="write assets/results/race.json")


def run(options: argparse.Namespace) -> tuple[dict, str]:
    """Train and time; (the result as JSON, the times as text)."""
    import os

    from engine.config import load_config
    from engine.experiments.compare import RESULTS
    from engine.experiments.race import race
    from engine.files import write_json

    result = race(load_config(options.config), options.data or os.environ.get("IMFN_DATA"))
    if options.record:
        RESULTS.mkdir(parents=True, exist_ok=True)
        write_json(RESULTS / "race.json", result)
    lines = [
        f"below {name}: " + ("never" if seconds is None else f"{seconds:.1f} s")
        for name, seconds in result["seconds_until_below"].items()
    ]
    last = result["curve"][-1]
    return result, "\n".join([*lines, f"after {last['seconds']:.0f} s: {last['mse']:.4f}"])
