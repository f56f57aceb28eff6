"""A small load: some visitors at once while a training runs. `make load` is the whole one, with times and with those
who want to be in everybody's way.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.load.run import load


@pytest.mark.slow(40)
def test_nobody_loses_a_result_and_everything_of_theirs_goes(tmp_path: Path) -> None:
    found = load(tmp_path / "host", visitors=8, interactions=6, arriving=2.0, kept=30, wait=False)
    assert found["wrong"] == []
    assert found["times"]["compress"]["count"] == 8
    assert found["times"]["interactions"]["count"] == 8 * 7
    assert found["training"] == "running"
    assert found["files_left"] == []
    assert found["tracebacks"] == 0
