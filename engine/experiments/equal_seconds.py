"""Comparisons at equal CPU seconds: `compare paper`, `compare paper-video`.

    python -m engine compare paper --rows imfn --seconds 3600       one model; its row joins those that are recorded
    python -m engine compare paper                                  whatever is not recorded yet

Every row is a bundled config with a few settings changed, trained for the same CPU seconds (`engine/training/timed.py`)
and measured on test data once it is trained. A training that was stopped, or killed, goes on from its saved state in
$IMFN_HOME/comparisons/NAME when the same command is called again; a row that is recorded is not done again. Rows that
take no optimiser steps (a closed form, the mean) stand beside them.
"""

from __future__ import annotations

import itertools
import json
import os
import platform
import statistics
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import torch

from engine.checkpoints import hardware, read_card
from engine.compressors.base import compressor_of
from engine.compressors.stages import Stage
from engine.config import TrainConfig, as_dict, load_config, with_settings
from engine.evaluation.protocols import evaluate, test_windows
from engine.evaluation.similarity import ssim_variants
from engine.evaluation.timing import milliseconds
from engine.experiments.compare import levels
from engine.experiments.memories import once, recorded
from engine.files import home_folder, parse_json, write_json
from engine.model import Model, load_model
from engine.training.state import peak_memory, reset_peak
from engine.training.timed import TimedTrainer

PROTOCOL = "seconds"
REPEATS = 5
"""of compressing a window, the fastest counts"""
FORECAST = 2
"""steps of a stage that a forecast takes"""
JUDGED = 4
"""test windows of digits whose SSIM is computed in all its variants"""


@dataclass(frozen=True, kw_only=True)
class TimedRow:
    """One model: a bundled config and what is changed of it."""

    title: str
    config: str
    settings: dict = field(default_factory=dict)
    authors: str = ""
    """the row of the authors' table that this one stands beside"""
    pairs: int = 0
    """pairs of nodes a step that a level-wise training draws from a bank of them; 0 for whole windows"""


@dataclass(frozen=True, kw_only=True)
class TimedComparison:
    """What is trained for how long; `rows` by the name that the command line takes."""

    name: str
    results: str
    """the file under assets/results that rows go to, without its ending"""
    question: str
    seconds: float
    """CPU seconds of each training, unless others are asked for"""
    rows: dict[str, TimedRow]
    base: dict = field(default_factory=dict)
    """settings that all rows share"""

    def config(self, name: str, seed: int) -> TrainConfig:
        """One row's training; ValueError for unknown settings."""
        row = self.rows[name]
        settings = {**self.base, **row.settings, "seed": seed, "name": f"{self.name}-{name}-{seed}"}
        return with_settings(load_config(row.config), (f"{k}={json.dumps(v)}" for k, v in settings.items()))

    def chosen(self, names: list[str] | None) -> list[str]:
        """The rows of these names, or all; ValueError for one that is none."""
        for name in names or ():
            if name not in self.rows:
                raise ValueError(f"{self.name} has no row {name[:40]!r}; its rows are {', '.join(self.rows)}")
        return list(names or self.rows)


def timed_comparison(values: dict) -> TimedComparison:
    """A comparison from its JSON; ValueError says what is wrong with it."""
    try:
        rows = {name: TimedRow(**row) for name, row in values["rows"].items()}
        comparison = TimedComparison(**{k: v for k, v in values.items() if k != "protocol"} | {"rows": rows})
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{values.get('name', 'this')} is no valid comparison at equal seconds: {error}") from None
    for name in rows:
        comparison.config(name, 0)
    return comparison


def compare_seconds(
    comparison: TimedComparison,
    data: str | None,
    *,
    results: Path,
    home: Path | None = None,
    rows: list[str] | None = None,
    seconds: float | None = None,
    seed: int = 0,
) -> dict:
    """Train and measure what is missing of `rows` (names, None for all) for `seconds` each; everything recorded.

    Seconds that are not those of the comparison, or of the rows in its file, make a trial: trained and recorded under
    $IMFN_HOME alone, since the file's rows are compared at equal seconds.
    """
    folder, seconds = Path(home or home_folder()) / "comparisons" / comparison.name, checked_seconds(seconds)
    path = results / f"{comparison.results}.json"
    planned = planned_seconds(comparison, recorded(path)["rows"])
    seconds = seconds or planned
    if trial := seconds != planned:
        folder /= f"{seconds:g} seconds"
        path = folder / f"{comparison.results}-{seconds:g}.json"  # of its own name: locks go by it
    about = {key: getattr(comparison, key) for key in ("name", "question")}
    about |= {"command": f"python -m engine compare {comparison.name}", "seconds": seconds}
    path.parent.mkdir(parents=True, exist_ok=True)
    for name in comparison.chosen(rows):
        key = {"row": name, "seed": seed}
        once(path, key, lambda name=name: measured(comparison, name, seed, seconds, data, folder), about, home)
    return recorded(path) | ({"trial": str(path)} if trial else {})


def planned_seconds(comparison: TimedComparison, rows: list[dict]) -> float:
    """CPU seconds of each training: those of the rows that are recorded, else the comparison's."""
    return next((row["planned_cpu_seconds"] for row in rows if row.get("planned_cpu_seconds")), comparison.seconds)


def checked_seconds(seconds: float | None) -> float | None:
    """These; ValueError where they are no length of a training."""
    if seconds is not None and not 0 < seconds < float("inf"):
        raise ValueError(f"{seconds} CPU seconds are no length of a training; give a number above 0")
    return seconds


