"""Named endpoints for `gradio_client`: /train_start, /train_status, /train_stop, /train_resume, /compare_start and
/compare_status.

They check what the page checks (`app/server/training_limits.py`, `app/server/owners.py`). A client is a session; on a
shared page it sees its own runs alone.
"""

from __future__ import annotations

import gradio as gr

from app.api.media import AnyNumber, in_one_sentence
from app.server.parsing import parse_optional_int
from app.sessions.comparison import LiveComparisons, StartRequest
from app.sessions.training import Trainings
from engine.jobs import config_of, presets, settings_of


@in_one_sentence
def train_start(trainings: Trainings, visitor: str, preset: str, name: str, settings: dict | None) -> dict:
    """Queue a training from a preset, with some settings changed; its id and its first summary."""
    start = next((p for p in presets() if p.key == preset), None)
    if start is None:
        raise ValueError(
            f"there is no preset {str(preset)[:40]!r}; choose one of {', '.join(p.key for p in presets())}"
        )
    if not isinstance(settings, dict | None):
        raise ValueError("The settings are not an object; send {} or some of a config's fields.")
    config = config_of({**settings_of(start.config), **(settings or {})})
    run = trainings.submit(visitor, config, str(name or start.config.name))
    return trainings.jobs.status(run)["run"]


@in_one_sentence
def train_status(trainings: Trainings, visitor: str, run: str, cursor: float) -> dict:
    """A run and its rows since a cursor; give the answer's cursor the next time."""
    return trainings.jobs.status(trainings.owners.check(visitor, str(run)), parse_optional_int(cursor, "cursor") or 0)


@in_one_sentence
def train_stop(trainings: Trainings, visitor: str, run: str) -> dict:
    """Ask a run to save and stop."""
    trainings.jobs.stop(trainings.owners.check(visitor, str(run)))
    return trainings.jobs.status(run)["run"]


@in_one_sentence
def train_resume(trainings: Trainings, visitor: str, run: str, settings: dict | None) -> dict:
    """Queue a run that has ended once more, from its last save; `settings` may be {"rate": 0.0001} or {}."""
    if not isinstance(settings, dict | None):
        raise ValueError('The settings are not an object; send {} or one such as {"rate": 0.0001}.')
    trainings.resume(visitor, str(run), settings)
    return trainings.jobs.status(run)["run"]


@in_one_sentence
def compare_start(
    comparisons: LiveComparisons, visitor: str, models: list, leaves: float, steps: float, seeds: float
) -> dict:
    """Queue a comparison at equal budgets; its number and its runs."""
    if not isinstance(models, list):
        raise ValueError("The models are not a list; send names such as ['teacher', 'mamba'].")
    given = {"leaves": leaves, "steps": steps, "seeds": seeds}
    sizes = {name: parse_optional_int(value, name) for name, value in given.items()}
    request = StartRequest(models=tuple(map(str, models)), **{name: size or 0 for name, size in sizes.items()})
    number = comparisons.submit(visitor, request)
    return {"number": number, "runs": comparisons.comparisons.members(number)}


@in_one_sentence
def compare_status(comparisons: LiveComparisons, visitor: str, number: float) -> dict:
    """A comparison's runs with their states, and the figures of those that have been measured."""
    number = parse_optional_int(number, "number") or 0
    known = comparisons.numbers(visitor)
    if number not in known:
        raise ValueError(f"there is no comparison {number}; known are {known or 'none yet'}")
    members = comparisons.comparisons.members(number)
    states = {member["run"]: comparisons.jobs.status(member["run"], limit=1)["run"]["state"] for member in members}
    runs = [{**member, "state": states[member["run"]]} for member in members]
    return {"number": number, "runs": runs, "rows": comparisons.comparisons.result(number)["rows"]}


def build_runs_api(trainings: Trainings, comparisons: LiveComparisons) -> None:
    """Hidden components that carry the endpoints' types."""

    def begin(preset: str, name: str, settings: dict | None, request: gr.Request) -> dict:
        return train_start(trainings, request.session_hash, preset, name, settings)

    def read(run: str, cursor: float, request: gr.Request) -> dict:
        return train_status(trainings, request.session_hash, run, cursor)

    def stop(run: str, request: gr.Request) -> dict:
        return train_stop(trainings, request.session_hash, run)

    def resume(run: str, settings: dict | None, request: gr.Request) -> dict:
        return train_resume(trainings, request.session_hash, run, settings)

    def begin_comparison(models: list, leaves: float, steps: float, seeds: float, request: gr.Request) -> dict:
        return compare_start(comparisons, request.session_hash, models, leaves, steps, seeds)

    def read_comparison(number: float, request: gr.Request) -> dict:
        return compare_status(comparisons, request.session_hash, number)

    with gr.Row(visible=False):
        name, run, values, facts, button = gr.Textbox(), gr.Textbox(), gr.JSON(), gr.JSON(), gr.Button()
        cursor, number, leaves, steps, seeds = (AnyNumber(value, precision=0) for value in (0, 0, 32, 200, 1))
        button.click(begin, [name, run, values], facts, api_name="train_start")
        button.click(read, [run, cursor], facts, api_name="train_status")
        button.click(stop, run, facts, api_name="train_stop")
        button.click(resume, [run, values], facts, api_name="train_resume")
        button.click(begin_comparison, [values, leaves, steps, seeds], facts, api_name="compare_start")
        button.click(read_comparison, number, facts, api_name="compare_status")


__all__ = ["build_runs_api"]
