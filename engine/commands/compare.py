"""Train and measure the variants of a comparison, several seeds each; only what is not yet recorded."""

from __future__ import annotations

import argparse

SHORT = 100
"""steps of a training that chooses a learning rate"""


def options(parser: argparse.ArgumentParser) -> None:
    """Comparison and test data."""
    parser.add_argument("comparison", help="a bundled comparison's name or a JSON file")
    parser.add_argument("--data", help="a folder like IMFN_DATA, or any folder of videos")
    parser.add_argument("--only", metavar="GROUP", default="", help="lantern: train and measure this group alone")
    parser.add_argument("--rows", metavar="ROW", nargs="+", help="paper, paper-video: train and measure these alone")
    parser.add_argument("--seconds", type=float, help="paper, paper-video: CPU seconds of each training")
    parser.add_argument(
        "--forecast", action="store_true", help="paper, paper-video: take a few steps and say how many would fit"
    )
    parser.add_argument("--seed", type=int, default=0, help="paper, paper-video: of weights and batches")
    parser.add_argument(
        "--rates", type=float, nargs="+", help="lantern: choose learning rates by short trainings first"
    )
    parser.add_argument(
        "--pictures", action="store_true", help="train each once more and keep what it makes of a few digits"
    )
    parser.add_argument("--format", choices=["csv", "json", "latex", "markdown"], help="print the table in this form")


def run(options: argparse.Namespace) -> tuple[dict, str]:
    """Train and measure what is missing; (the result as JSON, the table of all variants as text)."""
    import os

    from engine.experiments.compare import compare, load_comparison, read_comparison, summary

    data = options.data or os.environ.get("IMFN_DATA")
    protocol = read_comparison(options.comparison).get("protocol")
    if protocol == "memories":
        return compared_memories(options, data)
    if protocol == "seconds":
        return compared_seconds(options, data)
    if options.rows or options.seconds or options.forecast:
        raise ValueError(
            f"--rows, --seconds and --forecast are for comparisons at equal CPU seconds; {options.comparison} is none"
        )
    if options.pictures:
        return compared_pictures(options, data)
    result = compare(load_comparison(options.comparison), data)
    if options.format:
        return result, exported(result, options.format)
    lines = [result["question"], f"{'variant':32} {'parameters':>11} {'seconds':>8} {'MSE':>19} {'SSIM':>15}"]
    for row in summary(result):
        lines.append(
            f"{row['variant']:32} {row['parameters']:>11,} {row['seconds']:>8.1f} "
            f"{row['mse']:>9.5f} ± {row['mse_std']:.5f} {row['ssim']:>6.3f} ± {row['ssim_std']:.3f}"
        )
    return result, "\n".join(lines)


def compared_pictures(options: argparse.Namespace, data: str | None) -> tuple[dict, str]:
    """The pictures of a comparison of digits, and the errors of those trainings."""
    from engine.experiments.compare import load_comparison
    from engine.experiments.pictures import pictures

    result = pictures(load_comparison(options.comparison), data)
    return result, "\n".join(f"{row['variant']:32} {row['mse']:.5f}" for row in result["rows"])


def compared_memories(options: argparse.Namespace, data: str | None) -> tuple[dict, str]:
    """The same for a comparison of memories by what they know."""
    from engine.experiments.compare import RESULTS, read_comparison
    from engine.experiments.memories import compare_memories, memory_comparison, search_rates

    if options.pictures:
        raise ValueError(f"--pictures is for comparisons of reconstruction; {options.comparison} asks memories")
    if options.format:
        raise ValueError(f"--format is for comparisons of reconstruction; {options.comparison} is stored as JSON")
    comparison = memory_comparison(read_comparison(options.comparison))
    if options.rates:
        steps = max(SHORT, comparison.base.get("joint_steps", 0) // 10)
        result = search_rates(comparison, tuple(options.rates), steps, results=RESULTS)
        return result, "\n".join(f"{r['variant']:30} {r['rate']:<8g} {r['loss']:.4f}" for r in result["rows"])
    result = compare_memories(comparison, data, results=RESULTS, only=options.only)
    lines = [comparison.question]
    for row in result["rows"]:
        figures = {"lag > 10": row["skill"]["old"]} if "skill" in row else {}
        figures |= {name: row[name] for name in ("find", "right", "frame_mse") if name in row}
        shown = "  ".join(f"{name} {value:.3f}" for name, value in figures.items())
        lines.append(f"{row['group']:16} {row['variant']:30} {row['seed']:>4}  {shown}")
    return result, "\n".join(lines)


def compared_seconds(options: argparse.Namespace, data: str | None) -> tuple[dict, str]:
    """The same for a comparison at equal CPU seconds."""
    from engine.experiments.compare import RESULTS, read_comparison
    from engine.experiments.equal_seconds import compare_seconds, forecast, timed_comparison

    if options.pictures or options.rates or options.only:
        raise ValueError(f"{options.comparison} is compared at equal CPU seconds; choose rows with --rows")
    comparison = timed_comparison(read_comparison(options.comparison))
    if options.forecast:
        found = forecast(comparison, options.rows, options.seconds, options.seed)
        return {"rows": found}, "\n".join(
            f"{row['title']:44} {row['parameters']:>12,} parameters  {row['step_seconds']:>7.2f} CPU s a step  "
            f"{row['steps']:>7,} steps  {row['peak_megabytes']:>6,} MB"
            for row in found
        )
    wanted = {"rows": options.rows, "seconds": options.seconds, "seed": options.seed}
    result = compare_seconds(comparison, data, results=RESULTS, **wanted)
    lines = [comparison.question, f"{'row':44} {'parameters':>12} {'CPU s':>8} {'steps':>7} {'MSE':>9} {'SSIM':>6}"]
    for row in result["rows"]:
        lines.append(
            f"{row['title']:44} {row['parameters']:>12,} {row['cpu_seconds']:>8,.0f} {row['steps']:>7,} "
            f"{row['mse'][-1]:>9.5f} {row['ssim'][-1]:>6.3f}"
        )
    if trial := result.get("trial"):
        lines.append(
            f"a trial of {result['seconds']:g} CPU seconds, kept in {trial}; the recorded rows are as they were"
        )
    return result, "\n".join(lines)


def exported(result: dict, kind: str) -> str:
    """The table of a comparison in one of export.FORMATS, with costs where they were measured."""
    from engine.reports.export import export
    from engine.reports.model_tables import models_table
    from engine.reports.tables import variants_table

    of_models = all("compress_ms" in row for row in result["rows"])
    return export((models_table if of_models else variants_table)(result), kind)
