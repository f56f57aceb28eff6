"""Drifting digits: smooth, in range, one class a sequence, the same for the same seed."""

from __future__ import annotations

import torch

from engine.data.datasets.drift import drift, same_class


def made(seed: int = 0, leaves: int = 32) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    images = torch.zeros(40, 28, 28, 1, dtype=torch.uint8)
    images[:, 9:19, 9:19] = torch.randint(100, 256, (40, 10, 10, 1), generator=generator, dtype=torch.uint8)
    return drift(images, torch.arange(40) % 10, 6, leaves, torch.Generator().manual_seed(seed))


def test_neighbouring_frames_are_closer_than_distant_ones() -> None:
    clips = made()
    near = (clips[:, 1:] - clips[:, :-1]).square().mean()
    far = (clips[:, 16:] - clips[:, :-16]).square().mean()
    assert near < 0.2 * far
    assert clips.min() >= 0
    assert clips.max() <= 1


def test_a_seed_always_makes_the_same_sequences() -> None:
    assert torch.equal(made(3), made(3))
    assert not torch.equal(made(3), made(4))


def test_the_second_digit_is_of_the_first_one_s_class() -> None:
    labels = torch.randint(10, (200,), generator=torch.Generator().manual_seed(0))
    picks = torch.arange(200)
    assert torch.equal(labels[same_class(labels, picks, torch.Generator().manual_seed(0))], labels)
