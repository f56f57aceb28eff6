"""The process that one job runs in: python -m engine.jobs.execution.worker RUN ATTEMPT, started by the runner.

It registers its process before torch is imported, which is slow, so that the run is not taken for interrupted.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from engine.compatibility import upgrade
from engine.config import TrainConfig, from_dict
from engine.jobs import MEMORY_LIMIT
from engine.jobs.process_identity import identity_of
from engine.jobs.store.database import patiently
from engine.jobs.store.store import Store, Superseded, Ticket

if TYPE_CHECKING:
    from engine.training.recorder import Recorder

NICE = 10
"""added to the process's niceness, so that the page on the same machine stays responsive"""
GROUP = Path("/proc/self/autogroup")
"""Linux, where it shares time out by sessions first: the niceness of this process's session"""


def work(ticket: Ticket, home: Path | None = None) -> int:
    """Train to the end or until stopped; the exit code: 0, 1 for an error with a message, 3 when superseded."""
    store = Store(home)
    # before the training handles signals, a stop is read from the store by the first heartbeat
    signal.signal(signal.SIGTERM, lambda number, frame: None)
    try:
        patiently(lambda: store.register(ticket, identity_of(os.getpid())))
    except Superseded as error:
        print(error, file=sys.stderr)
        return 3
    from engine.jobs.execution.recording import recorded

    folder = Path(store.find(ticket.run)["folder"])
    try:
        recorded(store, ticket, lambda recorder: trained_and_measured(folder, recorder))
    except (ValueError, Superseded) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def trained_and_measured(folder: Path, recorder: Recorder) -> Path | None:
    """Train what a run's folder says, then measure it beside the bundled model of its kind; the checkpoint's folder, or
    None when it was stopped.
    """
    from engine.jobs.same_clip import measure
    from engine.jobs.submission.creation import stored_config
    from engine.training.trainer import train_folder

    checkpoint = train_folder(folder, recorder)
    if checkpoint is not None:
        config = from_dict(TrainConfig, upgrade(stored_config(folder / "config.json", folder.name)))
        measure(folder, config, checkpoint)
    return checkpoint


def step_back() -> None:
    """Let everybody else go first. Niceness counts within a session alone where there is a GROUP, and the runner gives
    a worker a session of its own: there it would have half of the machine, however nice it is.
    """
    os.nice(NICE)
    with contextlib.suppress(OSError):
        GROUP.write_text(str(NICE))


def bound_memory() -> None:
    """Let allocations fail past MEMORY_LIMIT: the run then ends with a sentence, and the machine goes on."""
    most = os.environ.get(MEMORY_LIMIT, "")
    if most.isdigit():
        resource.setrlimit(resource.RLIMIT_DATA, (int(most), int(most)))


if __name__ == "__main__":
    step_back()
    bound_memory()
    sys.exit(work(Ticket(run=sys.argv[1], attempt=int(sys.argv[2]))))
