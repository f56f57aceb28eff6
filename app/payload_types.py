"""Types of questions and answers for JavaScript: JSDoc from the dataclasses that Python parses and sends.

    python -m app.payload_types            write assets/js/core/payloads.js

A test fails where that file differs from what this module would write. A class of questions becomes an object type with
one method a question; dataclasses and TypedDicts that its questions name become typedefs of their own.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from app.server.payloads import is_required
from app.server.rpc import Questions, answer_type, request_type
from app.server.shelf import ASSETS
from app.sessions.beside import Besides
from app.sessions.comparison import LiveComparisons
from app.sessions.explorations import Explorations
from app.sessions.foretold import Foretellings
from app.sessions.live import LiveSessions
from app.sessions.predict import Predictions
from app.sessions.training import Trainings
from app.sessions.trajectories import Trajectories

SERVERS: tuple[type[Questions], ...] = (
    Besides,
    Explorations,
    Foretellings,
    LiveComparisons,
    LiveSessions,
    Predictions,
    Trainings,
    Trajectories,
)
"""every class whose questions a view asks; add a new one here"""
TARGET = ASSETS / "js" / "core" / "payloads.js"
HEAD = """\
// What questions and their answers hold, as JSDoc types. Written by `python -m app.payload_types`; do not edit.

/** @import { Patience } from "./rpc.js" */
"""
SCALARS = {str: "string", int: "number", float: "number", bool: "boolean", types.NoneType: "null", Path: "string"}
SCALARS |= {Any: "any", object: "unknown", dict: "Record<string, any>", list: "any[]"}


def module_text(servers: tuple[type[Questions], ...]) -> str:
    """The text of `core/payloads.js`; ValueError when two classes have one name."""
    requests = {kind for server in servers for kind in reachable(request_types(server))}
    answers = {kind for server in servers for kind in reachable(answer_types(server))}
    kinds = sorted(requests | answers, key=lambda kind: kind.__name__)
    names = [kind.__name__ for kind in kinds]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"payloads share the names {', '.join(sorted(twice))}; rename one of each")
    parts = [typedef(kind, optional=kind in requests) for kind in kinds]
    parts += [server_typedef(server) for server in sorted(servers, key=lambda server: server.__name__)]
    return "\n".join([HEAD, *parts, "export {};\n"])


def request_types(server: type[Questions]) -> list[type]:
    """The dataclasses of a server's requests."""
    found = (request_type(getattr(server, name)) for name in server.questions)
    return [kind for kind in found if kind]


def answer_types(server: type[Questions]) -> list[type]:
    """The dataclasses of a server's answers."""
    return [answer_type(getattr(server, name)) for name in server.questions]


def reachable(kinds: list[type]) -> Iterator[type]:
    """These classes and those that their fields name."""
    for kind in kinds:
        if is_dataclass(kind) or is_typeddict(kind):
            yield kind
            for hint in get_type_hints(kind).values():
                yield from reachable(list(parts_of(hint)))


def parts_of(hint: Any) -> Iterator[Any]:
    """An annotation and everything inside it."""
    yield hint
    for part in get_args(hint):
        yield from parts_of(part)


def typedef(kind: type, *, optional: bool) -> str:
    """One class as a JSDoc object type; fields with defaults may be left out where a browser sends it."""
    about, hints = docstrings(kind), get_type_hints(kind)
    free = optional_fields(kind) if optional or is_typeddict(kind) else set()
    lines = [f"/**\n * {first_line(kind)}\n * @typedef {{object}} {kind.__name__}"]
    for name, hint in hints.items():
        shown = f"[{name}]" if name in free else name
        lines.append(f" * @property {{{js_type(hint)}}} {shown} {about.get(name, '')}".rstrip())
    return "\n".join([*lines, " */\n"])


@cache
def docstrings(kind: type) -> dict[str, str]:
    """By field, the string that stands below it; of one class alone, a TypedDict has no source of its bases."""
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0].body
    return {
        field.target.id: " ".join(below.value.value.split())
        for field, below in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
    }


def optional_fields(kind: type) -> set[str]:
    """Fields that may be left out."""
    if is_typeddict(kind):
        return set(kind.__optional_keys__)
    return {field.name for field in fields(kind) if not is_required(field)}


def server_typedef(server: type[Questions]) -> str:
    """A server as what `rpc` of `core/rpc.js` gives for it."""
    where = server.__module__.replace(".", "/") + ".py"
    lines = [f"/**\n * Questions of `{server.__name__}` in `{where}`.\n * @typedef {{object}} {server.__name__}Server"]
    for name in server.questions:
        method = getattr(server, name)
        request, answer = request_type(method), js_type(answer_type(method))
        given = f"request: {request.__name__}" if request else "request?: {}"
        promise = f"({given}, patience?: Patience) => Promise<{answer}>"
        lines.append(f" * @property {{{promise}}} {name} {first_line(method)}")
    return "\n".join([*lines, " */\n"])


def first_line(thing: object) -> str:
    """The first sentence of a docstring."""
    text = " ".join((getattr(thing, "__doc__", "") or "").split("\n\n")[0].split())
    return text.replace("*/", "* /")


def js_type(hint: Any) -> str:
    """An annotation in TypeScript's words."""
    if hint in SCALARS:
        return SCALARS[hint]
    if is_dataclass(hint) or is_typeddict(hint):
        return hint.__name__
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return " | ".join(js_type(part) for part in parts)
    if origin is Literal:
        return " | ".join(f'"{part}"' if isinstance(part, str) else str(part).lower() for part in parts)
    if origin is tuple and parts[-1] is not ...:
        return f"[{', '.join(map(js_type, parts))}]"
    if origin in (list, tuple):
        inner = js_type(parts[0])
        return f"({inner})[]" if " | " in inner else f"{inner}[]"
    if origin is dict:
        return f"Record<string, {js_type(parts[1])}>"
    raise ValueError(f"{hint} has no type in JavaScript; use dataclasses, lists, dicts and scalars")


if __name__ == "__main__":
    TARGET.write_text(module_text(SERVERS))
