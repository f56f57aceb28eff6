"""Students: m_{t+1} = m_t + g(m_t, x_t, t), one step a leaf at constant cost, distilled from a teacher.

A student is structured like its teacher's memory. `slots` follows a `stack` tree, whose slots are its leaves; `zonal`
follows a `zonal` tree, whose slots are places of the picture. Both have
    initial(height, width) -> m_0 [S, C]            step(m_BSC, leaf_BSC, t) -> m_{t+1}
    forward(leaves_BTSC) -> [B, T+1, S, C]          remembered(m_BSC, t) -> the first t leaf states [B, t, S, C]
    aligned(m_BSC, t) -> [B, D'], the memory in the teacher's coordinates, for distances and projections
The teacher is used, not stored: a student's checkpoint names it.
"""

from __future__ import annotations

from engine.compressors.students.slots import SlotStudent
from engine.compressors.students.zonal import ZonalStudent
from engine.compressors.tree import Tree

Student = SlotStudent | ZonalStudent


def build_student(teacher: Tree, *, hidden: int, zones: int, start: str) -> Student:
    """The student that suits a teacher; ValueError where there is none."""
    if teacher.config.family == "zonal":
        return ZonalStudent(teacher, zones=zones)
    if teacher.config.pairing == "stack":
        return SlotStudent(teacher, hidden=hidden, start=start)
    raise ValueError(
        f"there is no student for {teacher.config.family} trees that fuse; choose a teacher that stacks, or a zonal one"
    )


__all__ = ["SlotStudent", "Student", "ZonalStudent", "build_student"]
