"""The command line: a round trip, JSON on request, exit 2 and one line on bad input."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.__main__ import main
from tests.engine.data.sources.test_opening import broken
from tests.engine.tiny import frames, tiny_model


def test_compress_and_reconstruct_give_as_many_images(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny_model(tmp_path)
    np.save(tmp_path / "in.npy", frames(6))
    model, memory = str(tmp_path / "tiny"), str(tmp_path / "m.imfn")
    assert main(["compress", str(tmp_path / "in.npy"), "--model", model, "--out", memory, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["frames"] == 6
    assert main(["reconstruct", memory, "--model", model, "--out", str(tmp_path / "out")]) == 0
    assert len(list((tmp_path / "out").glob("*.png"))) == 6


@pytest.mark.parametrize(
    "arguments",
    [
        ["compress", "nowhere.mp4", "--model", "video-16", "--out", "x.imfn"],
        ["compress", "nowhere.mp4", "--model", "nothing", "--out", "x.imfn"],
        ["reconstruct", "nowhere.imfn", "--out", "x.mp4"],
        ["evaluate", "nothing"],
        ["train", "nothing"],
        ["train", "digits-128", "--resume", "nothing"],
    ],
)
def test_bad_input_ends_with_2_and_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMFN_HOME", str(tmp_path))
    assert main(arguments) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("error: ")


@pytest.mark.parametrize("command", ["compress", "reconstruct", "reconstruct to pictures", "predict"])
@pytest.mark.parametrize(("place", "said"), [("nowhere/out", "make it first"), ("", "names nothing"), ("9" * 5000, "")])
def test_an_output_that_cannot_be_written_is_refused_in_one_short_line(
    command: str,
    place: str,
    said: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    tiny_model(tmp_path)
    np.save("in.npy", frames(2))
    assert main(["compress", "in.npy", "--model", "tiny", "--out", "m.imfn"]) == 0
    name, ending = command.split()[0], {"compress": ".imfn", "reconstruct": ".mp4", "predict": ".png"}.get(command, "")
    given = {"compress": ["in.npy"], "predict": ["m.imfn", "--ask", "room"]}.get(name, ["m.imfn"])
    capsys.readouterr()
    assert main([name, *given, "--model", "tiny", "--out", place and place + ending]) == 2
    line = capsys.readouterr().err
    assert line.startswith("error: --out")
    assert said in line
    assert "Errno" not in line
    assert len(line) < 1100
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.npy", "m.imfn", "tiny"]


@pytest.mark.parametrize("name", ["", "7" * 5000])
def test_an_input_without_a_usable_name_is_refused_in_one_short_line(
    name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tiny_model(tmp_path)
    np.save("in.npy", frames(2))
    assert main(["compress", name, "--model", "tiny", "--out", "m.imfn"]) == 2
    assert len(capsys.readouterr().err) < 1100
    assert not Path("m.imfn").exists()


@pytest.mark.parametrize(
    "kind", ["empty", "text", "sound", "no frames", "climbing zip", "bomb", "wide", "damaged image", "missing"]
)
def test_unusable_input_ends_with_2_and_leaves_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    tiny_model(tmp_path)
    model, out = str(tmp_path / "tiny"), tmp_path / "out.imfn"
    assert main(["compress", str(broken(tmp_path, kind)), "--model", model, "--out", str(out)]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not list(tmp_path.glob("out.imfn*"))


def test_models_lists_the_bundled_checkpoints(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "--json"]) == 0
    assert "video-16" in [row["name"] for row in json.loads(capsys.readouterr().out)]
