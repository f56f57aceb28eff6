"""The README's tables, made from checkpoint cards and from assets/results; nobody types a figure.

    python -m engine.reports.tables            rewrites README.md between its two `results` markers

A card's `metrics` come from `python -m engine evaluate NAME --record`, bench.json from
`python -m tests.bench --record`, and paper.json holds what the authors state.
"""

from __future__ import annotations

import json
import math
import statistics
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
BUNDLED_BASELINES = ("transformer", "mamba", "frame")
START, END = "<!-- results: made by python -m engine.reports.tables -->", "<!-- end of results -->"


def read(path: str) -> dict:
    """A JSON file of the project."""
    return json.loads((TOP / path).read_text())


@dataclass(frozen=True)
class Table:
    """Cells as Markdown text, the first column words, the others numbers; `title` stands above it."""

    head: list[str]
    rows: list[list[str]]
    title: str = ""
    note: str = ""
    """what it means, below it"""

    def markdown(self) -> str:
        """As the README shows it: the first column left, the others right."""
        line = "|" + "|".join([" --- "] + [" ---: "] * (len(self.head) - 1)) + "|"
        rows = [self.head, *self.rows]
        return "\n".join(
            [f"| {' | '.join(row)} |" if i else f"| {' | '.join(row)} |\n{line}" for i, row in enumerate(rows)]
        )


def million(count: float) -> str:
    """A number of parameters."""
    return f"{count / 1e6:.2f} M"


def digits_table() -> Table:
    """128 digits in 1,024 floats: the authors' three, the closed form, ours."""
    paper = read("assets/results/paper.json")["digits"]
    rows = [[f"authors: {r['name']}", million(r["parameters"]), f"{r['mse']:.4f}", f"{r['ssim']:.3f}"] for r in paper]
    for name, path in (
        ("linear tree (closed form)", "assets/results/digits-128-linear.json"),
        *((f"`digits-128-{name}`", f"checkpoints/digits-128-{name}/card.json") for name in BUNDLED_BASELINES),
        ("**`digits-128`**", "checkpoints/digits-128/card.json"),
    ):
        card = read(path)
        root = card["metrics"]["levels"][-1]
        rows.append([name, million(card["parameters"]), f"{root['mse']:.4f}", f"{root['ssim']:.3f}"])
    return Table(["128 MNIST test digits in 1,024 floats", "parameters", "MSE", "SSIM"], rows)


def levels_table() -> Table:
    """Every level of digits-128."""
    ours = read("checkpoints/digits-128/card.json")["metrics"]["levels"]
    linear = read("assets/results/digits-128-linear.json")["metrics"]["levels"]
    rows = [
        [
            f"{r['ratio']}:1",
            f"{r['mse']:.6f} ± {r['mse_std']:.6f}",
            f"{r['psnr']:.2f}",
            f"{r['ssim']:.3f}",
            f"{plain['mse']:.6f}",
        ]
        for r, plain in zip(ours, linear, strict=True)
    ]
    head = ["`digits-128`, every level", "MSE ± over sequences", "PSNR of the mean MSE", "SSIM", "MSE of per-image PCA"]
    return Table(head, rows)


def video_table() -> Table:
    """Mean PSNR of every level: ours, the plain linear tree, and what the authors state."""
    ours, plain = read("checkpoints/video-16/card.json"), read("assets/results/video-16-linear.json")
    paper = read("assets/results/paper.json")["video"]
    rows = [
        [f"{a['ratio']}:1", f"{a['mean_psnr']:.2f}", f"{b['mean_psnr']:.2f}", f"{a['ssim']:.4f}", f"{b['ssim']:.4f}", c]
        for a, b, c in zip(
            ours["metrics"]["levels"], plain["metrics"]["levels"], (f"{p['psnr']:.2f}" for p in paper), strict=True
        )
    ]
    rows.append(["parameters", million(ours["parameters"]), million(plain["parameters"]), "", "", "—"])
    head = ["UCF-101 test, 128²", "`video-16`, dB", "16×16-patch linear tree, dB", "SSIM", "linear", "authors, dB"]
    return Table(head, rows)


def bench_table() -> Table:
    """Speed and memory."""
    bench = read("assets/results/bench.json")
    parts = ("start", "small clip", "large clip", "memory", "refresh", "training start")
    start, small, large, memory, refresh, begun = (bench[part] for part in parts)
    rows = [
        ["`python app.py` until the tree can be clicked", f"{start['interactive_s']:.1f} s"],
        [
            "36 frames of 320×240 at 128: compress and reconstruct, all four levels",
            f"{small['compress_and_reconstruct_every_level_s']:.2f} s",
        ],
        ["the same on the page, with metrics and pictures", f"{small['page_explores_it_s']:.2f} s"],
        [
            "345 frames of 640×360 at 256, file to memory file, against decoding and scaling alone",
            f"{large['compress_ratio']:.1f} ×",
        ],
        ["the same and back into an H.264 file", f"{large['compress_reconstruct_encode_ratio']:.1f} ×"],
        ["the same on the page: all four levels, measured", f"{large['page_explores_every_level_ratio']:.1f} ×"],
        ["peak memory of a 10-minute clip against a 10-second one", f"{memory['ratio']:.2f} ×"],
        ["refresh of a training with 100,000 rows against one with 1,000", f"{refresh['new_rows_ratio']:.2f} ×"],
        ["Start of the 30-second training until its first points are in the chart", f"{begun['points_s']:.1f} s"],
        ["the same until it is finished", f"{begun['finished_s']:.0f} s"],
        ["a training step of Mamba against one of the Transformer", f"{bench['training step']['ratio']:.2f} ×"],
    ]
    return Table([f"`make bench` on {bench['hardware']}", ""], rows)


