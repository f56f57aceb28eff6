"""Train a teacher from a bundled config or a JSON file; Ctrl-C stops it, --resume continues exactly."""

from __future__ import annotations

import argparse


def options(parser: argparse.ArgumentParser) -> None:
    """Config, changes to it, run to resume."""
    parser.add_argument("config", help="a bundled config's name (digits-128, video-16) or a JSON file")
    parser.add_argument(
        "--set",
        nargs="+",
        default=[],
        metavar="KEY=VALUE",
        help="change settings, e.g. seed=1; of a resumed run: its rate",
    )
    parser.add_argument("--resume", metavar="RUN", help="continue a run that has ended, with its own config")


def run(options: argparse.Namespace) -> tuple[dict, str]:
    """Train to the end or until stopped."""
    from engine.config import load_config, parsed_settings, with_settings
    from engine.jobs.execution.foreground import train

    config = load_config(options.config)
    if options.resume:
        folder = train(config, resume=options.resume, settings=parsed_settings(options.set))
    else:
        folder = train(with_settings(config, options.set))
    if folder is None:
        return {"finished": False}, "stopped; continue with --resume RUN (python -m engine runs lists them)"
    return {"finished": True, "checkpoint": str(folder)}, f"checkpoint written to {folder}"
