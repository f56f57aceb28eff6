"""Training runs: list, show, stop, resume, delete, undelete, rename, export."""

from __future__ import annotations

import argparse
from collections.abc import Callable

ACTIONS = ("list", "show", "stop", "resume", "delete", "undelete", "rename", "export")


def options(parser: argparse.ArgumentParser) -> None:
    """Action, run, and the action's arguments."""
    parser.add_argument("action", nargs="?", default="list", choices=ACTIONS, help="list when left out")
    parser.add_argument("which", metavar="run", nargs="?", help="id or name of a run")
    parser.add_argument("name", nargs="?", help="rename: the new name")
    parser.add_argument("--set", nargs="+", default=[], metavar="KEY=VALUE", help="resume: another rate, as rate=1e-4")
    parser.add_argument("--deleted", action="store_true", help="list: those that can be brought back")


def run(options: argparse.Namespace) -> tuple[object, str]:
    """Run the action; (its result as JSON, text)."""
    from engine.jobs.jobs import Jobs

    jobs = Jobs()
    if options.action == "list":
        rows = jobs.list(options.deleted)
        return rows, "\n".join(map(line, reversed(rows))) or "no runs yet"
    if not options.which:
        raise ValueError(f"runs {options.action} needs the id or name of a run; python -m engine runs lists them")
    if options.action == "rename" and not options.name:
        raise ValueError("runs rename needs the run and its new name")
    id = jobs.store.find(options.which)["id"]
    done = act(jobs, options.action, id, options)
    return {"run": id, **done}, "\n".join(f"{key}: {value}" for key, value in done.items())


def act(jobs: object, action: str, id: str, options: argparse.Namespace) -> dict:
    """Perform one action; its result as JSON."""
    told: dict[str, Callable[[], dict]] = {
        "show": lambda: shown(jobs, id),
        "stop": lambda: jobs.stop(id) or after(jobs, id),
        "resume": lambda: resumed(jobs, id, options.set),
        "delete": lambda: jobs.delete(id) or {"deleted": id, "undo": f"python -m engine runs undelete {id}"},
        "undelete": lambda: jobs.undelete(id) or after(jobs, id),
        "rename": lambda: jobs.rename(id, options.name) or {"name": options.name},
        "export": lambda: {"zip": str(jobs.export(id))},
    }
    return told[action]()


def resumed(jobs: object, id: str, settings: list[str]) -> dict:
    """Queue a run and start it if its device is free; the process outlives this command."""
    from engine.config import parsed_settings

    jobs.resume(id, parsed_settings(settings))
    jobs.runner.tick()
    return after(jobs, id)


def after(jobs: object, id: str) -> dict:
    """Name and state."""
    found = jobs.store.find(id)
    return {"name": found["name"], "state": found["state"]}


def shown(jobs: object, id: str) -> dict:
    """Everything about one run."""
    return {**jobs.status(id, limit=2)["run"], "events": [e["text"] for e in jobs.events(id)], "log": jobs.log(id, 5)}


def line(row: dict) -> str:
    """A run in a line."""
    steps = f"{row['total']:>6}/{row['steps']}" if row["steps"] else f"{row['total']:>6}"
    loss = row["last"].get("loss")
    figures = f"step {steps}" + (f"  loss {loss:.5f}" if isinstance(loss, float | int) else "")
    return f"{row['name']:<34} {row['state']:<11} {row['device']:<6} {figures}  {row['sentence']}".rstrip()
