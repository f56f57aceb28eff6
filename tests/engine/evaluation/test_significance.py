"""Paired differences see what is the same for every sequence and call chance chance."""

import pytest

from engine.evaluation.significance import note, paired, sequence_means


def test_a_small_difference_on_every_sequence_is_found() -> None:
    hard = [0.01 * i for i in range(1, 51)]
    result = paired(hard, [x + 0.001 + 0.0001 * (i % 2) for i, x in enumerate(hard)])
    assert result["high"] < 0
    assert result["better"] == 1
    assert note("IMFN", "GRU", result).endswith("better on 100% of 50 sequences; IMFN is better.")


def test_a_coin_is_called_chance() -> None:
    result = paired([0.0] * 40, [0.1, -0.1] * 20)
    assert result["low"] < 0 < result["high"]
    assert "could be chance" in note("a", "b", result)


def test_seeds_are_averaged_and_one_sequence_is_too_few() -> None:
    assert sequence_means([{"sequence_mse": [1.0, 2.0]}, {"sequence_mse": [3.0, 2.0]}]) == [2.0, 2.0]
    with pytest.raises(ValueError, match="2 sequences or more, there are 1"):
        paired([1.0], [2.0])
