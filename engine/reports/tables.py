"""The tables of the bundled checkpoints and of the stored comparisons; nobody types a figure.

Read from checkpoint cards and from assets/results. The Compare and Trajectory tabs show them as they are, and
`readme.py` writes them into README.md and docs/results.md.
"""

from __future__ import annotations

import json
import math
import statistics
from pathlib import Path

from engine.reports.table import Number, Table, Text, code, million, spans

TOP = Path(__file__).resolve().parents[2]
BUNDLED_BASELINES = ("transformer", "mamba", "frame")
FORMS = {"mse": ".5f", "mean_psnr": ".2f", "ssim": ".3f"}
"""of the figures that every comparison has, in the order of its columns"""
OURS = "digits-128, d=1024"
"""the line of the bundled checkpoint among those of the scaling comparison"""


def read(path: str) -> dict:
    """A JSON file of the project."""
    return json.loads((TOP / path).read_text())


def digits_table() -> Table:
    """128 digits in 1,024 floats: the authors' three, the closed form, ours."""
    paper = read("assets/results/paper.json")["digits"]
    rows = [root_row(f"authors: {facts['name']}", facts["parameters"], facts) for facts in paper]
    rows += [
        root_row(f"theirs in size: {row['title']}", row["parameters"], {key: row[key][-1] for key in ("mse", "ssim")})
        for row in read("assets/results/paper-scale.json")["rows"]
        if row["authors"]
    ]
    for name, path in (
        ("linear tree (closed form)", "assets/results/digits-128-linear.json"),
        *((code(f"digits-128-{name}"), f"checkpoints/digits-128-{name}/card.json") for name in BUNDLED_BASELINES),
        (code("digits-128-equal"), "checkpoints/digits-128-equal/card.json"),
        (shared_name("digits-128"), "checkpoints/digits-128/card.json"),
    ):
        card = read(path)
        rows.append(root_row(name, card["parameters"], card["metrics"]["levels"][-1]))
    return Table(head=["128 MNIST test digits in 1,024 floats", "parameters", "MSE", "SSIM"], rows=rows)


def shared_name(name: str) -> Text:
    """A bundled tree's name, and how many of its root's floats are indices."""
    return (code(name, bold=True), f", {index_floats(name)} of them indices")


def index_floats(name: str) -> int:
    """Floats of a bundled ordered tree's root that are indices, by its card: nothing is built to be counted."""
    from engine.checkpoints import tree_of
    from engine.compressors.sweepers.ordered import OrderedTree

    return OrderedTree.naming_floats(tree_of(name))


def root_row(name: Text, parameters: int, root: dict) -> list:
    """A model's name and size, and what its root remembers."""
    return [name, million(parameters), Number(root["mse"], ".4f"), Number(root["ssim"], ".3f")]


def levels_table() -> Table:
    """Every level of digits-128."""
    ours = read("checkpoints/digits-128/card.json")["metrics"]["levels"]
    linear = read("assets/results/digits-128-linear.json")["metrics"]["levels"]
    rows = [
        [
            f"{r['ratio']}:1",
            Number(r["mse"], ".6f", deviation=r["mse_std"]),
            Number(r["psnr"], ".2f"),
            Number(r["ssim"], ".3f"),
            Number(plain["mse"], ".6f"),
        ]
        for r, plain in zip(ours, linear, strict=True)
    ]
    head = [(code("digits-128"), ", every level"), "MSE ± over sequences", "PSNR of the mean MSE", "SSIM"]
    return Table(head=[*head, "MSE of per-image PCA"], rows=rows)


def video_table() -> Table:
    """Mean PSNR of every level: ours, the plain linear tree, and what the authors state."""
    ours, plain = read("checkpoints/video-16/card.json"), read("assets/results/video-16-linear.json")
    paper = read("assets/results/paper.json")["video"]
    rows = [
        [
            f"{a['ratio']}:1",
            *(Number(figure, ".2f") for figure in (a["mean_psnr"], b["mean_psnr"])),
            *(Number(figure, ".4f") for figure in (a["ssim"], b["ssim"])),
            Number(c["psnr"], ".2f"),
        ]
        for a, b, c in zip(ours["metrics"]["levels"], plain["metrics"]["levels"], paper, strict=True)
    ]
    rows.append(["parameters", million(ours["parameters"]), million(plain["parameters"]), "", "", "—"])
    head = ["UCF-101 test, 128²", (code("video-16"), ", dB"), "16×16-patch linear tree, dB", "SSIM", "linear"]
    return Table(head=[*head, "authors, dB"], rows=rows)


