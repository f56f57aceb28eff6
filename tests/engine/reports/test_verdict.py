"""The verdict of an equal comparison: nobody is said to win by chance, and every figure is of the rows."""

from __future__ import annotations

import pytest

from engine.reports import findings
from engine.reports.verdict import Verdict, stored_verdict, verdict_of


def row(variant: str, errors: list[float], *, seed: int = 0, steps: int = 500, cpu: float = 40.0) -> dict:
    """A row as `compare` records it."""
    mse = sum(errors) / len(errors)
    figures = {"mse": [mse], "mean_psnr": [20 - 100 * mse], "ssim": [1 - mse], "ratio": [32], "sequence_mse": errors}
    spent = {"parameters": 1_000_000, "seconds": 9.0, "cpu_seconds": cpu, "floats": 256, "steps": steps}
    return {"variant": variant, "seed": seed, **figures, **spent}


def result(*rows: dict) -> dict:
    """A stored comparison."""
    return {"question": "?", "command": "python -m engine compare x", "rows": list(rows)}


def words(verdict: Verdict) -> list[str]:
    """Its sentences."""
    return ["".join(part["text"] for part in parts) for parts in verdict.sentences]


CLEAR = [0.010, 0.011, 0.012, 0.013]
WORSE = [0.012, 0.013, 0.015, 0.015]


def test_a_clear_lead_is_a_win_and_a_lead_by_chance_is_not() -> None:
    assert (
        "IMFN remembers best: MSE 0.0115 against 0.0138"
        in words(verdict_of(result(row("IMFN", CLEAR), row("B", WORSE))))[0]
    )
    close = [0.012, 0.010, 0.013, 0.0119]
    assert "cannot be told apart" in words(verdict_of(result(row("IMFN", CLEAR), row("B", close))))[0]


def test_whoever_wins_is_named_whether_it_is_ours_or_not() -> None:
    verdict = verdict_of(result(row("IMFN", WORSE), row("GRU", CLEAR)))
    assert words(verdict)[0].startswith("At equal data, steps, floats and parameters GRU remembers best")
    assert [bar["model"] for bar in verdict.bars] == ["GRU", "IMFN"]


def test_an_equal_budget_is_claimed_of_models_that_take_steps_alone() -> None:
    fixed = [row("Linear (KLT)", CLEAR, steps=0), row("Mean image", WORSE, steps=0)]
    early = verdict_of(result(*fixed), so_far=True)
    assert len(words(early)) == 1
    assert words(early)[0].startswith("So far, on the same digits, whatever the budget, Linear (KLT) remembers best")
    assert "no model that takes steps yet" in early.facts and "apart" not in early.facts
    short = words(verdict_of(result(*fixed, row("IMFN", [e + 0.004 for e in CLEAR]), row("GRU", [0.03] * 4))))
    assert short[0].startswith("At equal data, steps, floats and parameters IMFN remembers best")
    assert short[1].startswith("On the same digits, whatever the budget, Linear (KLT) remembers best")
    alone = words(verdict_of(result(row("IMFN", CLEAR), fixed[1])))
    assert [line.split(" IMFN")[0] for line in alone] == ["On the same digits, whatever the budget,"]


def test_equal_seconds_take_the_row_that_took_them() -> None:
    rows = result(
        row("IMFN", CLEAR),
        row("Frame", WORSE, cpu=20.0),
        row("Mamba", WORSE, cpu=88.0),
        row("Mean", WORSE, steps=0, cpu=1.0),
    )
    longer = [row("Frame, 950 steps", [e - 0.003 for e in WORSE], steps=950, cpu=41.0)]
    verdict = verdict_of(rows, longer)
    timed = {bar["model"]: bar["seconds"] and bar["seconds"]["mse"]["mean"] for bar in verdict.bars}
    assert timed["Frame"] == pytest.approx(sum(WORSE) / 4 - 0.003)
    assert timed["Mamba"] is None and timed["Mean"] is not None
    assert verdict.missing == ["Mamba took 88 CPU seconds where IMFN took 40."]
    assert words(verdict)[1].startswith("At equal CPU time Frame remembers best")


def test_deviations_are_of_seeds_and_absent_where_there_is_one() -> None:
    two = [row("IMFN", CLEAR), row("IMFN", [e + 0.001 for e in CLEAR], seed=1), row("B", WORSE)]
    bars = {bar["model"]: bar["steps"]["mse"] for bar in verdict_of(result(*two)).bars}
    assert bars["IMFN"]["deviation"] == pytest.approx(0.0005)
    assert bars["B"]["deviation"] is None


def test_the_stored_verdict_and_findings_are_read_from_what_was_recorded() -> None:
    verdict = stored_verdict()
    assert len(verdict.bars) == 7 and verdict.command == "python -m engine compare baselines"
    titles = [findings.digits_finding, findings.models_finding, findings.video_finding, findings.scaling_finding]
    titles += [findings.ablation_finding, findings.dense_finding, findings.joint_finding, findings.race_finding]
    for title in (*titles, findings.codecs_finding, findings.growth_finding):
        assert any(letter.isdigit() for letter in title()) or title is findings.models_finding
    trails = [{"gap": {"end": end}} for end in (0.15, -0.001)]
    assert findings.students_finding(trails).endswith("error is -0.1% to +15.0% against their trees’")
    assert findings.memories_finding(["holds", "fails", "open", "open"]).endswith("1 hold, 1 fail, 2 are open")
