"""The figures of README.md and docs/results.md are the recorded ones."""

from __future__ import annotations

import pytest

from engine.reports.readme import FILES, updated
from engine.reports.tables import TOP


@pytest.mark.parametrize("name", FILES)
def test_the_tables_in_the_docs_are_made_from_the_recorded_results(name: str) -> None:
    text = (TOP / name).read_text()
    assert updated(text, name) == text


def test_a_file_without_its_markers_is_named() -> None:
    with pytest.raises(ValueError, match=r"README\.md has lost its two results markers"):
        updated("# IMFN Explorer", "README.md")
