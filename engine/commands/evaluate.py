"""Measure a checkpoint on test data by the project's protocols, every level."""

from __future__ import annotations

import argparse


def options(parser: argparse.ArgumentParser) -> None:
    """Model, data, extent."""
    parser.add_argument("model", help="a bundled checkpoint's name or a checkpoint folder")
    parser.add_argument("--data", help="a folder like IMFN_DATA, or any folder of videos")
    parser.add_argument("--seeds", type=int, default=1, help="digits: orders of the test set")
    parser.add_argument("--size", type=int, default=128, help="video: side of the square crop in pixels")
    parser.add_argument("--limit", type=int, help="stop after this many sequences")
    parser.add_argument("--record", action="store_true", help="write the figures into the checkpoint's card")


def run(options: argparse.Namespace) -> tuple[dict, str]:
    """Measure; (the metrics as JSON, the table of all levels as text)."""
    import os

    from engine.checkpoints import find_checkpoint, hardware, read_card, revision
    from engine.evaluation.protocols import TRAILED, evaluate, student_trail
    from engine.files import write_json
    from engine.model import load_model

    model = load_model(options.model)
    data = options.data or os.environ.get("IMFN_DATA")
    result = evaluate(model, data, seeds=options.seeds, size=options.size, limit=options.limit)
    if model.kind == "student":
        result["trail"] = student_trail(model, data, limit=options.limit or TRAILED)
    if options.record:
        folder = find_checkpoint(options.model)
        made = {"command": f"python -m engine evaluate {model.name} --seeds {options.seeds} --record"}
        made |= {"hardware": hardware(), "revision": revision()}
        write_json(folder / "card.json", {**read_card(folder), "metrics": {**result, **made}})
    lines = [f"{model.name}: {result['data']}, {result['sequences']} sequences"]
    lines.append(f"{'ratio':>6} {'MSE':>10} {'±':>9} {'PSNR':>7} {'mean PSNR':>10} {'SSIM':>6}")
    for row in result["levels"]:
        lines.append(
            f"{row['ratio']:>4}:1 {row['mse']:>10.6f} {row['mse_std']:>9.6f} {row['psnr']:>7.2f} "
            f"{row['mean_psnr']:>10.2f} {row['ssim']:>6.3f}"
        )
    if "trail" in result:
        gap = result["trail"]["gap"]
        lines.append(
            f"against its teacher as both stream: MSE {gap['end']:+.1%} at the end ({gap['end_dB']:+.2f} dB), "
            f"{gap['mean']:+.1%} on average over t, {result['trail']['sequences']} sequences"
        )
    return result, "\n".join(lines)
