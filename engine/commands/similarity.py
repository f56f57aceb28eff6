"""Compute SSIM in its usual variants for reconstructions that need no training: the mean image and linear codes."""

from __future__ import annotations

import argparse


def options(parser: argparse.ArgumentParser) -> None:
    """Test data."""
    parser.add_argument("--data", help="a folder like IMFN_DATA")
    parser.add_argument("--record", action="store_true", help="write assets/results/ssim.json")


def run(options: argparse.Namespace) -> tuple[dict, str]:
    """Measure; (the result as JSON, a line a reconstruction as text)."""
    import os

    from engine.evaluation.similarity import known_reconstructions
    from engine.experiments.compare import RESULTS
    from engine.files import write_json

    result = known_reconstructions(options.data or os.environ.get("IMFN_DATA"))
    if options.record:
        write_json(RESULTS / "ssim.json", result)
    lines = [f"{result['images']} test digits; the mean image, and linear codes of a few floats"]
    for row in result["rows"]:
        figures = "  ".join(f"{name} {value:.3f}" for name, value in row["ssim"].items())
        lines.append(f"{row['floats']} floats  MSE {row['mse']:.4f}  {figures}")
    return result, "\n".join(lines)
