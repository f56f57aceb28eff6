"""The process that one job runs in: python -m engine.jobs.execution.worker RUN ATTEMPT, started by the runner.

It says who it is before anything slow, so that it is never taken for lost while torch is imported.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from engine.jobs.process_identity import identity_of
from engine.jobs.store.store import Store, Superseded, Ticket

NICE = 10
"""how far a training steps back behind the page, which shares the machine and should stay quick"""


def work(ticket: Ticket, home: Path | None = None) -> int:
    """Train to the end or until stopped; the exit code."""
    store = Store(home)
    # until the training listens, a stop is only noted in the store, where the first heartbeat finds it
    signal.signal(signal.SIGTERM, lambda number, frame: None)
    try:
        store.register(ticket, identity_of(os.getpid()))
    except Superseded as error:
        print(error, file=sys.stderr)
        return 3
    from engine.jobs.execution.recording import recorded
    from engine.training.trainer import train_folder

    folder = Path(store.find(ticket.run)["folder"])
    try:
        recorded(store, ticket, lambda recorder: train_folder(folder, recorder))
    except (ValueError, Superseded) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    os.nice(NICE)
    sys.exit(work(Ticket(run=sys.argv[1], attempt=int(sys.argv[2]))))
