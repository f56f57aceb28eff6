"""A comparison as jobs: the models of `compare baselines`, at other sizes and budgets, one run a model and seed.

Which runs belong to it stands in the store (`engine/jobs/store/comparisons.py`). A finished run is measured once on the
test split, by whichever program looks first, and its figures stay beside its checkpoint.
"""

from __future__ import annotations

import dataclasses
import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from engine.checkpoints import checked_card
from engine.damage import reason_of, sorted_out
from engine.experiments.compare import Comparison, figures, load_comparison
from engine.files import parse_json, write_json
from engine.jobs.jobs import Jobs
from engine.jobs.results import folder_of
from engine.jobs.store.comparisons import Membership

SIZES = {16: 128, 32: 256, 64: 512, 128: 1024}
"""leaves and floats on offer: 8 floats an image"""
COSTS = {"mean": 0.0, "linear": 0.1, "frame": 0.6, "transformer": 0.9, "imfn": 1.0, "gru": 1.1, "mamba": 2.1}
"""a step of a model against one of IMFN's, roughly: which of them run first"""
HIDDEN = 256
"""width of IMFN's MLPs above the first"""


@cache
def stored() -> Comparison:
    """The comparison that the models' settings are taken from; it comes with the program."""
    return load_comparison("baselines")


def models() -> dict[str, str]:
    """By key, what each model is called: imfn, transformer, mamba, gru, frame, linear, mean."""
    variants = stored().variants
    return {settings.get("baseline", "imfn"): label for label, settings in variants.items()}


def planned_comparison(chosen: list[str], *, leaves: int, steps: int, seeds: int) -> Comparison:
    """The comparison of some models, always with the per-frame and the mean row; ValueError where it is unequal."""
    if leaves not in SIZES:
        raise ValueError(f"T is {leaves}, choose one of {', '.join(map(str, SIZES))}")
    if not 1 <= steps <= 100_000:
        raise ValueError(f"steps is {steps:,}, choose 1 to 100,000 steps")
    if not 1 <= seeds <= 5:
        raise ValueError(f"seeds is {seeds}, choose 1 to 5")
    unknown = sorted(set(chosen) - set(models()))
    if unknown or not chosen:
        raise ValueError(f"choose models among {', '.join(models())}" + (f", not {unknown[0]}" if unknown else ""))
    labels = [label for key, label in models().items() if key in {*chosen, "linear", "mean"}]
    merges = leaves.bit_length() - 1
    variants = {label: sized(stored().variants[label], merges) for label in cheap_first(labels)}
    base = {**stored().base, "tree.leaves": leaves, "tree.channels": SIZES[leaves], "joint_steps": steps}
    title = f"{leaves} digits in {SIZES[leaves]} floats, {steps:,} steps for everything that is trained."
    return Comparison(
        name="contest", question=title, seeds=list(range(seeds)), base=base, variants=variants, equal=True
    )


def cheap_first(labels: list[str]) -> list[str]:
    """What needs no optimiser, then the others by what a step of theirs took in the stored comparison."""
    keys = {label: key for key, label in models().items()}
    return sorted(labels, key=lambda label: COSTS.get(keys[label], 1.0))


def sized(settings: dict, merges: int) -> dict:
    """A model's settings for a tree of so many levels."""
    if "tree.hidden" not in settings:
        return dict(settings)
    return {**settings, "tree.hidden": [HIDDEN // 2, *[HIDDEN] * (merges - 1)]}


def start(jobs: Jobs, chosen: list[str], *, leaves: int = 32, steps: int = 500, seeds: int = 1, owner: str = "") -> int:
    """Queue a comparison of an owner's; its number. ValueError in one sentence, and nothing is queued then."""
    comparison = planned_comparison(chosen, leaves=leaves, steps=steps, seeds=seeds)
    number = jobs.store.comparisons.open(owner)
    keys = {label: key for key, label in models().items()}
    queued = []
    try:
        for label in comparison.variants:
            for seed in comparison.seeds:
                config = comparison.config(label, seed)
                config = dataclasses.replace(config, name=f"contest-{number}-{keys[label]}-{seed}")
                member = Membership(comparison=number, model=keys[label], seed=seed)
                name = f"{label} {seed}, comparison {number}"
                queued.append(jobs.submit(config, name=name, owner=owner, member=member))
    except BaseException:
        for run in queued:
            jobs.delete(run)
        jobs.store.comparisons.forget(number)
        raise
    return number


class ComparisonRuns:
    """Comparisons of one store, and the thread that measures what has finished."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs, self.measuring = jobs, {}
        self.pool = ThreadPoolExecutor(1, thread_name_prefix="comparison")

    def numbers(self, owner: str | None = None) -> list[int]:
        """Comparisons of an owner's, or all of them, newest first."""
        return self.jobs.store.comparisons.numbers(owner)

    def members(self, number: int) -> list[dict]:
        """Its runs: {"run", "model", "label", "seed"}."""
        labels = models()
        known = {label: key for key, label in labels.items()}
        found = [{**row} for row in self.jobs.store.comparisons.members(number)]
        keys = [known.get(row["model"], row["model"]) for row in found]  # a damaged one of version 1 has its label
        return [{**row, "model": key, "label": labels.get(key, key)} for row, key in zip(found, keys, strict=True)]

    def result(self, number: int) -> dict:
        """{"question", "command", "rows"} of what has been measured, as `compare` stores it; `damaged`: a sentence for
        every model whose figures cannot be had.
        """
        members = self.members(number)
        good, bad = sorted_out([member["run"] for member in members], lambda run: self.row(run, members))
        runs = [self.jobs.store.find(member["run"]) for member in members]
        tree = next((run["config"]["tree"] for run in runs if not run["damage"]), {})
        title = f"{tree.get('leaves', '?')} digits in {tree.get('channels', '?')} floats, MNIST test split."
        rows = [row for row in good.values() if row]
        labels = {member["run"]: f"{member['label']} {member['seed']}" for member in members}
        sentences = [f"{labels[one.name]} is left out: {one.reason}" for one in bad]
        return {"question": title, "command": f"comparison {number}", "rows": rows, "damaged": sentences}

    def row(self, id: str, members: list[dict]) -> dict | None:
        """A run's figures, or None until it has finished and been measured. Figures that cannot be read are measured
        again; raises ValueError where that fails, too.
        """
        run, member = self.jobs.store.find(id), next(one for one in members if one["run"] == id)
        path, folder = Path(run["folder"]) / "figures.json", folder_of(run)
        if (row := figures_in(path)) is not None:
            return row
        if run["state"] != "finished" or run["damage"]:
            return None
        checked_card(folder)
        if id not in self.measuring:
            self.measuring[id] = self.pool.submit(measure, folder, path, member["label"], member["seed"])
        elif self.measuring[id].done() and (error := self.measuring[id].exception()):
            raise ValueError(reason_of(error))
        return None


def figures_in(path: Path) -> dict | None:
    """A run's stored figures; None where there are none, or not all that a table needs."""
    try:
        row = parse_json(path.read_text())
    except (OSError, ValueError):
        return None
    whole = isinstance(row, dict) and row.keys() >= {"variant", "seed", "mse", "parameters", "sequence_mse"}
    return row if whole and all(isinstance(mse, float | int) for mse in row["mse"]) else None


def measure(folder: Path, path: Path, label: str, seed: int) -> None:
    """Write a run's figures on the test split."""
    write_json(path, {"variant": label, "seed": seed, **figures(folder, os.environ.get("IMFN_DATA"), equal=True)})
