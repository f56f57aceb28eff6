"""The hypotheses of docs/lantern.md, judged by the rows of `compare lantern`.

    judged(rows) -> [{"name", "claim", "verdict", "text", figures …}]
    judged_long(rows, short) -> the same of L1 to L4, by the rows of `compare lantern-long` and `compare lantern`
    judged_plateau(rows, long, short) -> the same of C1 to C3, by those of `compare lantern-plateau` too

A verdict is `holds`, `fails` or `open`: open where an interval lies on both sides, or where the rows it needs are not
recorded. Differences are of the primary metric, skill at lag > 10, over the same test rooms, seeds resampled; the
p-values of all primary differences are adjusted by Holm.
Shapes: V seeds, N test sequences.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.evaluation.intervals import draws, holm, interval, ratio_samples, sign_p
from engine.experiments.probing import unpacked

TREE, COPIED, JOINT = "tree, prediction", "tree, reconstruction", "tree, joint"
RIVALS = ("GRU", "GRU, wide state", "Mamba", "last 4 frames", COPIED)
"""what the primary table sets against the tree"""
KEPT = 0.95
"""H5: share of the skill that joint training keeps at least"""
CONVERGED = 20_000
"""H1: steps from which on reconstruction counts as converged"""
GAINED = 0.05
"""C2: what reconstruction gains at most"""
LOST = 0.9
"""H6: share of the teacher's skill that the student keeps at least"""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """All recorded rows, looked up by group and variant."""

    rows: list[dict]

    def of(self, variant: str, group: str = "") -> list[dict]:
        """The seeds of a variant in a group (the first one that has it), in order."""
        found = [row for row in self.rows if row["variant"] == variant and group in ("", row["group"])]
        first = found[0]["group"] if found else ""
        return sorted((row for row in found if row["group"] == first), key=lambda row: row["seed"])

    def variants(self) -> list[str]:
        """All labels, in the order of their rows."""
        return list(dict.fromkeys(row["variant"] for row in self.rows))


def samples(rows: list[dict], band: str, *, sequences_seed: int = 0) -> np.ndarray:
    """Resampled skills of a variant in a band; the same sequences for all, seeds of its own. Not to be written to."""
    errors, bases = tuple(row["each"][band] for row in rows), rows[0]["each"][f"{band}_base"]
    label = sum(map(ord, rows[0]["variant"] + rows[0]["group"]))
    return resampled(errors, bases, label, sequences_seed)


@lru_cache(maxsize=128)  # verdicts, differences and the titles over them ask for the same rows a dozen times
def resampled(errors: tuple[str, ...], bases: str, label: int, sequences_seed: int) -> np.ndarray:
    """The resamples of `samples`, [resamples]: packed errors of every seed, packed bases, and the draws' two seeds."""
    errors_VN, bases_N = np.array([unpacked(each) for each in errors]), np.array(unpacked(bases))
    _, times = draws(1, errors_VN.shape[1], seed=sequences_seed)
    picked, _ = draws(len(errors_VN), 2, seed=label)
    found = ratio_samples(errors_VN, bases_N, (picked, times))
    found.flags.writeable = False
    return found


def mean_skill(rows: list[dict], band: str) -> float:
    """The mean over seeds."""
    return statistics.fmean(row["skill"][band] for row in rows)


def difference(first: list[dict], second: list[dict], band: str = "old") -> dict:
    """Mean difference of skills, its interval and p; "seeds": how many each has."""
    found = samples(first, band) - samples(second, band)
    low, high = interval(found)
    mean = mean_skill(first, band) - mean_skill(second, band)
    return {"difference": mean, "low": low, "high": high, "p": sign_p(found), "seeds": [len(first), len(second)]}


def primary(rows: list[dict]) -> dict[str, dict]:
    """By rival, the tree's primary metric minus its own, with Holm's adjusted p."""
    table = Rows(rows=rows)
    tree = table.of(TREE)
    found = {name: difference(tree, own) for name in RIVALS if tree and (own := table.of(name))}
    adjusted = holm({name: each["p"] for name, each in found.items()})
    return {name: {**each, "holm": adjusted[name]} for name, each in found.items()}


