"""Runs cases in a process of its own, which may hang, grow or die without the tests doing so.

The worker says what it begins before it begins it, so the one at which it stopped is known. Memory is bounded by the
system, time by whoever listens.
"""

from __future__ import annotations

import faulthandler
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

GROWTH = 3 << 30
"""bytes of address space that reading inputs may add: one decoded frame of the largest size accepted, a few times"""
PATIENCE = 60.0
"""seconds for one input on a busy machine"""
SLOW = 20.0
"""seconds after which an input that did end counts as a finding"""


def work(folder: str, seed: int, first: int, count: int, wire: object) -> None:
    """Cases `first` to `first + count` of a seed; every one is announced, then answered."""
    faulthandler.enable()
    os.environ["TMPDIR"] = str(Path(folder) / "tmp")
    tempfile.tempdir = None
    Path(folder, "tmp").mkdir(parents=True, exist_ok=True)
    import torch

    torch.set_num_threads(1)
    import av

    av.logging.set_level(None)
    from app.server import folders
    from tests.fuzz.targets import RuleBroken, cases, held

    for index, (name, attempt) in enumerate(islice(cases(Path(folder), seed), first + count)):
        if index < first:
            continue
        if index == first + 1:
            bound_memory()
        wire.send(("begin", index, name))
        begun, before = time.monotonic(), set(folders.ROOT.glob("*"))
        try:
            said = held(attempt)
            left = set(folders.ROOT.glob("*")) - before
            if said and left:
                raise RuleBroken(f"left {sorted(p.name for p in left)} behind")
            if time.monotonic() - begun > SLOW:
                raise RuleBroken(f"took {time.monotonic() - begun:.0f} s")
            wire.send(("end", index, said))
        except RuleBroken as error:
            wire.send(("broken", index, str(error)))
    wire.send(("done", first + count, None))


def bound_memory() -> None:
    """From now on this process may grow by GROWTH."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + GROWTH
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def findings(folder: Path, seed: int, count: int, *, until: float | None = None) -> Iterator[dict]:
    """Every case that broke the rule: {"seed", "index", "name", "what"}; a last {"run": how many were tried}."""
    done, names = 0, {}
    while done < count and (until is None or time.monotonic() < until):
        ours, theirs = get_context("spawn").Pipe(duplex=False)
        worker = get_context("spawn").Process(target=work, args=(str(folder), seed, done, count - done, theirs))
        worker.start()
        theirs.close()
        index = done
        try:
            while until is None or time.monotonic() < until:
                if not ours.poll(PATIENCE + (120 if index == done else 0)):
                    yield {"seed": seed, "index": index, "name": names.get(index, "?"), "what": "hangs"}
                    break
                kind, index, text = ours.recv()
                names[index] = text if kind == "begin" else names.get(index, "?")
                if kind == "broken":
                    yield {"seed": seed, "index": index, "name": names[index], "what": text}
        except EOFError:
            worker.join()
            if worker.exitcode:
                what = f"killed the process ({worker.exitcode})"
                yield {"seed": seed, "index": index, "name": names.get(index, "?"), "what": what}
        finally:
            worker.kill()
            worker.join()
        done = index + 1
    yield {"run": min(done, count)}
