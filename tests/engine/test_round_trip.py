"""Whatever `compress` accepts, `reconstruct` opens, with the same frames and rate; neither writes over its input."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from engine.__main__ import main
from engine.data.sources.opening import open_source
from engine.data.writer import write_images, write_video
from engine.memory import Memory
from engine.model import load_model
from tests.engine.data.made import encoded, noise, png, zipped
from tests.engine.data.sources.test_siblings import video
from tests.engine.tiny import tiny_model


def made(folder: Path, dice: np.random.Generator) -> Path:
    """An input of a random kind, size, length, rate and name."""
    count, height, width = (int(dice.integers(1, high)) for high in (20, 20, 20))
    clip = noise(count, height, width)
    name = "ä" * int(dice.integers(1, 100))
    fps = float(dice.choice([1e-5, 0.01, 0.5, 12.5, 29.97, 240, 1000]))
    kind = dice.choice(["mp4", "npy", "zip", "gif", "webp", "folder", "mkv", "tif", "avif", "png", "mov"])
    path = folder / f"{name}.{kind}"
    if kind == "mp4":
        write_video(path, clip, fps)
    elif kind == "npy":
        np.save(path, clip if dice.random() < 0.5 else clip.astype(np.uint16))
    elif kind == "zip":
        zipped(path, {f"{'1' * int(dice.integers(1, 200))}-{i}.png": png(frame) for i, frame in enumerate(clip)})
    elif kind in ("mkv", "mov"):
        video(
            path,
            "mpeg4",
            [round(t * 1000 / min(max(fps, 0.5), 500)) for t in range(count)],
            frames=clip,
        )
    elif kind == "tif":
        tifffile.imwrite(path, clip.astype(dice.choice(["u1", ">u2", "u4", "i2"])), photometric="rgb")
    elif kind == "folder":
        write_images(path, clip)
    else:
        first, *rest = (Image.fromarray(frame) for frame in clip)
        times = int(dice.integers(0, 3000))
        path.write_bytes(encoded(first, kind.upper(), save_all=True, append_images=rest, duration=times))
    return path


@pytest.mark.parametrize("seed", range(24))
def test_what_is_accepted_comes_back_with_its_frames_and_rate(
    tmp_path: Path, seed: int, capsys: pytest.CaptureFixture
) -> None:
    dice = np.random.default_rng(seed)
    tiny_model(tmp_path)
    source, memory = made(tmp_path, dice), tmp_path / "m.imfn"
    merges, model = str(dice.integers(0, 3)), str(tmp_path / "tiny")
    assert main(["compress", str(source), "--model", model, "--merges", merges, "--out", str(memory), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    stated = open_source(source)
    assert facts["fps"] == stated.info.fps
    for out in (tmp_path / "back", tmp_path / "back.mp4"):
        assert main(["reconstruct", str(memory), "--model", model, "--out", str(out)]) == 0
        back = open_source(out)
        assert len(list(back.frames())) == facts["frames"]
    assert back.info.fps == pytest.approx(facts["fps"], rel=0.002)


@pytest.mark.parametrize("fps", [0, -1, math.nan, math.inf, 2000, "25", None, 1e-9])
def test_a_rate_that_could_not_be_opened_is_not_saved(tmp_path: Path, fps: object) -> None:
    model = load_model(str(tiny_model(tmp_path) and tmp_path / "tiny"))
    clip = noise(3, *(model.frame_shape or (8, 8, 3)))
    with pytest.raises(ValueError, match="frame rate"):
        model.compress(clip, fps=fps)
    with pytest.raises(ValueError, match="frame rate"):
        write_video(tmp_path / "a.mp4", clip, fps)
    good = model.compress(clip, fps=Fraction(25), name="n" * 5000)
    good.save(tmp_path / "a.imfn")
    assert Memory.load(tmp_path / "a.imfn").fps == 25
    replace(good, fps=float(fps) if isinstance(fps, int | float) else 0).save(tmp_path / "b.imfn")
    with pytest.raises(ValueError):
        Memory.load(tmp_path / "b.imfn")


def test_compress_never_writes_over_what_it_reads(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    tiny_model(tmp_path)
    folder = tmp_path / "in"
    write_images(folder, noise(3, 8, 8))
    before = {path: path.read_bytes() for path in folder.iterdir()}
    one = next(iter(before))
    (tmp_path / "link.png").symlink_to(one)
    for given, out in (
        (one, one),
        (one, tmp_path / "link.png"),
        (folder, one),
        (folder, folder),
        (one, tmp_path / "no/a"),
    ):
        assert main(["compress", str(given), "--model", str(tmp_path / "tiny"), "--out", str(out)]) == 2
        assert "--out is" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_reconstruct_leaves_older_pictures_and_its_source_alone(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    tiny_model(tmp_path)
    model = load_model(str(tmp_path / "tiny"))
    memory = tmp_path / "m.imfn"
    model.compress(noise(3, *(model.frame_shape or (8, 8, 3))), name="clip.mp4").save(memory)
    (tmp_path / "clip.mp4").write_bytes(b"the original")
    write_images(tmp_path / "old", noise(9, 8, 8))
    (tmp_path / "old" / "notes.txt").write_text("mine")
    words = ["reconstruct", str(memory), "--model", str(tmp_path / "tiny"), "--out"]
    for out in ("clip.mp4", "old", "m.imfn"):
        assert main([*words, str(tmp_path / out)]) == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert (tmp_path / "clip.mp4").read_bytes() == b"the original"
    assert len(list((tmp_path / "old").iterdir())) == 10
    assert main([*words, str(tmp_path / "old"), "--force"]) == 0
    assert sorted(p.name for p in (tmp_path / "old").iterdir()) == ["00001.png", "00002.png", "00003.png", "notes.txt"]
