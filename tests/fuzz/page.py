"""Odd payloads for everything that a running page exposes: every function and every question of its own /config, so
that a new one is fuzzed without being named.

    python -m tests.fuzz --page 10000       starts a shared page with an empty home, and asks it so often

The rule: an answer, or one sentence. Never {"error": null}, never a traceback in an answer or in the page's log.
"""

from __future__ import annotations

import json
import random
import tempfile
import types
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import httpx

from app.page import TABS
from app.server.rpc import Questions, request_type
from tests.app.starting import running_app
from tests.app.visitor import Visitor
from tests.fuzz.mutations import bent, odd

LONGEST = 400
"""characters of a sentence"""
PUBLIC = {"IMFN_PUBLIC": "1", "GRADIO_SERVER_NAME": "127.0.0.1", "IMFN_MAX_TRAIN_STEPS": "5", "IMFN_MAX_FRAMES": "16"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One payload for one thing that the page exposes."""

    target: str
    """what is asked, for people"""
    path: str
    body: dict


def cases(config: dict, dice: random.Random) -> Iterator[Case]:
    """An endless row of them: every dependency and every question in turn."""
    components = {component["id"]: component for component in config["components"]}
    while True:
        for dependency in config["dependencies"]:
            yield of_dependency(dependency, components, dice)
        for number, component in components.items():
            for name in component["props"].get("server_fns") or []:
                yield of_question(number, name, dice)


def of_dependency(dependency: dict, components: dict[int, dict], dice: random.Random) -> Case:
    """Values for a function: those that its components begin with, some of them bent, at times too few or too many."""
    values = [components[number]["props"].get("value") for number in dependency["inputs"]]
    values = [odd(dice) if dice.random() < 0.5 else bent(value, dice) for value in values]
    if dice.random() < 0.15:
        values = [*values, odd(dice)] if dice.random() < 0.5 else values[:-1]
    body: dict[str, Any] = {"data": values, "fn_index": dependency["id"], "session_hash": "fuzz"}
    if dice.random() < 0.1:
        body |= {"event_data": odd(dice), "trigger_id": odd(dice)}
    name = dependency["api_name"]
    if name and dice.random() < 0.5:
        return Case(target=f"/{name}", path=f"call/{name}", body={"data": values})
    path = "queue/join" if dependency["queue"] is not False else "run/predict"
    return Case(target=f"function {dependency['id']} {name or ''}", path=path, body=body)


def of_question(number: int, name: str, dice: random.Random) -> Case:
    """A question with a request of its own kind, bent; at times another's, or no request at all."""
    kinds = request_types().get(name) or [None]
    kind = dice.choice(kinds)
    request = bent(example(kind), dice) if kind and dice.random() < 0.9 else odd(dice)
    data = {"visitor": "0f" * 16, "request": request} if dice.random() < 0.95 else odd(dice)
    body = {"component_id": number, "fn_name": name, "session_hash": "fuzz", "data": data}
    return Case(target=f"question {name}", path="component_server", body=bent(body, dice) if odds(dice) else body)


def odds(dice: random.Random) -> bool:
    """Once in twenty."""
    return dice.random() < 0.05


def request_types() -> dict[str, list[type]]:
    """By question, the dataclasses of its requests on all tabs."""
    list(TABS)
    found: dict[str, list[type]] = {}
    for kind in Questions.__subclasses__():
        for name in kind.questions:
            if request := request_type(getattr(kind, name)):
                found.setdefault(name, []).append(request)
    return found


def example(hint: Any) -> Any:
    """The plainest JSON that an annotation takes."""
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return {field.name: example_of(field, hints[field.name]) for field in fields(hint)}
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return example(parts[0])
    if origin is Literal:
        return parts[0]
    if origin in (tuple, list):
        return []
    return {bool: False, int: 0, float: 1.0, str: "a", dict: {}}.get(origin or hint)


def example_of(field: Any, hint: Any) -> Any:
    """A field's default where JSON can have it."""
    plain = field.default is not MISSING and isinstance(field.default, str | int | float | None)
    return field.default if plain else example(hint)


def wrong_with(case: Case, status: int, text: str) -> str | None:
    """What breaks the rule in an answer; None for a good one."""
    if "Traceback" in text or "/site-packages/" in text:
        return f"{case.target}: a traceback: {text[:200]}"
    found = parsed(text)
    if status >= 500 and not isinstance(found, dict):
        return f"{case.target}: {status} {text[:200]}"
    said = found.get("error", found.get("message")) if isinstance(found, dict) else ""
    refused = isinstance(found, dict) and ("error" in found or found.get("ok") is False)
    if isinstance(said, str) and "(reference " in said:
        return f"{case.target}: it met what nobody expected: {text[:200]}"
    if refused and (not isinstance(said, str) or not said or len(said) > LONGEST or "\n" in said):
        return f"{case.target}: no sentence: {text[:200]}"
    return None


def parsed(text: str) -> Any:
    """JSON, or nothing."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def asked(visitor: Visitor, case: Case) -> tuple[int, str]:
    """(status, what is said) of a case, with the outcome of what was queued."""
    try:
        text = json.dumps(case.body, allow_nan=False).encode()
    except ValueError:  # NaN and infinity are no JSON; they go as they are
        text = json.dumps(case.body).encode()
    headers = {"content-type": "application/json"}
    answer = visitor.http.post(f"gradio_api/{case.path}", content=text, headers=headers)
    event = answer.json().get("event_id") if answer.status_code == 200 and case.path != "component_server" else None
    if case.path.startswith("call/") and event:
        _, data = visitor.heard(visitor.get(f"gradio_api/{case.path}/{event}").text)
        return 200, json.dumps(data)
    if case.path == "queue/join" and event:
        return 200, json.dumps(outcome(visitor, case.body["session_hash"], event))
    return answer.status_code, answer.text


def outcome(visitor: Visitor, session: str, event: str) -> Any:
    """What came of something in the queue."""
    with visitor.http.stream("GET", "gradio_api/queue/data", params={"session_hash": session}) as lines:
        for line in lines.iter_lines():
            message = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
            if message.get("msg") == "process_completed" and message.get("event_id") == event:
                return message["output"]
    return {"error": "no outcome came"}


def findings(url: str, count: int, seed: int) -> list[str]:
    """What broke the rule in so many payloads, each once a target and kind."""
    visitor, dice, found = Visitor(url), random.Random(seed), {}
    row = cases(visitor.config(), dice)
    for _ in range(count):
        case = next(row)
        try:
            status, text = asked(visitor, case)
        except (httpx.HTTPError, ValueError) as error:
            found.setdefault(f"{case.target}: no answer: {error!r:.80}", case)
            continue
        if wrong := wrong_with(case, status, text):
            found.setdefault(wrong, case)
    return [f"{wrong} <- {json.dumps(case.body)[:300]}" for wrong, case in found.items()]


def fuzz_page(count: int, seed: int) -> list[str]:
    """The same for a page that is started for it, with its log."""
    with tempfile.TemporaryDirectory(prefix="imfn-fuzz-") as name:
        folder = Path(name)
        places = {"IMFN_HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp")}
        (folder / "tmp").mkdir()
        with running_app(log=folder / "log", trains=False, **places, **PUBLIC) as (url, process):
            found = findings(url, count, seed)
            if not process.is_alive():
                found.append("the page has ended")
            log = (folder / "log").read_text(errors="replace")
        if "Traceback" in log:
            found.append("the log has a traceback: " + log[log.index("Traceback") :][:2000])
        return found
