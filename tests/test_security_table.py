"""Every test that SECURITY.md names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
NAMED = sorted(set(re.findall(r"(?<=[`:])(test_\w+)(?=`)", (TESTS.parent / "SECURITY.md").read_text())))
CODE = "\n".join(path.read_text() for path in TESTS.rglob("test_*.py"))


@pytest.mark.parametrize("name", NAMED)
def test_a_row_s_test_exists(name: str) -> None:
    assert f"def {name}(" in CODE


def test_every_row_names_a_test() -> None:
    rows = [row for row in (TESTS.parent / "SECURITY.md").read_text().splitlines() if row.startswith("| ")][2:]
    assert len(rows) > 15
    assert all("test" in row or "fuzz" in row for row in rows)