def judged(rows: list[dict], plateau: list[dict] | None = None) -> list[dict]:
    """All eight, in order; H1 by the trainings to a plateau where both of its trees are among them."""
    table, against, far = Rows(rows=rows), primary(rows), primary(plateau or [])
    first = (lambda *_: h1(Rows(rows=plateau or []), far)) if COPIED in far else h1
    judges: dict[str, tuple[str, Callable[[Rows, dict], dict]]] = {
        "H1": ("prediction beats converged reconstruction at equal d", first),
        "H2": ("the gap of H1 grows with the distractor", h2),
        "H3": ("the tree beats GRU and Mamba at old lags", h3),
        "H4": ("keeping the last frames wins at short lags; where lines cross moves with d", h4),
        "H5": ("joint training keeps at least 95 % of the skill, with a bounded loss of reconstruction", h5),
        "H6": ("a distilled student loses less than 10 % of its teacher's skill", h6),
        "H7": ("a forest at equal total floats beats one root", h7),
        "H8": ("the order by skill is the order by behaviour", h8),
    }
    return [{"name": name, "claim": claim, **judge(table, against)} for name, (claim, judge) in judges.items()]


def judged_long(rows: list[dict], short: list[dict]) -> list[dict]:
    """L1 to L4, then the H that they are about, judged by the longer trainings alone."""
    table, against, before = Rows(rows=rows), primary(rows), primary(short)
    judges: dict[str, tuple[str, Callable[[], dict]]] = {
        "L1": ("prediction still beats reconstruction, by less than after 500 steps", lambda: l1(against, before)),
        "L2": ("the tree still loses to the GRU, by less than after 500 steps", lambda: l2(against, before)),
        "L3": ("joint training now keeps 95 % of the skill", lambda: h5(table, against)),
        "L4": ("the student keeps at least what its teacher keeps", lambda: l4(table)),
    }
    found = [{"name": name, "claim": claim, **judge()} for name, (claim, judge) in judges.items()]
    return found + [each for each in judged(rows) if each["name"] in ("H1", "H3", "H6")]


def judged_plateau(rows: list[dict], long: list[dict], short: list[dict]) -> list[dict]:
    """C1 to C3."""
    table, against = Rows(rows=rows), primary(rows)
    judges: dict[str, tuple[str, Callable[[], dict]]] = {
        "C1": ("prediction still beats reconstruction: H1 holds", lambda: h1(table, against)),
        "C2": ("reconstruction gains less than 0.05 over 4,000 steps", lambda: c2(table, Rows(rows=long))),
        "C3": (
            "prediction gains, by less than from 500 to 4,000 steps",
            lambda: c3(table, Rows(rows=long), Rows(rows=short)),
        ),
    }
    return [{"name": name, "claim": claim, **judge()} for name, (claim, judge) in judges.items()]


def gained(now: Rows, before: Rows, label: str) -> float | None:
    """The primary metric that longer trainings brought, mean over seeds; None where either is not recorded."""
    last, first = now.of(label), before.of(label)
    return mean_skill(last, "old") - mean_skill(first, "old") if last and first else None


def c2(table: Rows, long: Rows) -> dict:
    """A gain below GAINED."""
    gain = gained(table, long, COPIED)
    if gain is None:
        return needed(COPIED)
    text = f"reconstruction, skill at lag > 10: {gain:+.3f} over its 4,000 steps, less than {GAINED:.2f} is claimed"
    return {"verdict": "holds" if gain < GAINED else "fails", "text": text}


def c3(table: Rows, long: Rows, short: Rows) -> dict:
    """A gain between zero and the one before."""
    gain, before = gained(table, long, TREE), gained(long, short, TREE)
    if gain is None or before is None:
        return needed(TREE)
    text = f"prediction, skill at lag > 10: {gain:+.3f} over its 4,000 steps, which brought {before:+.3f} over 500"
    return {"verdict": "holds" if 0 < gain < before else "fails", "text": text}


