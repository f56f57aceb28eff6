"""What is trained and how: one frozen dataclass each for the tree and for its training.

What only one compressor, objective or data set needs stands in that class's own nested `Config`; a config holds those
of what it has chosen in `parts`, and JSON and dotted keys show them under their names: `tree.residual.hidden`,
`transformer.width`, `digits.augment`. The command line, the page's form and the checkpoint's card are all made from
these classes; the JSON in a card builds the model again. Names of earlier versions: `engine/compatibility.py`.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.compatibility import dataset_name, upgrade
from engine.files import parse_json
from engine.registry import COMPRESSORS, DATASETS, OBJECTIVES, Registry, config_of

TYPES = {
    "int": (int, "a whole number"),
    "float": ((int, float), "a number"),
    "str": (str, "a text"),
    "bool": (bool, "true or false"),
}
"""by annotation, what a value must be, and what to call it"""


def setting(
    default: Any,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple | Callable[[], tuple] = (),
    unit: str = "",
) -> Any:
    """A field with its limits or choices, which are checked for every config and shown by every form."""
    return field(default=default, metadata={"low": low, "high": high, "choices": choices, "unit": unit})


def choices_of(each: dataclasses.Field) -> tuple:
    """What a field may be, empty for anything; a registry is asked now, when everything has registered."""
    choices = each.metadata.get("choices", ())
    return choices() if callable(choices) else choices


def type_of(each: dataclasses.Field) -> str:
    """A field's annotation as text."""
    return each.type if isinstance(each.type, str) else getattr(each.type, "__name__", str(each.type))


def problems(cls: type, values: dict[str, Any]) -> list[tuple[str, str]]:
    """(field, sentence) of every value that is outside its limits or of the wrong type."""
    found = []
    for each in dataclasses.fields(cls):
        if each.name in values and (wrong := problem(each, values[each.name])):
            found.append((each.name, wrong))
    return found


def problem(each: dataclasses.Field, value: Any) -> str | None:
    """The sentence that says what is wrong with a field's value."""
    many = type_of(each).startswith("tuple")
    kind = type_of(each).removeprefix("tuple[").split(",")[0]
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
    about, choices = each.metadata, choices_of(each)
    if choices and value not in choices:
        return f"{each.name} is {value!r:.40}, choose {' or '.join(str(c) or 'nothing' for c in choices)}"
    if about.get("low") is not None and not about["low"] <= value <= about["high"]:
        unit = f" {about['unit']}" if about["unit"] else ""
        return f"{each.name} is {value!s:.40}, it must lie between {about['low']:,} and {about['high']:,}{unit}"
    return None


def check(config: Any) -> None:
    """ValueError with the first problem of a config's values."""
    values = {each.name: getattr(config, each.name) for each in dataclasses.fields(config)}
    if wrong := problems(type(config), values):
        raise ValueError(wrong[0][1])


