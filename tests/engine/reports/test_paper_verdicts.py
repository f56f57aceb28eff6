"""Every hypothesis of docs/paper.md has a verdict that follows from recorded rows, and is open until they are there."""

from __future__ import annotations

import re
from typing import Any

import pytest

from engine.reports import paper_verdicts
from engine.reports.paper_tables import SCALE, VIDEO
from engine.reports.paper_verdicts import HYPOTHESES, judged, verdicts_table
from engine.reports.table import plain
from engine.reports.tables import TOP

HOLDS = {
    "transformer": 0.0680, "mamba": 0.0650, "mean": 0.0675, "imfn": 0.0520, "linear": 0.0364, "imfn-pixels": 0.0460,
    "transformer-slots": 0.0300, "mamba-slots": 0.0310,
}  # fmt: skip
TREES = {"dense": [0.0007, 0.0020], "linear": [1e-6, 1e-4], "residual": [9e-7, 9e-5]}
LEVELS = {"dense": [31.5, 27.0], "linear": [60.0, 40.0], "residual": [60.5, 40.5]}


def recorded(monkeypatch: pytest.MonkeyPatch, errors: dict[str, float], trees: dict[str, list[float]]) -> None:
    """Rows that stand in for the recorded ones."""
    digits = [{"row": name, "seed": 0, "title": name, "steps": 9, "mse": [1.0, mse]} for name, mse in errors.items()]
    videos = [{"row": name, "seed": 0, "mse": mse, "psnr": LEVELS[name]} for name, mse in trees.items()]
    files: dict[str, Any] = {SCALE: digits, VIDEO: videos}
    monkeypatch.setattr(paper_verdicts, "recorded", lambda path: {"rows": files[path]})


def verdicts() -> dict[str, str]:
    return {name: verdict for name, _, verdict, _ in judged()}


def test_what_is_not_run_is_open_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(monkeypatch, {"mean": 0.0675}, {})
    assert set(verdicts().values()) == {"open"}
    assert judged()[0][3] == "not run: transformer, mamba"


def test_all_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(monkeypatch, HOLDS, TREES)
    assert set(verdicts().values()) == {"holds"}
    assert [name for name, *_ in judged(VIDEO)] == ["V1", "V2", "V3"]
    assert plain(verdicts_table().rows[3][2]) == "MSE -12%"


@pytest.mark.parametrize(
    ("name", "row", "mse"),
    [
        ("P1", "mamba", 0.0620),
        ("P2", "imfn", 0.0610),
        ("P2", "transformer", 0.0510),
        ("P3", "mamba-slots", 0.0400),
        ("P4", "imfn-pixels", 0.0500),
        ("P5", "transformer-slots", 0.0080),
    ],
)
def test_each_can_fail(monkeypatch: pytest.MonkeyPatch, name: str, row: str, mse: float) -> None:
    recorded(monkeypatch, HOLDS | {row: mse}, TREES)
    assert verdicts()[name] == "fails"


@pytest.mark.parametrize(
    ("name", "tree", "mse", "psnr"),
    [
        ("V1", "dense", TREES["dense"], [50.0, 27.0]),
        ("V2", "dense", [0.0004, 0.0020], LEVELS["dense"]),
        ("V2", "linear", [1e-5, 1e-4], LEVELS["linear"]),
        ("V3", "residual", TREES["residual"], [60.5, 41.5]),
        ("V3", "residual", TREES["residual"], [59.9, 40.5]),
    ],
)
def test_each_of_the_video_s_can_fail(
    monkeypatch: pytest.MonkeyPatch, name: str, tree: str, mse: list[float], psnr: list[float]
) -> None:
    monkeypatch.setitem(LEVELS, tree, psnr)
    recorded(monkeypatch, HOLDS, TREES | {tree: mse})
    assert verdicts()[name] == "fails"


def test_every_hypothesis_of_the_document_is_judged() -> None:
    text = (TOP / "docs" / "paper.md").read_text()
    assert re.findall(r"^- \*\*([PV]\d)\*\*", text, re.M) == [name for name, *_ in HYPOTHESES]
