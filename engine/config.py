"""What is trained and how: one frozen dataclass each for the tree and for its training.

The command line, the page's form and the checkpoint's card are all made from these classes; the JSON in a card
builds the model again.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.sweepers import FAMILIES, PAIRINGS

BASELINES = ("transformer", "mamba", "gru", "frame", "linear", "mean")


@dataclass(frozen=True, kw_only=True)
class TreeConfig:
    """The memory's shape: codec, sweepers and window."""

    codec: str = "flat"
    """flat (small images of one size) or patch (frames of any size)"""
    leaves: int = 128
    """T, leaves of a window, a power of two"""
    height: int = 28
    """flat: pixel rows of a leaf"""
    width: int = 28
    """flat: pixel columns of a leaf"""
    colours: int = 1
    """colour channels of a pixel"""
    channels: int = 1024
    """flat: floats of a leaf's state; fewer than its pixels keep its leading principal components"""
    patch: int = 16
    """patch: side of a square patch in pixels"""
    lap: int = 0
    """patch: pixels on either side of a border that the lapped transform mixes, 0 for none"""
    family: str = "residual"
    """dense, linear, residual or zonal"""
    pairing: str = "stack"
    """stack (slots) or fuse (channels)"""
    mirror: bool = False
    """patch, fuse: closed form that is symmetric in time and in a mirror, with a quarter of the weights and the work"""
    settle: int = 0
    """gradient steps that refine a memory against its own frames before it is kept; nothing is trained by them"""
    zones: int = 64
    """zonal: choices of coefficients that a slot has at every level"""
    hidden: tuple[int, ...] = (64, 256, 512, 512, 512, 512, 512)
    """width of each level's MLP, one number a level; residual levels may have 0 (closed form alone)"""

    def __post_init__(self) -> None:
        if self.leaves < 2 or self.leaves & (self.leaves - 1):
            raise ValueError(f"leaves is {self.leaves}, it must be a power of two from 2 up")
        if self.settle < 0 or (self.settle and self.family == "zonal"):
            raise ValueError(f"settle is {self.settle}; it is 0 or more, and zonal trees keep what their zones choose")
        if self.codec not in ("flat", "patch"):
            raise ValueError(f"codec is {self.codec!r}, choose flat or patch")
        if self.family not in FAMILIES or self.pairing not in PAIRINGS:
            raise ValueError(
                f"family {self.family!r} / pairing {self.pairing!r}: choose one of {FAMILIES} and one of {PAIRINGS}"
            )
        if self.mirror and (self.codec, self.pairing, self.family == "dense") != ("patch", "fuse", False):
            raise ValueError(
                f"mirror goes with patch, fuse, and linear or residual, not {self.codec}, {self.pairing}, {self.family}"
            )
        if self.family == "zonal" and ((self.codec, self.pairing) != ("patch", "fuse") or self.zones < 1):
            raise ValueError(f"zonal goes with patch, fuse and 1 zone or more, not {self.codec}, {self.pairing}")
        if self.family not in ("linear", "zonal") and len(self.hidden) != self.merges:
            raise ValueError(f"hidden has {len(self.hidden)} widths, {self.merges} levels need one each")

    @property
    def merges(self) -> int:
        """Levels of sweepers, log2 T."""
        return self.leaves.bit_length() - 1


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """How one teacher is trained, from data to the last step."""

    name: str = "digits-128"
    """name of the checkpoint"""
    data: str = "digits"
    """digits, digits-drift, ucf, or a folder of videos"""
    seed: int = 0
    """seed of weights, batches and augmentation"""
    local_steps: int = 400
    """optimiser steps a level, alone, before joint training"""
    joint_steps: int = 4000
    """optimiser steps over all levels together"""
    again_steps: int = 0
    """steps of a second joint cycle, at half the rate"""
    batch: int = 256
    """leaves a step"""
    rate: float = 1e-3
    """peak of the one-cycle learning rate"""
    loss: str = "pixels"
    """pixels, or latents: the paper's pair loss, for local stages only"""
    fit_images: int = 0
    """digits: images that the closed form is fitted to, 0 for all"""
    augment: bool = True
    """digits: small random shifts, turns and scalings"""
    average: float = 0.998
    """decay of the exponential moving average of the weights that joint training keeps, 0 for none"""
    precision: str = "no"
    """accelerate's mixed precision: no, fp16 or bf16"""
    half: bool = True
    """store the weights in half precision"""
    save_every: int = 200
    """steps between saved states"""
    clips_per_video: int = 4
    """video: windows taken from one clip at most"""
    clips_per_class: int = 24
    """video: windows taken from one class at most, so that no class dominates"""
    size: int = 128
    """video: side of the square training crops in pixels"""
    teacher: str = ""
    """a checkpoint to distil a student from; its tree is taken for `tree`, local_steps are its one-step regression and
    joint_steps its rollouts"""
    student_hidden: int = 1024
    """student of a stack tree: width of its MLP"""
    student_zones: int = 512
    """student of a zonal tree: choices of coefficients that a slot has at every step"""
    holdout: int = 0
    """digits: training images kept out of training, the last ones, to choose settings on"""
    baseline: str = ""
    """transformer, mamba, gru, frame, linear or mean: what is trained in place of a tree, with the window, the frame
    size, the floats (`channels`) and the settling of `tree`; all its steps are joint_steps and again_steps"""
    baseline_width: int = 128
    """baseline: floats of a frame between its layers"""
    baseline_depth: int = 2
    """baseline: layers on either side of the memory"""
    baseline_hidden: int = 512
    """transformer, frame: width inside an MLP"""
    baseline_heads: int = 4
    """transformer: attention heads"""
    baseline_state: int = 16
    """mamba: states of an inner channel"""
    baseline_slots: int = 0
    """transformer, mamba, gru: equal parts of the memory, each read out at its own place; 0 for one a leaf"""
    tree: TreeConfig = field(default_factory=TreeConfig)
    """the memory that is trained"""

    def __post_init__(self) -> None:
        if self.batch < self.tree.leaves:
            raise ValueError(f"batch is {self.batch} leaves, one window of {self.tree.leaves} must fit")
        if self.loss not in ("pixels", "latents") or (self.loss == "latents" and self.joint_steps):
            raise ValueError(f"loss is {self.loss!r}; choose pixels, or latents with joint_steps 0")
        if self.holdout < 0:
            raise ValueError(f"holdout is {self.holdout} images, it must be 0 or more")
        if min(self.local_steps, self.joint_steps, self.again_steps) < 0 or self.save_every < 1:
            raise ValueError("steps must be 0 or more and save_every at least 1")
        if self.baseline:
            self.check_baseline()

    def check_baseline(self) -> None:
        """ValueError unless a baseline can be built and trained as it says."""
        if self.baseline not in BASELINES:
            raise ValueError(f"baseline is {self.baseline!r}, choose one of {', '.join(BASELINES)}")
        if self.teacher or self.tree.codec != "flat" or not self.data.startswith("digits"):
            raise ValueError("a baseline takes digits through the flat codec and has no teacher")
        if self.local_steps or self.loss != "pixels":
            raise ValueError(f"a baseline has no levels: local_steps must be 0, not {self.local_steps}, loss pixels")
        if min(self.baseline_width, self.baseline_depth, self.baseline_hidden, self.baseline_state) < 1:
            raise ValueError("a baseline's width, depth, hidden and state must be 1 or more")
        if self.baseline == "transformer" and (self.baseline_heads < 1 or self.baseline_width % self.baseline_heads):
            raise ValueError(f"{self.baseline_heads} heads do not divide a width of {self.baseline_width}")
        self.check_slots()

    def check_slots(self) -> None:
        """ValueError unless the slots share out both the frames and the floats."""
        slots, leaves, floats = self.baseline_slots or self.tree.leaves, self.tree.leaves, self.tree.channels
        if slots < 1 or leaves % slots or floats % slots:
            raise ValueError(f"{slots} slots cannot share out {leaves} frames and {floats} floats evenly")
        if self.baseline == "frame" and slots != leaves:
            raise ValueError(f"frame keeps every frame in its own slot: {leaves} slots, not {slots}")


