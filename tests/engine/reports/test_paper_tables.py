"""The paper's tables are made of stored JSON alone; what was not run is left out and named."""

from __future__ import annotations

from typing import Any

import pytest

from engine.reports import findings, paper_tables
from engine.reports.paper_tables import scale_table, ssim_table, video_levels_table
from engine.reports.table import marked, plain
from engine.reports.tables import read

MACHINE = {"threads": 2, "processor": "a processor"}


def scale_row(name: str, mse: float, steps: int = 700) -> dict:
    figures = {"mse": [mse], "psnr": [12.5], "ssim": [0.4]}
    costs = {"parameters": 182_000_000, "cpu_seconds": 3601.2, "compress_ms": 512.34, "peak_megabytes": 5400}
    planned = {"planned_cpu_seconds": 3600.0 if steps else None}
    about = {"row": name, "title": f"Row {name}", "seed": 0, "steps": steps, "machine": MACHINE}
    return about | figures | costs | planned


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Files that stand in for the stored ones, by path."""
    files: dict[str, Any] = {}
    for module in (paper_tables, findings):
        monkeypatch.setattr(module, "read", lambda path: files.get(path) or read(path))
    monkeypatch.setattr(paper_tables, "recorded", lambda path: files.get(path, {"rows": []}))
    return files


def cells(table: Any, first: str) -> list[str]:
    return next([plain(cell) for cell in row] for row in table.rows if plain(row[0]).endswith(first))


def test_recorded_rows_stand_beside_the_authors_and_the_others_are_named(stored: dict[str, Any]) -> None:
    stored[paper_tables.SCALE] = {"rows": [scale_row("transformer", 0.0651), scale_row("mean", 0.0675, steps=0)]}
    table = scale_table()
    assert cells(table, "Row transformer")[1:] == [
        "182.00 M",
        "3,601",
        "700",
        "0.0651",
        "12.50",
        "0.400",
        "512.3",
        "5.4",
    ]
    assert cells(table, "authors: Mamba")[4:7] == ["0.0558", "12.54", "0.434"]
    note = marked(table.note)
    assert "3,600 CPU seconds on 2 threads of a processor, seed 0" in note
    assert "Not run yet, and so not in the table: imfn, mamba," in note
    assert "`python -m engine compare paper --rows imfn`" in note
    said = "3,600 CPU seconds each: Transformer 0.0651 (stated: 0.0666); not run yet: IMFN, Mamba"
    assert findings.scale_finding().endswith(said)


def test_without_any_training_no_seconds_are_claimed(stored: dict[str, Any]) -> None:
    stored[paper_tables.SCALE] = {"rows": [scale_row("mean", 0.0675, steps=0)]}
    assert "Each was trained" not in marked(scale_table().note)
    assert findings.scale_finding().endswith("none of its models has been trained here yet")


def test_levels_of_learned_video_trees_show_how_the_error_grows(stored: dict[str, Any]) -> None:
    row = scale_row("dense", 0.0) | {"mse": [1e-3, 1e-3, 2e-3, 5e-3], "psnr": [30.0, 30.0, 27.0, 23.0]}
    stored[paper_tables.VIDEO] = {"rows": [row]}
    table = video_levels_table()
    assert cells(table, "16:1")[1:] == ["27.96", "23.00"]
    assert cells(table, "that of 2:1")[1:] == ["× 2.7", "× 5.0"]
    assert "residual, linear" in marked(table.note)
    assert "grows 2.7 times; here 5.0 times for Row dense" in findings.levels_finding()


def test_a_variant_of_ssim_is_called_the_authors_only_where_all_three_agree(stored: dict[str, Any]) -> None:
    authors = {row["mse"]: row["ssim"] for row in read("assets/results/paper.json")["digits"]}
    points = sorted([(0.0675, 0.339), (0.01, 0.9), *authors.items()], reverse=True)
    rows = [{"floats": k, "mse": mse, "ssim": {"right": ssim, "wrong": 0.1}} for k, (mse, ssim) in enumerate(points)]
    stored[paper_tables.SSIM] = {"command": "x", "images": 9, "rows": rows}
    assert "of equal error in right." in ssim_table().note
    for row in rows:
        row["ssim"]["right"] = 0.34
    assert ssim_table().note.endswith("which one is theirs stays open.")
    assert "The mean image has about that in right." in ssim_table().note
