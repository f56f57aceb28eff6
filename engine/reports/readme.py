"""Puts the generated tables into README.md (the headline) and docs/results.md (all of them).

    python -m engine.reports.readme            rewrites both between their `results` markers; a test holds them to it

Figures come from checkpoint cards and from assets/results alone. A card's `metrics` come from `python -m engine
evaluate NAME --record`, bench.json from `python -m tests.bench --record`, load.json from `make load`, and paper.json
holds what the authors state.
"""

from __future__ import annotations

from engine.files import write_text
from engine.reports import (
    budget_tables,
    machine_tables,
    memory_tables,
    model_tables,
    paper_tables,
    paper_verdicts,
    tables,
)
from engine.reports.table import Table, marked
from engine.reports.tables import TOP

START, END = "<!-- results: made by python -m engine.reports.readme -->", "<!-- end of results -->"


def headline() -> str:
    """The tables of the README: what memories give back, and what they know."""
    found = (tables.digits_table(), memory_tables.memory_headline())
    return "\n\n".join(section(table) for table in found if table)


def results() -> str:
    """All tables, one after the other."""
    found = (
        tables.digits_table(),
        model_tables.baselines_table(),
        model_tables.paired_table(),
        tables.comparison_table("baselines-seconds"),
        tables.comparison_table("baselines-slots"),
        tables.levels_table(),
        tables.video_table(),
        *budget_tables.budget_tables(),
        model_tables.codecs_table(),
        tables.dense_table(),
        *paper_tables.paper_tables(),
        paper_verdicts.verdicts_table(),
        tables.comparison_table("joint"),
        tables.ablation_table(),
        tables.scaling_table(),
        tables.students_table(),
        machine_tables.race_table(),
        machine_tables.bench_table(),
        machine_tables.load_table(),
        *memory_tables.memory_tables(),
    )
    return "\n\n".join(map(section, found))


def section(table: Table) -> str:
    """Title, table, note, as far as there are any."""
    return "\n\n".join(filter(None, (marked(table.title), table.markdown(), marked(table.note))))


FILES = {"README.md": headline, "docs/results.md": results}


def updated(text: str, name: str) -> str:
    """A file's text with what is generated in it made anew; ValueError without the two markers."""
    if START not in text or END not in text:
        raise ValueError(f"{name} has lost its two results markers; put them back around its tables")
    before, after = text.split(START)[0], text.split(END)[1]
    return f"{before}{START}\n{FILES[name]()}\n{END}{after}"


def main() -> None:
    """Rewrite both files."""
    for name in FILES:
        write_text(TOP / name, updated((TOP / name).read_text(), name))


if __name__ == "__main__":
    main()
