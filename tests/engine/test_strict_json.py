"""Whatever is measured, what is written as JSON is JSON: numbers that it does not have are null."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from engine import __main__ as program
from engine.__main__ import main
from engine.files import json_text, parse_json, write_json
from engine.jobs.store.store import Store
from tests.engine.jobs.test_store import made
from tests.engine.tiny import frames, tiny_model

ODD = {
    "nan": math.nan,
    "inf": [math.inf, -math.inf, 1.5],
    "numpy": np.float64("nan"),
    "deep": {"a": ({"b": math.nan},)},
}


def strict(text: str) -> object:
    """A value of JSON text as other languages read it: NaN and Infinity are errors."""

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    return json.loads(text, parse_constant=refuse)


def printed(capsys: pytest.CaptureFixture[str], *arguments: object) -> object:
    """What a command prints with --json."""
    assert main([*map(str, arguments), "--json"]) == 0
    return strict(capsys.readouterr().out)


def test_numbers_that_json_does_not_have_are_null(tmp_path: Path) -> None:
    wanted = {"nan": None, "inf": [None, None, 1.5], "numpy": None, "deep": {"a": [{"b": None}]}}
    assert strict(json_text(ODD)) == wanted
    write_json(tmp_path / "odd.json", ODD)
    assert strict((tmp_path / "odd.json").read_text()) == wanted
    assert parse_json('{"a": NaN, "b": [-Infinity]}') == {"a": None, "b": [None]}
    assert strict(json_text({"path": Path("a"), "odd": math.inf}, default=str)) == {"path": "a", "odd": None}


def test_every_command_prints_json_whatever_it_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One place prints for all of them."""
    monkeypatch.setattr(program, "COMMANDS", {"odd": OddCommand})
    assert printed(capsys, "odd")["nan"] is None


class OddCommand:
    """A command whose result holds what JSON does not."""

    __doc__ = "Odd."

    @staticmethod
    def options(parser: object) -> None:
        """None."""

    @staticmethod
    def run(options: object) -> tuple[dict, str]:
        """The odd result."""
        return {**ODD, "path": Path("a")}, ""


def test_commands_on_odd_inputs_print_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Black and white frames, a memory of one frame, a run whose figures are no numbers."""
    tiny_model(tmp_path)
    model, memory = tmp_path / "tiny", tmp_path / "a.imfn"
    for name, clip in (("black", frames(3) * 0), ("one", frames(1)), ("white", frames(3) | 255)):
        np.save(tmp_path / f"{name}.npy", clip)
        assert printed(capsys, "compress", tmp_path / f"{name}.npy", "--model", model, "--out", memory)["frames"]
        assert printed(capsys, "reconstruct", memory, "--model", model, "--out", tmp_path / name)["frames"]
    assert printed(capsys, "models")
    monkeypatch.setenv("IMFN_HOME", str(tmp_path / "home"))
    assert printed(capsys, "runs") == []
    with_odd_rows(tmp_path / "home")
    (run,) = printed(capsys, "runs", "list")
    assert run["last"] == {"loss": None, "mse": [None, 0.5]}
    assert printed(capsys, "runs", "show", "a")["last"]["loss"] is None
    assert printed(capsys, "runs", "rename", "a", "b")["name"] == "b"
    assert main(["runs"]) == 0


def with_odd_rows(home: Path) -> Store:
    """A store with a run whose loss is NaN."""
    store = made(home, "a")
    row = {"stage": "joint", "step": 1, "total": 1, "seconds": 0.1}
    values = {"loss": math.nan, "mse": [math.inf, 0.5]}
    with store.database.writing() as db:
        store.metrics.add(db, "a", [{**row, "values": values}])
    (stored,) = store.database.row('SELECT "values" FROM metrics')
    assert strict(stored) == {"loss": None, "mse": [None, 0.5]}
    return store


def test_figures_that_an_earlier_version_stored_as_nan_are_read_as_missing(tmp_path: Path) -> None:
    store = with_odd_rows(tmp_path)
    with store.database.writing() as db:
        db.execute("""UPDATE metrics SET "values" = '{"loss": NaN, "mse": [Infinity, 1]}'""")
    assert store.metrics.last("a")["values"] == {"loss": None, "mse": [None, 1]}
