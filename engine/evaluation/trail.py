"""How closely a student trails its teacher: both memories decoded after every leaf of test sequences.

    python -m engine evaluate digits-128-student --record        writes it into the card, as `trail`

Both paths as they stream, unsettled, with black frames for what has not arrived. Distances are in the teacher's root
coordinates, relative to the length of the teacher's memory, so that models can be compared.
Shapes: T leaves, t arrived.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from engine.evaluation.trajectories import MemoryPath, errors, student_path, teacher_path
from engine.model import Model
from engine.student_model import StudentModel


def trail(teacher: Model, student: StudentModel, sequences: Iterable[np.ndarray]) -> dict:
    """For t = 1 … T, means over sequences: MSE and PSNR of the first t leaves for both, and their distance."""
    rows = [both(teacher, student, frames) for frames in sequences]
    mse = {kind: np.array([row[kind] for row in rows]) for kind in ("teacher", "student")}
    result = {"sequences": len(rows), "distance": np.mean([row["distance"] for row in rows], axis=0).tolist()}
    for kind, errors_NT in mse.items():
        result[f"{kind}_mse"] = errors_NT.mean(0).tolist()
        result[f"{kind}_psnr"] = (-10 * np.log10(errors_NT)).mean(0).tolist()
    return result


def both(teacher: Model, student: StudentModel, frames_THWK: np.ndarray) -> dict[str, list[float]]:
    """One sequence's errors and distances."""
    paths = teacher_path(teacher, frames_THWK), student_path(student, frames_THWK)
    one, other = (errors(path, frames_THWK) for path in paths)
    return {"teacher": one, "student": other, "distance": relative(*paths)}


def relative(teacher: MemoryPath, student: MemoryPath) -> list[float]:
    """Distance over the length of the teacher's memory, t = 1 … T."""
    apart = (teacher.vectors_TD - student.vectors_TD)[1:].norm(dim=1)
    return (apart / teacher.vectors_TD[1:].norm(dim=1).clamp_min(1e-9)).tolist()


def gap(found: dict) -> dict[str, float]:
    """The student's MSE over the teacher's, less 1, at the end and on average over t; dB at the end."""
    ratio = np.array(found["student_mse"]) / np.array(found["teacher_mse"]) - 1
    end = found["student_psnr"][-1] - found["teacher_psnr"][-1]
    return {"end": float(ratio[-1]), "mean": float(ratio.mean()), "end_dB": end}
