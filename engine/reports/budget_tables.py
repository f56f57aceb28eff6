"""Tables of memories that share their floats: long windows, streams without end, what sharing buys."""

from __future__ import annotations

from engine.reports.table import Number, Table, code, million
from engine.reports.tables import TOP, read, variants_table


def long_table() -> Table:
    """A whole clip in the floats of one frame, three ways."""
    result = read("assets/results/long.json")
    rows = [
        [row["way"], Number(row["floats"], ","), Number(row["ratio"], ".0f"), *decibels(row)] for row in result["rows"]
    ]
    title = (
        f"A clip of {result['frames']} frames in the floats of one, {result['sequences']} windows ({result['data']}): "
        "one memory of all of them, the memories of shorter windows, which end at 16:1 and so see frames of half the "
        "size, enlarged again, and one frame in place of all."
    )
    head = [code("python -m engine long"), "floats", "to 1", "PSNR of the mean MSE, dB", "mean PSNR, dB"]
    return Table(head=head, rows=rows, title=title)


def levels_table() -> Table:
    """Every level of video-64."""
    card = read("checkpoints/video-64/card.json")
    rows = [[f"{row['ratio']}:1", *decibels(row), Number(row["ssim"], ".3f")] for row in card["metrics"]["levels"]]
    rows.append(["parameters", million(card["parameters"]), "", ""])
    head = [(code("video-64"), f", {card['metrics']['data']}"), "PSNR of the mean MSE, dB", "mean PSNR, dB", "SSIM"]
    return Table(head=head, rows=rows)


def decibels(row: dict) -> list[Number]:
    """Both PSNRs."""
    return [Number(row[name], ".2f") for name in ("psnr", "mean_psnr")]


def endless_table() -> Table:
    """PSNR by age of a stream without end."""
    result = read("assets/results/endless.json")
    rows = [[span(age["from"], age["to"]), Number(age["psnr"], ".2f")] for age in result["ages"]]
    first, last = result["looks"][0], result["looks"][-1]
    title = (
        f"A stream of {result['frames']:,} frames of {result['width']}×{result['height']} in at most "
        f"{result['most_floats']:,} floats ({result['roots']} roots and an open window of {result['model']}): frames "
        f"by their age. Resident memory was {first['MB']:.0f} MB after {first['frames']:,} frames and "
        f"{last['MB']:.0f} MB at the end. The stream is one short clip over and over, so that old leaves end as its "
        "mean."
    )
    return Table(head=[(code("python -m engine endless"), ": age in frames"), "PSNR, dB"], rows=rows, title=title)


def span(first: int, last: int) -> str:
    """A range of ages."""
    return f"{first:,}" if first == last else f"{first:,} to {last:,}"


def budget_tables() -> list[Table]:
    """All of them, as far as they were recorded."""
    found = [levels_table(), long_table()]
    if (TOP / "assets/results/sharing.json").exists():
        found.insert(0, variants_table(read("assets/results/sharing.json")))
    if (TOP / "assets/results/endless.json").exists():
        found.append(endless_table())
    return found
