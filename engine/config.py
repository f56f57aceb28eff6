"""What is trained and how: one frozen dataclass each for the tree and for its training.

The command line, the page's form and the checkpoint's card are all made from these classes; the JSON in a card
builds the model again.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.compressors.sweepers import FAMILIES, PAIRINGS

BASELINES = ("transformer", "mamba", "gru", "frame", "linear", "mean")
TYPES = {
    "int": (int, "a whole number"),
    "float": ((int, float), "a number"),
    "str": (str, "a text"),
    "bool": (bool, "true or false"),
}
"""by annotation, what a value must be, and what to call it"""


def setting(
    default: Any, *, low: float | None = None, high: float | None = None, choices: tuple = (), unit: str = ""
) -> Any:
    """A field with its limits or choices, which are checked for every config and shown by every form."""
    return field(default=default, metadata={"low": low, "high": high, "choices": choices, "unit": unit})


def problems(cls: type, values: dict[str, Any]) -> list[tuple[str, str]]:
    """(field, sentence) of every value that is outside its limits or of the wrong type."""
    found = []
    for each in dataclasses.fields(cls):
        if each.name in values and (wrong := problem(each, values[each.name])):
            found.append((each.name, wrong))
    return found


def problem(each: dataclasses.Field, value: Any) -> str | None:
    """The sentence that says what is wrong with a field's value."""
    many = each.type.startswith("tuple")
    kind = each.type.removeprefix("tuple[").split(",")[0]
    for one in value if many and isinstance(value, list | tuple) else [value]:
        if many and not isinstance(value, list | tuple):
            return f"{each.name} is {value!r:.40}, it must be a list of whole numbers"
        if kind in TYPES and (not isinstance(one, TYPES[kind][0]) or (isinstance(one, bool) and kind != "bool")):
            return f"{each.name} is {value!r:.40}, it must be {TYPES[kind][1]}"
        if wrong := outside(each, one):
            return wrong
    return None


def outside(each: dataclasses.Field, value: Any) -> str | None:
    """The sentence for a value outside a field's limits or choices."""
    about = each.metadata
    if about.get("choices") and value not in about["choices"]:
        return f"{each.name} is {value!r:.40}, choose {' or '.join(str(c) or 'nothing' for c in about['choices'])}"
    if about.get("low") is not None and not about["low"] <= value <= about["high"]:
        unit = f" {about['unit']}" if about["unit"] else ""
        return f"{each.name} is {value!s:.40}, it must lie between {about['low']:,} and {about['high']:,}{unit}"
    return None


def check(config: Any) -> None:
    """ValueError with the first problem of a config's values."""
    if wrong := problems(type(config), dataclasses.asdict(config)):
        raise ValueError(wrong[0][1])


