"""Tables of memories: every recorded model once, figures from rows, and hypotheses whose rows are missing stay open."""

from __future__ import annotations

import pytest

from engine.experiments.verdicts import Rows
from engine.reports import memory_tables
from engine.reports.memory_tables import lantern_table, moving_table, recall_table, seconds_table, verdict_table
from tests.engine.experiments.test_verdicts import FOUND

MORE = {"recent": 0.3}
FACTS = {
    "steps": 5,
    "find_random": 0.3,
    "door_bayes": 0.6,
    "cue_bayes": 1.0,
    "holes": 0.0,
    "outcome_bits": 1.0,
    "door_gain": 0.5,
    "cue_gain": 0.9,
    "floats": 64,
    "working_floats": 64,
    "cpu_seconds": 9.0,
}
ROWS = [{**row, **FACTS, "skill": {**row["skill"], **MORE}} for row in FOUND]


def test_every_model_has_one_line_and_the_best_is_first() -> None:
    table = lantern_table(ROWS)
    assert [line[0] for line in table.rows][:2] == ["Mamba", "tree, prediction"]
    assert len(table.rows) == len(Rows(rows=ROWS).variants())
    assert "0.450" in table.markdown()


def test_a_row_without_a_training_has_dashes() -> None:
    bare = {**ROWS[0], "variant": "copy-last", "seed": 0, "group": "bounds"}
    bare = {key: value for key, value in bare.items() if key not in ("floats", "cpu_seconds", "find", "working_floats")}
    (line,) = (line for line in lantern_table([*ROWS, bare]).rows if line[0] == "copy-last")
    assert [cell.text for cell in line[1:3]] == ["1", "–"]


def test_at_equal_seconds_the_tree_keeps_its_own_row_and_is_set_against_the_others() -> None:
    timed = [{**row, "group": "equal seconds", "steps": 3} for row in ROWS if row["variant"] == "Mamba"]
    lines = {line[0]: line[1:] for line in seconds_table([*ROWS, *timed]).rows}
    assert list(lines) == ["Mamba", "tree, prediction"]
    assert [lines[name][1].text for name in lines] == ["3", "5"]
    assert [lines[name][-2].text[0] for name in lines] == ["-", "–"]


def test_verdicts_are_eight_with_their_texts() -> None:
    lines = verdict_table(ROWS).rows
    assert [line[0][:2] for line in lines] == [f"H{n}" for n in range(1, 9)]
    assert {line[1] for line in lines} <= {"holds", "fails", "open"}


def test_trained_moving_digits_stand_beside_published_rows_with_a_caution() -> None:
    table = moving_table([{"group": "64 pixels", "variant": "zeros", "frame_mse": 175.7, "seed": 0}])
    assert "175.7" in table.markdown()
    assert "OpenSTL: PredRNN" in table.markdown()
    assert "do not" in table.note


def test_recall_has_a_line_for_guessing() -> None:
    rows = [{"group": "associative", "variant": "GRU", "seed": 0, "right": 0.5, "guessing": 0.0625}]
    assert recall_table(rows).rows[-1][0] == "guessing"


def test_the_longer_trainings_are_shown_once_all_their_primary_models_are_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    longer = [{**row, "steps": 40} for row in ROWS]
    found = {"lantern": ROWS, memory_tables.LONG: longer[:-1]}
    monkeypatch.setattr(memory_tables, "recorded", found.get)
    assert memory_tables.longest() is found[memory_tables.LONG]
    found[memory_tables.LONG] = [row for row in longer if row["variant"] != "GRU"]
    assert memory_tables.longest() is ROWS
    found[memory_tables.LONG] = []
    assert memory_tables.longest() is ROWS
    found[memory_tables.LONG] = longer
    assert "40 steps" in memory_tables.memory_headline().title
    assert [line[0][:2] for line in memory_tables.long_verdict_table(longer).rows][:4] == ["L1", "L2", "L3", "L4"]
