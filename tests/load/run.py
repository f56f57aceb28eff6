"""A whole load: the page, a training on it, waves of visitors, and the wait until what they left has expired."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gradio_client import Client

from engine.data.samples import samples
from tests.load.functions import Functions
from tests.load.host import Host, hosted
from tests.load.hostile import Hostile, hostiles
from tests.load.report import memory, times
from tests.load.visit import Visitor

KEPT = 120
"""seconds after its last use that a visitor's folder goes; hours on a real page"""
CLIP = next(s.path for s in samples() if s.name == "realshort")
PATIENCE = 300.0
TOLD = 15.0
"""seconds between two words on how far it is"""


def load(
    folder: Path,
    *,
    visitors: int,
    interactions: int,
    waves: int = 1,
    arriving: float = 10.0,
    kept: float = KEPT,
    hostile: int = 0,
    wait: bool = True,
) -> dict:
    """Run it; what was measured. Of the visitors so many are `hostile`, and do their worst while the others are there;
    everybody has an address of their own, as behind a proxy. Where nobody is to `wait` for it, what they left is made
    too old to be kept as soon as they have gone.
    """
    with hosted(folder, kept_seconds=kept, max_train_steps=10**6, max_train_seconds=7200, proxies=0) as host:
        training = train(host)
        before, over = host.files(), threading.Event()
        watcher = threading.Thread(target=host.watch, args=(over,), daemon=True)
        watcher.start()
        came, enemies = [], []
        pool = ThreadPoolExecutor(1)  # a thread of its own: a test may have a loop running
        for wave in range(waves):
            crowded = crowd(host, visitors - hostile, interactions, arriving, wave, hostile)
            more, others = pool.submit(asyncio.run, crowded).result()
            came, enemies = came + more, enemies + others
        print(f"interactions: {times(came)['interactions']}", file=sys.stderr)
        still = training.predict(training.run, 0, api_name="/train_status")["run"]["state"]
        training.predict(training.run, api_name="/train_stop")  # nobody is left whom it could keep waiting
        if not wait:
            host.age(kept)
        left = expired(host, before)
        over.set()
        watcher.join()
        return {
            "wrong": [sentence for visitor in (*came, *enemies) for sentence in visitor.wrong],
            "hostile": {
                way: [
                    sum(getattr(each, what) for each in enemies if each.way == way) for what in ("attempts", "refused")
                ]
                for way in dict.fromkeys(each.way for each in enemies)
            },
            "times": times(came),
            "memory": memory(host.memory),
            "training": still,
            "files_left": sorted(left)[:20],
            "tracebacks": (folder / "log").read_text().count("Traceback"),
        }


def train(host: Host) -> Client:
    """A training that goes on as long as the load does; its owner's connection."""
    client = Client(host.url, verbose=False)
    client.run = client.predict("digits-30s", "load", {"joint_steps": 10**5}, api_name="/train_start")["id"]
    while not client.predict(client.run, 0, api_name="/train_status")["rows"]:
        time.sleep(0.5)
    return client


async def crowd(
    host: Host, visitors: int, interactions: int, arriving: float, wave: int, hostile: int = 0
) -> tuple[list[Visitor], list[Hostile]]:
    """One wave of visitors, and the hostile ones among them; all of them, when they have gone."""
    functions, clip = Functions(host.url), CLIP.read_bytes()
    came = [
        Visitor(host.url, functions, clip, f"visitor-{wave}-{number}.mp4", 1000 * wave + number, f"198.51.100.{number}")
        for number in range(visitors)
    ]
    enemies, over = hostiles(host.url, functions, hostile), asyncio.Event()
    at_work = [asyncio.create_task(enemy.visit(over)) for enemy in enemies]
    at_work.append(asyncio.create_task(told(came, over)))
    await asyncio.gather(*(v.visit(arriving * i / visitors, interactions) for i, v in enumerate(came)))
    over.set()
    await asyncio.gather(*at_work)
    return came, enemies


async def told(came: list[Visitor], over: asyncio.Event) -> None:
    """Say now and then how far the visitors are."""
    begun = time.monotonic()
    while not over.is_set():
        await asyncio.wait([asyncio.ensure_future(over.wait())], timeout=TOLD)
        there = sum(any(what == "compress" for what, _ in visitor.taken) for visitor in came)
        done = sum(len(visitor.taken) for visitor in came)
        wrong = sum(len(visitor.wrong) for visitor in came)
        seconds = time.monotonic() - begun
        print(f"{seconds:.0f} s: {there} of {len(came)} explored, {done} things done, {wrong} wrong", file=sys.stderr)


def expired(host: Host, before: set[str]) -> set[str]:
    """What is still there of the visitors when everything of theirs should have gone."""
    over = time.monotonic() + PATIENCE
    while (left := host.files() - before) and time.monotonic() < over:
        time.sleep(1.0)
    return left
