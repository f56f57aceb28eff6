"""Nothing is unpickled anywhere: not by the code, not by loading what somebody hands over."""

from __future__ import annotations

import ast
import pickle
from pathlib import Path

import numpy as np
import pytest

from engine.checkpoints import PICKLES
from engine.data.sources.opening import open_source
from engine.memory import Memory
from engine.model import load_model
from tests.app.outcomes import explore
from tests.engine.tiny import tiny_model

TOP = Path(__file__).parents[1]
CODE = sorted(path for room in ("engine", "app") for path in (TOP / room).rglob("*.py"))
MODULES = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "pandas"}
CALLS = {"eval", "exec", "torch.load", "pandas.read_pickle", "yaml.load"}


class Harmful:
    """Writes a file when it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple:
        return Path.write_text, (self.target, "ran")


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(TOP)))
def test_no_module_unpickles(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
            assert not MODULES & {name.split(".")[0] for name in names}
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in CALLS
            assert not any(word.arg == "allow_pickle" and ast.unparse(word.value) != "False" for word in node.keywords)


def test_every_array_is_loaded_without_pickle() -> None:
    loads = [line for path in CODE for line in path.read_text().splitlines() if "np.load(" in line]
    assert loads
    assert all("allow_pickle=False" in line for line in loads)


@pytest.mark.parametrize("suffix", [".npy", ".imfn", ".mp4", ".pkl", ".zip"])
def test_a_pickle_in_place_of_an_input_is_refused_and_not_run(tmp_path: Path, suffix: str) -> None:
    path, target = tmp_path / f"clip{suffix}", tmp_path / "ran"
    path.write_bytes(pickle.dumps(Harmful(target)))
    with pytest.raises(ValueError):
        open_source(path)
    with pytest.raises(ValueError):
        Memory.load(path)
    refused = explore(path).last
    assert refused.state == "failed"
    assert refused.message
    assert not target.exists()


def test_an_array_of_objects_is_refused_and_not_run(tmp_path: Path) -> None:
    np.save(tmp_path / "clip.npy", np.array([Harmful(tmp_path / "ran")], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="no plain array"):
        open_source(tmp_path / "clip.npy")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("suffix", sorted(PICKLES))
def test_a_checkpoint_with_a_pickle_beside_it_is_refused(tmp_path: Path, suffix: str) -> None:
    tiny_model(tmp_path)
    (tmp_path / "tiny" / f"extra{suffix}").write_bytes(pickle.dumps(Harmful(tmp_path / "ran")))
    with pytest.raises(ValueError, match="may run code"):
        load_model(str(tmp_path / "tiny"))
    (tmp_path / "tiny" / f"extra{suffix}").replace(tmp_path / "tiny" / "model.safetensors")
    with pytest.raises(ValueError):
        load_model(str(tmp_path / "tiny"))
    assert not (tmp_path / "ran").exists()
