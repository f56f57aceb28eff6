"""The README's figures are the recorded ones."""

from pathlib import Path

from engine.reports.tables import updated

README = Path(__file__).parents[3] / "README.md"


def test_the_readme_s_tables_are_made_from_the_recorded_results() -> None:
    assert updated(README.read_text()) == README.read_text()
