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

import torch
from filelock import FileLock, Timeout
from torch import Tensor

from engine.checkpoints import hardware, read_card, revision
from engine.compressors.base import Compressor, build_compressor, compressor_of
from engine.config import TrainConfig, with_settings
from engine.data.datasets.base import Batch, step_generator
from engine.data.datasets.digits import load_digits
from engine.data.datasets.lantern import QUESTIONS, lantern_batch, test_digits
from engine.data.worlds.room import small_digits
from engine.evaluation import lantern
from engine.evaluation.intervals import draws, interval, ratio_samples
from engine.evaluation.probes import Asked, ProbeConfig, fit_probe, remembered
from engine.files import home_folder, write_json
from engine.jobs.execution.foreground import train
from engine.jobs.store.store import Store
from engine.model import load_model
from engine.training.budget import planned_steps

WITHIN = 0.02
"""how far numbers of parameters may lie apart"""
CHUNK = 128
"""rooms encoded at once"""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Variants that are compared with one another under the same settings."""

    name: str
    variants: tuple[str, ...]
    settings: dict = field(default_factory=dict)
    """what differs from the base"""
    seeds: tuple[int, ...] = ()
    """the comparison's, if none are named"""


@dataclass(frozen=True, kw_only=True)
class MemoryComparison:
    """What is trained, on what, and how it is measured."""

    name: str
    question: str
    seeds: tuple[int, ...]
    base: dict
    variants: dict[str, dict]
    """by label; the setting `memory` names a memory that is not trained: canvas, copy"""
    groups: tuple[Group, ...]
    rooms: dict
    """numbers of rooms: learning, choosing, testing"""
    unequal: tuple[str, ...] = ()
    """labels whose floats or parameters are not those of the others, by their nature"""

    def config(self, group: Group, label: str, seed: int) -> TrainConfig:
        """One training; ValueError for unknown settings."""
        settings = {**self.base, **self.variants[label], **group.settings}
        settings |= {"seed": seed, "name": f"{self.name} {group.name} {slug(label)} {seed}"}
        settings.pop("memory", None)
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
    """ValueError unless a group's models keep equal floats, have equal parameters and take equal steps."""
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
        if abs(own / count - 1) > WITHIN or others != rest:
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
    once(path, row, lambda: measured(comparison, group, label, seed, data, home), about, home)


def once(path: Path, key: dict, make: Callable[[], dict], about: dict, home: Path | None) -> None:
    """Add the row {**key, **make()} to a file's rows, unless it is there or another process makes it."""
    locks = Path(home or home_folder()) / "comparisons"
    locks.mkdir(parents=True, exist_ok=True)
    name = slug(" ".join([path.stem, *map(str, key.values())]))
    try:
        with FileLock(locks / f"{name}.lock", timeout=0):
            if any(all(row[k] == v for k, v in key.items()) for row in recorded(path)["rows"]):
                return
            row = {**key, **make()}
            with FileLock(locks / f"{path.stem}.lock"):
                write_json(path, {**about, "rows": [*recorded(path)["rows"], row]})
    except Timeout:
        return


def recorded(path: Path) -> dict:
    """What a comparison's file holds so far, with `rows`."""
    return {"rows": []} | (json.loads(path.read_text()) if path.exists() else {})


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
        "rows": rows,
    }


def measured(
    comparison: MemoryComparison, group: Group, label: str, seed: int, data: str | None, home: Path | None
) -> dict:
    """One training, its probe and its figures: what is recorded of a row."""
    config = comparison.config(group, label, seed)
    if kind := comparison.untrained(label):
        memory, facts_of = UNTRAINED[kind], {}
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
    found = figures(config, memory, seed, comparison.rooms, data)
    made = {"probe_cpu_seconds": round(time.process_time() - start, 1), "hardware": hardware(), "revision": revision()}
    return {**facts_of, **found, **made}


def trained(config: TrainConfig, home: Path | None) -> tuple[Path, bool]:
    """The checkpoint of a config's run, finished already, taken up again where it was stopped, or begun; and whether
    all of the training happened now. ValueError when it was stopped again.
    """
    store = Store(home)
    runs = [run for run in store.list() if run["config"]["name"] == config.name]
    for run in runs:
        folder = Path(run["folder"]) / config.name
        if run["state"] == "finished" and (folder / "card.json").exists():
            return folder, False
    resumable = next((run["id"] for run in runs if (Path(run["folder"]) / "state.safetensors").exists()), None)
    folder = train(config, resume=resumable, home=home)
    if folder is None:
        raise ValueError(f"{config.name} was stopped; call the same command again to go on")
    return folder, resumable is None


