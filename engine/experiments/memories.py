"""Comparisons of memories by what a probe can read out of them: `compare lantern`.

    python -m engine compare lantern          engine/experiments/comparisons/lantern.json

A comparison of memories has groups of variants (the primary one first), trained with several seeds at equal floats,
equal numbers of parameters and equal steps, which is checked before anything runs. A trained memory is frozen, a fresh
probe learns from its memories of other rooms, and both are measured on the same test rooms. Rows go to
assets/results/NAME.json one by one; a training that was stopped goes on from its last save, and nothing that is
recorded is done again.
"""

from __future__ import annotations

import dataclasses
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout
from torch import Tensor

from engine.checkpoints import hardware, read_card, revision, with_teacher
from engine.compatibility import upgrade
from engine.compressors.base import Compressor, build_compressor, compressor_of
from engine.config import TrainConfig, from_dict, with_settings
from engine.experiments.answering import answer_figures, trivial_figures
from engine.experiments.probing import UNTRAINED, figures, memory_function
from engine.files import home_folder, parse_json, write_json
from engine.jobs.execution.foreground import train
from engine.jobs.store.store import Store
from engine.model import load_model
from engine.training.budget import planned_steps

WITHIN = 0.02
"""how far numbers of parameters may lie apart"""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Variants that are compared with one another under the same settings."""

    name: str
    variants: tuple[str, ...]
    settings: dict = field(default_factory=dict)
    """what differs from the base"""
    own: dict[str, dict] = field(default_factory=dict)
    """by label, what differs for a variant in this group alone"""
    seeds: tuple[int, ...] = ()
    """the comparison's, if none are named"""
    seconds_of: str = ""
    """a variant: all others take as many steps as fit into its CPU seconds, by what the first group recorded"""


@dataclass(frozen=True, kw_only=True)
class MemoryComparison:
    """What is trained, on what, and how it is measured."""

    name: str
    question: str
    seeds: tuple[int, ...]
    base: dict
    variants: dict[str, dict]
    """by label; `memory` names one that is not trained (canvas, copy), `follows` the variant that a student follows"""
    groups: tuple[Group, ...]
    rooms: dict
    """numbers of rooms: learning, choosing, testing"""
    unequal: tuple[str, ...] = ()
    """labels whose floats or parameters are not those of the others, by their nature"""

    def config(self, group: Group, label: str, seed: int, *, teacher: str = "") -> TrainConfig:
        """One training, of a student with its teacher's checkpoint; ValueError for unknown settings."""
        settings = {**self.base, **self.variants[label], **group.settings, **group.own.get(label, {})}
        settings |= {"seed": seed, "name": f"{self.name} {slug(group.name)} {slug(label)} {seed}"}
        settings |= {"teacher": teacher} if teacher else {}
        settings = {key: value for key, value in settings.items() if key not in ("memory", "follows")}
        return with_settings(TrainConfig(), (f"{key}={json.dumps(value)}" for key, value in settings.items()))

    def untrained(self, label: str) -> str:
        """`canvas` or `copy` for what is not trained, else nothing."""
        return self.variants[label].get("memory", "")


def slug(label: str) -> str:
    """A label as a name holds it."""
    return "-".join("".join(c if c.isalnum() or c == " " else " " for c in label).split())


def memory_comparison(values: dict) -> MemoryComparison:
    """A comparison from its JSON; ValueError for budgets that differ."""
    values = dict(values)
    values.pop("protocol", None)
    groups = tuple(
        Group(**{k: tuple(v) if isinstance(v, list) else v for k, v in g.items()}) for g in values.pop("groups")
    )
    kept = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    comparison = MemoryComparison(**kept, groups=groups)
    for group in comparison.groups:
        check_budgets(comparison, group)
    return comparison


def check_budgets(comparison: MemoryComparison, group: Group) -> None:
    """ValueError unless a group's models keep no more floats than its first one, have as many parameters and take as
    many steps.
    """
    found = {}
    for label in group.variants:
        if label in comparison.unequal or comparison.untrained(label):
            continue
        config = comparison.config(group, label, comparison.seeds[0])
        floats, steps = compressor_of(config).floats(config), planned_steps(config)
        found[label] = (writing_parameters(build_compressor(config)), floats, steps)
    if not found:
        return
    first, (count, *rest) = next(iter(found.items()))
    for label, (own, *others) in found.items():
        if abs(own / count - 1) > WITHIN or others[0] > rest[0] or others[1] != rest[1]:
            raise ValueError(
                f"unequal budgets in {group.name}: {label} has {own:,} parameters, {others[0]} floats and {others[1]} "
                f"steps, {first} has {count:,}, {rest[0]} and {rest[1]}"
            )


