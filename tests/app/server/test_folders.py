"""Files of visitors: what they upload and name again, what is made for them."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from app.server import folders
from app.server.folders import copied_download, file_url, in_use, sweep, uploaded_path


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Gradio's upload folder with one file in it, beside a secret of the host."""
    folder = tmp_path / "uploads"
    (folder / "hash").mkdir(parents=True)
    (folder / "hash" / "clip.mp4").write_text("clip")
    (tmp_path / "secret").write_text("secret")
    (folder / "link").symlink_to(tmp_path / "secret")
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(folder))
    return folder


def test_a_path_that_the_upload_gave_is_taken(uploads: Path) -> None:
    assert uploaded_path(str(uploads / "hash" / "clip.mp4")).read_text() == "clip"


@pytest.mark.parametrize(
    "path", ["../secret", "hash", "hash/../../secret", "link", "gone.mp4", "a\0b", "", "x" * 5000, "hash/clip.mp4/a"]
)
def test_no_other_file_of_the_host_can_be_named(uploads: Path, path: str) -> None:
    for named in (path, str(uploads / path), "/etc/passwd", "~"):
        with pytest.raises(ValueError, match="upload it again"):
            uploaded_path(named)


def test_a_download_is_served_from_a_folder_that_cannot_be_guessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "ROOT", tmp_path / "sessions")
    (tmp_path / "run #1.zip").write_bytes(b"zip")
    made = copied_download(tmp_path / "run #1.zip", "out")
    target = next((tmp_path / "sessions").glob("out-*/*"))
    assert (made.url, made.name, made.bytes) == (file_url(target), "run #1.zip", 3)
    assert "run%20%231.zip" in made.url


def test_an_upload_is_kept_while_somebody_works_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "UPLOADS", tmp_path / "uploads")
    monkeypatch.setattr(folders, "ROOT", tmp_path / "sessions")
    waiting, left = (tmp_path / "uploads" / name / "clip.mp4" for name in ("waiting", "left"))
    old = time.time() - 10 * folders.kept()
    for path in (waiting, left):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"0")
        os.utime(path.parent, (old, old))
    made = tmp_path / "sessions" / "clip-1"
    made.mkdir(parents=True)
    os.utime(made, (old, old))
    with in_use([str(waiting), "/etc/passwd"]), in_use([str(waiting), made]):
        sweep()
        assert waiting.exists() and made.exists() and not left.exists()
    assert not {waiting.parent, made} & set(folders.IN_USE), "nothing is remembered of what nobody uses"
    sweep()
    assert waiting.exists(), "and as long again from then on"
    os.utime(waiting.parent, (old, old))
    sweep()
    assert not waiting.exists()
