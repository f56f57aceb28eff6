"""Forms, made from the config dataclasses: one entry a field, its help the docstring below it; and validation.

Keys are dotted as on the command line: `rate`, `tree.leaves`.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import textwrap
from functools import cache
from itertools import pairwise
from typing import Any

from engine.config import TrainConfig, TreeConfig, from_dict, problems


def form() -> list[dict]:
    """Every setting: {key, name, group, type, default, help, unit, low, high, choices}.

    type: int, float, str, bool, or ints (a list). low and high are inclusive or None; choices is a list, empty for free
    values. group: `training` or `tree`. `name` is left out, a run has its own.
    """
    training = [entry(each, "", TrainConfig) for each in dataclasses.fields(TrainConfig)]
    tree = [entry(each, "tree.", TreeConfig) for each in dataclasses.fields(TreeConfig)]
    return [row for row in training if row["key"] not in ("name", "tree")] + tree


def entry(each: dataclasses.Field, before: str, cls: type) -> dict:
    """One field as a form shows it."""
    about = each.metadata
    return {
        "key": before + each.name,
        "name": each.name.replace("_", " "),
        "group": "tree" if before else "training",
        "type": "ints" if each.type.startswith("tuple") else each.type,
        "default": list(each.default) if isinstance(each.default, tuple) else each.default,
        "help": docstrings(cls)[each.name],
        "unit": about.get("unit", ""),
        "low": about.get("low"),
        "high": about.get("high"),
        "choices": list(about.get("choices", ())),
    }


@cache
def docstrings(cls: type) -> dict[str, str]:
    """By field, the string that stands below it."""
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0].body
    return {
        each.target.id: " ".join(below.value.value.split())
        for each, below in pairwise(body)
        if isinstance(each, ast.AnnAssign) and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
    }


def settings_of(config: TrainConfig) -> dict[str, Any]:
    """A config as a form holds it: dotted keys."""
    values = dataclasses.asdict(config)
    tree = {f"tree.{key}": value for key, value in values.pop("tree").items()}
    return values | tree


def config_of(settings: dict[str, Any]) -> TrainConfig:
    """The config of a form's settings, defaults for what is left out; ValueError with the first problem."""
    values = {key: value for key, value in settings.items() if "." not in key}
    tree = {key.removeprefix("tree."): value for key, value in settings.items() if key.startswith("tree.")}
    return from_dict(TrainConfig, {**values, "tree": tree})


def validate(settings: dict[str, Any]) -> list[tuple[str, str]]:
    """(key, sentence) of everything that is wrong; key is empty where settings do not go together."""
    known = {row["key"] for row in form()} | {"name"}
    found = [(key, f"there is no setting {key}") for key in settings if key not in known]
    values = {key: value for key, value in settings.items() if "." not in key}
    tree = {key.removeprefix("tree."): value for key, value in settings.items() if key.startswith("tree.")}
    found += problems(TrainConfig, values)
    found += [(f"tree.{name}", sentence) for name, sentence in problems(TreeConfig, tree)]
    if found:
        return found
    try:
        config_of(settings)
    except ValueError as error:
        return [("", str(error))]
    return []
