"""Training here and now, as `engine.train` and the command line do: in this process, recorded in the job store, without
queueing. Under `accelerate launch` the main process opens the run and records it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from accelerate import PartialState
from accelerate.utils import broadcast_object_list, parse_flag_from_env

from engine.config import TrainConfig
from engine.jobs.execution.recording import recorded
from engine.jobs.store.store import Store, Ticket
from engine.jobs.submission.creation import continued, created
from engine.training.recorder import Recorder
from engine.training.trainer import train_folder


@dataclass(frozen=True, kw_only=True)
class Run:
    """A training's folder; store and ticket in the process that records it."""

    folder: Path
    store: Store | None = None
    ticket: Ticket | None = None


def train(config: TrainConfig, *, resume: str | None = None, home: Path | None = None) -> Path | None:
    """Train to the end; the finished checkpoint's folder, or None when it was stopped and can be resumed."""
    # Accelerator reads this flag, too; PartialState alone would not
    processes = PartialState(cpu=parse_flag_from_env("ACCELERATE_USE_CPU"))
    run = open_run(config, resume=resume, home=home, processes=processes)
    if run.ticket is None:
        return train_folder(run.folder, Recorder())
    return recorded(run.store, run.ticket, lambda recorder: train_folder(run.folder, recorder))


def open_run(config: TrainConfig, *, resume: str | None, home: Path | None, processes: PartialState) -> Run:
    """A new run, or an old one with the config it began with, running from now on. Of several processes the main one
    opens it and tells the others where it is.
    """
    told: list[str] = [""]
    run, trouble = None, None
    if processes.is_main_process:
        try:
            run = take_run(config, resume, home, device_name(processes))
            told = [str(run.folder)]
        except ValueError as error:
            trouble = error
    if processes.num_processes > 1:
        broadcast_object_list(told)
    if trouble:
        raise trouble
    if not told[0]:
        raise ValueError("the main process could not open the run")
    return run or Run(folder=Path(told[0]))


def take_run(config: TrainConfig, resume: str | None, home: Path | None, device: str) -> Run:
    """The run, taken in the store at once: who trains by hand does not queue."""
    store = Store(home)
    if resume:
        id, ticket = continued(store, resume, start=True)
    else:
        id, ticket = created(store, config, device=device, start=True)
    return Run(folder=Path(store.find(id)["folder"]), store=store, ticket=ticket)


def device_name(processes: PartialState) -> str:
    """cpu, cuda:0 …, as jobs are queued by."""
    device = processes.device
    return f"cuda:{device.index or 0}" if device.type == "cuda" else device.type