def comparison_table(name: str) -> Table:
    """A stored comparison."""
    return variants_table(read(f"assets/results/{name}.json"))


def variants_table(result: dict) -> Table:
    """A comparison's question and its variants at the root, mean ± standard deviation over seeds."""
    from engine.experiments.compare import summary

    rows = [
        [line["variant"], *(spread(line, name, form) for name, form in FORMS.items()), Number(line["seeds"])]
        for line in summary(result)
    ]
    head = [code(result["command"]), "MSE", "mean PSNR, dB", "SSIM", "seeds"]
    return Table(head=head, rows=rows, title=result["question"])


def spread(line: dict, name: str, form: str, *, bold: bool = False) -> Number:
    """Mean ± standard deviation over seeds; of one seed the value alone."""
    return Number(line[name], form, deviation=line[f"{name}_std"] if line["seeds"] > 1 else None, bold=bold)


def ablation_table() -> Table:
    """Every variant of the ablation: what it costs and what it gives, with both paddings along the trajectory."""
    from engine.experiments.compare import summary

    result = read("assets/results/ablation.json")
    rows = [
        [
            line["variant"],
            million(line["parameters"]),
            Number(line["seconds"], ".0f"),
            *(spread(line, name, form) for name, form in FORMS.items()),
            *(spread(line, padding, ".5f") for padding in ("zeros", "skip")),
        ]
        for line in summary(result)
    ]
    head = [code("python -m engine compare ablation"), "parameters", "seconds", "MSE", "mean PSNR, dB", "SSIM"]
    head += [("MSE on the way, ", code("zeros")), code("skip")]
    return Table(head=head, rows=rows, title=f"{result['question']} {seeds_of(result)}")


def padding_note(variant: str) -> Text:
    """What skipping empty merges saves along the trajectory."""
    from engine.experiments.compare import summary

    line = next(line for line in summary(read("assets/results/ablation.json")) if line["variant"] == variant)
    return (
        "Averaged over the trajectory, ",
        code("skip"),
        f" remembers with MSE {line['skip']:.4f} what ",
        code("zeros"),
        f" remembers with {line['zeros']:.4f} ({variant}). A memory that is still half empty uses fewer merges; once "
        "more than half of the leaves have arrived, both are the same tree.",
    )


def seeds_of(result: dict) -> str:
    """A sentence on the seeds."""
    count = len({row["seed"] for row in result["rows"]})
    return f"Mean ± standard deviation over {count} seeds." if count > 1 else "One seed."


def scaling_table() -> Table:
    """The root's error by number of leaves, for every family and size of the memory."""
    lines = scaling_lines()
    sizes = sorted({t for line in lines.values() for t, _ in line})
    rows = [
        [
            line_name(name),
            *(Number(dict(line).get(t), ".4f") for t in sizes),
            Number(doubling(line), ".2f", before="× "),
        ]
        for name, line in lines.items()
    ]
    head = [(code("python -m engine compare scaling"), ", MSE at T ="), *map(str, sizes), "a doubling, 16 to 128"]
    return Table(head=head, rows=rows, title=read("assets/results/scaling.json")["question"], note=growth(lines))


def line_name(name: str) -> Text:
    """A line's name as the table shows it."""
    checkpoint, _, rest = OURS.partition(",")
    return (code(checkpoint), f",{rest}") if name == OURS else name


def growth(lines: dict[str, list[tuple[int, float]]]) -> Text:
    """What the scaling says about growth."""
    factors = {name: doubling(line) for name, line in lines.items()}
    fastest, slowest = max(factors, key=factors.get), min(factors, key=factors.get)
    return (
        f"Every line grows more slowly than T, from × {factors[slowest]:.2f} a doubling (",
        *spans(line_name(slowest)),
        f") to × {factors[fastest]:.2f} (",
        *spans(line_name(fastest)),
        "), where × 2 would be linear. But that flatters what is bad: an error "
        "near that of the mean image has nowhere to go. The better a memory is, the closer its growth is to linear.",
    )


def doubling(line: list[tuple[int, float]], first: int = 16, last: int = 128) -> float:
    """What a doubling of T multiplies the MSE by, on average: 2 is linear growth, less is sub-linear."""
    errors = dict(line)
    return (errors[last] / errors[first]) ** (1 / math.log2(last / first))