def measured(comparison: TimedComparison, name: str, seed: int, seconds: float, data: str | None, into: Path) -> dict:
    """One training in a folder of `into` and its figures; ValueError when it was stopped."""
    row, config = comparison.rows[name], comparison.config(name, seed)
    folder = into / f"{name}-{seed}"
    checkpoint = trained(folder, config, seconds, row.pairs)
    if checkpoint is None:
        raise ValueError(f"{comparison.name} was stopped at {name}; call the same command again to go on")
    model, card = load_model(str(checkpoint), device="cpu"), read_card(checkpoint)
    result, learns = evaluate(model, data), bool(trained_stages(config))
    facts = {"title": row.title, "authors": row.authors, "config": row.config, "settings": row.settings}
    facts |= {key: card[key] for key in ("parameters", "steps", "cpu_seconds", "peak_megabytes", "revision")}
    facts |= {"wall_seconds": card["seconds"], "planned_cpu_seconds": seconds if learns else None}
    facts |= {"batch": config.batch, "pairs": row.pairs, "rate": config.rate, "machine": machine()}
    return {
        **facts,
        **costs(model, data),
        "data": result["data"],
        "sequences": result["sequences"],
        **levels(result),
        "mse_std": [level["mse_std"] for level in result["levels"]],
        "ssim_variants": variants(model, data) if model.frame_shape else {},
        "curve": curve(folder),
    }


def trained(folder: Path, config: TrainConfig, seconds: float, pairs: int) -> Path | None:
    """The checkpoint of a row: finished before, gone on with, or begun. None when it was stopped; ValueError when the
    folder is one of another training.
    """
    wanted = {"config": as_dict(config), "seconds": seconds, "pairs": pairs}
    plan = folder / "plan.json"
    if plan.exists() and parse_json(plan.read_text()) != parse_json(json.dumps(wanted)):
        raise ValueError(f"{folder.name} was begun with other settings; go on with those, or remove {folder}")
    folder.mkdir(parents=True, exist_ok=True)
    write_json(plan, wanted)
    checkpoint = folder / config.name
    if (checkpoint / "card.json").exists():
        return checkpoint
    found = TimedTrainer(config, folder, seconds=seconds, pairs=pairs).train()
    if found is not None:
        (folder / "state.safetensors").unlink(missing_ok=True)  # 2 GB that nothing asks for any more
    return found


def forecast(comparison: TimedComparison, rows: list[str] | None, seconds: float | None, seed: int = 0) -> list[dict]:
    """What each row's training would do in its CPU seconds, from FORECAST steps of its first and its last stage: CPU
    seconds of a step, steps that fit (a bank's nodes not counted), megabytes at the peak. Nothing is recorded.
    """
    seconds = checked_seconds(seconds) or comparison.seconds
    names = [name for name in comparison.chosen(rows) if trained_stages(comparison.config(name, seed))]
    return [forecast_row(comparison, name, seconds, seed) for name in names]


def trained_stages(config: TrainConfig) -> list[Stage]:
    """The stages that an optimiser takes; none of a closed form."""
    return compressor_of(config).stages(config)


def forecast_row(comparison: TimedComparison, name: str, seconds: float, seed: int) -> dict:
    """One row's; its stages share the seconds equally."""
    row, config = comparison.rows[name], comparison.config(name, seed)
    plan = trained_stages(config)
    reset_peak()
    with tempfile.TemporaryDirectory() as folder:
        trainer = TimedTrainer(config, Path(folder), seconds=seconds, pairs=row.pairs)
        taken = [trainer.step_seconds(stage, FORECAST) for stage in dict.fromkeys((plan[0], plan[-1]))]
    about = {"row": name, "title": row.title, "parameters": trainer.learner.learned()}
    about |= {"step_seconds": statistics.fmean(taken), "steps": int(statistics.fmean(seconds / each for each in taken))}
    return about | {"peak_megabytes": round(peak_memory())}


def machine() -> dict:
    """What a row was trained on: processor, cores, threads, memory."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "gigabytes": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "torch": torch.__version__,
        "hardware": hardware(),
    }


def processor() -> str:
    """The processor's name as the system gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def costs(model: Model, data: str | None) -> dict:
    """Floats of a window's memory, and milliseconds until it is made."""
    window = next(test_windows(model, data)[1])
    taken = milliseconds(lambda: model.compress(window), REPEATS)
    return {"floats": model.compress(window).floats, "compress_ms": round(taken, 2)}


def variants(model: Model, data: str | None) -> dict[str, float]:
    """The root's SSIM in every variant, over a few test windows."""
    pairs = []
    for window in itertools.islice(test_windows(model, data)[1], JUDGED):
        pairs.append((window[..., 0] / 255.0, model.reconstruct(model.compress(window))[..., 0]))
    truth, rebuilt = (torch.cat([torch.as_tensor(part) for part in side]).numpy() for side in zip(*pairs, strict=True))
    return ssim_variants(truth, rebuilt)


def curve(folder: Path) -> dict[str, list]:
    """What a training's rows say: by name, a value for each row; `mse` is the root's on a training window."""
    lines = (folder / "metrics.jsonl").read_text().splitlines() if (folder / "metrics.jsonl").exists() else []
    rows = [row for row in map(parse_json, lines) if row.get("cpu_seconds") is not None]
    found: dict[str, list] = {name: [row[name] for row in rows] for name in ("stage", "cpu_seconds")}
    found |= {"steps": [row["total"] for row in rows], "loss": [round(row["loss"], 6) for row in rows]}
    return found | {"mse": [round(row["mse"][-1], 6) for row in rows]}
