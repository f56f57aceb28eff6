"""A few thousand broken inputs from fixed seeds; `make fuzz` tries others for longer. The rule: `tests/fuzz`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.workers import findings

INPUTS = 2_200


@pytest.mark.slow
def test_broken_inputs_work_or_are_refused_in_one_sentence(tmp_path: Path) -> None:
    found = list(findings(tmp_path, seed=16, count=INPUTS))
    assert found == [{"run": INPUTS}]


@pytest.mark.slow
def test_a_worker_that_dies_hangs_or_grows_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fuzzer itself: a signal ends the worker at the very first input, and the next one takes over."""
    monkeypatch.setattr("tests.fuzz.workers.work", dies_at_three)
    found = list(findings(tmp_path, seed=1, count=6))
    assert [f.get("index") for f in found] == [3, None]
    assert "killed" in found[0]["what"]


def dies_at_three(folder: str, seed: int, first: int, count: int, wire: object) -> None:
    """A worker whose fourth input kills it."""
    for index in range(first, first + count):
        wire.send(("begin", index, f"{index}"))
        if index == 3:
            import os

            os.abort()
        wire.send(("end", index, None))
    wire.send(("done", first + count, None))
