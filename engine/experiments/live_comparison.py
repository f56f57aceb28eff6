"""A comparison as jobs: the models of `compare baselines`, at other sizes and budgets, one run a model and seed.

A comparison is known by its runs: their config's name is contest-N-MODEL-SEED. A finished run is measured once on the
test split, by whichever program looks first, and its figures stay beside its checkpoint.
"""

from __future__ import annotations

import dataclasses
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from engine.checkpoints import checked_card
from engine.damage import reason_of, sorted_out
from engine.experiments.compare import Comparison, figures, load_comparison
from engine.files import parse_json, write_json
from engine.jobs.jobs import Jobs
from engine.jobs.results import folder_of

NAME = re.compile(r"contest-(\d{1,9})-([a-z]+)-(\d{1,9})")
RUN_NAME = re.compile(r"(.{1,60}) (\d{1,9}), comparison (\d{1,9})")
SIZES = {16: 128, 32: 256, 64: 512, 128: 1024}
"""leaves and floats on offer: 8 floats an image"""
HIDDEN = 256
"""width of IMFN's MLPs above the first"""


def models() -> dict[str, str]:
    """By key, what each model is called: imfn, transformer, mamba, gru, frame, linear, mean."""
    variants = load_comparison("baselines").variants
    return {settings.get("baseline", "imfn"): label for label, settings in variants.items()}


def planned_comparison(chosen: list[str], *, leaves: int, steps: int, seeds: int) -> Comparison:
    """The comparison of some models, always with the per-frame and the mean row; ValueError where it is unequal."""
    stored = load_comparison("baselines")
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
    variants = {label: sized(stored.variants[label], merges) for label in labels}
    base = {**stored.base, "tree.leaves": leaves, "tree.channels": SIZES[leaves], "joint_steps": steps}
    title = f"{leaves} digits in {SIZES[leaves]} floats, {steps:,} steps for everything that is trained."
    return Comparison(
        name="contest", question=title, seeds=list(range(seeds)), base=base, variants=variants, equal=True
    )


def sized(settings: dict, merges: int) -> dict:
    """A model's settings for a tree of so many levels."""
    if "tree.hidden" not in settings:
        return dict(settings)
    return {**settings, "tree.hidden": [HIDDEN // 2, *[HIDDEN] * (merges - 1)]}


def start(jobs: Jobs, chosen: list[str], *, leaves: int = 32, steps: int = 500, seeds: int = 1) -> int:
    """Queue a comparison; its number. ValueError in one sentence, and nothing is queued then."""
    comparison = planned_comparison(chosen, leaves=leaves, steps=steps, seeds=seeds)
    number = max((parsed(run)[0] for run in all_runs(jobs)), default=0) + 1
    keys = {label: key for key, label in models().items()}
    queued = []
    try:
        for label in comparison.variants:
            for seed in comparison.seeds:
                config = comparison.config(label, seed)
                config = dataclasses.replace(config, name=f"contest-{number}-{keys[label]}-{seed}")
                queued.append(jobs.submit(config, name=f"{label} {seed}, comparison {number}"))
    except ValueError:
        for run in queued:
            jobs.delete(run)
        raise
    return number


def all_runs(jobs: Jobs) -> list[dict]:
    """Every run that belongs to a comparison, oldest first; a damaged one is known by its own name."""
    return [run for run in jobs.store.list() if parsed(run)]


def parsed(run: dict) -> tuple[int, str, int] | None:
    """(comparison, model, seed) of a run; None for one that belongs to none."""
    if match := NAME.fullmatch(run["config"]["name"]):
        group, key, seed = match.groups()
        return int(group), key, int(seed)
    if run["damage"] and (match := RUN_NAME.fullmatch(run["name"])):
        label, seed, group = match.groups()
        return int(group), next((key for key, known in models().items() if known == label), label), int(seed)
    return None


class ComparisonRuns:
    """Comparisons of one store, and the thread that measures what has finished."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs, self.measuring = jobs, {}
        self.pool = ThreadPoolExecutor(1, thread_name_prefix="comparison")

    def numbers(self) -> list[int]:
        """All comparisons, newest first."""
        return sorted({parsed(run)[0] for run in all_runs(self.jobs)}, reverse=True)

    def members(self, number: int) -> list[dict]:
        """Its runs: {"run", "model", "label", "seed"}."""
        labels = models()
        found = []
        for run in all_runs(self.jobs):
            group, key, seed = parsed(run)
            if group == number:
                found.append({"run": run["id"], "model": key, "label": labels.get(key, key), "seed": seed})
        return found

    def result(self, number: int) -> dict:
        """{"question", "command", "rows"} of what has been measured, as `compare` stores it; `damaged`: a sentence for
        every model whose figures cannot be had.
        """
        members = self.members(number)
        good, bad = sorted_out([member["run"] for member in members], lambda run: self.row(run, members))
        tree = next((run["config"]["tree"] for run in all_runs(self.jobs) if is_sound(run, number)), {})
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


def is_sound(run: dict, number: int) -> bool:
    """Whether a run belongs to a comparison and its config is known."""
    return not run["damage"] and parsed(run)[0] == number


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
