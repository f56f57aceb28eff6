"""A training lets the page go first, also where Linux shares time out by sessions."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.jobs.execution import worker


@pytest.mark.parametrize("there", [True, False])
def test_a_worker_steps_back_in_its_session_and_as_a_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    niceness: list[int] = []
    group = tmp_path / "autogroup" if there else tmp_path / "no folder" / "autogroup"
    monkeypatch.setattr(os, "nice", niceness.append)
    monkeypatch.setattr(worker, "GROUP", group)
    worker.step_back()
    assert niceness == [worker.NICE]
    assert group.exists() is there and (not there or group.read_text() == str(worker.NICE))
