"""Two items at a time: in their order, each on one thread, and no more than are under way."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from engine.overlap import AT_ONCE, side_by_side, single_core


@pytest.fixture(autouse=True)
def several_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)


def test_the_order_is_the_items_and_none_is_passed_on_where_nothing_is_under_way():
    found = list(side_by_side(lambda x: x * x, [None, 1, 2, None, 3, 4, 5, None, None], lambda: True))
    assert [each for each in found if each is not None] == [1, 4, 9, 16, 25]
    assert found[0] is None and found[-1] is None


@pytest.mark.parametrize("allowed", [True, False])
def test_two_are_under_way_where_that_is_allowed(allowed: bool):
    meet, seen = threading.Barrier(AT_ONCE if allowed else 1), []

    def work(item: int) -> int:
        meet.wait(20)
        seen.append((threading.get_ident(), torch.get_num_threads()))
        return item

    assert list(side_by_side(work, range(4), lambda: allowed)) == [0, 1, 2, 3]
    here = (threading.get_ident(), torch.get_num_threads())
    assert {threads for _, threads in seen} == ({1} if allowed else {here[1]})
    assert len({ident for ident, _ in seen}) == (AT_ONCE if allowed else 1)
    assert allowed or {ident for ident, _ in seen} == {here[0]}


def test_it_may_change_from_item_to_item():
    answers = iter([True, True, False, True, False, True])
    assert list(side_by_side(str, range(6), lambda: next(answers))) == list("012345")


def test_what_fails_is_raised_in_its_turn_and_what_was_not_begun_is_not():
    begun = []

    def work(item: int) -> int:
        begun.append(item)
        if item == 2:
            raise ValueError("no such frame")
        return item

    found = side_by_side(work, iter(range(9)), lambda: True)
    assert [next(found), next(found)] == [0, 1]
    with pytest.raises(ValueError, match="no such frame"):
        next(found)
    assert len(begun) <= 2 + AT_ONCE


def test_what_nobody_takes_is_not_begun():
    begun = []
    found = side_by_side(begun.append, iter(range(9)), lambda: True)
    next(found)
    found.close()
    assert len(begun) <= 1 + AT_ONCE


def test_threads_to_come_have_torchs_usual_number():
    usual = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with ThreadPoolExecutor(AT_ONCE, initializer=single_core) as pool:
            meet = threading.Barrier(AT_ONCE)
            found = list(pool.map(lambda _: meet.wait(20) * 0 + torch.get_num_threads(), range(AT_ONCE)))
        with ThreadPoolExecutor(1) as another:
            to_come = another.submit(torch.get_num_threads).result()
        assert (found, to_come, torch.get_num_threads()) == ([1] * AT_ONCE, 2, 2)
    finally:
        torch.set_num_threads(usual)
