"""Equal budgets: what a model may use of data, optimiser steps and floats, and the refusal of unequal ones.

Every model of an equal comparison sees the same training images with the same augmentation in batches of one size, for
the same number of steps, and keeps at most the same number of floats of a window. A closed form takes no steps and
the mean keeps no floats; nothing takes more.
"""

from __future__ import annotations

from engine.checkpoints import with_teacher
from engine.compressors.base import compressor_of
from engine.config import TrainConfig, as_dict

WINDOW = ("leaves", "height", "width", "colours", "settle")


def planned_steps(config: TrainConfig) -> int:
    """Optimiser steps of a training, over all its stages."""
    return sum(stage.steps for stage in compressor_of(config).stages(config))


def budget(config: TrainConfig) -> dict:
    """What a training uses, by name."""
    shared = {"data": config.data, **as_dict(config.data_options), "batch": config.batch}
    window = {name: getattr(config.tree, name) for name in WINDOW}
    floats = compressor_of(config).floats(config)
    return {**shared, **window, "steps": planned_steps(config), "floats": floats}


def check_equal(configs: dict[str, TrainConfig], *, steps: bool = True) -> dict:
    """The budget that all keep to; ValueError names the first model that does not, and what differs. Without `steps`
    those may differ.
    """
    if any(config.tree.codec != "flat" or config.teacher for config in configs.values()):
        raise ValueError("an equal comparison is of teachers and baselines with the flat codec")
    budgets = {label: budget(with_teacher(config)) for label, config in configs.items()}
    first, most = next(iter(budgets)), {name: max(b[name] for b in budgets.values()) for name in ("steps", "floats")}
    for label, own in budgets.items():
        for name, value in own.items():
            if name == "steps" and not steps:
                continue
            allowed = (0, most[name]) if name in most else (budgets[first][name],)
            if value not in allowed:
                raise ValueError(
                    f"unequal budgets: {label} has {name} {value!r}, {allowed[-1]!r} is what the others have"
                )
    return {**budgets[first], **most}


def check_kept(label: str, row: dict, config: TrainConfig) -> None:
    """ValueError when a recorded row took other steps, or keeps more floats, than its config now says."""
    config = with_teacher(config)
    steps, floats = planned_steps(config), compressor_of(config).floats(config)
    if row["steps"] != steps or row.get("floats", 0) > floats:
        raise ValueError(
            f"unequal budgets: {label} was recorded with {row['steps']} steps and {row.get('floats', 0)} floats, "
            f"{steps} and {floats} are planned; remove its rows or set the steps back"
        )
