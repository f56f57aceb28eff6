"""Sweepers: one level of the tree each, a learned 2-to-1 `merge` with its learned `inverse`.

A sweeper is a pairing (how two states are laid side by side, `../pairing.py`) around a map (`sweeper.py`). Every family
has a file with its map and with the tree that is made of it, registered by the family's name: `dense` (the paper's MLPs
over flat vectors), `linear` (closed-form KLT, or `mirror.py`, its time-symmetric form), `residual` (closed form + MLP)
and three whose sweepers are of their own kind: in `zonal` every slot chooses which coefficients it keeps, in `shared`
all slots of a node choose together, and one gets more of them than another, in `ordered` the leaves of a root do so. A
file that is added here is found without another edit.
Shapes: B batch, S slots, C channels of a slot, I / O channels into and out of a map.
"""