def fill_parts(config: TreeConfig | TrainConfig) -> None:
    """Give a config the settings of everything it has chosen, defaults where none are stated, and of nothing else."""
    given = config.parts
    parts = {name: given.get(name) or config_of(entry)() for name, entry in config.chosen().items()}
    for part in parts.values():
        check(part)
    object.__setattr__(config, "parts", parts)


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
    family: str = setting("residual", choices=lambda: COMPRESSORS.names(kind="teacher"))
    """the sweepers: dense, linear, ordered, residual, shared, zonal"""
    pairing: str = setting("stack", choices=("fuse", "stack"))
    """stack (slots) or fuse (channels)"""
    settle: int = setting(0, low=0, high=1000, unit="steps")
    """gradient steps that refine a memory against its own frames before it is kept; nothing is trained by them"""
    parts: dict[str, Any] = field(default_factory=dict)
    """the family's own settings, under its name"""

    def __post_init__(self) -> None:
        check(self)
        if self.leaves & (self.leaves - 1):
            raise ValueError(f"leaves is {self.leaves}, it must be a power of two from 2 up")
        fill_parts(self)
        COMPRESSORS.get(self.family).check_tree(self)

    def chosen(self) -> dict[str, type]:
        """By name, the class whose settings belong here."""
        return {self.family: COMPRESSORS.get(self.family)}

    @property
    def options(self) -> Any:
        """The family's own settings."""
        return self.parts[self.family]

    @property
    def frame_shape(self) -> tuple[int, int, int] | None:
        """(H, W, K) that every leaf has; None where frames of any size are taken."""
        return (self.height, self.width, self.colours) if self.codec == "flat" else None

    @property
    def merges(self) -> int:
        """Levels of sweepers, log2 T."""
        return self.leaves.bit_length() - 1


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """How one compressor is trained, from data to the last step."""

    name: str = "digits-128"
    """name of the checkpoint"""
    data: str = "digits"
    """a data set (digits, digits-drift, ucf), or a folder of videos and images"""
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
    objective: str = setting("pixels", choices=lambda: OBJECTIVES.names(offered=True))
    """pixels; latents: the paper's pair loss, for local stages only; nested: random cuts, for ordered trees"""
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
    teacher: str = ""
    """a checkpoint to distil a student from; its tree is taken for `tree`, local_steps are its one-step regression and
    joint_steps its rollouts"""
    baseline: str = setting("", choices=lambda: ("", *COMPRESSORS.names(baseline=True)))
    """what is trained in place of a tree, with the window, the frame size, the floats (`channels`) and the refinement
    of `tree`; all its steps are joint_steps and again_steps"""
    tree: TreeConfig = field(default_factory=TreeConfig)
    """the memory that is trained"""
    parts: dict[str, Any] = field(default_factory=dict)
    """the own settings of data set, objective, baseline and student, under their names"""

    def __post_init__(self) -> None:
        check(self)
        if not re.fullmatch(r"\w[\w. -]{0,80}", self.name):
            raise ValueError(
                f"name is {self.name!r:.100}; up to 81 letters, digits, dots, hyphens and spaces, a letter first"
            )
        if self.batch < self.tree.leaves:
            raise ValueError(f"batch is {self.batch} leaves, one window of {self.tree.leaves} must fit")
        fill_parts(self)
        OBJECTIVES.get(self.objective).check(self)
        if self.baseline:
            COMPRESSORS.get(self.baseline).check_baseline(self)

    def chosen(self) -> dict[str, type]:
        """By name, the classes whose settings belong here; those of all students, until the teacher is loaded."""
        names = COMPRESSORS.names(kind="student") if self.teacher else (self.baseline,) if self.baseline else ()
        compressors = {name: COMPRESSORS.get(name) for name in names}
        return {dataset_name(self.data): self.dataset, self.objective: OBJECTIVES.get(self.objective), **compressors}

    @property
    def dataset(self) -> type:
        """The class of the data that `data` names."""
        return DATASETS.get(dataset_name(self.data))

    @property
    def data_options(self) -> Any:
        """The data set's own settings."""
        return self.parts[dataset_name(self.data)]

    @property
    def kind(self) -> str:
        """What is trained: teacher, student or baseline."""
        return "baseline" if self.baseline else "student" if self.teacher else "teacher"


REGISTRIES: dict[type, tuple[Registry, ...]] = {
    TreeConfig: (COMPRESSORS,),
    TrainConfig: (COMPRESSORS, OBJECTIVES, DATASETS),
}
"""whose entries may have a section in a config"""


def section_of(cls: type, name: str) -> type | None:
    """The Config of a section of a config class, None when there is no such section."""
    return next((config_of(r.get(name)) for r in REGISTRIES.get(cls, ()) if name in r), None)


def as_dict(config: Any) -> dict[str, Any]:
    """A config as plain values, as JSON holds it: parts under their names, those without settings left out."""
    values: dict[str, Any] = {}
    for each in dataclasses.fields(config):
        value = getattr(config, each.name)
        if each.name == "parts":
            values |= {name: as_dict(part) for name, part in value.items() if dataclasses.fields(part)}
        else:
            value = as_dict(value) if dataclasses.is_dataclass(value) else value
            values[each.name] = list(value) if isinstance(value, tuple) else value
    return values


