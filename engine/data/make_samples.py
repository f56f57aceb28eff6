"""Make the bundled samples from IMFN_DATA: python -m engine.data.make_samples"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from engine.data.datasets.digits import DigitSet, digit_sequences, load_digits
from engine.data.samples import FOLDER
from engine.data.sources.opening import open_source
from engine.data.worlds.bounces import MEAN, SIDE
from engine.data.worlds.moving import SEEN, SHARE, moving, sized_digits
from engine.data.worlds.room import small_digits
from engine.data.worlds.rounds import EACH, MEANS, SHEET
from engine.data.writer import write_video

MEAN_OF = 4096
"""sequences that the mean frame of moving digits is of"""


def main() -> None:
    """Copy and cut the clips, lay out the digit sheet."""
    root = Path(os.environ["IMFN_DATA"])
    clips = root / "other-video" / "misc"
    FOLDER.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(clips / "realshort.mp4", FOLDER / "realshort.mp4")
    cockatoo = open_source(clips / "cockatoo.mp4", short_side=192, first=0, last=64)
    write_video(FOLDER / "cockatoo.mp4", cockatoo.frames(), cockatoo.info.fps)
    digits = digit_sequences(load_digits("test", root=root).images_NHWK, 128, seed=0, count=1)[0]
    sheet = digits[..., 0].reshape(8, 16, 28, 28).transpose(0, 2, 1, 3).reshape(8 * 28, 16 * 28)
    Image.fromarray(sheet).save(FOLDER / "digits.png")
    room_digits(load_digits("test", root=root)).save(SHEET)
    room_means(load_digits("train", root=root)).save(MEANS)
    moving_mean(load_digits("train", root=root)).save(MEAN)


def room_digits(test: DigitSet) -> Image.Image:
    """The first digits of each label as they stand in a Lantern room, a label a row."""
    rows = [test.images_NHWK[test.labels_N == label][:EACH] for label in range(10)]
    return sheet_of([shrunk(row) for row in rows])


def room_means(train: DigitSet) -> Image.Image:
    """The mean digit of each label, then the mean of all, in one row."""
    small = [shrunk(train.images_NHWK[train.labels_N == label]).mean(0) for label in range(10)]
    return sheet_of([np.stack([*small, shrunk(train.images_NHWK).mean(0)])])


def moving_mean(train: DigitSet) -> Image.Image:
    """The mean frame of moving training digits."""
    small = sized_digits(torch.from_numpy(train.images_NHWK), round(SHARE * SIDE))
    frames = moving(small, MEAN_OF, SEEN, SIDE, torch.Generator().manual_seed(0))
    return Image.fromarray((255 * frames.mean((0, 1))[..., 0]).round().byte().numpy())


def shrunk(images_NHWK: np.ndarray) -> np.ndarray:
    """Digits [N, 12, 12] in [0, 1]."""
    return small_digits(torch.from_numpy(images_NHWK)).numpy()


def sheet_of(rows: list[np.ndarray]) -> Image.Image:
    """Pictures [N, 12, 12] in [0, 1] of every row side by side, in grey."""
    lines = [np.concatenate(list(row), axis=1) for row in rows]
    return Image.fromarray((255 * np.concatenate(lines)).round().astype(np.uint8))


if __name__ == "__main__":
    main()
