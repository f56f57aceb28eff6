"""The shared page under load: started with a home and a temporary folder of its own, watched from outside."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.app.starting import free_port, wait_for

TOP = Path(__file__).resolve().parents[2]
WORKER = "engine.jobs.execution.worker"


def files_under(folder: Path) -> list[Path]:
    """All files below a folder, some of which may go meanwhile, with their folders."""
    return [Path(place, name) for place, _, names in os.walk(folder) for name in names]


@dataclass
class Host:
    """A running page, and its memory by the second."""

    url: str
    folder: Path
    server: subprocess.Popen
    memory: list[tuple[float, float]] = field(default_factory=list)

    def files(self) -> set[str]:
        """What lies on its disk, without what belongs to trainings."""
        found = (path for path in files_under(self.folder) if "runs" not in path.parts and path.name != "log")
        return {str(path.relative_to(self.folder)) for path in found}

    def age(self, seconds: float) -> None:
        """Make what lies there as old as if nobody had come for so long."""
        then = time.time() - seconds
        for path in (self.folder / "tmp").rglob("*"):
            with suppress(FileNotFoundError):
                os.utime(path, (then, then), follow_symlinks=False)

    def megabytes(self) -> float:
        """Resident memory of the page and of what it has started, trainings left out."""
        page = psutil.Process(self.server.pid)
        total = 0
        for process in (page, *page.children(recursive=True)):
            with suppress(psutil.Error):
                total += 0 if WORKER in process.cmdline() else process.memory_info().rss
        return total / 1e6

    def watch(self, over: threading.Event, every: float = 1.0) -> None:
        """Note the memory until it is over."""
        start = time.monotonic()
        while not over.wait(every):
            with suppress(psutil.Error):
                self.memory.append((time.monotonic() - start, self.megabytes()))


@contextmanager
def hosted(folder: Path, **limits: object) -> Iterator[Host]:
    """A public page; `limits` become IMFN_… variables."""
    for name in ("home", "tmp"):
        (folder / name).mkdir(parents=True)
    port = free_port()
    places = {"IMFN_HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp"), "GRADIO_SERVER_NAME": "127.0.0.1"}
    given = {"IMFN_PUBLIC": "1", **{f"IMFN_{name.upper()}": str(value) for name, value in limits.items()}}
    kept = {k: v for k, v in os.environ.items() if k not in ("GRADIO_TEMP_DIR", "SPACE_ID")}
    with (folder / "log").open("w") as log:
        command = [sys.executable, "app.py", "--port", str(port)]
        with subprocess.Popen(command, cwd=TOP, env={**kept, **places, **given}, stdout=log, stderr=log) as server:
            try:
                url = f"http://127.0.0.1:{port}/"
                wait_for(url, lambda: server.poll() is None)
                yield Host(url=url, folder=folder, server=server)
            finally:
                server.terminate()
                end_trainings(folder)


def end_trainings(folder: Path) -> None:
    """Trainings outlive the page by design; the load's own must not."""
    for process in psutil.process_iter(["cmdline", "environ"]):
        mine = (process.info["environ"] or {}).get("IMFN_HOME") == str(folder / "home")
        if mine and WORKER in (process.info["cmdline"] or []):
            with suppress(psutil.Error):
                process.kill()