def l1(against: dict, before: dict) -> dict:
    """Above zero, and smaller than it was."""
    if COPIED not in against or COPIED not in before:
        return needed(TREE, COPIED)
    now, then = against[COPIED], before[COPIED]["difference"]
    text = f"prediction minus reconstruction, skill at lag > 10: {shown(now)}; {then:+.3f} after 500 steps"
    return {**now, "verdict": both(now["low"] > 0, now["high"] < 0, now["difference"] < then), "text": text}


def l2(against: dict, before: dict) -> dict:
    """Below zero, and nearer to it than it was."""
    if "GRU" not in against or "GRU" not in before:
        return needed(TREE, "GRU")
    now, then = against["GRU"], before["GRU"]["difference"]
    text = f"the tree minus the GRU, skill at lag > 10: {shown(now)}; {then:+.3f} after 500 steps"
    return {**now, "verdict": both(now["high"] < 0, now["low"] > 0, now["difference"] > then), "text": text}


def both(right: bool, wrong: bool, size: bool) -> str:
    """Holds where the whole interval lies on the right side and the size is as claimed; open where it lies on both."""
    return "fails" if wrong or (right and not size) else "holds" if right else "open"


def l4(table: Rows) -> dict:
    """The share of the teacher's skill that is kept."""
    tree, student = table.of(TREE), table.of("student, distilled")
    if not tree or not student:
        return needed("student, distilled")
    return kept(student, tree, 1.0, "student over teacher, skill at lag > 10:")


def needed(*names: str) -> dict:
    """The verdict where rows are missing."""
    return {"verdict": "open", "text": f"not recorded yet: {', '.join(names)}"}


def sided(found: dict, text: str) -> dict:
    """Holds where the whole interval is above zero, fails where it is below, open in between."""
    verdict = "holds" if found["low"] > 0 else "fails" if found["high"] < 0 else "open"
    return {"verdict": verdict, "text": f"{text} {shown(found)}", **found}


def shown(found: dict) -> str:
    """A difference with its interval."""
    return f"{found['difference']:+.3f} ({found['low']:+.3f} to {found['high']:+.3f})"


def h1(table: Rows, against: dict) -> dict:
    """The difference."""
    if COPIED not in against:
        return needed(TREE, COPIED)
    found = sided(against[COPIED], "prediction minus reconstruction, skill at lag > 10:")
    steps = table.of(COPIED)[0].get("steps", 0)
    if found["verdict"] == "holds" and steps < CONVERGED:
        text = f"{found['text']} at equal steps, but after {steps:,} steps reconstruction has not converged"
        return {**found, "verdict": "open", "text": text}
    return found


def h2(table: Rows, against: dict) -> dict:
    """The difference of two gaps, of independent trainings on the same test rooms."""
    pairs = [(table.of(TREE, g), table.of(COPIED, g)) for g in ("primary", "no distractor")]
    if not all(first and second for first, second in pairs):
        return needed("no distractor")
    gaps = [samples(first, "old") - samples(second, "old") for first, second in pairs]
    means = [mean_skill(first, "old") - mean_skill(second, "old") for first, second in pairs]
    low, high = interval(gaps[0] - gaps[1])
    return sided({"difference": means[0] - means[1], "low": low, "high": high}, "gap at ν = 1 minus gap at ν = 0:")


def h3(table: Rows, against: dict) -> dict:
    """Against each of the recurrences; all of them must be beaten."""
    rivals = [name for name in ("GRU", "GRU, wide state", "Mamba") if name in against]
    if not {"GRU", "Mamba"} <= set(rivals):
        return needed("GRU", "Mamba")
    text = "; ".join(f"{name} {shown(against[name])}" for name in rivals)
    lows, highs = [against[n]["low"] for n in rivals], [against[n]["high"] for n in rivals]
    verdict = "holds" if min(lows) > 0 else "fails" if min(highs) < 0 else "open"
    return {"verdict": verdict, "text": f"the tree minus each, skill at lag > 10: {text}"}