def writing_parameters(compressor: Compressor) -> int:
    """Learned values that write a memory: without those that only give frames back."""
    inverse = ("expand", "codec.back")
    named = compressor.state_dict().items()
    return sum(value.numel() for key, value in named if not any(part in key for part in inverse))


def compare_memories(
    comparison: MemoryComparison, data: str | None, *, results: Path, home: Path | None = None, only: str = ""
) -> dict:
    """Train and measure what is missing, group by group and seed by seed; everything recorded. `only`: one group.

    Several processes may share the work: each takes the next row that is neither recorded nor in another one's hands.
    """
    path = results / f"{comparison.name}.json"
    results.mkdir(parents=True, exist_ok=True)
    for group in comparison.groups:
        if only in ("", group.name):
            for seed in group.seeds or comparison.seeds:
                for label in group.variants:
                    add_row(comparison, group, label, seed, data, path, home)
    return recorded(path)


def add_row(
    comparison: MemoryComparison,
    group: Group,
    label: str,
    seed: int,
    data: str | None,
    path: Path,
    home: Path | None,
) -> None:
    """Measure one row and record it, unless it is there or another process is at it."""
    row = {"group": group.name, "variant": label, "seed": seed}
    about = {key: value for key, value in facts(comparison, []).items() if key != "rows"}
    about |= {"planned_steps": None} if group.seconds_of else {}
    once(path, row, lambda: measured(comparison, group, label, seed, data, home, recorded(path)["rows"]), about, home)


def once(path: Path, key: dict, make: Callable[[], dict], about: dict, home: Path | None) -> None:
    """Add the row {**key, **make()} to a file's rows, unless it is there or another process makes it."""
    locks = locks_of(home)
    name = slug(" ".join([path.stem, *map(str, key.values())]))
    try:
        with FileLock(locks / f"{name}.lock", timeout=0):
            for row in recorded(path)["rows"]:
                if all(row[k] == v for k, v in key.items()):
                    return check_row(path, row, about)
            row = {**key, **make()}
            with FileLock(locks / f"{path.stem}.lock"):
                write_json(path, {**about, "rows": [*recorded(path)["rows"], row]})
    except Timeout:
        return


def locks_of(home: Path | None) -> Path:
    """Where processes that share a comparison say what they are at."""
    locks = Path(home or home_folder()) / "comparisons"
    locks.mkdir(parents=True, exist_ok=True)
    return locks


def check_row(path: Path, row: dict, about: dict) -> None:
    """ValueError when a recorded row took other steps than are planned now."""
    planned = about.get("planned_steps")
    if planned and row.get("steps") and row["steps"] != planned:
        raise ValueError(
            f"{path.name} has {row['variant']}, seed {row['seed']}, with {row['steps']} steps, {planned} are planned; "
            "move the file away, or set the steps back"
        )


def recorded(path: Path) -> dict:
    """What a file holds so far, with `rows`; ValueError where it cannot be read, lest it be overwritten."""
    if not path.exists():
        return {"rows": []}
    found = parse_json(path.read_text())
    if not isinstance(found, dict) or not isinstance(found.get("rows"), list):
        raise ValueError(f"{path.name} holds no rows of a comparison; move it away to begin anew")
    return found


def search_rates(
    comparison: MemoryComparison, rates: tuple[float, ...], steps: int, *, results: Path, home: Path | None = None
) -> dict:
    """The primary group's learning rates, by the mean loss over the last quarter of short trainings of one seed. Every
    step sees new rooms of training digits, so that loss is one on rooms that were not trained on.
    """
    path, group = results / f"{comparison.name}-rates.json", comparison.groups[0]
    about = {"steps": steps, "hardware": hardware(), "revision": revision()}
    for rate in rates:
        for label in group.variants:
            once(
                path,
                {"variant": label, "rate": rate},
                partial(late_loss, comparison, label, rate, steps, home),
                about,
                home,
            )
    return recorded(path)


def late_loss(comparison: MemoryComparison, label: str, rate: float, steps: int, home: Path | None) -> dict:
    """{"loss"}: the mean training loss over the last quarter of a short training at a rate."""
    config = comparison.config(comparison.groups[0], label, comparison.seeds[0])
    config = dataclasses.replace(config, rate=rate, joint_steps=steps, name=f"{config.name} rate {rate:g}")
    folder, _ = trained(config, home)
    rows = map(json.loads, (folder.parent / "metrics.jsonl").read_text().splitlines())
    return {"loss": round(statistics.fmean(r["loss"] for r in rows if "loss" in r and r["step"] > 0.75 * steps), 5)}


def facts(comparison: MemoryComparison, rows: list[dict]) -> dict:
    """What is stored besides the rows."""
    return {
        "name": comparison.name,
        "question": comparison.question,
        "command": f"python -m engine compare {comparison.name}",
        "rooms": comparison.rooms,
        "planned_steps": comparison.base.get("joint_steps"),
        "rows": rows,
    }


