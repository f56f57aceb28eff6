"""Train and measure the variants of a comparison, several seeds each; only what is not yet recorded."""

from __future__ import annotations

import argparse


def options(parser: argparse.ArgumentParser) -> None:
    """Comparison and test data."""
    parser.add_argument("comparison", help="a bundled comparison's name or a JSON file")
    parser.add_argument("--data", help="a folder like IMFN_DATA, or any folder of videos")
    parser.add_argument("--format", choices=["csv", "json", "latex", "markdown"], help="print the table in this form")


def run(options: argparse.Namespace) -> tuple[dict, str]:
    """Train and measure what is missing; (the result as JSON, the table of all variants as text)."""
    import os

    from engine.experiments.compare import compare, load_comparison, summary

    result = compare(load_comparison(options.comparison), options.data or os.environ.get("IMFN_DATA"))
    if options.format:
        return result, exported(result, options.format)
    lines = [result["question"], f"{'variant':32} {'parameters':>11} {'seconds':>8} {'MSE':>19} {'SSIM':>15}"]
    for row in summary(result):
        lines.append(
            f"{row['variant']:32} {row['parameters']:>11,} {row['seconds']:>8.1f} "
            f"{row['mse']:>9.5f} ± {row['mse_std']:.5f} {row['ssim']:>6.3f} ± {row['ssim_std']:.3f}"
        )
    return result, "\n".join(lines)


def exported(result: dict, kind: str) -> str:
    """The table of a comparison in one of export.FORMATS, with costs where they were measured."""
    from engine.reports.export import export
    from engine.reports.model_tables import models_table
    from engine.reports.tables import variants_table

    of_models = all("compress_ms" in row for row in result["rows"])
    return export((models_table if of_models else variants_table)(result), kind)
