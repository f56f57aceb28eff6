"""Forms, made from the config dataclasses: one entry a field, its help the docstring below it; and validation.

Keys are dotted as on the command line: `rate`, `tree.leaves`, and for what only one compressor, objective or data set
needs its name: `transformer.width`, `tree.residual.hidden`. Every registered one is there, so a new one shows by
itself.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from engine.compatibility import OWN, upgrade
from engine.config import TrainConfig, TreeConfig, as_dict, choices_of, from_dict, problems, put, type_of
from engine.registry import COMPRESSORS, DATASETS, OBJECTIVES
from engine.registry import config_of as settings_class


@dataclass(frozen=True, kw_only=True)
class Section:
    """Settings that stand together: the common ones, or those of one registered class."""

    cls: type
    before: str = ""
    """what its keys begin with"""
    group: str = "training"
    when: tuple[str, str] | None = None
    """(key, value): these settings count only while that one has this value; a value of None stands for any folder"""

    def entries(self) -> list[dict]:
        """Its fields, as `form` describes them."""
        named = [each for each in dataclasses.fields(self.cls) if each.name not in ("name", "tree", "parts")]
        return [self.entry(each) for each in named]

    def label(self, name: str) -> str:
        """What a form calls a field."""
        section = self.before.rstrip(".").split(".")[-1]
        words = name if self.cls in (TrainConfig, TreeConfig) else f"{section} {name}"
        return words.replace("_", " ")

    def entry(self, each: dataclasses.Field) -> dict:
        """One field as a form shows it."""
        about = each.metadata
        return {
            "key": self.before + each.name,
            "name": self.label(each.name),
            "group": self.group,
            "type": "ints" if type_of(each).startswith("tuple") else type_of(each),
            "default": list(each.default) if isinstance(each.default, tuple) else each.default,
            "help": docstrings(self.cls).get(each.name, ""),
            "unit": about.get("unit", ""),
            "low": about.get("low"),
            "high": about.get("high"),
            "choices": list(choices_of(each)),
            "when": list(self.when) if self.when else None,
        }


def sections() -> Iterator[Section]:
    """The common settings, then those of everything that can be chosen."""
    yield Section(cls=TrainConfig)
    for dataset in DATASETS:
        value = None if dataset.name == OWN else dataset.name
        yield Section(cls=settings_class(dataset), before=f"{dataset.name}.", when=("data", value))
    for objective in OBJECTIVES:
        yield Section(cls=settings_class(objective), before=f"{objective.name}.", when=("objective", objective.name))
    for one in COMPRESSORS:
        if one.baseline:
            yield Section(cls=settings_class(one), before=f"{one.name}.", when=("baseline", one.name))
        if one.kind == "student":
            yield Section(cls=settings_class(one), before=f"{one.name}.", when=("teacher", "*"))
    yield Section(cls=TreeConfig, before="tree.", group="tree")
    for name in COMPRESSORS.names(kind="teacher"):
        cls = settings_class(COMPRESSORS.get(name))
        yield Section(cls=cls, before=f"tree.{name}.", group="tree", when=("tree.family", name))


def form() -> list[dict]:
    """Every setting: {key, name, group, type, default, help, unit, low, high, choices, when}.

    type: int, float, str, bool, or ints (a list). low and high are inclusive or None; choices is a list, empty for free
    values. group: `training` or `tree`. when: None, or [key, value] of the choice that the setting belongs to; a value
    of "*" is any but an empty one, None any that no other setting belongs to. `name` is left out, a run has its own.
    """
    return [row for section in sections() for row in section.entries()]


@cache
def docstrings(cls: type) -> dict[str, str]:
    """By field, the string that stands below it, in the class or in those it inherits from."""
    found: dict[str, str] = {}
    for each in reversed(cls.__mro__[:-1]):
        body = ast.parse(textwrap.dedent(inspect.getsource(each))).body[0].body
        found |= {
            field.target.id: " ".join(below.value.value.split())
            for field, below in pairwise(body)
            if isinstance(field, ast.AnnAssign)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        }
    return found


def flat(values: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Nested settings with dotted keys."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        found |= flat(value, f"{before}{key}.") if isinstance(value, dict) else {f"{before}{key}": value}
    return found


def nested(settings: dict[str, Any]) -> dict[str, Any]:
    """Dotted keys opened, names of earlier versions brought up to date."""
    values: dict[str, Any] = {}
    for key, value in settings.items():
        put(values, key, value)
    return upgrade(values)


def settings_of(config: TrainConfig) -> dict[str, Any]:
    """A config as a form holds it: dotted keys, defaults for what it has not chosen."""
    defaults = {row["key"]: row["default"] for row in form()}
    return {"name": config.name} | defaults | flat(as_dict(config))


def config_of(settings: dict[str, Any]) -> TrainConfig:
    """The config of a form's settings, defaults for what is left out; ValueError with the first problem."""
    return from_dict(TrainConfig, nested(settings))


def validate(settings: dict[str, Any]) -> list[tuple[str, str]]:
    """(key, message) of everything that is wrong; key is empty where settings do not go together. A message about one
    setting calls it as the form does.
    """
    try:
        given = flat(nested(settings))
    except ValueError as error:
        return [("", str(error))]
    known = {row["key"] for row in form()} | {"name"}
    found = [(key, f"there is no setting {key}") for key in given if key not in known]
    for section in sections():
        own = {
            key.removeprefix(section.before): value for key, value in given.items() if key.startswith(section.before)
        }
        names = {each.name for each in dataclasses.fields(section.cls)} & own.keys()
        found += [
            (section.before + name, section.label(name) + message.removeprefix(name))
            for name, message in problems(section.cls, {name: own[name] for name in names})
        ]
    if found:
        return found
    try:
        config_of(settings)
    except ValueError as error:
        return [placed(str(error), given)]
    return []


def placed(message: str, given: dict[str, Any]) -> tuple[str, str]:
    """(key, message) of what a whole config is refused for: beside the field that the message begins with, which it
    then calls as the form does; the key is empty where it begins with none that counts.
    """
    said = message.split(" ", 1)[0]
    for row in form():
        counts = row["when"] is None or given.get(row["when"][0]) == row["when"][1]
        if counts and said in (row["key"], row["key"].rsplit(".", 1)[-1]):
            return row["key"], row["name"] + message.removeprefix(said)
    return "", message
