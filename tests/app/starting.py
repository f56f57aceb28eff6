"""Starts the app for a test: what `python app.py` does, in a process that is forked from one with torch and gradio.

Tests of the program itself start `python app.py` on their own: `tabs/test_train.py` (its trainings outlive it),
`tools/space.py` (from a folder that cannot be written) and `tests/load`.
"""

from __future__ import annotations

import os
import runpy
import socket
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import Any

from engine.jobs.execution.runner import Runner
from engine.jobs.store.store import Store
from tests.engine.jobs.jobs_here import forked
from tests.forks import SERVER

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def wait_for(url: str, running: Callable[[], bool]) -> None:
    """Until the page answers, two minutes at most; RuntimeError when it does not, or no longer runs."""
    end = time.monotonic() + 120
    while time.monotonic() < end and running():
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the page did not come up")


def start_app(port: int, *, log: Path | None = None, trains: bool = True, **environment: str) -> BaseProcess:
    """Start the app at a port with some variables of the environment, and wait until it answers.

    What it prints goes to `log`. With `trains=False` it starts none of the runs that are queued (`training` does).
    """
    # GRADIO_TEMP_DIR is set where the page has been imported, and would be inherited
    inherited = {name: value for name, value in os.environ.items() if name != "GRADIO_TEMP_DIR"}
    process = SERVER.Process(target=_serve, args=(port, {**inherited, **environment}, log, trains))
    process.start()
    try:
        wait_for(f"http://127.0.0.1:{port}/", process.is_alive)
    except BaseException:
        process.kill()
        raise
    return process


@contextmanager
def running_app(**options: Any) -> Iterator[tuple[str, BaseProcess]]:
    """An app's address and its process, for as long as it is needed; options are those of `start_app`."""
    port = free_port()
    process = start_app(port, **options)
    try:
        yield f"http://127.0.0.1:{port}/", process
    finally:
        process.terminate()
        process.join()


def _serve(port: int, environment: dict[str, str], log: Path | None, trains: bool) -> None:
    """In the forked process: app.py as the program."""
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None  # what the process that it was forked from had found
    with open(log or os.devnull, "ab") as words:  # noqa: PTH123
        for stream in (1, 2) if log else (1,):
            os.dup2(words.fileno(), stream)
    if not trains:
        Runner.start = lambda self: None
    sys.argv = ["app.py", "--port", str(port)]
    runpy.run_path(str(ROOT / "app.py"), run_name="__main__")


@contextmanager
def training(home: Path, **environment: str) -> Iterator[None]:
    """Start what is queued in a home, as the app's own runner does, in workers that are forked; they end with it."""
    runner = Runner(Store(home), forked(**environment))
    thread = Thread(target=runner.look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        runner.stop()
        thread.join()
        for worker in runner.children:
            worker.kill()
            worker.join()
