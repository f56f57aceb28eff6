"""Real jobs in milliseconds: tiny digits on disk, a tiny config, and workers that a fork server starts with torch
already imported. They are real processes, which run the real worker and can really be killed.
"""

from __future__ import annotations

import gzip
import os
import struct
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np

from engine.config import TrainConfig, train_config, tree_config
from engine.jobs.store.store import Store, Ticket
from engine.jobs.submission.creation import create
from tests.engine.training.test_training import blobs
from tests.forks import SERVER


def tiny_job(**changes: object) -> TrainConfig:
    """Some hundred steps of a few milliseconds each."""
    tree = tree_config(leaves=4, hidden=(8, 8), channels=32)
    values = {"local_steps": 60, "joint_steps": 180, "save_every": 7, "probe_every": 30, "batch": 16, **changes}
    return train_config(name="tiny", tree=tree, **values)


def digits_on_disk(folder: Path, count: int = 400) -> Path:
    """A folder like IMFN_DATA with a few bright spots for digits."""
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    images = blobs(count)[..., 0]
    for part in ("train", "t10k"):
        write_idx(raw / f"{part}-images-idx3-ubyte.gz", images)
        write_idx(raw / f"{part}-labels-idx1-ubyte.gz", images[:, 14, 14] % 10)
    return folder


def write_idx(path: Path, array: np.ndarray) -> None:
    """MNIST's own format."""
    head = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    path.write_bytes(gzip.compress(head + array.astype(np.uint8).tobytes()))


def queued(store: Store, name: str = "tiny", config: TrainConfig | None = None) -> str:
    """A job that waits; its id."""
    return create(store, config or tiny_job(), device="cpu", name=name)


def forked(data: Path | None = None, **environment: str) -> Callable[[Store, Ticket], BaseProcess]:
    """A `launch` for the runner that forks workers, with some variables of the environment; `data` is IMFN_DATA."""
    own = {**environment, **({"IMFN_DATA": str(data)} if data else {})}

    def launch(store: Store, ticket: Ticket) -> BaseProcess:
        log = Path(store.find(ticket.run)["folder"]) / "log.txt"
        process = SERVER.Process(target=live, args=(ticket, store.home, own, log))
        process.start()
        return process

    return launch


def live(ticket: Ticket, home: Path, environment: dict[str, str], log: Path) -> None:
    """A worker's life; what it says goes to the run's log."""
    from engine.jobs.execution.worker import work

    os.setsid()
    os.environ |= {**environment, "IMFN_HOME": str(home), "ACCELERATE_USE_CPU": "true"}
    with log.open("ab") as words:
        for stream in (1, 2):
            os.dup2(words.fileno(), stream)
    raise SystemExit(work(ticket, home))


def until(true: Callable[[], object], seconds: float = 60, every: float = 0.02) -> object:
    """Wait for something; its value."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := true():
            return value
        time.sleep(every)
    raise AssertionError(f"did not happen within {seconds} s")


def state(store: Store, run: str) -> str:
    """A run's state."""
    return store.find(run)["state"]


def weights(store: Store, run: str) -> bytes:
    """A finished run's weights."""
    return (Path(store.find(run)["folder"]) / "tiny" / "model.safetensors").read_bytes()
