"""How much memory and computing a handed-in file takes of a shared page: those that unfold to gigabytes, broken ones.

    python -m tests.load --memory

Each is uploaded to a running page and explored there. Memory is the most that the page and what it started had while
the file was at work, over what it had in the steady state before; seconds are of computing, per window that came out
(or one, for a file that is refused).
"""

from __future__ import annotations

import random
import secrets
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
from PIL import Image

from tests.app.visitor import Visitor
from tests.engine.data.made import zipped
from tests.engine.data.sources.test_bounds import gif, movie, png
from tests.fuzz import seeds
from tests.fuzz.mutations import broken
from tests.load.host import Host, hosted

MOST_MB, MOST_SECONDS = 300, 5
"""of memory over the steady state, and of computing a window"""
HUGE, LARGE, SMALL = 16_384, 8_192, 64
OFTEN = 0.02
"""seconds between two looks at the memory"""
FUZZED = 10


def files(folder: Path) -> Iterator[list[Path]]:
    """What is handed in: uploads of one file or several."""
    folder.mkdir(parents=True, exist_ok=True)
    yield [movie(folder / "one-huge-frame.mov", [HUGE])]
    yield [movie(folder / "small-then-large.mov", [SMALL] * 4 + [LARGE] * 4)]
    yield [growing(folder / "growing.gif")]
    pictures = [folder / f"{index}.png" for index in range(6)]
    for index, path in enumerate(pictures):
        path.write_bytes(png(LARGE if index else SMALL))
    yield pictures
    yield [zipped(folder / "pictures.zip", {path.name: path.read_bytes() for path in pictures})]
    yield from fuzzed(folder)


def growing(path: Path) -> Path:
    """An animation whose second frame claims to be larger than its canvas."""
    data = bytearray(gif(path, [SMALL, SMALL]).read_bytes())
    second = data.rindex(b"\x2c")
    data[second + 5 : second + 9] = HUGE.to_bytes(2, "little") * 2
    path.write_bytes(data)
    return path


def fuzzed(folder: Path) -> Iterator[list[Path]]:
    """Ten more: whole inputs near the largest that is taken, and then bytes of them broken."""
    dice, noise = random.Random(16), np.random.default_rng(16)
    large = noise.integers(0, 256, (12, 1000, 1000, 3), np.uint8)
    np.save(folder / "noise.npy", large)
    np.save(folder / "floats.npy", large[:2].astype(np.float64) / 255)
    frames = [Image.fromarray(frame) for frame in large[:6]]
    frames[0].save(folder / "noise.webp", save_all=True, append_images=frames[1:], quality=50)
    frames[0].save(folder / "noise.tiff", save_all=True, append_images=frames[1:], compression="tiff_lzw")
    Image.fromarray(np.zeros((2900, 2900, 3), np.uint8)).save(folder / "largest.png")
    whole = [folder / name for name in ("noise.npy", "floats.npy", "noise.webp", "noise.tiff", "largest.png")]
    yield from ([path] for path in whole)
    others = seeds.files(folder / "seeds")["video"]
    for index in range(FUZZED - len(whole)):
        source = whole[index].read_bytes() if index < len(whole) else others[index]
        path = folder / f"broken-{index}{whole[index].suffix}"
        path.write_bytes(broken(source, others, dice)[: 60 << 20])
        yield [path]


def explore(visitor: Visitor, paths: list[Path], key: str) -> tuple[str, int]:
    """(what is said in the end, windows) of an upload that is explored."""
    sent = [visitor.upload(path.name, path.read_bytes()) for path in paths]
    if any(answer.status_code != 200 for answer in sent):
        return f"refused with {max(answer.status_code for answer in sent)}", 0
    request = {"model": "video-16", "uploads": [answer.json()[0] for answer in sent], "fit": True}
    said = visitor.ask("explore-controls", "explore", request, key=key)
    if not said["ok"]:
        return said["message"], 0
    seen, state, windows = 0, "busy", 0
    while state == "busy":
        asked = {"id": said["answer"]["id"], "seen": seen}
        news = visitor.ask("explore-controls", "progress", asked, key=key)["answer"]
        seen, state = news["seen"], news["state"]
        windows = (news["exploration"] or {}).get("explored", windows)
    return news["message"], windows


class Peak:
    """The most memory that a page has while something is done."""

    def __init__(self, host: Host) -> None:
        self.host, self.most, self.over = host, host.megabytes(), threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)

    def watch(self) -> None:
        """Look again and again."""
        while not self.over.wait(OFTEN):
            self.most = max(self.most, self.host.megabytes())

    def __enter__(self) -> Peak:
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.over.set()
        self.thread.join()


def computed(host: Host) -> float:
    """Seconds of computing that the page has taken."""
    times = psutil.Process(host.server.pid).cpu_times()
    return times.user + times.system


def memory_of_files(folder: Path) -> dict:
    """Every file's figures, and whether all keep to the bounds."""
    with hosted(folder, max_upload_mb=64) as host:
        visitor, key, rows = Visitor(host.url), secrets.token_hex(16), []
        warm = folder / "warm.npy"
        np.save(warm, np.random.default_rng(0).integers(0, 256, (64, 480, 500, 3), np.uint8))
        for _ in range(3):
            explore(visitor, [warm], key)
        time.sleep(2.0)
        for paths in files(folder / "files"):
            steady, begun = host.megabytes(), computed(host)
            with Peak(host) as peak:
                said, windows = explore(visitor, paths, key)
            seconds = (computed(host) - begun) / max(1, windows)
            row = {"file": paths[-1].name, "MB": round(peak.most - steady), "seconds": round(seconds, 1), "said": said}
            rows.append({**row, "good": row["MB"] <= MOST_MB and seconds <= MOST_SECONDS})
    return {"files": rows, "good": all(row["good"] for row in rows)}
