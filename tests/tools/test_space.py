"""What is pushed to a Space, and what a Dockerfile builds, is whole, small enough, and starts."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tools.space import LARGEST, TOP, assemble, check_header, check_requirements, check_sizes, header, pinned

GOOD = header((TOP / "README.md").read_text())


def test_the_folder_has_what_runs_and_nothing_else(tmp_path: Path) -> None:
    names = {str(path.relative_to(tmp_path / "space")) for path in assemble(tmp_path / "space")}
    assert {"app.py", "README.md", "requirements.txt", "checkpoints/video-16/model.safetensors"} <= names
    assert not [n for n in names if n.startswith(("tests/", "tools/", ".ci", ".git", "Makefile"))]
    check_header(GOOD, tmp_path / "space")


def test_a_file_over_ten_megabytes_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "large.bin").open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(ValueError, match=r"large\.bin has 10\.0 MB"):
        check_sizes([tmp_path / "large.bin"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"colour": "red"}, "no Space knows"),
        ({"colorTo": "teal"}, "no colour"),
        ({"sdk": "docker"}, "gradio's app.py"),
        ({"app_file": "main.py"}, "gradio's app.py"),
        ({"sdk_version": "4.0.0"}, "not the gradio"),
        ({"short_description": "x" * 61}, "longer than 60"),
        ({"title": ""}, "lacks 'title'"),
    ],
)
def test_a_header_that_a_space_would_refuse_is_named(tmp_path: Path, change: dict, words: str) -> None:
    (tmp_path / "app.py").touch()
    (tmp_path / "requirements.txt").write_text(pinned())
    with pytest.raises(ValueError, match=words):
        check_header({**GOOD, **change}, tmp_path)


def test_a_readme_without_a_header_is_refused() -> None:
    with pytest.raises(ValueError, match="no header"):
        header("# Title\n")


def test_every_requirement_has_a_reason_and_a_tested_version() -> None:
    lines = (TOP / "requirements.txt").read_text().splitlines()
    assert all("#" in line for line in lines)
    assert len(pinned().split()) == len(lines)
    with pytest.raises(ValueError, match=r"numpy is pinned to 0\.1"):
        check_requirements("numpy==0.1")


@pytest.mark.slow
def test_make_space_passes_from_that_folder_alone(tmp_path: Path) -> None:
    """Read-only, empty home, SPACE_ID set: `tools/space.py` says what it checks."""
    command = [sys.executable, "-m", "tools.space", "--out", str(tmp_path / "space")]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr[-500:]
    said = json.loads(done.stdout)
    assert said["frames"] == 36
    assert said["peak_mb"] < 4_000


def instructions() -> list[tuple[str, str]]:
    """(name, rest) of every line of the Dockerfile."""
    text = re.sub(r"\\\n", " ", (TOP / "Dockerfile").read_text())
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line and not line.startswith("#")]


def test_everything_the_dockerfile_copies_is_there_and_sent_to_the_builder() -> None:
    sent = {line[1:] for line in (TOP / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [source for name, rest in instructions() if name == "COPY" for source in rest.split()[:-1]]
    assert copied
    for source in copied:
        assert (TOP / source).exists()
        assert source in sent


def test_the_container_has_no_rights_and_is_a_public_page() -> None:
    found = dict(instructions())
    order = [name for name, _ in instructions()]
    assert found["USER"] not in ("root", "0")
    assert order.index("USER") < order.index("CMD")
    assert "IMFN_PUBLIC=1" in found["ENV"]
    assert found["EXPOSE"] == "7860"


def test_the_container_s_command_starts_the_app() -> None:
    """Its options are understood: --help added, it ends well."""
    command = json.loads(dict(instructions())["CMD"])
    assert command[0] == "python"
    done = subprocess.run([sys.executable, *command[1:], "--help"], cwd=TOP, capture_output=True, env=os.environ)
    assert done.returncode == 0, shlex.join(command)


def links(name: str, ending: str) -> set[Path]:
    """The files of one kind that a document links to."""
    document = TOP / name
    found = re.findall(rf"\]\(([^):#]+\.{ending})\)", document.read_text())
    return {(document.parent / path).resolve() for path in found}


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in (TOP / "docs").glob("*.md"))]
)
def test_links_between_the_docs_lead_somewhere(name: str) -> None:
    assert all(path.is_file() for path in links(name, "md"))


def test_the_readme_takes_a_screen_and_a_half() -> None:
    """Without the Space's header, which no reader sees."""
    _, _, text = (TOP / "README.md").read_text().split("---\n", 2)
    assert len(text.splitlines()) <= 75


def test_the_pictures_of_the_docs_are_there_and_small() -> None:
    shown = links("docs/page.md", "webp")
    tabs = {"explore", "trajectory", "train", "compare", "predict", "guide"}
    assert {path.name.split("-")[0] for path in shown} == tabs
    assert links("README.md", "webp") <= shown
    assert all(path.is_file() for path in shown)
    assert sum(path.stat().st_size for path in (TOP / "docs" / "screenshots").iterdir()) < 3_000_000