def from_dict(cls: type, values: dict[str, Any]) -> Any:
    """A config from JSON values; ValueError names unknown keys and lists the known ones."""
    fields = {f.name: f for f in dataclasses.fields(cls) if f.name != "parts"}
    sections = {key: section_of(cls, key) for key in values if key not in fields}
    unknown = sorted(key for key, section in sections.items() if section is None)
    if unknown:
        raise ValueError(f"unknown setting {', '.join(unknown)}; known are {', '.join(fields)}")
    if bad := next((key for key in (*sections, "tree") if not isinstance(values.get(key, {}), dict)), None):
        raise ValueError(f"{bad} is {values[bad]!r:.40}, it must be settings by name")
    found = {key: values[key] for key in fields if key in values}
    if "tree" in found:
        found["tree"] = from_dict(TreeConfig, found["tree"])
    found |= {
        key: tuple(value)
        for key, value in found.items()
        if isinstance(value, list) and type_of(fields[key]).startswith("tuple")
    }
    if cls in REGISTRIES:
        found["parts"] = {key: from_dict(section, values[key]) for key, section in sections.items()}
    return cls(**found)


def tree_config(**settings: Any) -> TreeConfig:
    """A tree's config from flat settings, the family's own among them: tree_config(family="zonal", zones=3)."""
    return from_dict(TreeConfig, upgrade({"tree": settings})["tree"])


def train_config(**settings: Any) -> TrainConfig:
    """A training's config from flat settings of today's or earlier names; `tree` may be a TreeConfig."""
    tree = settings.pop("tree", None)
    found = {"tree": as_dict(tree)} if isinstance(tree, TreeConfig) else {"tree": tree} if tree is not None else {}
    return from_dict(TrainConfig, upgrade({**settings, **found}))


def with_settings(config: TrainConfig, settings: Iterable[str]) -> TrainConfig:
    """The config with every `key=value` (or `tree.key=value`, JSON values) changed; only the whole must make sense."""
    values = as_dict(config)
    for key, value in parsed_settings(settings).items():
        put(values, key, value)
    carry(config, values)
    return from_dict(TrainConfig, upgrade(values))


def parsed_settings(settings: Iterable[str]) -> dict[str, Any]:
    """By key, the values of `key=value` texts: JSON where it is some, else the text itself. Raises ValueError."""
    found = {}
    for setting in settings:
        key, separator, text = setting.partition("=")
        if not separator:
            raise ValueError(f"{setting!r:.60} is no key=value")
        try:
            found[key] = parse_json(text)
        except ValueError:
            found[key] = text
    return found


def put(values: dict[str, Any], key: str, value: Any) -> None:
    """Set a dotted key; ValueError when a part of it is no section."""
    *parents, last = key.split(".")
    for parent in parents:
        values = values.setdefault(parent, {})
        if not isinstance(values, dict):
            raise ValueError(f"{parent} is one setting, there is no {key}")
    values[last] = value


def carry(config: TrainConfig, values: dict[str, Any]) -> None:
    """Where another data set, baseline or family is chosen than before, keep those of the settings that both have."""
    tree = values["tree"] if isinstance(values.get("tree"), dict) else {}
    for level, parts, registry, before, after in (
        (values, config.parts, DATASETS, dataset_name(config.data), dataset_name(values["data"])),
        (values, config.parts, COMPRESSORS, config.baseline, values["baseline"]),
        (tree, config.tree.parts, COMPRESSORS, config.tree.family, tree.get("family")),
    ):
        if before in parts and after != before and after in registry:
            names = {each.name for each in dataclasses.fields(config_of(registry.get(after)))}
            kept = {name: value for name, value in as_dict(parts[before]).items() if name in names}
            level[after] = kept | level.get(after, {})


def load_config(name: str) -> TrainConfig:
    """A bundled config by name (`digits-128`) or a JSON file by path."""
    bundled = Path(__file__).parent / "training" / "configs" / f"{name}.json"
    path = bundled if bundled.exists() else Path(name)
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in bundled.parent.glob("*.json")))
        raise ValueError(f"there is no config {name!r}; bundled are {known}, or give the path of a JSON file")
    try:
        values = json.loads(path.read_text())
        if not isinstance(values, dict):
            raise TypeError("it is no object of settings")
        return from_dict(TrainConfig, upgrade(values))
    except (json.JSONDecodeError, TypeError) as error:
        raise ValueError(f"{path.name} is no valid config: {error}") from None