def h4(table: Rows, against: dict) -> dict:
    """At lags 0 to 2; the second half needs another number of floats."""
    tree, last = table.of(TREE), table.of("last 4 frames")
    if not tree or not last:
        return needed("last 4 frames")
    found = difference(last, tree, "now")
    verdict = sided(found, "last 4 frames minus the tree, skill at lags 0 to 2:")
    fewer = table.of(TREE, "16 floats"), table.of("last 4 frames", "16 floats")
    first = crossing(tree, last)
    if not all(fewer):
        held = "open" if verdict["verdict"] == "holds" else verdict["verdict"]
        return {
            **verdict,
            "verdict": held,
            "text": f"{verdict['text']}; {ahead(first)} at 64 floats; 16 are not recorded",
        }
    second = crossing(*fewer)
    held = "fails" if verdict["verdict"] == "holds" and first == second else verdict["verdict"]
    text = f"{verdict['text']}; {ahead(first)} at 64 floats, {ahead(second)} at 16"
    return {**verdict, "verdict": held, "text": text}


def ahead(lag: int | None) -> str:
    """Where curves cross, in words."""
    return "the last frames are never overtaken" if lag is None else f"the tree is ahead from lag {lag} on"


def crossing(tree: list[dict], last: list[dict]) -> int | None:
    """The first lag from which on the tree's curve stays above; None where it never does."""
    curves = [np.mean([row["curve"] for row in rows], 0) for rows in (tree, last)]
    above = curves[0] > curves[1]
    behind = np.flatnonzero(~above)
    first = 0 if not len(behind) else int(behind[-1]) + 1
    return first if first < len(above) else None


def h5(table: Rows, against: dict) -> dict:
    """The share of the skill that is kept."""
    tree, joint = table.of(TREE), table.of(JOINT)
    if not tree or not joint:
        return needed(JOINT)
    return kept(joint, tree, KEPT, "joint over prediction, skill at lag > 10:")


def h6(table: Rows, against: dict) -> dict:
    """The share of the teacher's skill that is kept."""
    tree, student = table.of(TREE), table.of("student, distilled")
    if not tree or not student:
        return needed("student, distilled")
    return kept(student, tree, LOST, "student over teacher, skill at lag > 10:")


def kept(first: list[dict], second: list[dict], least: float, text: str) -> dict:
    """A ratio of skills against the least that is claimed."""
    low, high = interval(samples(first, "old") / samples(second, "old"))
    ratio = mean_skill(first, "old") / mean_skill(second, "old")
    verdict = "holds" if low >= least else "fails" if high < least else "open"
    return {"verdict": verdict, "text": f"{text} {ratio:.3f} ({low:.3f} to {high:.3f}), {least:.2f} is claimed"}


def h7(table: Rows, against: dict) -> dict:
    """The forest minus one root."""
    tree, forest = table.of(TREE), table.of("forest")
    if not tree or not forest:
        return needed("forest")
    return sided(difference(forest, tree), "forest minus one root, skill at lag > 10:")


def h8(table: Rows, against: dict) -> dict:
    """Spearman's rank correlation over all models that were asked both."""
    found = [own for name in table.variants() if (own := table.of(name)) and all("find" in row for row in own)]
    if len(found) < 4:
        return needed("four models with both figures")
    skill = [mean_skill(rows, "all") for rows in found]
    success = [statistics.fmean(row["find"] for row in rows) for rows in found]
    correlation = float(np.corrcoef(ranks(skill), ranks(success))[0, 1])
    verdict = "holds" if correlation > 1 - 1e-9 else "fails"
    text = f"rank correlation of skill and success over {len(found)} models: {correlation:.2f}; 1 is the same order"
    return {"verdict": verdict, "text": text, "correlation": correlation}


def ranks(values: Iterable[float]) -> np.ndarray:
    """Places in ascending order; ties are not expected of measured figures."""
    return np.argsort(np.argsort(np.array(list(values))))
