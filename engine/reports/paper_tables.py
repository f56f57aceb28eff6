"""The paper's tables at the paper's own scale: what the authors state, ours at their scale, ours at ours.

Read from assets/results/{paper,paper-scale,paper-video,ssim}.json and the cards. A row that nobody has run is left out,
and a sentence says which those are and by which command they are run.
"""

from __future__ import annotations

import itertools

from engine.reports.table import Cell, Number, Table, Text, code, million
from engine.reports.tables import BUNDLED_BASELINES, TOP, read

SCALE, VIDEO, SSIM = (f"assets/results/{name}.json" for name in ("paper-scale", "paper-video", "ssim"))
COMPARISONS = "engine/experiments/comparisons"
HEAD: list[Text] = ["parameters", "CPU seconds", "steps", "MSE", "PSNR of the mean MSE", "SSIM", "ms to compress", "GB"]
CLOSE = 0.05
"""how near a variant's SSIM must come to the authors' to be called theirs"""


def recorded(path: str) -> dict:
    """A comparison's file, without rows where nothing was recorded."""
    return read(path) if (TOP / path).exists() else {"rows": []}


def scale_table() -> Table:
    """128 digits in 1,024 floats three times: the authors', ours at their scale, ours at ours."""
    paper, result = read("assets/results/paper.json")["digits"], recorded(SCALE)
    learned = [row for row in result["rows"] if row["steps"]]
    fixed = [row for row in result["rows"] if not row["steps"]]
    rows = [authors_row(facts) for facts in paper]
    rows += [scale_row("theirs in size: ", row) for row in learned] + [scale_row("", row) for row in fixed]
    rows += [bundled_row(name) for name in (*(f"digits-128-{name}" for name in BUNDLED_BASELINES), "digits-128")]
    head: list[Text] = [code("python -m engine compare paper"), *HEAD]
    return Table(head=head, rows=rows, title=question("paper"), note=scale_note(result))


def question(name: str) -> str:
    """What a comparison asks."""
    return read(f"{COMPARISONS}/{name}.json")["question"]


def authors_row(facts: dict) -> list[Cell]:
    """What the authors state; they state neither seconds nor steps."""
    figures = [Number(facts[name], form) for name, form in (("mse", ".4f"), ("psnr", ".2f"), ("ssim", ".3f"))]
    return [f"authors: {facts['name']}", million(facts["parameters"]), "—", "—", *figures, "—", "—"]


def scale_row(before: str, row: dict) -> list[Cell]:
    """A recorded row of the comparison."""
    return [
        f"{before}{row['title']}",
        million(row["parameters"]),
        Number(row["cpu_seconds"], ",.0f"),
        Number(row["steps"], ","),
        *(Number(row[name][-1], form) for name, form in (("mse", ".4f"), ("psnr", ".2f"), ("ssim", ".3f"))),
        Number(row["compress_ms"], ",.1f"),
        Number(row["peak_megabytes"], ".1f", scale=1e-3),
    ]


def bundled_row(name: str) -> list[Cell]:
    """A bundled checkpoint, whose CPU seconds were not counted; steps with those of the one it began with."""
    card = read(f"checkpoints/{name}/card.json")
    root = card["metrics"]["levels"][-1]
    figures = [Number(root[key], form) for key, form in (("mse", ".4f"), ("psnr", ".2f"), ("ssim", ".3f"))]
    tree = card["config"]["tree"]
    begun_with = tree.get(tree["family"], {}).get("start")
    steps = Number(card["steps"] + (read(f"checkpoints/{begun_with}/card.json")["steps"] if begun_with else 0), ",")
    return [("ours in size: ", code(name)), million(card["parameters"]), "—", steps, *figures, "—", "—"]


def missing(name: str, result: dict) -> list[str]:
    """The rows of a comparison that are not recorded."""
    done = {row["row"] for row in result["rows"]}
    return [row for row in read(f"{COMPARISONS}/{name}.json")["rows"] if row not in done]


def machine_words(result: dict) -> str:
    """Where the learned rows were trained, as far as there are any: a sentence."""
    rows = [row for row in result["rows"] if row["planned_cpu_seconds"]]
    if not rows:
        return ""
    counts = ((row["machine"]["threads"], row["machine"]["processor"]) for row in rows)
    machines = dict.fromkeys(f"{n} thread{'s' * (n > 1)} of {processor}" for n, processor in counts)
    seeds = sorted({row["seed"] for row in rows})
    return (
        f" Each was trained for {rows[0]['planned_cpu_seconds']:,.0f} CPU seconds on {' and '.join(machines)}, "
        f"seed {', '.join(map(str, seeds))}."
    )


def left_words(name: str, result: dict) -> Text:
    """Which rows are not run yet, and the command: spans; nothing where all are."""
    left = missing(name, result)
    if not left:
        return ()
    return (
        f" Not run yet, and so not in the table: {', '.join(left)}; ",
        code(f"python -m engine compare {name} --rows {left[0]}"),
        " runs one, and goes on where it was stopped.",
    )


