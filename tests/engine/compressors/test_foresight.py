"""What a student of a shared tree keeps on its way: what the root would want if the newest leaf stayed."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.compressors.foresight import teacher_basis
from engine.compressors.students.base import build_student
from engine.compressors.students.shared import SharedStudent
from engine.compressors.sweepers.shared_sweeper import SharedSweeper
from tests.engine.compressors.test_shared import fitted
from tests.engine.compressors.test_zonal import StillAndMoving

AHEAD = 0.8


@pytest.fixture(scope="module")
def data() -> StillAndMoving:
    return StillAndMoving()


@pytest.fixture(scope="module")
def student(data: StillAndMoving) -> SharedStudent:
    """Fitted to clips, as its teacher was."""
    found = build_student(fitted(data).requires_grad_(False), zones=6, ahead=AHEAD)
    found.fit(data, torch.device("cpu"))
    return found


def spread(sweeper: SharedSweeper, opened_US: Tensor) -> Tensor:
    """Coefficients in their places among all of every channel, [W, n, S]."""
    full_WnS = opened_US.new_zeros(len(sweeper.depth), sweeper.leaves, opened_US.shape[1])
    full_WnS[torch.arange(sweeper.leaves) < sweeper.depth[:, None]] = opened_US
    return full_WnS


def memory(student: SharedStudent, data: StillAndMoving, t: int) -> tuple[Tensor, Tensor]:
    """(what a step to t leaves has before it chooses [U, S], the newest leaf [C, S]) of a clip."""
    leaves = [leaf_SC.T.contiguous() for leaf_SC in student.teacher.encode(data.clips_BTHWK[:1])[0]]
    node = leaves[0]
    for n in range(2, t):
        node = student.added(node, leaves[n - 1], n)
    return student.sweeper(t).merged(node, leaves[t - 1]), leaves[t - 1]


@pytest.mark.parametrize("t", [2, 3])
@torch.no_grad()
def test_a_coefficient_is_worth_what_the_root_would_keep_of_it_if_the_last_leaf_stayed(
    student: SharedStudent, data: StillAndMoving, t: int
) -> None:
    opened_US, leaf_CS = memory(student, data, t)
    root, final_WTT = student.teacher.sweepers[-1], teacher_basis(student.teacher)
    leaves_WtS = torch.einsum("wtn,wns->wts", student.basis(t), spread(student.sweeper(t), opened_US))
    width = len(leaves_WtS)
    stays_WrS = leaf_CS[:width, None].expand(-1, student.leaves - t, -1)
    seen_WTS = torch.einsum("wtf,wts->wfs", final_WTT[:width], torch.cat((leaves_WtS, stays_WrS), 1))
    places = torch.arange(student.leaves) < root.depth[:, None]
    kept_WTS = spread(root, root.kept(root.choose(seen_WTS[: len(root.depth)][places])))
    share_Wnf = torch.einsum("wtn,wtf->wnf", student.basis(t)[: len(kept_WTS)], final_WTT[: len(kept_WTS), :t])
    wanted_WnS = torch.einsum("wnf,wfs->wns", share_Wnf.square(), kept_WTS)
    found_WnS = spread(student.sweeper(t), student.foresight(t).worth(opened_US, leaf_CS))
    assert torch.allclose(found_WnS[: len(wanted_WnS)], wanted_WnS, atol=1e-5)
    assert not found_WnS[len(wanted_WnS) :].any()
    assert 0 < found_WnS.mean() < 1


@torch.no_grad()
def test_the_last_step_chooses_as_the_teacher_does_and_the_others_by_what_is_worth_it(
    student: SharedStudent, data: StillAndMoving
) -> None:
    opened_US, leaf_CS = memory(student, data, 3)
    assert student.weighted(opened_US, leaf_CS, student.leaves) is None
    worth_US = student.foresight(3).worth(opened_US, leaf_CS)
    weighted_US = student.weighted(opened_US, leaf_CS, 3)
    assert torch.allclose(weighted_US.square(), opened_US.square() * (AHEAD * worth_US + 1 - AHEAD), atol=1e-6)


@torch.no_grad()
def test_looking_ahead_ends_nearer_to_the_teacher(student: SharedStudent, data: StillAndMoving) -> None:
    teacher, clips = student.teacher, data.clips_BTHWK
    plain = build_student(teacher, zones=6)
    plain.fit(data, torch.device("cpu"))
    leaves = teacher.encode(clips)
    start = student.initial(*clips.shape[2:4])

    def error(one: SharedStudent) -> float:
        back = teacher.descend(one.final(leaves, start)[:, None], teacher.config.merges)
        return float((back - leaves).square().mean())

    assert error(student) < error(plain)
