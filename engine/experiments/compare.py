"""Comparisons: variants of one training, several seeds each, measured alike and stored as they finish.

    python -m engine compare joint          engine/experiments/comparisons/joint.json, or any such file

A comparison is {"name", "question", "seeds", "base": settings, "variants": {label: settings}}, settings as
`train --set` takes them. Rows go to assets/results/NAME.json at once; a second call only trains what is missing there.
One of models against one another is `equal`: it refuses unequal budgets (`budget.py`) and records what each model costs
and its error on every test sequence. One that chooses settings is `validation`: measured on what training held out.
"""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from engine.checkpoints import hardware, read_card, revision
from engine.compatibility import upgrade
from engine.config import TrainConfig, from_dict, with_settings
from engine.damage import DAMAGE, reason_of
from engine.evaluation.protocols import TRAILED, evaluate, padding_errors, student_trail, test_windows
from engine.evaluation.timing import timings
from engine.files import parse_json, write_json
from engine.jobs.execution.foreground import train
from engine.model import Model, load_model
from engine.training.budget import check_equal, check_kept

BUNDLED = Path(__file__).parent / "comparisons"
POINTS = 40
"""of a stage's training curve that are kept"""
COSTS = ("cpu_seconds", "floats", "compress_ms", "step_ms")
RESULTS = Path(__file__).resolve().parents[2] / "assets" / "results"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What is compared, and why."""

    name: str
    question: str
    """the sentence above its table"""
    seeds: list[int]
    base: dict
    """settings that all variants share"""
    variants: dict[str, dict]
    """by label, what is different"""
    paddings: bool = False
    """digits: measure both paddings along the trajectory, too"""
    equal: bool = False
    """digits: refuse unequal budgets; measure floats, milliseconds and every sequence"""
    seconds: bool = False
    """with `equal`: steps differ so that CPU seconds do not"""
    validation: bool = False
    """measure on what training held out, to choose settings"""

    def __post_init__(self) -> None:
        configs = {label: self.config(label, self.seeds[0]) for label in self.variants}
        if self.equal:
            check_equal(configs, steps=not self.seconds)
        if self.validation and not all(held_out(config) for config in configs.values()):
            raise ValueError(
                f"comparison {self.name} measures on what is held out: set holdout above 0 for all variants"
            )

    def config(self, label: str, seed: int) -> TrainConfig:
        """One training of a variant; ValueError for unknown settings."""
        settings = {**self.base, **self.variants[label], "seed": seed, "name": f"{self.name}-{seed}"}
        return with_settings(TrainConfig(), (f"{key}={json.dumps(value)}" for key, value in settings.items()))

    def check(self, label: str, seed: int, row: dict) -> None:
        """ValueError when budgets must be equal and a row took another one."""
        if self.equal:
            check_kept(f"{label}, seed {seed},", row, self.config(label, seed))


def load_comparison(name: str) -> Comparison:
    """A bundled comparison by name or a JSON file; ValueError says what is wrong."""
    try:
        return Comparison(**read_comparison(name))
    except TypeError as error:
        raise ValueError(f"{Path(name).name} is no valid comparison: {error}") from None


def read_comparison(name: str) -> dict:
    """The JSON of a comparison of any kind; ValueError where there is none."""
    path = BUNDLED / f"{name}.json" if (BUNDLED / f"{name}.json").exists() else Path(name)
    try:
        values = json.loads(path.read_text())
    except FileNotFoundError:
        known = ", ".join(sorted(p.stem for p in BUNDLED.glob("*.json")))
        raise ValueError(f"there is no comparison {name!r}; bundled are {known}, or give a JSON file") from None
    except (json.JSONDecodeError, OSError) as error:
        raise ValueError(f"{path.name} is no valid comparison: {error}") from None
    if not isinstance(values, dict):
        raise ValueError(f"{path.name} is no valid comparison: it is no object")
    return values


def compare(comparison: Comparison, data: str | None, *, home: Path | None = None, results: Path = RESULTS) -> dict:
    """Train and measure what is missing; all rows."""
    path = results / f"{comparison.name}.json"
    done = stored_rows(path) if path.exists() else {}
    for label in comparison.variants:
        for seed in comparison.seeds:
            if (label, seed) in done:
                comparison.check(label, seed, done[label, seed])
            else:
                done[label, seed] = measured(comparison, label, seed, data, home)
                comparison.check(label, seed, done[label, seed])
                results.mkdir(parents=True, exist_ok=True)
                write_json(path, facts(comparison, list(done.values())))
    return facts(comparison, list(done.values()))


def stored_rows(path: Path) -> dict[tuple[str, int], dict]:
    """By variant and seed, what has been measured; ValueError where a row cannot be read, lest it be overwritten."""
    try:
        rows = parse_json(path.read_text())["rows"]
        return {(row["variant"], row["seed"]): row for row in rows}
    except DAMAGE as error:
        raise ValueError(f"{path.name} is damaged ({reason_of(error)}); mend it or move it away") from None


def measured(comparison: Comparison, label: str, seed: int, data: str | None, home: Path | None) -> dict:
    """One training and its figures; ValueError when it was stopped."""
    start = time.process_time()
    folder = train(comparison.config(label, seed), home=home)
    cpu_seconds = round(time.process_time() - start, 1)
    if folder is None:
        raise ValueError(f"{comparison.name} was stopped at {label}, seed {seed}; call it again to go on")
    wanted = {name: getattr(comparison, name) for name in ("paddings", "equal", "validation")}
    found = figures(folder, data, **wanted)
    if comparison.equal and not comparison.validation:
        found["cpu_seconds"] = cpu_seconds
    return {"variant": label, "seed": seed, **found}


def figures(
    folder: Path, data: str | None, *, paddings: bool = False, equal: bool = False, validation: bool = False
) -> dict:
    """What a finished training measures; see `Comparison` for what may be asked for."""
    card, model = read_card(folder), load_model(str(folder))
    kept_back = held_out(from_dict(TrainConfig, upgrade(card["config"]))) if validation else 0
    result = evaluate(model, data, held_out=kept_back, each=equal)
    facts = {k: card[k] for k in ("parameters", "seconds", "steps")}
    if paddings:
        facts["paddings"] = padding_errors(model, data)
    if model.kind == "student":
        facts["gap"] = student_trail(model, data, limit=TRAILED)["gap"]
    if equal and not validation:
        facts |= costs(model, data) | {"sequence_mse": result["sequence_mse"]}
    stages = {"curve": curve(folder.parent), "train_mse": {h["stage"]: h["train_mse"] for h in card["history"]}}
    return {**facts, "data": result["data"], **levels(result), **stages}


def held_out(config: TrainConfig) -> int:
    """Training images, or scenes, that a config's data set keeps out of training."""
    return getattr(config.data_options, "holdout", 0)


