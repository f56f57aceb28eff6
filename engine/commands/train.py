"""Train a teacher from a bundled config or a JSON file; Ctrl-C stops it, --resume continues exactly."""

from __future__ import annotations

import argparse


def options(parser: argparse.ArgumentParser) -> None:
    """Config, changes to it, run to resume."""
    parser.add_argument("config", help="a bundled config's name (digits-128, video-16) or a JSON file")
    parser.add_argument("--set", nargs="+", default=[], metavar="KEY=VALUE", help="change settings, e.g. seed=1")
    parser.add_argument("--resume", metavar="RUN", help="continue a stopped run")


def run(options: argparse.Namespace) -> tuple[dict, str]:
    """Train to the end or until stopped."""
    from engine.config import load_config, with_settings
    from engine.jobs.execution.foreground import train

    config = load_config(options.config)
    folder = train(with_settings(config, options.set), resume=options.resume)
    if folder is None:
        return {"finished": False}, "stopped; continue with --resume RUN (python -m engine runs lists them)"
    return {"finished": True, "checkpoint": str(folder)}, f"checkpoint written to {folder}"
