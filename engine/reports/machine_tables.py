"""The tables of what a machine was measured at: speed, memory, many visitors at once, seconds to an error.

Read from assets/results/{bench,load,race}.json; each says on which hardware it was recorded.
"""

from __future__ import annotations

from engine.reports.table import Number, Table, code
from engine.reports.tables import read


def bench_table() -> Table:
    """Speed and memory."""
    bench = read("assets/results/bench.json")
    parts = ("start", "small clip", "large clip", "memory", "refresh", "training start")
    start, small, large, memory, refresh, begun = (bench[part] for part in parts)
    rows = [
        [(code("python app.py"), " until the tree can be clicked"), seconds(start["interactive_s"])],
        [
            "36 frames of 320×240 at 128: compress and reconstruct, all four levels",
            seconds(small["compress_and_reconstruct_every_level_s"], ".2f"),
        ],
        ["the same on the page, with metrics and pictures", seconds(small["page_explores_it_s"], ".2f")],
        [
            "345 frames of 640×360 at 256, file to memory file, against decoding and scaling alone",
            times(large["compress_ratio"], ".1f"),
        ],
        ["the same and back into an H.264 file", times(large["compress_reconstruct_encode_ratio"], ".1f")],
        ["the same on the page: all four levels, measured", times(large["page_explores_every_level_ratio"], ".1f")],
        ["peak memory of a 10-minute clip against a 10-second one", times(memory["ratio"])],
        ["refresh of a training with 100,000 rows against one with 1,000", times(refresh["new_rows_ratio"])],
        ["Start of the 30-second training until its first points are in the chart", seconds(begun["points_s"])],
        ["the same until it is finished", seconds(begun["finished_s"], ".0f")],
        ["a training step of Mamba against one of the Transformer", times(bench["training step"]["ratio"])],
    ]
    if moved := bench.get("predict"):
        words = "Predict: a move of the lantern until three memories' beliefs are on the page, median"
        rows.append([words, Number(moved["move_ms"], ".0f", unit="ms")])
    return Table(head=[(code("make bench"), f" on {bench['hardware']}"), ""], rows=rows, note=recorded(bench))


def recorded(result: dict) -> str:
    """When figures of speed were taken: what has changed since is not in them."""
    return f"Recorded at revision {result['revision']}, with that revision's models; later changes are not in it."


def load_table() -> Table:
    """Many visitors at once."""
    load = read("assets/results/load.json")
    interactions, compress, memory = load["times"]["interactions"], load["times"]["compress"], load["memory"]
    about = (
        f" on {load['hardware']}: {load['waves']} waves of {load['visitors']} visitors within {load['arriving']:g} s, "
        f"{load['hostile_visitors']} of them hostile, each other one with a clip of 36 frames and "
        f"{load['interactions']} interactions, and a training"
    )
    rows = [
        ["errors and lost results", Number(len(load["wrong"]) + load["tracebacks"])],
        ["an interaction with the server: median", Number(interactions["p50_ms"], unit="ms")],
        ["the same, 95th percentile", Number(interactions["p95_ms"], unit="ms")],
        ["what the hostile asked for", Number(sum(asked for asked, _ in load["hostile"].values()), ",")],
        ["of that, refused", Number(sum(refused for _, refused in load["hostile"].values()), ",")],
        ["upload and compress, waiting in the queue: median", seconds(compress["p50_ms"] / 1000, ".0f")],
        ["the same, the last of all", seconds(compress["p100_ms"] / 1000, ".0f")],
        [
            "most resident memory of the page in the first minute",
            megabytes(memory["first_minute_peak_MB"]),
        ],
        ["the same after it", megabytes(memory["later_peak_MB"])],
        ["files of theirs left when they have expired", Number(len(load["files_left"]))],
    ]
    return Table(head=[(code("make load"), about), ""], rows=rows, note=recorded(load))


def race_table() -> Table:
    """Seconds from an untrained tree."""
    race = read("assets/results/race.json")
    rows = [
        [f"below {name}", Number(found, ".1f", unit="s", missing="never")]
        for name, found in race["seconds_until_below"].items()
    ]
    about = f": test MSE from an untrained tree on {race['hardware']}"
    return Table(head=[(code("python -m engine race"), about), ""], rows=rows, note=recorded(race))


def seconds(value: float, form: str = ".1f") -> Number:
    """A time."""
    return Number(value, form, unit="s")


def megabytes(count: int) -> Number:
    """A size in memory."""
    return Number(count, ",", unit="MB")


def times(ratio: float, form: str = ".2f") -> Number:
    """How many times as much."""
    return Number(ratio, form, unit="×")