def scale_note(result: dict) -> Text:
    """What was run, what is left, and what differs from the authors' runs."""
    return (
        "Of the authors' runs neither layers, optimiser, steps nor seconds are stated; ours have their numbers of "
        "parameters within 2 %, T, d and the data, and the rest is our choice. One read-out: the whole memory is one "
        "vector that all digits share; a slot a digit: each digit has its own 8 floats. The tree is trained level by "
        "level, and its levels share the seconds." + machine_words(result),
        *left_words("paper", result),
    )


def video_levels_table() -> Table:
    """The learned video trees' four levels beside the authors' and the closed form's."""
    paper, result = read("assets/results/paper.json")["video"], recorded(VIDEO)
    rows: list[list[Cell]] = [
        [
            f"{facts['ratio']}:1",
            Number(facts["psnr"], ".2f"),
            *(Number(row["psnr"][k], ".2f") for row in result["rows"]),
        ]
        for k, facts in enumerate(paper)
    ]
    growth = [error_growth([facts["mse"] for facts in paper])] + [error_growth(row["mse"]) for row in result["rows"]]
    rows.append(["MSE of 16:1 over that of 2:1", *(Number(value, ",.1f", before="× ") for value in growth)])
    rows.append(["CPU seconds", "—", *(Number(row["cpu_seconds"], ",.0f") for row in result["rows"])])
    rows.append(["parameters", "—", *(million(row["parameters"]) for row in result["rows"])])
    head: list[Text] = [(code("python -m engine compare paper-video"), ", PSNR of the mean MSE, dB"), "authors"]
    head += [row["title"] for row in result["rows"]]
    note = (
        "The authors count their ratios in tokens of a size that they do not state, so their column is no "
        "like-for-like comparison; ours are in floats." + machine_words(result),
        *left_words("paper-video", result),
    )
    return Table(head=head, rows=rows, title=question("paper-video"), note=note)


def error_growth(errors: list[float]) -> float:
    """How many times the first level's error the last one's is."""
    return errors[-1] / errors[0]


def ssim_table() -> Table:
    """SSIM in its variants, of reconstructions that need no training, and of the authors' three."""
    result, paper = read(SSIM), read("assets/results/paper.json")["digits"]
    names = list(result["rows"][0]["ssim"])
    rows: list[list[Cell]] = [
        [code_words(row["floats"]), Number(row["mse"], ".4f"), "", *(Number(row["ssim"][n], ".3f") for n in names)]
        for row in result["rows"]
    ]
    for facts in paper:
        blank: list[Cell] = [""] * len(names)
        rows.append([f"authors: {facts['name']}", Number(facts["mse"], ".4f"), Number(facts["ssim"], ".3f"), *blank])
    title = f"Which SSIM do the authors state? Variants for {result['images']:,} test digits; theirs is not named."
    return Table(
        head=[code(result["command"]), "MSE", "stated", *names], rows=rows, title=title, note=ssim_words(result, paper)
    )


def code_words(floats: int) -> str:
    """What a linear code of so many floats is."""
    return "mean training image" if not floats else f"{floats} float{'s' * (floats > 1)} an image (PCA)"


def ssim_words(result: dict, paper: list[dict]) -> str:
    """Which variants agree with the authors' Transformer, whose error is the mean image's, and with all three."""
    mean, transformer = result["rows"][0], paper[0]
    near = [n for n, value in mean["ssim"].items() if abs(value - transformer["ssim"]) < CLOSE]
    fits = [n for n in mean["ssim"] if all(abs(at_error(result, n, f["mse"]) - f["ssim"]) < CLOSE for f in paper)]
    start = (
        f"The authors' Transformer has an error within {abs(transformer['mse'] / mean['mse'] - 1):.0%} of the mean "
        f"image's and an SSIM of {transformer['ssim']:.3f}. "
    )
    found = (
        f"The mean image has about that in {' and '.join(near)}. " if near else "No variant gives the mean image that. "
    )
    if fits:
        return (
            start
            + found
            + f"All three of theirs lie within {CLOSE} of linear codes' of equal error in {', '.join(fits)}."
        )
    return (
        start + found + "In no variant do linear codes of equal error come within "
        f"{CLOSE} of all three: which one is theirs stays open."
    )


def at_error(result: dict, name: str, mse: float) -> float:
    """A variant's SSIM of linear codes at an error, linear between two of them; their ends beyond."""
    points = sorted((row["mse"], row["ssim"][name]) for row in result["rows"])
    for (low, first), (high, second) in itertools.pairwise(points):
        if low <= mse <= high:
            return first + (second - first) * (mse - low) / (high - low)
    return points[0][1] if mse < points[0][0] else points[-1][1]


def paper_tables() -> list[Table]:
    """All of them, as far as they were recorded."""
    found = [(SCALE, scale_table), (VIDEO, video_levels_table), (SSIM, ssim_table)]
    return [make() for path, make in found if (TOP / path).exists()]
