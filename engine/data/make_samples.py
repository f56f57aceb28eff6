"""Make the bundled samples from IMFN_DATA: python -m engine.data.make_samples"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from PIL import Image

from engine.data.datasets.digits import digit_sequences, load_digits
from engine.data.samples import FOLDER
from engine.data.sources.opening import open_source
from engine.data.writer import write_video


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


if __name__ == "__main__":
    main()
