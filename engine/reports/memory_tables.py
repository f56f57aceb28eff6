"""The tables of `compare lantern`, `moving` and `recall`: figures of memories, paired differences, verdicts.

Read from assets/results/{lantern*,moving,recall}.json; a table of what is not recorded yet is left out.
"""

from __future__ import annotations

import statistics
from functools import lru_cache

import numpy as np

from engine.evaluation.intervals import draws, interval, ratio_samples
from engine.experiments.probing import unpacked
from engine.experiments.verdicts import TREE, Rows, difference, judged, judged_long, judged_plateau, primary
from engine.reports.table import Cell, Number, Range, Table, Text, code
from engine.reports.tables import TOP, read

FIGURES = {
    "find": ("light the 7", ".0%"),
    "holes": ("holes", ".3f"),
    "outcome_bits": ("outcome, bits left", ".2f"),
    "door_gain": ("door, bits", ".2f"),
    "cue_gain": ("cue, bits", ".2f"),
}
"""by name in a row: the column's title and its format"""
PUBLISHED = {"PredRNN++": 22.06, "PredRNN": 23.97, "TAU": 24.60, "SimVPv2": 26.69, "ConvLSTM-S": 29.80}
"""OpenSTL's own table: 64 pixels, 10,000 training sequences, 200 epochs on a GPU"""


LONG, PLATEAU = "lantern-long", "lantern-plateau"
"""the comparisons of longer trainings, and of the longest"""
TIMED = "equal seconds"
"""the group whose trainings took the CPU seconds of the tree's"""


def recorded(name: str) -> list[dict]:
    """A comparison's rows; none where it was not run."""
    path = f"assets/results/{name}.json"
    return read(path)["rows"] if (TOP / path).exists() else []


def memory_tables() -> list[Table]:
    """All that are recorded."""
    rows = recorded("lantern")
    found = [lantern_table(rows), find_table(rows), primary_table(rows), verdict_table(rows)] if rows else []
    found += long_tables()
    found += [seconds_table(rows)] if any(row["group"] == TIMED for row in rows) else []
    found += [moving_table(moving)] if (moving := recorded("moving")) else []
    return found + ([recall_table(recall)] if (recall := recorded("recall")) else [])


def long_tables() -> list[Table]:
    """Models, differences and verdicts of the longer trainings, as far as they are recorded."""
    found = []
    for name in (LONG, PLATEAU):
        if rows := recorded(name):
            found += [lantern_table(rows, name), primary_table(rows), long_verdict_table(rows, name)]
    return found


def long_verdict_table(rows: list[dict], comparison: str = LONG) -> Table:
    """L1 to L4, and what became of H1, H3 and H6 by the longer trainings; C1 to C3 by the longest."""
    short = recorded("lantern")
    found = judged_long(rows, short) if comparison == LONG else judged_plateau(rows, recorded(LONG), short)
    cells: list[list[Cell]] = [[f"{each['name']}: {each['claim']}", each["verdict"], each["text"]] for each in found]
    again = ", and the earlier ones again" if comparison == LONG else ""
    title = f"After {rows[0]['steps']:,} steps: hypotheses written before these runs{again}."
    return Table(head=["hypothesis", "verdict", "figures"], rows=cells, title=title)


def longest() -> list[dict]:
    """The rows of the longer trainings, once a seed of each primary model is recorded; those of the shorter before."""
    short, long = recorded("lantern"), recorded(LONG)
    first, again = ({row["variant"] for row in rows if row["group"] == "primary"} for rows in (short, long))
    return long if first <= again else short


def memory_headline() -> Table | None:
    """The primary group in short, for the README; None where it is not recorded."""
    rows = [row for row in longest() if row["group"] == "primary"]
    if not rows:
        return None
    table = Rows(rows=rows)
    lines = sorted((table.of(name) for name in table.variants()), key=lambda own: -mean(own, "old"))
    head: list[Text] = [
        "32 frames of a dark room in 64 floats",
        "seeds",
        "skill at lag > 10",
        "lags 0–2",
        "light the 7",
    ]
    cells = [
        [
            own[0]["variant"],
            Number(len(own), "d"),
            *(spread([row["skill"][band] for row in own], ".3f") for band in ("old", "now")),
            spread([row["find"] for row in own], ".0%"),
        ]
        for own in lines
    ]
    title = f"What a memory that predicts knows after {rows[0]['steps']:,} steps, read by a fresh probe"
    return Table(head=head, rows=cells, title=title)


