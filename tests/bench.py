"""Speed and memory, measured: `make bench` prints them, `python -m tests.bench --record` also writes
assets/results/bench.json, which the README's figures are read from.

Clips are made on the spot from a bundled sample, so that anybody can repeat this. Nothing here is a test: machines
differ, and what holds everywhere is a ratio of two times taken in the same run.
"""

from __future__ import annotations

import argparse
import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import numpy as np
import torch

from app.sessions.exploration import Exploration
from engine import load_model
from engine.checkpoints import hardware, revision
from engine.compressors.base import build_compressor
from engine.config import train_config, tree_config
from engine.data.samples import samples
from engine.data.sources.opening import open_source, windows
from engine.evaluation.levels import explore_window
from engine.files import write_json
from engine.jobs.status import status
from engine.jobs.store.store import Store
from tests.bench_points import chromium, first_points
from tests.bench_predict import moves

TOP = Path(__file__).resolve().parents[1]
RESULTS = TOP / "assets" / "results" / "bench.json"
CLIP = next(s.path for s in samples() if s.name == "realshort")
PEAK = """
import sys
from tests.bench import explored, peak_megabytes
explored(sys.argv[1], int(sys.argv[2]))
print(peak_megabytes())
"""


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """The median time of some work, after one call that does not count."""
    work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def made_clip(path: Path, *, count: int, width: int, height: int, rate: int = 25) -> Path:
    """A clip of any length: the bundled one back and forth, scaled."""
    pictures = [av.VideoFrame.from_ndarray(frame, format="rgb24") for frame in open_source(CLIP).frames()]
    ring = pictures + pictures[::-1]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"preset": "ultrafast", "crf": "20"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for index in range(count):
            picture = ring[index % len(ring)].reformat(width=width, height=height, format="yuv420p")
            picture.pts = None
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def explored(path: str | Path, size: int) -> int:
    """What the page does with a file, all of it: decode, every level, metrics, the sprite sheets that are drawn at once
    (of a long clip its first window's); frames explored.
    """
    source, model = open_source(path, short_side=size), load_model("video-16")
    stated = max(1, -(-(source.info.frames or 1) // model.leaves))
    session = Exploration(model, "bench", source.info.fps, stated_windows=stated)
    try:
        for _ in session.explore(source):
            pass
        return session.frames
    finally:
        shutil.rmtree(session.folder, ignore_errors=True)


def decoded(path: Path, width: int, height: int) -> int:
    """PyAV alone: decode and scale."""
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "AUTO"
        return sum(
            f.reformat(width=width, height=height, format="rgb24").to_ndarray().any() for f in container.decode(video=0)
        )


def small_clip() -> dict:
    """36 frames of 320×240 at 128: compress, and every level's reconstruction."""
    model = load_model("video-16")
    blocks = list(windows(open_source(CLIP, short_side=128).frames(), model.leaves))
    frames_THWK = np.concatenate(blocks)

    def both() -> None:
        for merges in range(1, model.merges + 1):
            model.reconstruct(model.compress(frames_THWK, merges=merges))

    return {
        "frames": len(frames_THWK),
        "compress_and_reconstruct_every_level_s": seconds(both),
        "explore_every_level_with_metrics_s": seconds(lambda: [list(explore_window(model, b)) for b in blocks]),
        "page_explores_it_s": seconds(lambda: explored(CLIP, 128)),
    }


def large_clip(folder: Path) -> dict:
    """345 frames of 640×360 at 256, end to end, against decoding and scaling alone."""
    path = made_clip(folder / "large.mp4", count=345, width=640, height=360)
    model = load_model("video-16")

    def compress() -> None:
        source = open_source(path, short_side=256)
        model.compress_stream(windows(source.frames(), model.leaves), folder / "large.imfn")

    def there_and_back() -> None:
        from engine import Memory
        from engine.data.writer import write_video

        compress()
        memory = Memory.load(folder / "large.imfn")
        write_video(folder / "back.mp4", (f for block in model.reconstruct_windows(memory) for f in block), 25.0)

    alone = seconds(lambda: decoded(path, 455, 256), 3)
    times = {
        "compress": seconds(compress, 3),
        "compress_reconstruct_encode": seconds(there_and_back, 3),
        "page_explores_every_level": seconds(lambda: explored(path, 256), 3),
    }
    rows = {f"{name}_s": taken for name, taken in times.items()}
    ratios = {f"{name}_ratio": taken / alone for name, taken in times.items()}
    return {"frames": 345, "decode_and_resize_alone_s": alone, **rows, **ratios}


def training_step(baseline: str, **sizes: int) -> float:
    """Seconds of one step on 16 windows of 32 digits, bf16 as in the comparison."""
    tree = tree_config(leaves=32, channels=256, family="linear", hidden=())
    values = {f"baseline_{name}": value for name, value in sizes.items()}
    module = build_compressor(train_config(baseline=baseline, local_steps=0, batch=512, tree=tree, **values))
    frames, optimizer = torch.rand(16, 32, 28, 28, 1), torch.optim.Adam(module.parameters())

    def step() -> None:
        with torch.autocast("cpu", torch.bfloat16):
            loss = (module(frames) - frames).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return seconds(step, 15)


def training_steps() -> dict:
    """A training step of the Transformer and of Mamba, 1.1 M parameters each."""
    transformer, mamba = training_step("transformer", width=128, hidden=460), training_step("mamba", width=172)
    return {"transformer_s": transformer, "mamba_s": mamba, "ratio": mamba / transformer}


def peak_megabytes() -> float:
    """This process's peak resident memory; getrusage would also count the process that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def peak_memory(folder: Path) -> dict:
    """Peak resident memory of the page's work on a ten-minute clip and on a ten-second one, each in its own process."""
    peaks = {}
    for name, length in (("10_s", 10), ("10_min", 600)):
        path = made_clip(folder / f"{name}.mp4", count=10 * length, width=320, height=240, rate=10)
        done = subprocess.run(
            [sys.executable, "-c", PEAK, str(path), "128"], check=True, capture_output=True, text=True, cwd=TOP
        )
        peaks[name] = float(done.stdout.split()[-1])
    return {f"peak_{name}_MB": peak for name, peak in peaks.items()} | {"ratio": peaks["10_min"] / peaks["10_s"]}


def start_up() -> dict:
    """Seconds from `python app.py` to a page that answers, and to one that has drawn its tree.

    The browser is open before, as a visitor's is; without one the second figure is None.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with open_browser() as browser:
        start = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "app.py", "--port", str(port)], cwd=TOP, stdout=subprocess.DEVNULL
        ) as app:
            try:
                url = f"http://127.0.0.1:{port}"
                answered = next(t for t in polls(url, start) if t)
                return {"answers_s": answered, "interactive_s": browser and drawn(browser, url, start)}
            finally:
                app.terminate()


@contextmanager
def open_browser() -> Iterator[Any]:
    """A Chromium that has shown an empty page; None where there is none."""
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as play:
        try:
            browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            browser.new_page().goto("about:blank")
        except Error:
            browser = None
        yield browser


def polls(url: str, start: float) -> Iterator[float | None]:
    """The time since `start` as soon as the address answers."""
    while time.perf_counter() - start < 120:
        try:
            urllib.request.urlopen(url, timeout=5)
            yield time.perf_counter() - start
        except OSError:
            time.sleep(0.05)
            yield None


def drawn(browser: Any, url: str, start: float) -> float:
    """The time since `start` when the tree can be clicked."""
    page = browser.new_page()
    page.goto(url)
    page.wait_for_function("window.imfn && imfn.tree && imfn.tree.layout()", polling=50)
    return time.perf_counter() - start


def refresh(folder: Path) -> dict:
    """What a viewer's refresh costs while a run has 1,000 rows, and 100,000: what is new, and all after a reload.

    The two are taken in turn, in this process's own time, and the best of each counts.
    """
    store, runs = Store(folder / "home"), ("1000", "100000")
    for name in runs:
        store.add(id=name, name=name, kind="teacher", config={"name": "a", "data": ""}, device=name, folder=folder)
        store.record(store.claim(), [made_row(total) for total in range(1, int(name) + 1)])
    best = {}
    for what, times in (("new_rows", 200), ("reload", 10)):
        for name in runs * 9:
            cursor = store.metrics.last(name)["id"] - 20 if what == "new_rows" else 0
            start = time.process_time()
            for _ in range(times):
                status(store, name, cursor, 500)
            best[what, name] = min(best.get((what, name), 1e9), (time.process_time() - start) / times)
    costs = {f"{what}_ms": 1000 * best[what, "100000"] for what in ("new_rows", "reload")}
    ratios = {f"{what}_ratio": best[what, "100000"] / best[what, "1000"] for what in ("new_rows", "reload")}
    return costs | ratios


def made_row(total: int) -> dict:
    """A row as training leaves it."""
    levels = [1 / (total + level) for level in range(8)]
    values = {"loss": 1 / total, "rate": 1e-3, "throughput": 1000.0, "mse": levels, "psnr": levels, "ssim": levels}
    return {"stage": "joint", "step": total, "total": total, "seconds": total / 10, "values": values}


def started_twice(folder: Path) -> dict:
    """The second start, with everything in the file cache."""
    start_up()
    return start_up()


PARTS: dict[str, Callable[[Path], dict]] = {
    "start": started_twice,
    "small clip": lambda folder: small_clip(),
    "large clip": large_clip,
    "memory": peak_memory,
    "refresh": refresh,
    "training start": first_points,
    "predict": moves,
    "training step": lambda folder: training_steps(),
}


def main() -> None:
    """Measure, print, and record when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help=f"write {RESULTS.relative_to(TOP)}")
    parser.add_argument("--only", choices=[*PARTS], help="measure this part alone and keep what else is recorded")
    options = parser.parse_args()
    known = json.loads(RESULTS.read_text()) if options.only and RESULTS.exists() else {}
    with tempfile.TemporaryDirectory() as name:
        results = {part: PARTS[part](Path(name)) for part in ([options.only] if options.only else PARTS)}
    results = {part: {k: v if v is None else round(v, 3) for k, v in row.items()} for part, row in results.items()}
    results = {**known, **results}
    if not options.only:
        results |= {"command": "python -m tests.bench --record", "hardware": hardware(), "revision": revision()}
    print(json.dumps(results, indent=1))
    if options.record:
        write_json(RESULTS, results)


if __name__ == "__main__":
    main()
