"""Configs of earlier versions, brought up to date: cards, run folders, rows of the job store, comparisons, and the keys
that people have got used to on the command line.

Until every compressor, objective and data set had a Config of its own, their settings stood side by side: those of any
baseline as `baseline_width` …, those of students as `student_start` …, those of data sets and sweepers without a
prefix. `upgrade` moves each into the section of what is chosen, and leaves out what the chosen one does not have.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from engine.registry import COMPRESSORS, DATASETS, Registry, config_of

OWN = "own"
"""the data set of folders: whatever `data` is no data set's name"""
TREE = ("hidden", "mirror", "zones")
DATA = ("fit_images", "augment", "holdout", "clips_per_video", "clips_per_class", "size")
BASELINE = ("width", "depth", "hidden", "heads", "state", "slots")
STUDENT = {
    "student_start": ("slot_student", "start"),
    "student_hidden": ("slot_student", "hidden"),
    "student_zones": ("zonal_student", "zones"),
}
OLD = {"loss", *DATA, *STUDENT, *(f"baseline_{name}" for name in BASELINE)}


def upgrade(values: dict[str, Any]) -> dict[str, Any]:
    """A training's settings with today's names; the same object where nothing is old."""
    tree = values.get("tree")
    if isinstance(tree, dict) and not tree.keys().isdisjoint(TREE):
        values = {**values, "tree": upgrade_tree(tree)}
    if values.keys().isdisjoint(OLD):
        return values
    values = dict(values)
    if "loss" in values:
        values["objective"] = values.pop("loss")
    move(values, DATASETS, dataset_name(values.get("data", "digits")), {name: name for name in DATA})
    move(values, COMPRESSORS, values.get("baseline"), {f"baseline_{name}": name for name in BASELINE})
    for old, (section, name) in STUDENT.items():
        move(values, COMPRESSORS, section if values.get("teacher") else None, {old: name})
    return values


def upgrade_tree(tree: dict[str, Any]) -> dict[str, Any]:
    """The same for the settings of a tree alone."""
    tree = dict(tree)
    move(tree, COMPRESSORS, tree.get("family", "residual"), {name: name for name in TREE})
    return tree


def move(values: dict[str, Any], registry: Registry, section: object, names: dict[str, str]) -> None:
    """Take old settings away and put those that the section knows into it."""
    given = {new: values.pop(old) for old, new in names.items() if old in values}
    if not given or not isinstance(section, str) or section not in registry:
        return
    known = {each.name for each in dataclasses.fields(config_of(registry.get(section)))}
    found = {name: value for name, value in given.items() if name in known}
    if found:
        values[section] = {**values.get(section, {}), **found}


def dataset_name(data: object) -> str:
    """The data set that `data` stands for: its own name, or that of folders."""
    return data if isinstance(data, str) and data in DATASETS else OWN