def costs(model: Model, data: str | None) -> dict:
    """Floats of a full window's memory, as it was made, and milliseconds."""
    window = next(test_windows(model, data)[1])
    return {"floats": model.compress(window).floats, **timings(model, window)}


def curve(folder: Path) -> dict[str, list]:
    """A run's losses, stage by stage, as [steps, mean losses] over at most POINTS stretches of a stage."""
    path = folder / "metrics.jsonl"
    stages: dict[str, list[dict]] = {}
    for line in map(parse_json, path.read_text().splitlines() if path.exists() else ()):
        if line.get("loss") is not None:
            stages.setdefault(line["stage"], []).append(line)
    return {stage: thinned(lines) for stage, lines in stages.items()}


def thinned(lines: list[dict]) -> list[list[float]]:
    """[steps, losses], neighbouring lines averaged."""
    width = -(-len(lines) // POINTS)
    parts = [lines[i : i + width] for i in range(0, len(lines), width)]
    return [[p[-1]["step"] for p in parts], [round(statistics.fmean(x["loss"] for x in p), 6) for p in parts]]


def levels(result: dict) -> dict:
    """The measured columns, level by level from one merge to the root."""
    names = ("ratio", "mse", "psnr", "mean_psnr", "ssim")
    return {name: [row[name] for row in result["levels"]] for name in names}


def facts(comparison: Comparison, rows: list[dict]) -> dict:
    """What is stored."""
    made = {"command": f"python -m engine compare {comparison.name}", "hardware": hardware(), "revision": revision()}
    return {"name": comparison.name, "question": comparison.question, **made, "rows": rows}


def summary(result: dict) -> list[dict]:
    """A line for each variant: mean and standard deviation over seeds of the root's figures."""
    lines = []
    for label in dict.fromkeys(row["variant"] for row in result["rows"]):
        rows = [row for row in result["rows"] if row["variant"] == label]
        paddings = rows[0].get("paddings", {})
        line = {"variant": label, "seeds": len(rows), "parameters": rows[0]["parameters"]}
        for name, values in {
            "seconds": [row["seconds"] for row in rows],
            **{name: [row[name][-1] for row in rows] for name in ("mse", "mean_psnr", "ssim")},
            **{name: [row[name] for row in rows] for name in COSTS if name in rows[0]},
            **{p: [statistics.fmean(row["paddings"][p]) for row in rows] for p in paddings},
        }.items():
            line |= {name: statistics.fmean(values), f"{name}_std": statistics.pstdev(values)}
        for p in paddings:
            line[f"{p}_curve"] = [statistics.fmean(t) for t in zip(*(row["paddings"][p] for row in rows), strict=True)]
        lines.append(line)
    return lines
