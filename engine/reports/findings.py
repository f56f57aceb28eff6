"""What the stored comparisons found, a sentence each: the titles of the page's evidence. Every figure is read.

Each function reads assets/results and the cards as the table below its title does, and says which way it went.
"""

from __future__ import annotations

import statistics

from engine.reports.model_tables import BEST
from engine.reports.tables import OURS, read, scaling_lines


def digits_finding() -> str:
    """Ours against what the authors state."""
    ours = read("checkpoints/digits-128/card.json")["metrics"]["levels"][-1]["mse"]
    theirs = min(row["mse"] for row in read("assets/results/paper.json")["digits"])
    return f"128 digits in 1,024 floats come back with an error of {ours:.4f}; the authors state {theirs:.4f}"


def models_finding() -> str:
    """The three metrics, who leads which."""
    from engine.experiments.compare import summary

    lines = summary(read("assets/results/baselines.json"))
    leads = {name: pick(lines, key=lambda line: line[name])["variant"] for name, pick in BEST.items()}
    if len(set(leads.values())) == 1:
        return f"At equal steps {leads['mse']} leads by every metric"
    words = ", ".join(f"{label} by {name}" for name, label in leads.items())
    return f"At equal steps the metrics disagree: {words}"


def video_finding() -> str:
    """The root's PSNR against the authors'."""
    ours = read("checkpoints/video-16/card.json")["metrics"]["levels"][-1]
    theirs = read("assets/results/paper.json")["video"][-1]
    return (
        f"Sixteen frames in the floats of one: {ours['mean_psnr']:.1f} dB; the authors state {theirs['psnr']:.1f} "
        "(they count tokens)"
    )


def scaling_finding() -> str:
    """What a doubling costs the bundled model."""
    from engine.reports.tables import doubling

    factor = doubling(scaling_lines()[OURS])
    return f"Twice as many digits in the same floats cost {factor:.2f} times the error"


def padding_finding(variant: str) -> str:
    """What skipping saves on the way."""
    from engine.experiments.compare import summary

    line = next(line for line in summary(read("assets/results/ablation.json")) if line["variant"] == variant)
    return f"While a sequence arrives, skipping empty merges leaves {line['skip'] / line['zeros']:.0%} of the error"


def ablation_finding() -> str:
    """The best variant of the ablation."""
    from engine.experiments.compare import summary

    lines = summary(read("assets/results/ablation.json"))
    best = min(lines, key=lambda line: line["mse"])
    return f"What helps most is {best['variant']}: {best['mse']:.4f} among {len(lines)} variants"


def dense_finding() -> str:
    """The paper's own tree at our scale."""
    rows = read("assets/results/dense.json")["rows"]
    ours = statistics.fmean(row["mse"][-1] for row in rows)
    theirs = read("assets/results/paper.json")["digits"][-1]["mse"]
    return f"The paper’s own tree, at the scale that was run, lands at {ours:.4f} where they state {theirs:.4f}"


def scale_finding() -> str:
    """The paper's models at the paper's scale, as far as they were run."""
    planned = read("engine/experiments/comparisons/paper.json")["rows"]
    stated = {row["name"]: row["mse"] for row in read("assets/results/paper.json")["digits"]}
    rows = {row["row"]: row for row in read("assets/results/paper-scale.json")["rows"] if row["steps"]}
    theirs = {name: row["authors"] for name, row in planned.items() if row.get("authors")}
    found = [
        f"{named} {rows[name]['mse'][-1]:.4f} (stated: {stated[named]:.4f})"
        for name, named in theirs.items()
        if name in rows
    ]
    if not found:
        return "The paper’s table at the paper’s own scale: none of its models has been trained here yet"
    seconds = next(iter(rows.values()))["planned_cpu_seconds"]
    left = [named for name, named in theirs.items() if name not in rows]
    more = f"; not run yet: {', '.join(left)}" if left else ""
    return f"The paper’s models at its own scale, {seconds:,.0f} CPU seconds each: {', '.join(found)}{more}"


def levels_finding() -> str:
    """How the error of learned video trees grows with depth."""
    from engine.reports.paper_tables import error_growth

    result, paper = read("assets/results/paper-video.json")["rows"], read("assets/results/paper.json")["video"]
    theirs = error_growth([row["mse"] for row in paper])
    ours = [f"{error_growth(row['mse']):,.1f} times for {row['title']}" for row in result]
    return f"From 2:1 to 16:1 the authors’ video error grows {theirs:.1f} times; here {', '.join(ours)}"


def joint_finding() -> str:
    """Where merging jointly pays, and where it does not."""
    from engine.experiments.compare import summary

    errors = {line["variant"]: line["mse"] for line in summary(read("assets/results/joint.json"))}
    factors = {
        kind: errors[f"{kind}, each frame alone"] / errors[f"{kind}, merged jointly"]
        for kind in ("drifting digits", "independent digits", "video")
    }
    gains = [f"{factor:.1f} times on {kind}" for kind, factor in factors.items() if factor > 1]
    loses = [kind for kind, factor in factors.items() if factor <= 1]
    return f"Merging jointly divides the error {' and '.join(gains)}" + (f", and loses on {loses[0]}" if loses else "")


def race_finding() -> str:
    """Seconds to the authors' error."""
    seconds = next(iter(read("assets/results/race.json")["seconds_until_below"].values()))
    return f"From nothing to the authors’ error takes {seconds:.1f} seconds on two CPU cores"


def codecs_finding() -> str:
    """Who wins at equal bytes."""
    result = read("assets/results/codecs.json")
    sizes = len(result["rows"])
    won = sum(better(row["h264"]["psnr"], row["memory"]["psnr"]) for row in result["rows"])
    return f"At equal bytes H.264 wins at {won} of {sizes} sizes: it codes bits, a memory is plain numbers"


def better(first: float | None, second: float | None) -> bool:
    """Whether one PSNR is above another; none means that everything came back exactly."""
    return first is None or (second is not None and first > second)


def memories_finding(verdicts: list[str]) -> str:
    """How the hypotheses on prediction fared: `verdicts` in the words of the table."""
    held = sum(word == "holds" for word in verdicts)
    open_ = sum(word not in ("holds", "fails") for word in verdicts)
    failed = len(verdicts) - held - open_
    return f"Trained to foresee: of {len(verdicts)} hypotheses {held} hold, {failed} fail, {open_} are open"


def students_finding(trails: list[dict]) -> str:
    """How far students are from their trees once everything has arrived: `trails` as the cards have them."""
    ends = sorted(trail["gap"]["end"] for trail in trails)
    return f"Students build no tree; in the end their error is {ends[0]:+.1%} to {ends[-1]:+.1%} against their trees’"


def growth_finding() -> str:
    """What one more leaf costs three ways in the largest tree that was counted."""
    streaming = read("assets/results/streaming.json")
    ways = ("rebuild, stack tree", "path update, stack tree", "student, the tree's merges on one leaf")
    work = {row["way"]: row["operations"][-1] for row in streaming["ways"]}
    rebuild, path, student = (work[way] for way in ways)
    return (
        f"One more leaf of {streaming['sizes'][-1]:,}: a rebuild is {rebuild / student:,.0f} times a student’s work, "
        f"a path update {path / student:,.0f} times"
    )