def memory_function(compressor: Compressor) -> Callable[[Tensor], Tensor]:
    """From frames [B, T, H, W, K] to memories [B, D]."""
    merges = compressor.config.merges
    return lambda frames: compressor.levels(frames, merges)[-1][:, 0].flatten(1)


def working_floats(compressor: Compressor) -> int:
    """Floats that are carried while frames arrive: a tree's path of left siblings and its root, or what a cell says."""
    if hasattr(compressor, "working_floats"):
        return compressor.working_floats()
    return compressor.config.channels * (compressor.config.merges + 1)


def canvas(frames_BTHWK: Tensor) -> Tensor:
    """Everything that was lit, without a budget, and the last frame whole, [B, D]."""
    seen = frames_BTHWK.amax(1)
    return torch.cat((seen.flatten(1), frames_BTHWK[:, -1].flatten(1)), 1)


UNTRAINED: dict[str, Callable[[Tensor], Tensor] | None] = {"canvas": canvas, "copy": None}


def probe_rooms(digits: tuple[Tensor, Tensor], count: int, frames: int, seed: int, distractor: float) -> list[Batch]:
    """Whole windows for a probe, not those that anything else was trained on."""
    sizes = [min(CHUNK, count - start) for start in range(0, count, CHUNK)]
    generators = [step_generator(seed, -5, index) for index in range(len(sizes))]
    return [
        lantern_batch(*digits, size, frames, g, distractor=distractor, early=False)
        for size, g in zip(sizes, generators, strict=True)
    ]


def figures(
    config: TrainConfig, memory: Callable[[Tensor], Tensor] | None, seed: int, rooms: dict, data: str | None
) -> dict:
    """A memory's figures on the test rooms, with what every sequence contributes."""
    frames, options = config.tree.leaves, config.data_options
    found, holdout = load_digits("train"), options.holdout
    small, labels = small_digits(torch.from_numpy(found.images_NHWK)), torch.from_numpy(found.labels_N)
    mean_RR = small[:-holdout].mean(0).repeat(2, 2)
    test_small, test_labels, origin = test_digits(data)
    test = lantern.make_rooms(test_small, test_labels, rooms["testing"], frames, seed=0, distractor=options.distractor)
    if memory is None:
        asked_N = remembered(lambda x: x[:, 0, :1, 0, 0], test.batches)
        return {"data": origin, **view_figures(lantern.copied(test.batches, mean_RR), asked_N, mean_RR, frames)}
    learning, choosing = (
        remembered(memory, probe_rooms(digits, rooms[name], frames, 100 * seed + index, options.distractor))
        for index, (name, digits) in enumerate(
            {
                "learning": (small[:-holdout], labels[:-holdout]),
                "choosing": (small[-holdout:], labels[-holdout:]),
            }.items()
        )
    )
    probe = fit_probe(QUESTIONS, learning, choosing, seed=seed, config=ProbeConfig())
    asked_N, holed_N = remembered(memory, test.batches), remembered(memory, test.holed)
    result = view_figures(lantern.beliefs(probe, asked_N), asked_N, mean_RR, frames)
    tasks, each = lantern.other_tasks(probe, asked_N, test.door_bits_N)
    holes = lantern.holes_sums(lantern.beliefs(probe, holed_N), holed_N, mean_RR)
    result["each"] |= {name: packed(values) for name, values in each.items()}
    return {"data": origin, **result, "holes": round(holes.skill(), 4), **{k: round(v, 4) for k, v in tasks.items()}}


def view_figures(belief_NRR: Tensor, asked_N: Asked, mean_RR: Tensor, frames: int) -> dict:
    """Task A: skill by band, the curve by lag with intervals, and every sequence's errors and bases by band."""
    bands = lantern.by_band(belief_NRR, asked_N, mean_RR)
    curve = lantern.by_lag(belief_NRR, asked_N, mean_RR, frames)
    drawn = draws(1, len(asked_N), resamples=400)
    spread = [interval(ratio_samples(sums.errors_N[None].numpy(), sums.bases_N.numpy(), drawn)) for sums in curve]
    return {
        "skill": {name: round(sums.skill(), 4) for name, sums in bands.items()},
        "curve": [round(sums.skill(), 4) for sums in curve],
        "curve_low": [round(low, 4) for low, _ in spread],
        "curve_high": [round(high, 4) for _, high in spread],
        "each": {name: packed(sums.errors_N) for name, sums in bands.items()}
        | {f"{name}_base": packed(sums.bases_N) for name, sums in bands.items()},
    }


def packed(values_N: Tensor) -> str:
    """Numbers as a short text, four digits each; `-` for none."""
    return " ".join("-" if value != value else f"{value:.4g}" for value in values_N.tolist())


def unpacked(text: str) -> list[float]:
    """The numbers of `packed`."""
    return [float("nan") if part == "-" else float(part) for part in text.split()]
