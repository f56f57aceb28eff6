"""The tables of models against one another: the baselines, their paired differences, and video codecs.

Read from assets/results/{baselines,codecs}.json, or made from a comparison that somebody has run.
"""

from __future__ import annotations

from engine.evaluation.significance import paired, sequence_means
from engine.reports.table import Cell, Number, Range, Table, code, million
from engine.reports.tables import FORMS, read, seeds_of, spread

FIRST = "IMFN"
"""the variant that the others are paired with"""
BEST = {"mse": min, "mean_psnr": max, "ssim": max}


def baselines_table() -> Table:
    """The stored comparison."""
    return models_table(read("assets/results/baselines.json"))


def models_table(result: dict) -> Table:
    """Every model of an equal comparison, the best figures bold; best first."""
    from engine.experiments.compare import summary

    lines = sorted(summary(result), key=lambda line: line["mse"])
    best = {name: pick(line[name] for line in lines) for name, pick in BEST.items()}
    rows = [model_row(line, best) for line in lines]
    head = [code(result["command"]), "parameters", "floats", "MSE", "mean PSNR, dB", "SSIM"]
    head += ["seconds to train", *(["of them on the CPU"] if "cpu_seconds" in lines[0] else [])]
    head += ["ms to compress", "ms a streamed frame"]
    return Table(head=head, rows=rows, title=f"{result['question']} {seeds_of(result)}")


def model_row(line: dict, best: dict[str, float]) -> list[Cell]:
    """One model's cells."""
    figures = [spread(line, name, form, bold=line[name] == best[name]) for name, form in FORMS.items()]
    costs = {"seconds": ".0f", "cpu_seconds": ".0f", "compress_ms": ".1f", "step_ms": ".2f"}
    spent = [Number(line[name], form) for name, form in costs.items() if name in line]
    return [line["variant"], million(line["parameters"]), Number(line["floats"], ".0f"), *figures, *spent]


def paired_table(result: dict | None = None, first: str = FIRST) -> Table:
    """One model of an equal comparison against each other one, sequence by sequence; ValueError if it is not there."""
    rows = (result or read("assets/results/baselines.json"))["rows"]
    by_label = {
        label: [r for r in rows if r["variant"] == label] for label in dict.fromkeys(r["variant"] for r in rows)
    }
    means = {label: sequence_means(own) for label, own in by_label.items()}
    if first not in means:
        raise ValueError(f"there is no row of {first!r}; there are {', '.join(means)}")
    pairs = {label: paired(means[first], other) for label, other in means.items() if label != first}
    closest = sorted(pairs, key=lambda label: -pairs[label]["difference"])
    cells = [[label, *paired_cells(pairs[label])] for label in closest]
    count = len(means[first])
    head = [f"{first} minus", "MSE", "95 % interval", f"sequences where {first} is better"]
    title = f"Is that chance? Differences over the same {count} test sequences, seeds averaged."
    return Table(head=head, rows=cells, title=title)


def paired_cells(result: dict) -> list[Cell]:
    """Difference, interval, share."""
    interval = Range(result["low"], result["high"], "+.5f")
    return [Number(result["difference"], "+.5f"), interval, Number(result["better"], ".0%")]


def codecs_table() -> Table:
    """PSNR of the mean error that the same bytes buy: the memory, JPEG, H.264."""
    result = read("assets/results/codecs.json")
    rows = [
        [f"{row['ratio']}:1, {row['storage']}", Number(row["memory"]["bytes"], ","), *map(decibels, figures(row))]
        for row in result["rows"]
    ]
    title = (
        f"What the same bytes buy elsewhere, PSNR in dB of the mean error over {result['sequences']} windows of "
        f"16 frames ({result['data']}). H.264 wins at every size: it codes bits, a memory is a row of plain numbers."
    )
    name = (code("python -m engine codecs"), ": floats, stored as")
    return Table(head=[name, "bytes", code(result["model"]), "JPEG", "H.264"], rows=rows, title=title)


def figures(row: dict) -> list[dict]:
    """In the order of the table."""
    return [row[name] for name in ("memory", "jpeg", "h264")]


def decibels(figure: dict) -> Number:
    """PSNR, or that every window came back exactly."""
    return Number(figure["psnr"], ".2f", missing="exact")