def lantern_table(rows: list[dict], comparison: str = "lantern") -> Table:
    """Every model, the best primary metric first, means over seeds."""
    table = Rows(rows=[row for row in rows if row["group"] != "no distractor"])
    lines = sorted((table.of(name) for name in table.variants()), key=lambda own: -mean(own, "old"))
    head: list[Text] = [code(f"python -m engine compare {comparison}"), "seeds", "floats", "skill at lag > 10"]
    head += ["lags 0–2", "lags 3–10", "all", *(title for title, _ in FIGURES.values()), "CPU s to train"]
    first = next(row for row in rows if "find" in row)
    title = (
        f"What do memories of 32 frames know of the room? {first['steps']} steps of 32 rooms for all that are trained, "
        "parameters within 2 %, fresh identical probes, 1,024 test rooms."
    )
    note = (
        f"Lighting a digit that was seen succeeds at random in {first['find_random']:.0%}, an oracle always. Of the "
        f"door {first['door_bayes']:.2f} bits can be known, of the cues {first['cue_bayes']:.2f}; of the outcome, one "
        "of 36 poses, nothing need be left. Floats carried while reading: "
        + "; ".join(f"{own[0]['variant']} {own[0]['working_floats']:,}" for own in lines if "working_floats" in own[0])
        + f". All rows together took {cpu_minutes(rows):.0f} CPU minutes, trainings that were interrupted not counted."
    )
    return Table(head=head, rows=[lantern_row(own) for own in lines], title=title, note=note)


def cpu_minutes(rows: list[dict]) -> float:
    """Of trainings and probes."""
    return sum((row.get("cpu_seconds") or 0) + row.get("probe_cpu_seconds", 0) for row in rows) / 60


def mean(own: list[dict], band: str) -> float:
    """Mean skill over seeds."""
    return statistics.fmean(row["skill"][band] for row in own)


def lantern_row(own: list[dict]) -> list[Cell]:
    """One model's cells."""
    skills = [spread([row["skill"][band] for row in own], ".3f") for band in ("old", "now", "recent", "all")]
    others = [spread([row[name] for row in own if name in row], form) for name, (_, form) in FIGURES.items()]
    seconds = [row["cpu_seconds"] for row in own if row.get("cpu_seconds")]
    floats = Number(own[0].get("floats"), ",", missing="–")
    return [own[0]["variant"], Number(len(own), "d"), floats, *skills, *others, spread(seconds, ".0f")]


def spread(values: list[float], form: str) -> Number:
    """Mean over seeds, with the deviation where there are several."""
    if not values:
        return Number(None, missing="–")
    return Number(statistics.fmean(values), form, deviation=statistics.pstdev(values) if len(values) > 1 else None)


def lag_lines(rows: list[dict], groups: tuple[str, ...] = ("primary",)) -> dict[str, dict[str, list[float]]]:
    """By model of some groups, {"skill", "low", "high"} by lag: means over seeds, also of the intervals' ends."""
    table, lines = Rows(rows=[row for row in rows if row["group"] in groups]), {}
    for label in table.variants():
        own = table.of(label)
        keys = {"skill": "curve", "low": "curve_low", "high": "curve_high"}
        lines[label] = {
            name: [statistics.fmean(at) for at in zip(*(row[key] for row in own), strict=True)]
            for name, key in keys.items()
        }
    return lines


def seeds_of(rows: list[dict], label: str) -> int:
    """Trainings of a model that are recorded, of the first group that has it."""
    return len(Rows(rows=rows).of(label))


def old_skill(rows: list[dict], label: str) -> float | None:
    """The primary metric of a model of the first group that has it, mean over seeds; None where it is not recorded."""
    own = Rows(rows=rows).of(label)
    return mean(own, "old") if own else None


def find_rates(rows: list[dict]) -> dict[str, dict[str, float]]:
    """Task E by model, all groups but the one without distractor: {"rate", "low", "high", "seeds"}; 95 % intervals of
    rooms resampled, and seeds where there are several. Models that were not asked are left out.
    """
    table = Rows(rows=[row for row in rows if row["group"] != "no distractor"])
    found = {name: table.of(name) for name in table.variants()}
    return {name: find_rate(own) for name, own in found.items() if all("find" in row for row in own)}


def find_rate(own: list[dict]) -> dict[str, float]:
    """One model's share of successes with its interval."""
    rate, low, high = rate_of(tuple(row["each"]["find"] for row in own))
    return {"rate": rate, "low": low, "high": high, "seeds": len(own)}


@lru_cache(maxsize=64)  # several tables show the same models
def rate_of(packed: tuple[str, ...]) -> tuple[float, float, float]:
    """(share of successes, its interval) of every seed's packed successes."""
    lit_VN = np.array([unpacked(each) for each in packed])
    lit_VN = lit_VN[:, ~np.isnan(lit_VN[0])]
    low, high = interval(ratio_samples(1 - lit_VN, np.ones(lit_VN.shape[1]), draws(*lit_VN.shape)))
    return float(lit_VN.mean()), low, high


