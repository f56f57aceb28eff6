"""Durable training jobs: they outlive the page, the program and the terminal that started them.

    from engine.jobs import Jobs, presets, form, validate, estimate, config_of, settings_of, devices, planned_steps
    jobs = Jobs()                                # $IMFN_HOME; cheap, make one a program
    jobs.start()                                 # look after the queue, in a thread; jobs.close() leaves jobs running
    preset = presets()[0]                        # key, title, about, own (needs files), config
    settings = settings_of(preset.config)        # dotted keys, as `form()` describes them: tree.leaves, rate …
    validate(settings)                           # [(key, message)], empty when all is well
    config = config_of(settings)
    estimate(config, device="cpu", store=jobs.store)     # parameters, steps, memory, disk, seconds, basis
    run = jobs.submit(config, name="first try", files=[...])   # id; ValueError is one sentence for the user
    answer = jobs.status(run, cursor)            # {"run", "rows", "cursor", "cut", "sheets"}; ask once a second
    jobs.stop(run); jobs.resume(run, {"rate": 1e-4}); jobs.list(); jobs.rename(run, "better"); jobs.note(run, "…")
    jobs.delete(run); jobs.undelete(run); jobs.list(deleted=True)
    jobs.clone(run)["config"]; jobs.diff(run, other); jobs.export(run); jobs.tensorboard(run)
    jobs.log(run); jobs.events(run); jobs.sheet(run, total)
    engine.load_model(run)                       # once it is finished: by id or name

Every `run` argument is an id or the name of a live run. All state is in the store: reload, restart, look from a second
program, and the truth is the same. See `Jobs` for what each method gives and raises.
"""

from __future__ import annotations

from typing import Any

_HOME = {
    "Jobs": "jobs",
    "checked_device": "execution.devices",
    "config_of": "submission.forms",
    "devices": "execution.devices",
    "estimate": "submission.estimate",
    "form": "submission.forms",
    "planned_steps": "submission.estimate",
    "presets": "submission.presets",
    "settings_of": "submission.forms",
    "square_frames": "submission.uploads",
    "squares": "submission.uploads",
    "validate": "submission.forms",
}
MEMORY_LIMIT = "IMFN_WORKER_MEMORY"
"""the variable with the bytes that a worker may take; none where it is not set"""
__all__ = [
    "MEMORY_LIMIT",
    "Jobs",
    "checked_device",
    "config_of",
    "devices",
    "estimate",
    "form",
    "planned_steps",
    "presets",
    "settings_of",
    "square_frames",
    "squares",
    "validate",
]


def __getattr__(name: str) -> Any:
    """Load each name when it is first asked for: a worker says who it is before it imports torch."""
    if name not in _HOME:
        raise AttributeError(f"module 'engine.jobs' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"engine.jobs.{_HOME[name]}"), name)
