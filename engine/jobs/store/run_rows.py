"""A run's row as a dict that everybody can work with, whatever the row holds.

SQLite keeps whatever it is given, and a home may have been written by a later version, or by hand. A row that does not
make sense gets `damage`, a sentence, and harmless values in its place, so that it can be listed and deleted.
"""

from __future__ import annotations

import math
import sqlite3
from typing import Any

from engine.compatibility import upgrade
from engine.damage import DAMAGE, reason_of
from engine.files import parse_json
from engine.jobs.store.schema import NEXT

TEXTS = ("id", "name", "note", "kind", "device", "folder", "state", "sentence", "owner")
NUMBERS = ("created", "queued", "started", "stopping", "ended", "pid", "process_started", "heartbeat", "ooms", "steps")
NUMBERS += ("parameters", "deleted", "attempt")
ALWAYS = ("created", "queued", "attempt")
"""numbers that every run has"""


def run_of(row: sqlite3.Row) -> dict[str, Any]:
    """A run's columns, its config parsed and upgraded to today's names, and `damage`: a sentence, None for a sound run.

    A damaged run's config has no more than a name, data and an empty tree.
    """
    run: dict[str, Any] = dict(row)
    wrong = [name for name in TEXTS if not isinstance(run.get(name), str)]
    wrong += [name for name in NUMBERS if not is_number(run.get(name), name in ALWAYS)]
    for name in wrong:
        run[name] = str(run.get(name) or "") if name in TEXTS else 0 if name in ALWAYS else None
    run["damage"] = f"its record is damaged: {wrong[0]} has no meaning" if wrong else None
    if run["state"] not in NEXT:
        run["damage"] = f"its state is {run['state'][:40]!r}, which this version does not know"
    try:
        run["config"] = config_in(run["config"])
    except DAMAGE as error:
        run["damage"] = f"its stored config is damaged ({reason_of(error)})"
        run["config"] = {"name": run["id"], "data": "", "tree": {}}
    return run


def is_number(value: object, always: bool) -> bool:
    """Whether a column of numbers holds one; None counts where a run need not have it."""
    if value is None:
        return not always
    return isinstance(value, int | float) and math.isfinite(value)


def config_in(text: object) -> dict[str, Any]:
    """A stored config with today's names. Raises ValueError or TypeError for what is none."""
    values = parse_json(text)
    if not isinstance(values, dict):
        raise ValueError("it is no object of settings")
    if missing := [name for name in ("name", "data") if not isinstance(values.get(name), str)]:
        raise ValueError(f"it has no {missing[0]}")
    if not isinstance(values.get("tree", {}), dict):
        raise ValueError("its tree is no object of settings")
    return upgrade(values)


def values_in(text: object) -> dict[str, Any]:
    """The figures of a metric row: numbers, and lists of them; what is damaged is left out."""
    try:
        values = parse_json(text)
    except (ValueError, TypeError):
        return {}
    if not isinstance(values, dict):
        return {}
    return {name: value for name, value in values.items() if is_figure(value)}


def is_figure(value: object) -> bool:
    """Whether a value can be drawn: a number, none, or a list of such or of the names of levels."""
    if isinstance(value, list):
        return all(one is None or isinstance(one, int | float | str) for one in value)
    return value is None or isinstance(value, int | float)