def from_dict(cls: type, values: dict[str, Any]) -> Any:
    """A config from JSON values; ValueError names unknown keys and lists the known ones."""
    fields = {f.name: f for f in dataclasses.fields(cls)}
    unknown = sorted(set(values) - set(fields))
    if unknown:
        raise ValueError(f"unknown setting {', '.join(unknown)}; known are {', '.join(fields)}")
    values = dict(values)
    if isinstance(values.get("tree"), dict):
        values["tree"] = from_dict(TreeConfig, values["tree"])
    if "hidden" in values:
        values["hidden"] = tuple(values["hidden"])
    return cls(**values)


def with_settings(config: TrainConfig, settings: Iterable[str]) -> TrainConfig:
    """The config with every `key=value` (or `tree.key=value`, JSON values) changed; only the whole must make sense."""
    values = dataclasses.asdict(config)
    for setting in settings:
        key, separator, text = setting.partition("=")
        if not separator:
            raise ValueError(f"{setting!r} is no key=value")
        try:
            value = json.loads(text)
        except json.JSONDecodeError:
            value = text
        target = values
        *parents, last = key.split(".")
        for parent in parents:
            target = target.get(parent, {})
        target[last] = value
    return from_dict(TrainConfig, values)


def load_config(name: str) -> TrainConfig:
    """A bundled config by name (`digits-128`) or a JSON file by path."""
    bundled = Path(__file__).parent / "training" / "configs" / f"{name}.json"
    path = bundled if bundled.exists() else Path(name)
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in bundled.parent.glob("*.json")))
        raise ValueError(f"there is no config {name!r}; bundled are {known}, or give the path of a JSON file")
    try:
        return from_dict(TrainConfig, json.loads(path.read_text()))
    except (json.JSONDecodeError, TypeError) as error:
        raise ValueError(f"{path.name} is no valid config: {error}") from None