def find_table(rows: list[dict]) -> Table:
    """Task E, the best first, between poses at random and an oracle."""
    first = next(row for row in rows if "find" in row)
    rates = sorted(find_rates(rows).items(), key=lambda pair: -pair[1]["rate"])
    cells: list[list[Cell]] = [["an oracle", Number(None, missing="–"), Number(1.0, ".1%"), ""]]
    for name, each in rates:
        cells.append(
            [name, Number(each["seeds"], "d"), Number(each["rate"], ".1%"), Range(each["low"], each["high"], ".1%")]
        )
    cells.append(["a pose at random", Number(None, missing="–"), Number(first["find_random"], ".1%"), ""])
    title = "Light the 7 you saw: a pose chosen from memory alone, in the test rooms where a digit had been seen."
    head: list[Text] = ["who chooses", "seeds", "success", "95 % interval"]
    return Table(head=head, rows=cells, title=title)


def primary_table(rows: list[dict]) -> Table:
    """The tree's primary metric against each rival's."""
    cells = [
        [
            name,
            Number(each["difference"], "+.3f"),
            Range(each["low"], each["high"], "+.3f"),
            Number(each["holm"], ".4f"),
        ]
        for name, each in primary(rows).items()
    ]
    head: list[Text] = [f"{TREE} minus", "skill at lag > 10", "95 % interval", "p, Holm"]
    return Table(head=head, rows=cells, title="Is that chance? Paired over sequences, seeds resampled.")


def seconds_table(rows: list[dict]) -> Table:
    """The tree beside models that trained for its CPU seconds instead of its steps, the best first."""
    table = Rows(rows=rows)
    tree = table.of(TREE)
    names = dict.fromkeys(row["variant"] for row in rows if row["group"] == TIMED)
    lines = sorted([tree, *(table.of(name, TIMED) for name in names)], key=lambda own: -mean(own, "old"))
    cells: list[list[Cell]] = []
    for own in lines:
        against = None if own is tree else difference(tree, own)
        cells.append(
            [
                own[0]["variant"],
                Number(len(own), "d"),
                Number(statistics.fmean(row["steps"] for row in own), ",.0f"),
                *(spread([row["skill"][band] for row in own], ".3f") for band in ("old", "now")),
                spread([row["find"] for row in own], ".0%"),
                Number(against["difference"] if against else None, "+.3f", missing="–"),
                Range(against["low"], against["high"], "+.3f") if against else "",
            ]
        )
    head: list[Text] = [code("python -m engine compare lantern --only 'equal seconds'"), "seeds", "steps"]
    head += ["skill at lag > 10", "lags 0–2", "light the 7", f"{TREE} minus it", "95 % interval"]
    title = "The same at equal CPU seconds: as many steps as fit into those that the tree's steps took."
    return Table(head=head, rows=cells, title=title)


def verdicts(rows: list[dict]) -> list[dict]:
    """The eight hypotheses as judged, H1 by the longest trainings."""
    return judged(rows, recorded(PLATEAU))


def verdict_table(rows: list[dict]) -> Table:
    """The hypotheses as they were written, each with its verdict."""
    cells: list[list[Cell]] = [[f"{e['name']}: {e['claim']}", e["verdict"], e["text"]] for e in verdicts(rows)]
    title = "The hypotheses of docs/lantern.md, written before any recorded run, and what became of them."
    return Table(head=["hypothesis", "verdict", "figures"], rows=cells, title=title)


def moving_table(rows: list[dict]) -> Table:
    """Moving digits, the trivial rows first, OpenSTL's beside them."""
    names = dict.fromkeys((row["group"], row["variant"]) for row in rows)
    cells: list[list[Cell]] = []
    for group, variant in names:
        own = [row["frame_mse"] for row in rows if (row["group"], row["variant"]) == (group, variant)]
        cells.append([variant, group, spread(own, ".1f")])
    cells += [
        [f"OpenSTL: {name}", "64 pixels, their GPU training", Number(mse, ".2f")] for name, mse in PUBLISHED.items()
    ]
    note = "Only the trivial rows at 64 pixels share size, frames and metric with OpenSTL's; trained rows do not."
    title = "Moving digits, ten frames after ten: squared error summed over the pixels of a frame, test digits."
    return Table(head=[code("python -m engine compare moving"), "size", "MSE"], rows=cells, title=title, note=note)


def recall_table(rows: list[dict]) -> Table:
    """Share of right answers by task and model."""
    groups, variants = (list(dict.fromkeys(row[key] for row in rows)) for key in ("group", "variant"))
    cells: list[list[Cell]] = []
    for variant in variants:
        found = [[r["right"] for r in rows if (r["group"], r["variant"]) == (group, variant)] for group in groups]
        cells.append([variant, *(spread(own, ".0%") for own in found)])
    guesses = [next(row["guessing"] for row in rows if row["group"] == group) for group in groups]
    cells.append(["guessing", *(Number(guess, ".0%") for guess in guesses)])
    title = "Selective recall: right answers from 32 floats of 32 frames, equal parameters and steps."
    note = (
        "Asked after the last frame: a suit of so many frames ago is the same leaf of a tree in every window, whereas "
        "a recurrence has to carry it through all frames that follow. The steps are few."
    )
    return Table(head=[code("python -m engine compare recall"), *groups], rows=cells, title=title, note=note)
