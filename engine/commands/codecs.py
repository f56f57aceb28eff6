"""Measure what H.264 and JPEG make of the bytes that a video memory takes."""

from __future__ import annotations

import argparse


def options(parser: argparse.ArgumentParser) -> None:
    """Model, data, extent."""
    parser.add_argument("model", nargs="?", default="video-16", help="a bundled checkpoint's name or a folder")
    parser.add_argument("--data", help="a folder like IMFN_DATA, or any folder of videos")
    parser.add_argument("--size", type=int, default=128, help="side of the square crop in pixels, even")
    parser.add_argument("--limit", type=int, help="stop after this many windows")
    parser.add_argument("--record", action="store_true", help="write assets/results/codecs.json")


def run(options: argparse.Namespace) -> tuple[dict, str]:
    """Measure; (the result as JSON, the table as text)."""
    import os

    from engine.evaluation.codecs import compare_codecs
    from engine.experiments.compare import RESULTS
    from engine.files import write_json
    from engine.model import load_model

    data = options.data or os.environ.get("IMFN_DATA")
    if data is None:
        raise ValueError("comparing codecs needs --data or IMFN_DATA, a folder of videos")
    result = compare_codecs(load_model(options.model), data, size=options.size, limit=options.limit)
    if options.record:
        write_json(RESULTS / "codecs.json", result)
    lines = [f"{result['sequences']} windows; PSNR in dB of the mean error, - where every window is exact"]
    for row in result["rows"]:
        figures = (f"{n} {'-' if row[n]['psnr'] is None else format(row[n]['psnr'], '.2f')}" for n in NAMES)
        lines.append(
            f"{row['ratio']:>2}:1 {row['storage']:<8} {row['memory']['bytes']:>9,} bytes  {'  '.join(figures)}"
        )
    return result, "\n".join(lines)


NAMES = ("memory", "h264", "jpeg")
