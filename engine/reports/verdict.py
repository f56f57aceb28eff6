"""The verdict of an equal comparison: who keeps most by which budget, in a sentence and in bars.

Read from assets/results/baselines*.json, or made of a comparison that somebody has run. A sentence says who wins only
where the paired interval over the test sequences leaves out zero, and speaks of an equal budget only where both models
took it: a closed form and the mean image take no steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypedDict

from engine.evaluation.significance import paired, sequence_means
from engine.experiments.compare import summary
from engine.reports.model_tables import FIRST
from engine.reports.tables import TOP, read

METRICS = ("mse", "mean_psnr", "ssim")
SHOWN_AS = {"Linear (KLT)": "PCA-like baseline ([KLT])"}
NEAR = 0.15
"""how far CPU seconds may lie from the first model's and still be called equal"""


class Spread(TypedDict):
    """Mean and standard deviation over seeds; the latter null with one seed, and where seeds change nothing."""

    mean: float
    deviation: float | None


class Bar(TypedDict):
    """A model: its figures by metric, at equal steps and, where it was run, at equal seconds."""

    model: str
    """its label in the comparison"""
    name: str
    """as it is shown; a word in brackets has an entry in the page's glossary"""
    steps: dict[str, Spread]
    seconds: dict[str, Spread] | None
    cpu_seconds: float | None
    """of its training at equal steps"""
    strip: str | None
    """PNG in base64 of what it gives back of a few digits"""


class Part(TypedDict):
    """A run of a sentence; `model` names the one it is about, `strong` sets a figure apart."""

    text: str
    model: str | None
    strong: bool


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a comparison found."""

    sentences: list[list[Part]]
    facts: str
    bars: list[Bar]
    """the best first, by MSE at equal steps"""
    source: str | None = None
    """the digits of the strips themselves"""
    command: str = ""
    missing: list[str] = field(default_factory=list)
    """models without a row at equal seconds, and why, a sentence each"""


def stored_verdict() -> Verdict:
    """Of the stored comparison of baselines, with rows at equal seconds and pictures as far as there are any."""
    result, extra = read("assets/results/baselines.json"), optional("baselines-seconds")
    return verdict_of(result, extra.get("rows", []), optional("baselines-pictures").get("rows", []))


def optional(name: str) -> dict:
    """A stored result, or nothing."""
    path = f"assets/results/{name}.json"
    return read(path) if (TOP / path).exists() else {}


def verdict_of(
    result: dict, longer: list[dict] | None = None, pictures: list[dict] | None = None, *, so_far: bool = False
) -> Verdict:
    """The verdict of a comparison's rows; `longer`: rows at equal seconds; `pictures`: rows with strips; `so_far`: more
    rows are to come.
    """
    lines = {line["variant"]: line for line in sorted(summary(result), key=lambda line: line["mse"])}
    timed = at_equal_seconds(lines, result["rows"], longer or [])
    strips = {row["variant"]: row["strip"] for row in pictures or []}
    bars = [bar_of(label, line, timed.get(label), strips.get(label)) for label, line in lines.items()]
    rows = {label: [row for row in result["rows"] if row["variant"] == label] for label in lines}
    sentences = at_equal_steps(rows, so_far=so_far)
    if timed and longer:
        sentences.append(sentence("At equal CPU time", {label: own["rows"] for label, own in timed.items()}))
    return Verdict(
        sentences=[each for each in sentences if each],
        facts=facts_of(result, lines),
        bars=bars,
        source=next((row["source"] for row in pictures or []), None),
        command=result["command"],
        missing=[untimed(line, lines) for label, line in lines.items() if longer and label not in timed],
    )


def bar_of(label: str, line: dict, timed: dict | None, strip: str | None) -> Bar:
    """A model's figures."""
    seconds = spreads(timed["line"]) if timed else None
    name = SHOWN_AS.get(label, label)
    cpu = line.get("cpu_seconds")
    return Bar(model=label, name=name, steps=spreads(line), seconds=seconds, cpu_seconds=cpu, strip=strip)


def spreads(line: dict) -> dict[str, Spread]:
    """A line of `summary` by metric."""
    return {name: Spread(mean=line[name], deviation=line[f"{name}_std"] or None) for name in METRICS}