def steps_for(group: Group, label: str, rows: list[dict]) -> int:
    """Steps of a variant that take the CPU seconds of the group's yardstick; ValueError where none are recorded.

    A step's seconds are the median over the seeds of the primary group that were trained in one go: they are a matter
    of the architecture, not of the seed.
    """
    found: dict[str, list[float]] = {}
    for row in rows:
        if row["group"] == "primary" and row.get("cpu_seconds"):
            found.setdefault(row["variant"], []).append(row["cpu_seconds"] / row["steps"])
    missing = [name for name in (group.seconds_of, label) if name not in found]
    if missing:
        raise ValueError(f"group {group.name} needs the CPU seconds of {missing[0]}, trained in one go; run primary")
    steps = next(r["steps"] for r in rows if r["variant"] == group.seconds_of and r["group"] == "primary")
    return max(1, round(steps * statistics.median(found[group.seconds_of]) / statistics.median(found[label])))


def measured(
    comparison: MemoryComparison,
    group: Group,
    label: str,
    seed: int,
    data: str | None,
    home: Path | None,
    rows: list[dict],
) -> dict:
    """One training, its probe and its figures: what is recorded of a row."""
    config = comparison.config(group, label, seed, teacher=teacher_folder(comparison, group, label, seed, home))
    if group.seconds_of:
        config = dataclasses.replace(config, joint_steps=steps_for(group, label, rows))
    if kind := comparison.untrained(label):
        memory, facts_of = UNTRAINED.get(kind), {}
    else:
        start = time.process_time()
        folder, whole = trained(config, home)
        spent = round(time.process_time() - start, 1) if whole else None
        model, card = load_model(str(folder), device="cpu"), read_card(folder)
        memory = memory_function(model.compressor)
        facts_of = {
            "parameters": writing_parameters(model.compressor),
            "floats": compressor_of(config).floats(config),
            "working_floats": working_floats(model.compressor),
            "steps": card["steps"],
            "seconds": card["seconds"],
            "cpu_seconds": spent,
        }
    start = time.process_time()
    found = figures_of(config, memory, kind, seed, comparison.rooms, data)
    made = {"probe_cpu_seconds": round(time.process_time() - start, 1), "hardware": hardware(), "revision": revision()}
    return {**facts_of, **found, **made}


def figures_of(
    config: TrainConfig, memory: Callable[[Tensor], Tensor] | None, kind: str, seed: int, rooms: dict, data: str | None
) -> dict:
    """A memory's figures, by what it was trained on; `kind` names one that is not trained."""
    if config.data == "lantern":
        return figures(config, memory, seed, rooms, data)
    if kind:
        return trivial_figures(config, kind, rooms, data)
    return answer_figures(config, memory, seed, rooms, data)


def is_config(values: dict, wanted: TrainConfig) -> bool:
    """Whether a run's stored settings, brought up to date, are these."""
    try:
        return values.get("name") == wanted.name and from_dict(TrainConfig, upgrade(values)) == wanted
    except (ValueError, TypeError, AttributeError):
        return False


def teacher_folder(comparison: MemoryComparison, group: Group, label: str, seed: int, home: Path | None) -> str:
    """The checkpoint that a student follows, of the same seed in the first group; nothing for all others."""
    followed = comparison.variants[label].get("follows")
    if not followed:
        return ""
    folder, _ = trained(comparison.config(comparison.groups[0], followed, seed), home)
    return str(folder)


def trained(config: TrainConfig, home: Path | None) -> tuple[Path, bool]:
    """The checkpoint of a config's run, finished already, taken up again where it was stopped, or begun; and whether
    all of the training happened now. Where another process is at it, wait. ValueError when it was stopped again.
    """
    with FileLock(locks_of(home) / f"{slug(config.name)} training.lock"):
        return trained_alone(config, home)


def trained_alone(config: TrainConfig, home: Path | None) -> tuple[Path, bool]:
    """The same while no other process trains it."""
    store, wanted = Store(home), with_teacher(config)
    runs = [run for run in store.list() if is_config(run["config"], wanted)]
    for run in runs:
        folder = Path(run["folder"]) / config.name
        if run["state"] == "finished" and (folder / "card.json").exists():
            return folder, False
    resumable = next((run["id"] for run in runs if (Path(run["folder"]) / "state.safetensors").exists()), None)
    folder = train(config, resume=resumable, home=home)
    if folder is None:
        raise ValueError(f"{config.name} was stopped; call the same command again to go on")
    return folder, resumable is None


def working_floats(compressor: Compressor) -> int:
    """Floats that are carried while frames arrive: a tree's path of left siblings and its root, or what a cell says."""
    if hasattr(compressor, "working_floats"):
        return compressor.working_floats()
    return compressor.config.channels * (compressor.config.merges + 1)