def load_table() -> Table:
    """Many visitors at once."""
    load = read("assets/results/load.json")
    times, memory = load["times"], load["memory"]
    about = (
        f"`make load` on {load['hardware']}: {load['waves']} waves of {load['visitors']} visitors within "
        f"{load['arriving']:g} s, each with a clip of 36 frames and {load['interactions']} interactions, and a training"
    )
    rows = [
        ["errors and lost results", str(len(load["wrong"]) + load["tracebacks"])],
        ["an interaction with the server: median", f"{times['interactions']['p50_ms']} ms"],
        ["the same, 95th percentile", f"{times['interactions']['p95_ms']} ms"],
        ["upload and compress, waiting in line: median", f"{times['compress']['p50_ms'] / 1000:.0f} s"],
        ["the same, the last of all", f"{times['compress']['p100_ms'] / 1000:.0f} s"],
        ["most resident memory of the page in the first minute", f"{memory['first_minute_peak_MB']:,} MB"],
        ["the same after it", f"{memory['later_peak_MB']:,} MB"],
        ["files of theirs left when they have expired", str(len(load["files_left"]))],
    ]
    return Table([about, ""], rows)


def comparison_table(name: str) -> Table:
    """A stored comparison."""
    return variants_table(read(f"assets/results/{name}.json"))


def variants_table(result: dict) -> Table:
    """A comparison's question and its variants at the root, mean ± standard deviation over seeds."""
    from engine.experiments.compare import summary

    rows = [
        [
            line["variant"],
            *(spread(line, name, form) for name, form in (("mse", ".5f"), ("mean_psnr", ".2f"), ("ssim", ".3f"))),
            str(line["seeds"]),
        ]
        for line in summary(result)
    ]
    return Table([f"`{result['command']}`", "MSE", "mean PSNR, dB", "SSIM", "seeds"], rows, result["question"])


def spread(line: dict, name: str, form: str) -> str:
    """Mean ± standard deviation over seeds; of one seed the value alone."""
    return f"{line[name]:{form}}" + (f" ± {line[f'{name}_std']:{form}}" if line["seeds"] > 1 else "")


def ablation_table() -> Table:
    """Every variant of the ablation: what it costs and what it gives, with both paddings along the trajectory."""
    from engine.experiments.compare import summary

    result = read("assets/results/ablation.json")
    rows = [
        [
            line["variant"],
            million(line["parameters"]),
            f"{line['seconds']:.0f}",
            f"{line['mse']:.5f} ± {line['mse_std']:.5f}",
            f"{line['mean_psnr']:.2f} ± {line['mean_psnr_std']:.2f}",
            f"{line['ssim']:.3f} ± {line['ssim_std']:.3f}",
            *(f"{line[p]:.5f} ± {line[f'{p}_std']:.5f}" for p in ("zeros", "skip")),
        ]
        for line in summary(result)
    ]
    head = ["`python -m engine compare ablation`", "parameters", "seconds", "MSE", "mean PSNR, dB", "SSIM"]
    return Table([*head, "MSE on the way, `zeros`", "`skip`"], rows, f"{result['question']} {seeds_of(result)}")


def padding_note(variant: str) -> str:
    """What skipping empty merges saves along the trajectory."""
    from engine.experiments.compare import summary

    line = next(line for line in summary(read("assets/results/ablation.json")) if line["variant"] == variant)
    return (
        f"Averaged over the trajectory, `skip` remembers with MSE {line['skip']:.4f} what `zeros` remembers with "
        f"{line['zeros']:.4f} ({variant}). A memory that is still half empty uses fewer merges; once more than half of "
        "the leaves have arrived, both are the same tree."
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
        [name, *(f"{dict(line)[t]:.4f}" if t in dict(line) else "" for t in sizes), f"× {doubling(line):.2f}"]
        for name, line in lines.items()
    ]
    title = read("assets/results/scaling.json")["question"]
    return Table(
        ["`python -m engine compare scaling`, MSE at T =", *map(str, sizes), "a doubling, 16 to 128"],
        rows,
        title,
        growth(lines),
    )