def at_equal_seconds(lines: dict[str, dict], rows: list[dict], longer: list[dict]) -> dict[str, dict]:
    """By label, {"line", "rows"} of what took the first model's CPU seconds, or less where a model takes no steps."""
    if not longer or FIRST not in lines or "cpu_seconds" not in lines[FIRST]:
        return {}
    wanted, found = lines[FIRST]["cpu_seconds"], {}
    for line in [*summary({"rows": longer}), *lines.values()]:
        label = line["variant"].split(",")[0]
        own = [row for row in [*longer, *rows] if row["variant"] == line["variant"]]
        near = abs(line["cpu_seconds"] / wanted - 1) <= NEAR
        if label in lines and label not in found and (near or not any(row["steps"] for row in own)):
            found[label] = {"line": line, "rows": own}
    return found


def untimed(line: dict, lines: dict[str, dict]) -> str:
    """Why a model has no bar at equal seconds."""
    wanted = lines[FIRST]["cpu_seconds"] if FIRST in lines else None
    took = f"took {line['cpu_seconds']:.0f} CPU seconds" if "cpu_seconds" in line else "was not timed"
    return f"{line['variant']} {took}" + (f" where {FIRST} took {wanted:.0f}." if wanted else ".")


def at_equal_steps(rows: dict[str, list[dict]], *, so_far: bool) -> list[list[Part]]:
    """Who remembers best among the models that took steps, and among all where that is another or there is but one."""
    trained = {label: own for label, own in rows.items() if any(row["steps"] for row in own)}
    best = min(rows, key=lambda label: mean_error(rows[label]))
    budgets = [("at equal data, steps, floats and parameters", trained)]
    if best not in trained or len(trained) < 2:
        budgets.append(("on the same digits, whatever the budget,", rows))
    said = [f"so far, {words}" if so_far else words for words, _ in budgets]
    return [sentence(words[0].upper() + words[1:], own) for words, (_, own) in zip(said, budgets, strict=True)]


def mean_error(rows: list[dict]) -> float:
    """MSE of a model over test sequences and seeds."""
    errors = sequence_means(rows)
    return sum(errors) / len(errors)


def sentence(budget: str, rows: dict[str, list[dict]]) -> list[Part]:
    """Who remembers best by MSE, and against whom; nothing of a single model."""
    means = {label: sequence_means(own) for label, own in rows.items()}
    mse = {label: mean_error(own) for label, own in rows.items()}
    order = sorted(mse, key=lambda label: mse[label])
    if len(order) < 2:
        return []
    best, second = order[:2]
    pair = paired(means[best], means[second])
    figures = [part("MSE "), part(f"{mse[best]:.4f}", strong=True), part(f" against {mse[second]:.4f}")]
    if pair["low"] <= 0 <= pair["high"]:
        both = [part(best, model=best), part(" and "), part(second, model=second)]
        return [part(f"{budget} "), *both, part(" cannot be told apart: "), *figures, part(".")]
    wins = [part(f"{best} remembers best", model=best), part(": ")]
    return [part(f"{budget} "), *wins, *figures, part(" for the next.")]


def part(text: str, *, model: str | None = None, strong: bool = False) -> Part:
    """A run of a sentence."""
    return Part(text=text, model=model, strong=strong)


def facts_of(result: dict, lines: dict[str, dict]) -> str:
    """The budget in one line."""
    rows = result["rows"]
    counts = [row["parameters"] for row in rows if row["steps"]]
    seeds = {line["seeds"] for line in lines.values()}
    words = [
        f"{rows[0]['ratio'][-1]} MNIST test digits in {max(row.get('floats', 0) for row in rows):,.0f} floats",
        *(budget_words(counts, max(row["steps"] for row in rows)) if counts else ["no model that takes steps yet"]),
        f"mean of {min(seeds)} seeds" if min(seeds) > 1 else "one seed",
    ]
    return " · ".join(words)


def budget_words(counts: list[int], steps: int) -> list[str]:
    """Steps and parameters of the models that took steps, and how far the latter lie apart."""
    apart = max(counts) / min(counts) - 1
    return [f"{steps:,} steps", f"{min(counts) / 1e6:.2f} M parameters, at most {apart * 100:.1f} % apart"]
