"""Sweepers: one level of the tree each, a learned 2-to-1 `merge` with its learned `inverse`.

A sweeper is a pairing (how two states are laid side by side, `pairing.py`) around a family of maps: `dense` (the
paper's MLPs over flat vectors), `linear` (closed-form KLT, or `mirror.py`, its time-symmetric form) and `residual`
(closed form + MLP). `zonal` is a sweeper of its own: every slot chooses which coefficients it keeps.
Shapes: B batch, S slots, C channels of a slot, I / O channels into and out of a map.
"""

from __future__ import annotations

from engine.compressors.sweepers.dense import DenseMap
from engine.compressors.sweepers.linear import LinearMap
from engine.compressors.sweepers.mirror import MirrorMap
from engine.compressors.sweepers.pairing import Fuse, Pairing, Stack
from engine.compressors.sweepers.residual import ResidualMap
from engine.compressors.sweepers.sweeper import Sweeper
from engine.compressors.sweepers.zonal import ZonalSweeper

FAMILIES = ("dense", "linear", "residual", "zonal")
PAIRINGS = ("fuse", "stack")


def build_sweeper(
    *,
    family: str,
    pairing: str,
    slots: int,
    channels: int,
    hidden: int,
    mirror: bool = False,
    zones: int = 0,
    below: Sweeper | ZonalSweeper | None = None,
) -> Sweeper | ZonalSweeper:
    """A sweeper for states [slots, channels]; ValueError names an unknown family or pairing."""
    if family == "zonal":
        return ZonalSweeper(slots=slots, channels=channels, zones=zones, below=below)
    layout: Pairing = {"fuse": Fuse, "stack": Stack}[pairing](slots=slots, channels=channels)
    sizes = layout.channels_in, layout.channels_out
    if family == "dense":
        return Sweeper(layout, DenseMap(*sizes, hidden=hidden))
    closed_form = MirrorMap(channels) if mirror else LinearMap(*sizes)
    if family == "linear":
        return Sweeper(layout, closed_form)
    if family == "residual":
        return Sweeper(layout, ResidualMap(closed_form, *sizes, hidden=hidden))
    raise ValueError(f"sweeper family {family!r} is unknown, choose one of {', '.join(FAMILIES)}")


__all__ = [
    "FAMILIES",
    "PAIRINGS",
    "DenseMap",
    "LinearMap",
    "MirrorMap",
    "ResidualMap",
    "Sweeper",
    "ZonalSweeper",
    "build_sweeper",
]
