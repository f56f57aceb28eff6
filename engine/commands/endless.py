"""Push a long stream through a bounded memory: resident memory, floats, and PSNR by age."""

from __future__ import annotations

import argparse


def options(parser: argparse.ArgumentParser) -> None:
    """Model, extent."""
    parser.add_argument("--model", default="video-16", help="a teacher's bundled checkpoint or folder")
    parser.add_argument("--frames", type=int, default=2000, help="frames of the stream")
    parser.add_argument("--size", type=int, default=32, help="short side of a frame in pixels")
    parser.add_argument("--roots", type=int, default=16, help="roots of finished windows that are kept at most")
    parser.add_argument("--sample", default="realshort", help="the bundled clip that is looped")
    parser.add_argument("--record", action="store_true", help="write assets/results/endless.json")


def run(options: argparse.Namespace) -> tuple[dict, str]:
    """Stream and measure; (the result as JSON, the table as text)."""
    from engine.evaluation.endless import endless
    from engine.experiments.compare import RESULTS
    from engine.files import write_json
    from engine.model import load_model

    wanted = {name: getattr(options, name) for name in ("frames", "size", "roots", "sample")}
    result = endless(load_model(options.model), **wanted)
    if options.record:
        write_json(RESULTS / "endless.json", result)
    last = result["looks"][-1] if result["looks"] else {"MB": 0.0, "floats": 0}
    lines = [f"{result['frames']:,} frames in {last['floats']:,} of at most {result['most_floats']:,} floats"]
    lines += [f"{look['frames']:>9,} frames {look['MB']:>8.1f} MB resident" for look in result["looks"]]
    lines += [f"age {age['from']:>7,} to {age['to']:>7,}: {age['psnr']:.2f} dB" for age in result["ages"]]
    return result, "\n".join(lines)
