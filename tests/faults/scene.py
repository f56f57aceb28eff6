"""A page to which faults happen, and the visitor who sees it."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx
import psutil

from engine.jobs.store.store import Store
from tests.app.starting import free_port, start_app
from tests.app.visitor import Visitor
from tests.engine.jobs.jobs_here import digits_on_disk, queued, tiny_job

KEY = secrets.token_hex(16)
LONG = {"local_steps": 50, "joint_steps": 50_000, "save_every": 100, "probe_every": 5_000}


@dataclass(kw_only=True)
class Outcome:
    """What came of a fault."""

    fault: str
    said: str
    kept: str
    seconds: float
    """from the moment when its cause was gone, or from the fault itself where nobody has to do anything"""
    good: bool


@dataclass(kw_only=True)
class Scene:
    """A page on a home of its own."""

    folder: Path
    more: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    page: BaseProcess | None = None

    def __post_init__(self) -> None:
        for name in ("home", "tmp"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        data = digits_on_disk(self.folder / "data")
        self.environment = {
            "IMFN_HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
            "IMFN_DATA": str(data),
            **self.more,
        }

    @property
    def home(self) -> Path:
        """Where runs are."""
        return self.folder / "home"

    @property
    def store(self) -> Store:
        """The same store, opened from outside."""
        return Store(self.home)

    @property
    def log(self) -> str:
        """What the page has printed."""
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self) -> Visitor:
        """Start the page, or start it again at the same address; a visitor with the same key."""
        self.page = start_app(self.port, log=self.folder / "log", **self.environment)
        return self.visitor()

    def visitor(self) -> Visitor:
        """Somebody at the page."""
        return Visitor(f"http://127.0.0.1:{self.port}/")

    def children(self, words: str = "") -> list[psutil.Process]:
        """Processes of the page whose command has some words in it."""
        found = psutil.Process(self.page.pid).children(recursive=True)
        return [child for child in found if words in " ".join(quietly(child.cmdline) or [])]

    def train(self, **changes: object) -> str:
        """A long run of tiny steps that has begun; its id."""
        run = queued(self.store, f"run {secrets.token_hex(2)}", tiny_job(**{**LONG, **changes}))
        until(lambda: self.store.metrics.last(run) and self.store.find(run)["pid"])
        return run

    def state(self, run: str) -> str:
        """A run's state by the store."""
        return self.store.find(run)["state"]

    def end(self) -> None:
        """End the page and its trainings."""
        if self.page and self.page.is_alive():
            self.page.kill()
            self.page.join()
        for process in psutil.process_iter(["environ"]):
            if (process.info["environ"] or {}).get("IMFN_HOME") == str(self.home) and process.pid != os.getpid():
                with contextlib.suppress(psutil.Error):
                    process.kill()


def quietly(work: Callable[[], Any]) -> Any:
    """What it gives; None for a process that has ended."""
    with contextlib.suppress(psutil.Error):
        return work()


def until(true: Callable[[], Any], seconds: float = 120.0) -> Any:
    """What it gives as soon as that is something; RuntimeError when it does not come."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(httpx.HTTPError, json.JSONDecodeError):
            if found := true():
                return found
        time.sleep(0.1)
    raise RuntimeError(f"it did not come within {seconds:.0f} s")


def since(true: Callable[[], Any], seconds: float = 120.0) -> float:
    """Seconds until something is so."""
    begun = time.monotonic()
    until(true, seconds)
    return time.monotonic() - begun


def ask(visitor: Visitor, target: str, name: str, /, **request: object) -> dict:
    """A question of the visitor who is always the same."""
    return visitor.ask(target, name, request, key=KEY)


def runs(visitor: Visitor) -> dict:
    """The Train tab's refresh."""
    return ask(visitor, "train-board", "refresh")


def explored(visitor: Visitor, **request: object) -> dict:
    """An exploration's last news, with what is drawn."""
    begun = ask(visitor, "explore-controls", "explore", **{"model": "digits-128", "sample": "digits", **request})
    if not begun["ok"]:
        return {"state": "failed", **begun}
    return followed(visitor, "explore-controls", begun["answer"]["id"], "exploration")


def trajectory(visitor: Visitor, **settings: object) -> dict:
    """A trajectory's last news, with what is drawn."""
    begun = ask(visitor, "path-controls", "follow", chosen="digits", settings=settings)["answer"]["id"]
    return followed(visitor, "path-controls", begun, "trajectory")


def followed(visitor: Visitor, target: str, work: str, drawn: str) -> dict:
    """The last news of a work, with what is drawn."""
    seen, shown = 0, None
    while True:
        news = ask(visitor, target, "progress", id=work, seen=seen)["answer"]
        seen, shown = news["seen"], news[drawn] or shown
        if news["state"] != "busy":
            return {**news, drawn: shown}


def reopened(visitor: Visitor, clip: str) -> bool:
    """Whether a clip is still the visitor's."""
    return ask(visitor, "explore-controls", "reopen", id=clip)["ok"]


def killed(process: psutil.Process | BaseProcess) -> None:
    """End a process as nothing can be told before."""
    os.kill(process.pid, signal.SIGKILL)
