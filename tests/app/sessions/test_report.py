"""The report of an exploration: what the page says, in one file that asks nobody for anything."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import numpy as np

from app.sessions.exploration import Exploration
from app.sessions.report import report_file
from engine.__main__ import main
from engine.memory import Memory
from tests.app.outcomes import explore
from tests.engine.data.sources.test_opening import gradient

ODD = "<img src=x onerror=alert(1)> & it's.npy"


def made(session: Exploration, merges: int, frame: int = 0) -> str:
    """The text of a report."""
    return report_file(session, merges, frame).read_text()


def explored(folder: Path, length: int = 20, name: str = "clip.npy", **settings: str) -> Exploration:
    """A small clip of video-16."""
    np.save(folder / name, gradient(length, 32, 48))
    return explore(folder / name, **settings).session


def test_it_says_what_the_page_says_of_every_level(tmp_path: Path) -> None:
    session = explored(tmp_path)
    text = made(session, 2, 17)
    for level in session.payload()["levels"]:
        assert f"{level['psnr']:.2f} dB" in text and f"{level['ssim']:.4f}" in text
    assert "source, frame 18" in text and "window 2 of 2" in text
    assert text.count("<polyline") == 4
    for line in re.findall(r'<polyline points="([^"]*)"', text):
        assert len(line.split()) == session.frames


def test_it_asks_nobody_for_anything_and_a_file_s_name_stays_text(tmp_path: Path) -> None:
    session = explored(tmp_path, 3)
    session.name = ODD
    text = made(session, 1)
    assert "<img src=x" not in text and "&lt;img src=x" in text
    for address in re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?([^"'\s>)]*)""", text):
        assert address.startswith("data:image/webp;base64,") or address == "x"
    assert "http" not in text


def test_levels_above_a_short_clip_s_root_and_frames_it_does_not_have_become_the_nearest(tmp_path: Path) -> None:
    session = explored(tmp_path, 3)
    text = made(session, 4, 10_000)
    assert "2 merges" in text and "3 merges" not in text
    assert "source, frame 3" in text


def test_a_memory_has_no_source_and_no_error(tmp_path: Path) -> None:
    session = explored(tmp_path)
    session.model.compress_stream(session.source_windows(), tmp_path / "clip.imfn", 2, name="clip.npy", fps=5)
    text = made(explore(tmp_path / "clip.imfn").session, 2)
    assert "recovered at" in text
    assert "source, frame" not in text and "error, ×5" not in text and "<polyline" not in text


def test_its_command_makes_the_same_memory(tmp_path: Path, monkeypatch: object) -> None:
    session = explored(tmp_path, 40, "a clip.npy", first="5", count="20")
    text = made(session, 3)
    command = re.search(r"<code>python -m engine (.*)</code>", text).group(1).replace("&#39;", "'")
    monkeypatch.chdir(tmp_path)
    assert not main(shlex.split(command))
    own = Memory.load(next(tmp_path.glob("*.imfn")))
    session.model.compress_stream(session.source_windows(), tmp_path / "page.out", 3)
    assert np.array_equal(own.states_MSC, Memory.load(tmp_path / "page.out").states_MSC)