def scaling_lines(first: int = 16) -> dict[str, list[tuple[int, float]]]:
    """By variant, (leaves, MSE): level k of a tall tree is the tree of 2^k leaves."""
    rows = read("assets/results/scaling.json")["rows"]
    lines: dict[str, list[tuple[int, float]]] = {}
    for label in dict.fromkeys(row["variant"] for row in rows):
        errors = [row["mse"] for row in rows if row["variant"] == label]
        means = [statistics.fmean(level) for level in zip(*errors, strict=True)]
        lines[label] = [(2**k, mse) for k, mse in enumerate(means, start=1) if 2**k >= first]
    ours = read("checkpoints/digits-128/card.json")["metrics"]["levels"]
    lines[OURS] = [(row["ratio"], row["mse"]) for row in ours if row["ratio"] >= first]
    return lines


def dense_table() -> Table:
    """The paper's own tree at the scale that could be run, beside what the authors state."""
    from engine.experiments.compare import summary

    result, paper = read("assets/results/dense.json"), read("assets/results/paper.json")["digits"][-1]
    line = summary(result)[0]
    name = (code("dense"), f", {line['variant']}, {seeds_of(result)[:-1].lower()}")
    rows = [
        root_row("authors: IMFN, T=128, d=1024", paper["parameters"], paper),
        [name, million(line["parameters"]), spread(line, "mse", ".4f"), spread(line, "ssim", ".3f")],
    ]
    note = (
        f"{result['question']} Five levels stand here for the authors' seven, each trained alone for "
        f"{level_steps(result):,} steps; layer widths and optimiser are our choice. The error lands within "
        f"{abs(line['mse'] / paper['mse'] - 1):.0%} of theirs. The SSIM does not: at that error no tree here comes "
        f"near {paper['ssim']:.2f} with scikit-image's default window, so theirs is probably another variant of it."
    )
    head = [(code("python -m engine compare dense"), ", 8 floats an image"), "parameters", "MSE", "SSIM"]
    return Table(head=head, rows=rows, note=note)


def level_steps(result: dict) -> int:
    """Optimiser steps of a level."""
    row = result["rows"][0]
    return row["steps"] // len(row["curve"])


def students_table() -> Table:
    """How closely students trail their teachers, mean ± standard deviation over training seeds."""
    from engine.experiments.compare import summary

    result = read("assets/results/students.json")
    rows = []
    for line in summary(result):
        gaps = [row["gap"] for row in result["rows"] if row["variant"] == line["variant"]]
        shares = [over_seeds([gap[name] for gap in gaps], "+.1f", scale=100, unit="%") for name in ("end", "mean")]
        decibels = over_seeds([gap["end_dB"] for gap in gaps], "+.2f")
        rows.append([line["variant"], million(line["parameters"]), *shares, decibels])
    head = [code("python -m engine compare students"), "parameters", "MSE at t = T", "MSE, mean over t", "dB at t = T"]
    note = f"Against the teacher's memory, both as they stream. {seeds_of(result)} Parameters are the student's own."
    return Table(head=head, rows=rows, title=result["question"], note=note)


def over_seeds(values: list[float], form: str, *, scale: float = 1, unit: str = "") -> Number:
    """Mean and standard deviation."""
    mean, deviation = statistics.fmean(values), statistics.pstdev(values)
    return Number(mean, form, deviation=deviation, scale=scale, unit=unit)


def growth_words(growth: dict[str, float]) -> str:
    """How a student's step grows with t, as a sentence; nothing where that was not measured."""
    if not growth:
        return ""
    ratios = ", ".join(f"{ratio:.2f} at t = {t}" for t, ratio in growth.items())
    return f" A step's time, that at t = 2 being 1: {ratios}."


def trail_note(trail: dict) -> str:
    """How far a student trails its teacher, in words."""
    gap = trail["gap"]
    return (
        f"MSE of the student's memory against the teacher's: {gap['end']:+.1%} once all leaves have arrived "
        f"({gap['end_dB']:+.2f} dB), {gap['mean']:+.1%} on average over t; {trail['sequences']} test sequences, both "
        f"as they stream, unsettled.{growth_words(trail.get('step_growth', {}))}"
    )


def streaming_note(streaming: dict) -> Text:
    """What batching a trajectory saves, in words."""
    saved = ", ".join(f"{row['ratio']:.0f} times for {row['tree']}" for row in streaming["trajectory"])
    return (
        f"A whole trajectory of 128 leaves, batched by level, is faster than 128 rebuilds by {saved} (",
        code(streaming["command"]),
        f", {streaming['hardware']}). A path update makes log2 T merges; in a stack tree the "
        "higher ones have more slots to merge, so that the work grows with T all the same.",
    )