def growth(lines: dict[str, list[tuple[int, float]]]) -> str:
    """What the scaling says about growth."""
    factors = {name: doubling(line) for name, line in lines.items()}
    fastest, slowest = max(factors, key=factors.get), min(factors, key=factors.get)
    return (
        f"Every line grows more slowly than T, from × {factors[slowest]:.2f} a doubling ({slowest}) to "
        f"× {factors[fastest]:.2f} ({fastest}), where × 2 would be linear. But that flatters what is bad: an error "
        "near that of the mean image has nowhere to go. The better a memory is, the closer its growth is to linear."
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
    lines["`digits-128`, d=1024"] = [(row["ratio"], row["mse"]) for row in ours if row["ratio"] >= first]
    return lines


def dense_table() -> Table:
    """The paper's own tree at the scale that could be run, beside what the authors state."""
    from engine.experiments.compare import summary

    result, paper = read("assets/results/dense.json"), read("assets/results/paper.json")["digits"][-1]
    line = summary(result)[0]
    ours = f"{line['mse']:.4f} ± {line['mse_std']:.4f}", f"{line['ssim']:.3f} ± {line['ssim_std']:.3f}"
    rows = [
        ["authors: IMFN, T=128, d=1024", million(paper["parameters"]), f"{paper['mse']:.4f}", f"{paper['ssim']:.3f}"],
        [f"`dense`, {line['variant']}, {seeds_of(result)[:-1].lower()}", million(line["parameters"]), *ours],
    ]
    note = (
        f"{result['question']} Five levels stand here for the authors' seven, each trained alone for "
        f"{level_steps(result):,} steps; layer widths and optimiser are our choice. The error lands within "
        f"{abs(line['mse'] / paper['mse'] - 1):.0%} of theirs. The SSIM does not: at that error no tree here comes "
        f"near {paper['ssim']:.2f} with scikit-image's default window, so theirs is probably another variant of it."
    )
    return Table(["`python -m engine compare dense`, 8 floats an image", "parameters", "MSE", "SSIM"], rows, note=note)


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
        end, mean, dB = (deviation([gap[name] for gap in gaps]) for name in ("end", "mean", "end_dB"))
        cells = [f"{100 * end[0]:+.1f} ± {100 * end[1]:.1f} %", f"{100 * mean[0]:+.1f} ± {100 * mean[1]:.1f} %"]
        rows.append([line["variant"], million(line["parameters"]), *cells, f"{dB[0]:+.2f} ± {dB[1]:.2f}"])
    head = ["`python -m engine compare students`", "parameters", "MSE at t = T", "MSE, mean over t", "dB at t = T"]
    note = f"Against the teacher's memory, both as they stream. {seeds_of(result)} Parameters are the student's own."
    return Table(head, rows, result["question"], note)


def deviation(values: list[float]) -> tuple[float, float]:
    """Mean and standard deviation."""
    return statistics.fmean(values), statistics.pstdev(values)


def trail_note(trail: dict) -> str:
    """How far a student trails its teacher, in words."""
    gap = trail["gap"]
    return (
        f"MSE of the student's memory against the teacher's: {gap['end']:+.1%} once all leaves have arrived "
        f"({gap['end_dB']:+.2f} dB), {gap['mean']:+.1%} on average over t; {trail['sequences']} test sequences, both "
        "as they stream, unsettled."
    )


def streaming_note(streaming: dict) -> str:
    """What batching a trajectory saves, in words."""
    saved = ", ".join(f"{row['ratio']:.0f} times for {row['tree']}" for row in streaming["trajectory"])
    return (
        f"A whole trajectory of 128 leaves, batched by level, is faster than 128 rebuilds by {saved} "
        f"(`{streaming['command']}`, {streaming['hardware']}). A path update makes log2 T merges; in a stack tree the "
        "higher ones have more slots to merge, so that the work grows with T all the same."
    )


def race_table() -> Table:
    """Seconds from an untrained tree."""
    race = read("assets/results/race.json")
    rows = [
        [f"below {name}", "never" if seconds is None else f"{seconds:.1f} s"]
        for name, seconds in race["seconds_until_below"].items()
    ]
    return Table([f"`python -m engine race`: test MSE from an untrained tree on {race['hardware']}", ""], rows)


def results() -> str:
    """All tables, one after the other."""
    from engine.reports.model_tables import baselines_table, codecs_table, paired_table

    tables = (
        digits_table(),
        baselines_table(),
        paired_table(),
        comparison_table("baselines-seconds"),
        comparison_table("baselines-slots"),
        levels_table(),
        video_table(),
        codecs_table(),
        dense_table(),
        comparison_table("joint"),
        ablation_table(),
        scaling_table(),
        *([students_table()] if (TOP / "assets/results/students.json").exists() else []),
        race_table(),
        bench_table(),
        load_table(),
    )
    return "\n\n".join("\n\n".join(filter(None, (table.title, table.markdown(), table.note))) for table in tables)


def updated(readme: str) -> str:
    """The README's text with its tables made anew; ValueError without the two markers."""
    if START not in readme or END not in readme:
        raise ValueError("README.md has lost its two results markers")
    before, after = readme.split(START)[0], readme.split(END)[1]
    return f"{before}{START}\n{results()}\n{END}{after}"


if __name__ == "__main__":
    path = TOP / "README.md"
    path.write_text(updated(path.read_text()))