@dataclass(frozen=True, kw_only=True)
class TreeConfig:
    """The memory's shape: codec, sweepers and window."""

    codec: str = setting("flat", choices=("flat", "patch"))
    """flat (small images of one size) or patch (frames of any size)"""
    leaves: int = setting(128, low=2, high=4096, unit="frames")
    """T, leaves of a window, a power of two"""
    height: int = setting(28, low=1, high=256, unit="pixels")
    """flat: pixel rows of a leaf"""
    width: int = setting(28, low=1, high=256, unit="pixels")
    """flat: pixel columns of a leaf"""
    colours: int = setting(1, choices=(1, 3))
    """colour channels of a pixel"""
    channels: int = setting(1024, low=1, high=65536, unit="floats")
    """flat: floats of a leaf's state; fewer than its pixels keep its leading principal components"""
    patch: int = setting(16, low=2, high=64, unit="pixels")
    """patch: side of a square patch in pixels"""
    lap: int = setting(0, low=0, high=32, unit="pixels")
    """patch: pixels on either side of a border that the lapped transform mixes, 0 for none"""
    family: str = setting("residual", choices=FAMILIES)
    """dense, linear, residual or zonal"""
    pairing: str = setting("stack", choices=PAIRINGS)
    """stack (slots) or fuse (channels)"""
    mirror: bool = False
    """patch, fuse: closed form that is symmetric in time and in a mirror, with a quarter of the weights and the work"""
    settle: int = setting(0, low=0, high=1000, unit="steps")
    """gradient steps that refine a memory against its own frames before it is kept; nothing is trained by them"""
    zones: int = setting(64, low=1, high=4096)
    """zonal: choices of coefficients that a slot has at every level"""
    hidden: tuple[int, ...] = setting((64, 256, 512, 512, 512, 512, 512), low=0, high=16384, unit="units")
    """width of each level's MLP, one number a level; residual levels may have 0 (closed form alone)"""

    def __post_init__(self) -> None:
        check(self)
        if self.leaves & (self.leaves - 1):
            raise ValueError(f"leaves is {self.leaves}, it must be a power of two from 2 up")
        if self.settle and self.family == "zonal":
            raise ValueError(f"settle is {self.settle}; zonal trees keep what their zones choose, set it to 0")
        if self.mirror and (self.codec, self.pairing, self.family == "dense") != ("patch", "fuse", False):
            raise ValueError(
                f"mirror goes with patch, fuse, and linear or residual, not {self.codec}, {self.pairing}, {self.family}"
            )
        if self.family == "zonal" and (self.codec, self.pairing) != ("patch", "fuse"):
            raise ValueError(f"zonal goes with patch and fuse, not {self.codec} and {self.pairing}")
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
    """digits, digits-drift, ucf, or a folder of videos and images"""
    seed: int = setting(0, low=0, high=2**31 - 1)
    """seed of weights, batches and augmentation"""
    local_steps: int = setting(400, low=0, high=10**7, unit="steps")
    """optimiser steps a level, alone, before joint training"""
    joint_steps: int = setting(4000, low=0, high=10**7, unit="steps")
    """optimiser steps over all levels together"""
    again_steps: int = setting(0, low=0, high=10**7, unit="steps")
    """steps of a second joint cycle, at half the rate"""
    batch: int = setting(256, low=1, high=10**6, unit="frames")
    """leaves a step"""
    rate: float = setting(1e-3, low=1e-7, high=1.0)
    """peak of the one-cycle learning rate"""
    loss: str = setting("pixels", choices=("pixels", "latents"))
    """pixels, or latents: the paper's pair loss, for local stages only"""
    fit_images: int = setting(0, low=0, high=10**7, unit="images")
    """digits: images that the closed form is fitted to, 0 for all"""
    augment: bool = True
    """digits: small random shifts, turns and scalings"""
    average: float = setting(0.998, low=0.0, high=0.99999)
    """decay of the exponential moving average of the weights that joint training keeps, 0 for none"""
    precision: str = setting("no", choices=("no", "fp16", "bf16"))
    """accelerate's mixed precision: no, fp16 or bf16"""
    half: bool = True
    """store the weights in half precision"""
    save_every: int = setting(200, low=1, high=10**6, unit="steps")
    """steps between saved states"""
    probe_every: int = setting(100, low=0, high=10**6, unit="steps")
    """steps between two looks at a fixed window, its picture and its errors on every level; 0 for none"""
    clips_per_video: int = setting(4, low=1, high=10**5, unit="windows")
    """video: windows taken from one clip at most"""
    clips_per_class: int = setting(24, low=1, high=10**5, unit="windows")
    """video: windows taken from one class at most, so that no class dominates"""
    size: int = setting(128, low=16, high=1024, unit="pixels")
    """video: side of the square training crops in pixels"""
    teacher: str = ""
    """a checkpoint to distil a student from; its tree is taken for `tree`, local_steps are its one-step regression and
    joint_steps its rollouts"""
    student_start: str = setting("merges", choices=("merges", "fit"))
    """student of a stack tree: begins as a copy of the teacher's merges, or as a linear fit"""
    student_hidden: int = setting(0, low=0, high=16384, unit="units")
    """student of a stack tree: width of the MLP that is added, 0 for none"""
    student_zones: int = setting(512, low=1, high=4096)
    """student of a zonal tree: choices of coefficients that a slot has at every step"""
    holdout: int = setting(0, low=0, high=50_000, unit="images")
    """digits: training images kept out of training, the last ones, to choose settings on"""
    baseline: str = setting("", choices=("", *BASELINES))
    """transformer, mamba, gru, frame, linear or mean: what is trained in place of a tree, with the window, the frame
    size, the floats (`channels`) and the settling of `tree`; all its steps are joint_steps and again_steps"""
    baseline_width: int = setting(128, low=1, high=8192, unit="floats")
    """baseline: floats of a frame between its layers"""
    baseline_depth: int = setting(2, low=1, high=64, unit="layers")
    """baseline: layers on either side of the memory"""
    baseline_hidden: int = setting(512, low=1, high=32768, unit="units")
    """transformer, frame: width inside an MLP"""
    baseline_heads: int = setting(4, low=1, high=64)
    """transformer: attention heads"""
    baseline_state: int = setting(16, low=1, high=256)
    """mamba: states of an inner channel"""
    baseline_slots: int = setting(0, low=0, high=4096)
    """transformer, mamba, gru: equal parts of the memory, each read out at its own place; 0 for one a leaf"""
    tree: TreeConfig = field(default_factory=TreeConfig)
    """the memory that is trained"""

    def __post_init__(self) -> None:
        check(self)
        if not re.fullmatch(r"\w[\w. -]{0,80}", self.name):
            raise ValueError(
                f"name is {self.name!r:.100}; up to 81 letters, digits, dots, hyphens and spaces, a letter first"
            )
        if self.batch < self.tree.leaves:
            raise ValueError(f"batch is {self.batch} leaves, one window of {self.tree.leaves} must fit")
        if self.loss == "latents" and self.joint_steps:
            raise ValueError(f"loss latents is for local stages only; set joint_steps to 0, it is {self.joint_steps}")
        if self.baseline:
            self.check_baseline()

    def check_baseline(self) -> None:
        """ValueError unless a baseline can be built and trained as it says."""
        if self.teacher or self.tree.codec != "flat" or not self.data.startswith("digits"):
            raise ValueError("a baseline takes digits through the flat codec and has no teacher")
        if self.local_steps or self.loss != "pixels":
            raise ValueError(f"a baseline has no levels: local_steps must be 0, not {self.local_steps}, loss pixels")
        if self.baseline == "transformer" and self.baseline_width % self.baseline_heads:
            raise ValueError(f"{self.baseline_heads} heads do not divide a width of {self.baseline_width}")
        self.check_slots()

    def check_slots(self) -> None:
        """ValueError unless the slots share out both the frames and the floats."""
        slots, leaves, floats = self.baseline_slots or self.tree.leaves, self.tree.leaves, self.tree.channels
        if leaves % slots or floats % slots:
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
