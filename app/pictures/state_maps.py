"""What the tree shows of a window's memories: their floats as small pictures, and what each patch, or each frame, got.

Shapes: N nodes of a level, S slots, C channels, H W frame.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.pictures.sheets import heatmap, spent_by_frame, spent_map
from engine.evaluation.levels import Level
from engine.model import Model

Maps = dict[str, dict[str, dict]]
"""`states` and `spent`, each by "merges.node" """


def state_maps(model: Model, levels: Iterable[Level]) -> Maps:
    """Of every node of these levels."""
    found: Maps = {"states": {}, "spent": {}}
    for level in levels:
        found["states"] |= {f"{level.merges}.{i}": each for i, each in enumerate(heatmaps(model, level))}
        found["spent"] |= {f"{level.merges}.{i}": each for i, each in enumerate(spent(model, level))}
    return found


def heatmaps(model: Model, level: Level) -> list[dict]:
    """The states of a level's nodes as pictures; where slots share floats the coefficients alone, without indices."""
    states_NSC, index = level.states_NSC, model.tree.exact_floats(level.merges, level.states_NSC.shape[1])
    if not index:
        return [heatmap(state_SC.numpy()) for state_SC in states_NSC]
    columns = states_NSC.shape[2] - index // states_NSC.shape[1] if index % states_NSC.shape[1] == 0 else 1
    return [heatmap(rest_R.numpy().reshape(-1, columns)) for rest_R in states_NSC.flatten(1)[:, index:]]


def spent(model: Model, level: Level) -> list[dict]:
    """Where the floats of each of a level's nodes went; nothing where all patches, or all frames, have as many."""
    lengths_NS = model.tree.slot_floats(level.states_NSC, level.merges)
    if lengths_NS is None:
        return []
    if model.tree.config.pairing == "stack":
        index, held = model.tree.exact_floats(level.merges, lengths_NS.shape[1]), len(level.frames_THWK)
        return [
            spent_by_frame(lengths_S, index=index) for lengths_S in lengths_NS.flatten()[:held].split(2**level.merges)
        ]
    codec = model.tree.codec
    facts = {"columns": codec.grid(*level.frames_THWK.shape[1:3])[1], "patch": codec.patch}
    index = model.tree.index_floats(level.merges)
    return [spent_map(lengths_S, **facts, index=index) for lengths_S in lengths_NS.numpy()]
