"""Verdicts follow the intervals, missing rows leave a hypothesis open, and Holm and the bootstrap are what they say."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.intervals import draws, holm, interval, ratio_samples, sign_p
from engine.experiments.probing import packed
from engine.experiments.verdicts import crossing, judged, judged_long, judged_plateau, primary

SEQUENCES = 60


def row(variant: str, seed: int, skill: float, *, group: str = "primary", find: float = 0.5, now: float = 0.5) -> dict:
    """A recorded row whose sequences have about this skill."""
    import torch

    generator = np.random.default_rng(seed)
    bases = np.random.default_rng(99).uniform(1, 2, SEQUENCES)
    each = {}
    for band, value in (("old", skill), ("all", skill), ("now", now)):
        each[band] = packed(torch.tensor(bases * (1 - value) * generator.uniform(0.98, 1.02, SEQUENCES)))
        each[f"{band}_base"] = packed(torch.tensor(bases))
    skills = {"old": skill, "all": skill, "now": now}
    return {
        "group": group,
        "variant": variant,
        "seed": seed,
        "skill": skills,
        "find": find,
        "curve": [now, skill],
        "each": each,
    }


def rows(skills: dict[str, float], **more: object) -> list[dict]:
    return [row(name, seed, skill, find=skill, **more) for name, skill in skills.items() for seed in (0, 1, 2)]


FOUND = rows({"tree, prediction": 0.4, "tree, reconstruction": 0.2, "GRU": 0.3, "Mamba": 0.45, "last 4 frames": 0.1})


def verdicts(found: list[dict]) -> dict[str, str]:
    return {each["name"]: each["verdict"] for each in judged(found)}


def test_clear_differences_are_judged_by_their_sign() -> None:
    found = verdicts(FOUND)
    assert found["H1"] == "open"
    assert verdicts([{**each, "steps": 20_000} for each in FOUND])["H1"] == "holds"
    assert found["H3"] == "fails"
    assert found["H8"] == "holds"


def test_without_their_rows_hypotheses_stay_open() -> None:
    found = verdicts(FOUND)
    assert [found[name] for name in ("H2", "H5", "H6", "H7")] == ["open"] * 4
    assert set(verdicts([]).values()) == {"open"}


def test_a_gap_that_does_not_grow_is_not_said_to_grow() -> None:
    same = rows({"tree, prediction": 0.5, "tree, reconstruction": 0.2}, group="no distractor")
    assert verdicts(FOUND + same)["H2"] == "fails"


def test_shares_that_are_kept_are_held_against_what_was_claimed() -> None:
    more = rows({"tree, joint": 0.39, "student, distilled": 0.3}, group="more")
    found = verdicts(FOUND + more)
    assert (found["H5"], found["H6"]) == ("holds", "fails")


def test_the_primary_table_has_a_holm_adjusted_p_for_every_rival() -> None:
    found = primary(FOUND)
    assert set(found) == {"tree, reconstruction", "GRU", "Mamba", "last 4 frames"}
    assert found["GRU"]["difference"] == pytest.approx(0.1)
    assert found["GRU"]["low"] < 0.1 < found["GRU"]["high"]
    assert all(each["holm"] >= each["p"] for each in found.values())


def test_curves_cross_where_the_tree_stays_ahead() -> None:
    def curve(*values: float) -> list[dict]:
        return [{"curve": list(values)}]

    assert crossing(curve(0.1, 0.3, 0.3), curve(0.5, 0.4, 0.1)) == 2
    assert crossing(curve(0.6, 0.6), curve(0.5, 0.4)) == 0
    assert crossing(curve(0.1, 0.1), curve(0.5, 0.4)) is None


def test_holm_multiplies_by_what_is_left_and_never_falls() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "c": 0.06, "b": 0.06})


def test_resampled_ratios_surround_the_ratio() -> None:
    generator = np.random.default_rng(0)
    bases = generator.uniform(1, 2, 400)
    errors = bases * generator.normal(0.6, 0.1, (3, 400))
    found = ratio_samples(errors, bases, draws(3, 400))
    low, high = interval(found)
    assert low < 1 - errors.mean(0).sum() / bases.sum() < high
    assert high - low < 0.05
    assert sign_p(found) == pytest.approx(1 / len(found))


def long_verdicts(skills: dict[str, float], before: dict[str, float]) -> dict[str, str]:
    return {each["name"]: each["verdict"] for each in judged_long(rows(skills), rows(before))}


BEFORE = {"tree, prediction": 0.3, "tree, reconstruction": 0.1, "GRU": 0.4, "Mamba": 0.1, "last 4 frames": 0.0}


def test_longer_trainings_are_judged_by_side_and_by_size() -> None:
    nearer = {**BEFORE, "tree, reconstruction": 0.2, "GRU": 0.35, "tree, joint": 0.298, "student, distilled": 0.4}
    found = long_verdicts(nearer, BEFORE)
    assert [found[name] for name in ("L1", "L2", "L3", "L4")] == ["holds"] * 4
    further = {**BEFORE, "tree, reconstruction": 0.01, "GRU": 0.5, "tree, joint": 0.1, "student, distilled": 0.2}
    found = long_verdicts(further, BEFORE)
    assert [found[name] for name in ("L1", "L2", "L3", "L4")] == ["fails"] * 4
    over = {**BEFORE, "tree, reconstruction": 0.4, "GRU": 0.2}
    found = long_verdicts(over, BEFORE)
    assert [found[name] for name in ("L1", "L2", "L3", "L4")] == ["fails", "fails", "open", "open"]
    assert {*found} == {"L1", "L2", "L3", "L4", "H1", "H3", "H6"}


def test_without_the_shorter_trainings_sizes_cannot_be_judged() -> None:
    found = {each["name"]: each["verdict"] for each in judged_long(rows(BEFORE), [])}
    assert (found["L1"], found["L2"], found["H3"]) == ("open", "open", "fails")


def far(skills: dict[str, float]) -> list[dict]:
    """Rows of 20,000 steps."""
    return [{**each, "steps": 20_000} for each in rows(skills)]


def test_the_first_hypothesis_is_judged_by_the_longest_trainings_where_they_are_recorded() -> None:
    over = far({"tree, prediction": 0.1, "tree, reconstruction": 0.4})
    found = {each["name"]: each["verdict"] for each in judged(FOUND, over)}
    assert (found["H1"], found["H3"]) == ("fails", verdicts(FOUND)["H3"])
    alone = [each for each in over if each["variant"] == "tree, prediction"]
    assert {each["name"]: each["verdict"] for each in judged(FOUND, alone)}["H1"] == verdicts(FOUND)["H1"]


@pytest.mark.parametrize(
    ("tree", "copied", "expected"),
    [(0.45, 0.12, ["holds"] * 3), (0.9, 0.2, ["holds", "fails", "fails"]), (0.25, 0.3, ["fails", "fails", "fails"])],
)
def test_the_longest_trainings_are_judged_by_what_they_gained(tree: float, copied: float, expected: list[str]) -> None:
    short = rows({"tree, prediction": 0.1, "tree, reconstruction": 0.1})
    now = far({"tree, prediction": tree, "tree, reconstruction": copied})
    found = {each["name"]: each["verdict"] for each in judged_plateau(now, rows(BEFORE), short)}
    assert [found[name] for name in ("C1", "C2", "C3")] == expected
    assert {each["verdict"] for each in judged_plateau([], rows(BEFORE), short)} == {"open"}
