"""The hypotheses of docs/paper.md, judged by what `compare paper` and `compare paper-video` recorded.

Each was written before the first recorded run. One whose rows are not all there is open.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.reports.paper_tables import SCALE, VIDEO, error_growth, recorded
from engine.reports.table import Cell, Table
from engine.reports.tables import read

Rows = dict[str, dict]
"""the recorded rows of one comparison, by name"""

NEAR_MEAN = 0.05
"""P1: share of the mean image's MSE"""
IMFN = (0.045, 0.060)
"""P2: bounds of the tree's MSE"""
PIXELS = 0.9
"""P4: the pixel loss's MSE over the latent one's, at most"""
FLAT, STEEP = 4.0, 50.0
"""V2: how many times the error of a learned tree grows at most, of the closed form at least"""
STEP = 1.0
"""V3: dB that the residual tree gains at most"""


def p1(rows: Rows) -> tuple[bool, str]:
    """One read-out ends near the mean image."""
    apart = {name: root(rows[name]) / root(rows["mean"]) - 1 for name in ("transformer", "mamba")}
    words = ", ".join(f"{name} {share:+.1%}" for name, share in apart.items())
    return all(abs(share) <= NEAR_MEAN for share in apart.values()), f"against the mean image's MSE: {words}"


def p2(rows: Rows) -> tuple[bool, str]:
    """The tree is below both sequence models."""
    tree, *others = (root(rows[name]) for name in ("imfn", "transformer", "mamba"))
    words = f"IMFN {tree:.4f}, Transformer {others[0]:.4f}, Mamba {others[1]:.4f}"
    return tree < min(others) and IMFN[0] <= tree <= IMFN[1], words


def p3(rows: Rows) -> tuple[bool, str]:
    """A slot a digit makes the difference."""
    slots = [root(rows[f"{name}-slots"]) for name in ("transformer", "mamba")]
    bounds = [root(rows[name]) for name in ("linear", "imfn")]
    words = f"Transformer {slots[0]:.4f}, Mamba {slots[1]:.4f}; linear tree {bounds[0]:.4f}, IMFN {bounds[1]:.4f}"
    return max(slots) < min(bounds), words


def p4(rows: Rows) -> tuple[bool, str]:
    """Pixels in place of latents."""
    share = root(rows["imfn-pixels"]) / root(rows["imfn"])
    return share <= PIXELS, f"MSE {share - 1:+.0%}"


def p5(rows: Rows) -> tuple[bool, str]:
    """None comes to the bundled model."""
    ours = read("checkpoints/digits-128/card.json")["metrics"]["levels"][-1]["mse"]
    best = min((row for row in rows.values() if row["steps"]), key=root)
    return root(best) > ours, f"best: {best['title']}, {root(best):.4f}; digits-128 {ours:.4f}"


def v1(rows: Rows) -> tuple[bool, str]:
    """Where a learned first level is."""
    theirs = read("assets/results/paper.json")["video"][0]["psnr"]
    dense, linear = (rows[name]["psnr"][0] for name in ("dense", "linear"))
    words = f"2:1: dense {dense:.2f} dB, authors {theirs:.2f}, closed form {linear:.2f}"
    return abs(dense - theirs) < abs(dense - linear), words


def v2(rows: Rows) -> tuple[bool, str]:
    """A flat curve of errors."""
    dense, linear = (error_growth(rows[name]["mse"]) for name in ("dense", "linear"))
    return dense < FLAT and linear > STEEP, f"MSE grows {dense:,.1f} times for dense, {linear:,.1f} for the closed form"


def v3(rows: Rows) -> tuple[bool, str]:
    """What a learned correction adds."""
    gains = [a - b for a, b in zip(rows["residual"]["psnr"], rows["linear"]["psnr"], strict=True)]
    words = "dB over the closed form: " + ", ".join(f"{gain:+.2f}" for gain in gains)
    return all(0 < gain < STEP for gain in gains), words


LEARNED = ("imfn", "transformer", "mamba", "imfn-pixels", "transformer-slots", "mamba-slots")

HYPOTHESES: list[tuple[str, str, str, tuple[str, ...], Callable[[Rows], tuple[bool, str]]]] = [
    (
        "P1",
        "with one read-out, Transformer and Mamba end within 5 % of the mean image's MSE",
        SCALE,
        ("transformer", "mamba", "mean"),
        p1,
    ),
    ("P2", "IMFN is below both, between 0.045 and 0.060", SCALE, ("imfn", "transformer", "mamba"), p2),
    (
        "P3",
        "with a slot a digit, Transformer and Mamba are below the linear tree's MSE and below IMFN's",
        SCALE,
        ("transformer-slots", "mamba-slots", "linear", "imfn"),
        p3,
    ),
    ("P4", "pixels in place of latents lower the tree's MSE by 10 % or more", SCALE, ("imfn", "imfn-pixels"), p4),
    ("P5", "no row of this scale comes to the MSE of digits-128", SCALE, LEARNED, p5),
    ("V1", "the dense tree's 2:1 is nearer to the authors' than to the closed form's", VIDEO, ("dense", "linear"), v1),
    (
        "V2",
        "from 2:1 to 16:1 the dense tree's MSE grows by less than 4 times, the closed form's by more than 50",
        VIDEO,
        ("dense", "linear"),
        v2,
    ),
    ("V3", "the residual tree is above the closed form, by less than 1 dB", VIDEO, ("residual", "linear"), v3),
]
"""name, what it says, the file it is judged by, the rows that it needs, what judges it"""


def root(row: dict) -> float:
    """The MSE of a row's root."""
    return row["mse"][-1]


def judged(path: str = "") -> list[tuple[str, str, str, str]]:
    """(name, what it says, verdict, figures) of all hypotheses, or of those that are judged by one file."""
    found = []
    for name, claim, needs, names, judge in HYPOTHESES:
        if path and needs != path:
            continue
        rows = {row["row"]: row for row in recorded(needs)["rows"] if row["seed"] == 0}
        if missing := [each for each in names if each not in rows]:
            found.append((name, claim, "open", f"not run: {', '.join(missing)}"))
            continue
        holds, figures = judge(rows)
        found.append((name, claim, "holds" if holds else "fails", figures))
    return found


def verdicts_table(path: str = "") -> Table:
    """Every hypothesis with its verdict, of both comparisons or of one."""
    rows: list[list[Cell]] = [[f"{name}: {claim}", verdict, figures] for name, claim, verdict, figures in judged(path)]
    title = "The hypotheses of docs/paper.md, written before any recorded run, and what became of them."
    note = "Judged by seed 0; one whose rows are not all recorded is open."
    return Table(head=["hypothesis", "verdict", "figures"], rows=rows, title=title, note=note)
