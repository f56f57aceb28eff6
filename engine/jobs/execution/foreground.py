"""Training in this process, as `engine.train` and the command line do: recorded in the job store, without queueing.
Under `accelerate launch` the main process creates or continues the run and records it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.config import TrainConfig
from engine.jobs.execution.recording import recorded
from engine.jobs.store.store import Store, Ticket
from engine.jobs.submission.creation import continue_run, create_run
from engine.training.recorder import Recorder

if TYPE_CHECKING:
    from accelerate import PartialState


@dataclass(frozen=True, kw_only=True)
class Run:
    """A training's folder; store and ticket in the process that records it."""

    folder: Path
    store: Store | None = None
    ticket: Ticket | None = None


def train(
    config: TrainConfig,
    *,
    resume: str | None = None,
    settings: Mapping[str, object] | None = None,
    home: Path | None = None,
) -> Path | None:
    """Train to the end; the finished checkpoint's folder, or None when it was stopped and can be resumed. With `resume`
    a run goes on with its own config, of which `settings` change what may still be changed (`Jobs.resume`).
    """
    # not at the top: whoever shows comparisons imports this module, and trains nothing
    from accelerate import PartialState
    from accelerate.utils import parse_flag_from_env

    from engine.training.trainer import train_folder

    # Accelerator reads this flag, too; PartialState alone would not
    processes = PartialState(cpu=parse_flag_from_env("ACCELERATE_USE_CPU"))
    run = open_run(config, resume=resume, settings=settings, home=home, processes=processes)
    if run.ticket is None:
        return train_folder(run.folder, Recorder())
    return recorded(run.store, run.ticket, lambda recorder: train_folder(run.folder, recorder))


def open_run(
    config: TrainConfig,
    *,
    resume: str | None,
    settings: Mapping[str, object] | None,
    home: Path | None,
    processes: PartialState,
) -> Run:
    """A run in state `running`: a new one, or with `resume` an old one with its own config. The main process starts it
    and broadcasts its folder to the others.
    """
    from accelerate.utils import broadcast_object_list

    told: list[str] = [""]
    run, trouble = None, None
    if processes.is_main_process:
        try:
            run = start_run(config, resume, settings, home, device_name(processes))
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


def start_run(
    config: TrainConfig, resume: str | None, settings: Mapping[str, object] | None, home: Path | None, device: str
) -> Run:
    """Create or continue a run and set it running at once, without queueing."""
    store = Store(home)
    if resume:
        id, ticket = continue_run(store, resume, settings=settings, start=True)
    else:
        id, ticket = create_run(store, config, device=device, start=True)
    return Run(folder=Path(store.find(id)["folder"]), store=store, ticket=ticket)


def device_name(processes: PartialState) -> str:
    """The device's name in the job store: cpu, cuda:0 …"""
    device = processes.device
    return f"cuda:{device.index or 0}" if device.type == "cuda" else device.type
