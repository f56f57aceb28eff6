"""Measure what a whole clip in the floats of one frame gives back, beside what else keeps as many floats."""

from __future__ import annotations

import argparse


def options(parser: argparse.ArgumentParser) -> None:
    """Models, data, extent."""
    parser.add_argument("--long", default="video-64", help="a checkpoint with long windows")
    parser.add_argument("--short", default="video-16", help="one with short windows")
    parser.add_argument("--data", help="a folder like IMFN_DATA, or any folder of videos")
    parser.add_argument("--size", type=int, default=128, help="side of the square crop in pixels, even")
    parser.add_argument("--limit", type=int, help="stop after this many windows")
    parser.add_argument("--record", action="store_true", help="write assets/results/long.json")


def run(options: argparse.Namespace) -> tuple[dict, str]:
    """Measure; (the result as JSON, the table as text)."""
    import os

    from engine.evaluation.long_windows import compare_long
    from engine.experiments.compare import RESULTS
    from engine.files import write_json
    from engine.model import load_model

    data = options.data or os.environ.get("IMFN_DATA")
    if data is None:
        raise ValueError("measuring long windows needs --data or IMFN_DATA, a folder of videos")
    models = load_model(options.long), load_model(options.short)
    result = compare_long(*models, data, size=options.size, limit=options.limit)
    if options.record:
        write_json(RESULTS / "long.json", result)
    lines = [f"{result['sequences']} windows of {result['frames']} frames, {result['data']}"]
    for row in result["rows"]:
        lines.append(
            f"{row['ratio']:>5.1f}:1 {row['psnr']:>6.2f} dB, mean PSNR {row['mean_psnr']:>6.2f} dB  {row['way']}"
        )
    return result, "\n".join(lines)
