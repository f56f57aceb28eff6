"""Checkpoints on disk: a folder with `model.safetensors` and `card.json`, never a pickle.

The card holds kind, config, data, seed, steps, seconds, hardware, measured metrics and git revision. Weights may be
stored in half precision; they are always used in single precision.
"""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from engine.compressors.baselines import Baseline, build_baseline
from engine.compressors.students import Student, build_student
from engine.compressors.tree import Tree
from engine.config import TrainConfig, TreeConfig, from_dict
from engine.files import atomic_file, write_json

BUNDLED = Path(__file__).resolve().parent.parent / "checkpoints"
PICKLES = {".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".npy", ".npz", ".joblib"}


def bundled_names() -> list[str]:
    """Names of the checkpoints that come with the program."""
    return sorted(p.parent.name for p in BUNDLED.glob("*/card.json"))


def find_checkpoint(name: str) -> Path:
    """The folder of a bundled name, a path, or a finished run; ValueError lists the bundled names."""
    for folder in (BUNDLED / name, Path(name)):
        if name and is_folder(folder):
            return folder
    from engine.jobs.results import checkpoint_of  # which is asked last, for it opens the job store

    if name and (folder := checkpoint_of(name)):
        return folder
    raise ValueError(
        f"there is no checkpoint {name[:60]!r}; bundled are {', '.join(bundled_names())}, or give a checkpoint folder "
        "or a finished run"
    )


def is_folder(path: Path) -> bool:
    """Whether a folder is there; no for names that cannot be one."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def read_card(folder: Path) -> dict:
    """The card of a checkpoint folder, after refusing what could be executed."""
    pickles = sorted(p.name for p in folder.rglob("*") if p.suffix.lower() in PICKLES)
    if pickles:
        raise ValueError(
            f"checkpoint {folder.name} is refused: {pickles[0]} may run code when it is read; "
            "only model.safetensors and card.json belong there"
        )
    try:
        card = json.loads((folder / "card.json").read_text())
        if not isinstance(card, dict):
            raise ValueError("no object")
    except (OSError, ValueError) as error:
        raise ValueError(f"checkpoint {folder.name} has no readable card.json ({error})") from None
    return card


def load_tree(folder: Path) -> tuple[Tree, dict, str]:
    """(tree, card, fingerprint) of a teacher's folder; ValueError names what is wrong."""
    card = read_card(folder)
    if card.get("kind", "teacher") != "teacher":
        raise ValueError(f"checkpoint {folder.name} is a {str(card['kind'])[:40]}, a teacher is needed here")
    tree = filled(folder, lambda: Tree(from_dict(TreeConfig, card["config"]["tree"])))
    return tree, card, fingerprint(weights_of(folder))


def load_student(folder: Path) -> tuple[Student, dict, str]:
    """(student, card, fingerprint) of a student's folder, its teacher beside it; ValueError names what is wrong."""
    card = read_card(folder)
    name = str(card.get("teacher", ""))
    beside = folder.parent / name
    teacher, _, known = load_tree(beside if beside.is_dir() and name else find_checkpoint(name))
    if known != card.get("teacher_fingerprint"):
        raise ValueError(f"checkpoint {folder.name} follows other weights than the {name} that is here; train it again")
    wanted = {name: card["config"].get(f"student_{name}") for name in ("hidden", "zones", "start")}
    student = filled(folder, lambda: build_student(teacher, **wanted))
    return student, card, fingerprint(weights_of(folder))


def load_baseline(folder: Path) -> tuple[Baseline | Tree, dict, str]:
    """(baseline, card, fingerprint) of a baseline's folder; ValueError names what is wrong."""
    card = read_card(folder)
    baseline = filled(folder, lambda: build_baseline(from_dict(TrainConfig, card["config"])))
    return baseline, card, fingerprint(weights_of(folder))


def filled(folder: Path, build: Callable[[], nn.Module]) -> nn.Module:
    """A module with a folder's weights, ready to be used; ValueError names what is wrong."""
    try:
        module = build()
        state = {k: v.float() if v.is_floating_point() else v for k, v in load_file(weights_of(folder)).items()}
        module.load_state_dict(state)
    except FileNotFoundError:
        raise ValueError(f"checkpoint {folder.name} has no model.safetensors") from None
    except (SafetensorError, RuntimeError, KeyError, TypeError) as error:
        reason = str(error).splitlines()[0][:120]
        raise ValueError(f"checkpoint {folder.name} cannot be used: {reason}") from None
    for part in module.modules():
        if hasattr(part, "check_places"):
            part.check_places()
    if not all(torch.isfinite(value).all() for value in state.values()):
        raise ValueError(f"checkpoint {folder.name} is damaged: a weight is not a finite number")
    return module.eval().requires_grad_(False)


def weights_of(folder: Path) -> Path:
    """The weights of a checkpoint folder."""
    return folder / "model.safetensors"


def fingerprint(weights: Path) -> str:
    """Sixteen hex digits that stand for these weights."""
    return hashlib.sha256(weights.read_bytes()).hexdigest()[:16]


def save_checkpoint(folder: Path, module: nn.Module, card: dict, *, half: bool) -> None:
    """Write weights, then card, each all or nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    kind = torch.float16 if half else torch.float32
    state = {k: v.detach().cpu().contiguous() for k, v in module.state_dict().items()}
    state = {k: v.to(kind) if v.is_floating_point() else v for k, v in state.items()}
    with atomic_file(weights_of(folder)) as part:
        save_file(state, part)
    write_json(folder / "card.json", card)


def hardware() -> str:
    """What the training ran on, in words."""
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    return f"{torch.get_num_threads()} CPU threads, {platform.machine()}"


def revision() -> str:
    """The git revision of the program, or `unknown` outside a repository."""
    command = ["git", "-C", str(BUNDLED.parent), "rev-parse", "--short", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
