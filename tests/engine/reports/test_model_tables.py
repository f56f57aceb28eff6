"""The tables of models: the best first and bold, pairs over the same sequences, exact windows said in words."""

from __future__ import annotations

import pytest

from engine.commands.compare import exported
from engine.reports.model_tables import decibels, models_table, paired_table
from engine.reports.table import marked


def row(variant: str, seed: int, mse: float, ssim: float) -> dict:
    """A stored row of an equal comparison."""
    levels = {"mse": [mse], "mean_psnr": [20.0], "ssim": [ssim]}
    costs = {
        "parameters": 1_100_000,
        "seconds": 9.6,
        "cpu_seconds": 8.1,
        "floats": 256,
        "compress_ms": 3.25,
        "step_ms": 0.5,
    }
    return {"variant": variant, "seed": seed, **levels, **costs, "sequence_mse": [mse, mse + 0.01]}


RESULT = {
    "question": "Who?",
    "command": "python -m engine compare tiny",
    "rows": [row("GRU", 0, 0.03, 0.7), row("GRU", 1, 0.05, 0.7), row("IMFN", 0, 0.01, 0.6), row("IMFN", 1, 0.01, 0.6)],
}


def test_the_best_stands_first_and_the_best_of_each_measure_is_bold() -> None:
    table = models_table(RESULT)
    rows = [[*map(marked, cells)] for cells in table.rows]
    assert [cells[0] for cells in rows] == ["IMFN", "GRU"]
    assert [cells[3] for cells in rows] == ["**0.01000 ± 0.00000**", "0.04000 ± 0.01000"]
    assert [cells[5] for cells in rows] == ["0.600 ± 0.000", "**0.700 ± 0.000**"]
    assert rows[0][1:3] == ["1.10 M", "256"]
    assert table.title == "Who? Mean ± standard deviation over 2 seeds."


def test_pairs_are_over_the_same_sequences() -> None:
    (cells,) = paired_table(RESULT).rows
    assert [*map(marked, cells)] == ["GRU", "-0.03000", "-0.03000 to -0.03000", "100%"]
    with pytest.raises(ValueError, match="no row of 'Mamba'; there are GRU, IMFN"):
        paired_table(RESULT, "Mamba")


def test_any_comparison_can_be_taken_away() -> None:
    assert exported(RESULT, "csv").splitlines()[1].startswith("IMFN,1100000,256,0.01,")
    plain = {**RESULT, "rows": [{k: v for k, v in r.items() if k != "compress_ms"} for r in RESULT["rows"]]}
    assert "ms to compress" not in exported(plain, "markdown")


def test_exact_is_a_word() -> None:
    assert decibels({"psnr": None}).text == "exact"
    assert decibels({"psnr": 40.123}).text == "40.12"
