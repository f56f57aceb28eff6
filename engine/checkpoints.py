"""Checkpoints on disk: a folder with `model.safetensors` and `card.json`, never a pickle.

The card holds kind, config, data, seed, steps, seconds, hardware, measured metrics and git revision. Weights may be
stored in half precision; they are always used in single precision.
"""

from __future__ import annotations

import dataclasses
import hashlib
import platform
import subprocess
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from textwrap import shorten

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file

from engine.compatibility import upgrade
from engine.compressors.base import Compressor, build_compressor
from engine.compressors.readout import Readout
from engine.compressors.tree import Tree, build_tree
from engine.config import TrainConfig, TreeConfig, as_dict, from_dict
from engine.damage import Damaged, reason_of, sorted_out
from engine.files import atomic_file, parse_json, write_json
from engine.registry import FINDERS

BUNDLED = Path(__file__).resolve().parent.parent / "checkpoints"
PICKLES = {".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".npy", ".npz", ".joblib"}

PROBE = "probe.safetensors"
NAMED = 260
"""characters of a list of bundled names in a sentence"""
"""the file of what reads a checkpoint's memories, where there is one"""
KINDS = ("teacher", "student", "baseline")


def bundled_names() -> list[str]:
    """Names of the checkpoints that come with the program and can be used."""
    return list(bundled()[0])


def damaged_names() -> list[Damaged]:
    """The checkpoints that come with the program and cannot be used, each with the reason."""
    return bundled()[1]


def bundled() -> tuple[dict[str, dict], list[Damaged]]:
    """(cards of the bundled checkpoints by name; those that are damaged)."""
    names = sorted(path.name for path in BUNDLED.iterdir() if path.is_dir() and not path.name.startswith("."))
    return sorted_out(names, lambda name: checked_card(BUNDLED / name))


def probed_names() -> list[str]:
    """Names of the bundled checkpoints that a probe reads: they know rooms, and are for no pictures but a room's."""
    return [name for name, card in bundled()[0].items() if "probe" in card]


def student_of(teacher: str) -> str | None:
    """The bundled student that follows a bundled teacher, by its card; None where there is none."""
    cards = bundled()[0].items()
    found = (name for name, card in cards if card.get("kind") == "student" and card.get("teacher") == teacher)
    return next(found, None)


def checked_card(folder: Path) -> dict:
    """The card of a checkpoint that can be used, as far as its card, its config and its weights tell without building
    it; ValueError otherwise. Read again only when a file has changed.
    """
    try:
        files = (folder / "card.json", weights_of(folder), folder)
        stamps = tuple((path.stat().st_mtime_ns, path.stat().st_size) for path in files)
    except OSError as error:
        file = "model.safetensors" if (error.filename or "").endswith("safetensors") else "card.json"
        reason = "has no" if isinstance(error, FileNotFoundError) else f"has no readable ({error.strerror})"
        raise ValueError(f"checkpoint {folder.name} {reason} {file}") from None
    return read_checked(folder, stamps)


@lru_cache(maxsize=256)
def read_checked(folder: Path, stamps: tuple) -> dict:
    """The card of a folder whose files have these stamps; see `checked_card`."""
    card = read_card(folder)
    if card.get("kind", "teacher") not in KINDS:
        raise ValueError(f"checkpoint {folder.name} is a {str(card['kind'])[:40]}, which this version does not know")
    try:
        from_dict(TrainConfig, upgrade(card["config"]))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        reason = reason_of(error)
        raise ValueError(f"checkpoint {folder.name} has a config that this version does not know: {reason}") from None
    check_weights(folder)
    return card


def check_weights(folder: Path) -> None:
    """ValueError for weights that are cut off, or no numbers."""
    try:
        with safe_open(weights_of(folder), framework="pt") as file:
            for key in file.keys():  # noqa: SIM118
                if not torch.isfinite(file.get_tensor(key)).all():
                    raise ValueError(f"checkpoint {folder.name} is damaged: a weight is not a finite number")
    except (SafetensorError, OSError) as error:
        raise ValueError(f"checkpoint {folder.name} has damaged weights ({str(error)[:80]}); copy it again") from None


def find_checkpoint(name: str) -> Path:
    """The folder of a bundled name, a path, or what a finder knows, such as a finished run; ValueError lists the
    bundled names.
    """
    for folder in (BUNDLED / name, Path(name)):
        if name and is_folder(folder):
            return folder
    for find in FINDERS if name else ():
        if folder := find(name):
            return folder
    known = shorten(", ".join(sorted(bundled_names(), key=len)), NAMED, placeholder=" and others")
    raise ValueError(
        f"there is no checkpoint {name[:30]!r}; bundled are {known}, or give a checkpoint folder or a finished run"
    )


def maker_of(name: str, fingerprint: str) -> str:
    """The checkpoint that made a memory, by the name and the fingerprint in its header: the bundled one with these very
    weights, whatever it is called by now, else the name.
    """
    names = sorted(bundled_names(), key=lambda known: known != name)
    return next((known for known in names if stamped_fingerprint(weights_of(BUNDLED / known)) == fingerprint), name)


def stamped_fingerprint(weights: Path) -> str:
    """The fingerprint of weights, computed again only when the file has changed."""
    return remembered_fingerprint(weights, weights.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def remembered_fingerprint(weights: Path, stamp: int) -> str:
    """The fingerprint of weights that were changed at `stamp`."""
    return fingerprint(weights)


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
        card = parse_json((folder / "card.json").read_text())
        if not isinstance(card, dict):
            raise ValueError("no object")
    except (OSError, ValueError) as error:
        raise ValueError(f"checkpoint {folder.name} has no readable card.json ({error})") from None
    return card


def tree_of(name: str) -> TreeConfig:
    """The tree's shape of a bundled checkpoint, a student's teacher's, by its card alone: no weights are read."""
    card = read_card(BUNDLED / name)
    if card.get("kind") == "student":
        return tree_of(str(card.get("teacher", "")))
    return from_dict(TreeConfig, upgrade(card["config"])["tree"])


def load_checkpoint(folder: Path) -> tuple[Compressor, dict, str]:
    """(compressor, card, fingerprint) of a folder of any kind; ValueError names what is wrong."""
    card = read_card(folder)
    kind = card.get("kind", "teacher")
    if kind not in KINDS:
        raise ValueError(f"checkpoint {folder.name} is a {str(kind)[:40]}, one of {', '.join(KINDS)} is needed here")
    if kind == "teacher":
        return load_tree(folder)
    teacher = followed_tree(folder, card) if kind == "student" else None
    compressor = filled(folder, lambda: build_compressor(config_of(card, teacher), teacher))
    return compressor, card, fingerprint(weights_of(folder))


def load_tree(folder: Path) -> tuple[Tree, dict, str]:
    """(tree, card, fingerprint) of a teacher's folder; ValueError names what is wrong."""
    card = read_card(folder)
    if card.get("kind", "teacher") != "teacher":
        raise ValueError(f"checkpoint {folder.name} is a {str(card['kind'])[:40]}, a teacher is needed here")
    tree = filled(folder, lambda: started_tree(card), partly=bool(card.get("start_fingerprint")))
    return tree, card, fingerprint(weights_of(folder))


def started_tree(card: dict) -> Tree:
    """A card's tree with what its weights leave out, as a bundled one has it; ValueError where that has changed."""
    tree = build_tree(from_dict(TreeConfig, upgrade(card["config"])["tree"]))
    if known := card.get("start_fingerprint"):
        if fingerprint_of(tree.starts_from) != known:
            raise ValueError(
                f"it begins with other weights than the {tree.starts_from[:60]} that is here; train it again"
            )
        tree.take(bundled_tree(tree.starts_from))
    return tree


def fingerprint_of(name: str) -> str:
    """The fingerprint of a bundled checkpoint, "" where there is none of this name."""
    return stamped_fingerprint(weights_of(BUNDLED / name)) if name in bundled_names() else ""


def own_state(module: Compressor) -> tuple[dict[str, torch.Tensor], dict]:
    """(what a checkpoint has to store, what its card says of the rest): values that a bundled checkpoint has and that
    are still the same need not be stored twice.
    """
    state, taken = module.state_dict(), module.taken_state()
    if not (module.starts_from and taken):
        return state, {}
    given = bundled_tree(module.starts_from).state_dict()
    same = {name for name, value in taken.items() if torch.equal(value.cpu(), given[name])}
    own = {name: value for name, value in state.items() if name not in same}
    return own, {"start_fingerprint": fingerprint_of(module.starts_from)} if same else {}


def bundled_tree(name: str) -> Tree:
    """The tree of a bundled teacher; ValueError for anything else: its weights become part of a visitor's training."""
    check_bundled(name)
    return load_tree(BUNDLED / name)[0]


def check_bundled(name: str) -> None:
    """ValueError unless a training can begin with this checkpoint."""
    if name not in bundled_names():
        raise ValueError(f"there is no bundled checkpoint {name[:60]!r}; choose one of {', '.join(bundled_names())}")


def followed_tree(folder: Path, card: dict) -> Tree:
    """The teacher of a student's folder, beside it or wherever checkpoints are found; ValueError for other weights."""
    name = str(card.get("teacher", ""))
    beside = folder.parent / name
    teacher, _, known = load_tree(beside if beside.is_dir() and name else find_checkpoint(name))
    if known != card.get("teacher_fingerprint"):
        raise ValueError(f"checkpoint {folder.name} follows other weights than the {name} that is here; train it again")
    return teacher


def config_of(card: dict, teacher: Tree | None) -> TrainConfig:
    """What a card was trained with; a student's tree is its teacher's, as it is here."""
    values = card["config"]
    if teacher is not None:
        values = {**values, "teacher": str(card["teacher"]), "tree": as_dict(teacher.config)}
    return from_dict(TrainConfig, upgrade(values))


def teacher_of(config: TrainConfig) -> tuple[Tree | None, str]:
    """The teacher that a config names, frozen, and its fingerprint; (None, "") where it names none."""
    if not config.teacher:
        return None, ""
    tree, _, known = load_tree(find_checkpoint(config.teacher))
    return tree, known


def with_teacher(config: TrainConfig) -> TrainConfig:
    """The config with its teacher's tree; unchanged where it names none."""
    tree, _ = teacher_of(config)
    return config if tree is None else dataclasses.replace(config, tree=tree.config)


def filled(folder: Path, build: Callable[[], Compressor], partly: bool = False) -> Compressor:
    """A module with a folder's weights, ready to be used; `partly`: it has the others already. ValueError names what is
    wrong.
    """
    try:
        module = build()
        state = {k: v.float() if v.is_floating_point() else v for k, v in load_file(weights_of(folder)).items()}
        module.load_state_dict({**module.taken_state(), **state} if partly else state)
    except FileNotFoundError:
        raise ValueError(f"checkpoint {folder.name} has no model.safetensors") from None
    except (SafetensorError, RuntimeError, KeyError, TypeError, AttributeError, ValueError) as error:
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


def save_checkpoint(folder: Path, module: Compressor, card: dict, *, half: bool) -> None:
    """Write weights, then card, each all or nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    kind = torch.float16 if half else torch.float32
    own, rest = own_state(module)
    state = {k: v.detach().cpu().contiguous() for k, v in own.items()}
    state = {k: v.to(kind) if v.is_floating_point() else v for k, v in state.items()}
    with atomic_file(weights_of(folder)) as part:
        save_file(state, part)
    write_json(folder / "card.json", {**card, **rest})


def save_probe(folder: Path, probe: Readout, facts: dict) -> None:
    """Write the probe that reads a checkpoint's memories beside its weights, then what it is into its card."""
    card = read_card(folder)
    shape = {"width": probe.first.out_features, "floats": probe.first.in_features}
    shape |= {"compact": True} if probe.compact else {}
    with atomic_file(folder / PROBE) as part:
        save_file({k: v.detach().cpu().half().contiguous() for k, v in probe.state_dict().items()}, part)
    about = {"reads": fingerprint(weights_of(folder)), "probe": fingerprint(folder / PROBE)}
    write_json(folder / "card.json", {**card, "probe": {**shape, **about, **facts}})


def load_probe(folder: Path, card: dict, known: str, floats: int) -> Readout:
    """The probe of a checkpoint whose weights have this fingerprint; ValueError where there is none that fits."""
    about = card.get("probe")
    if not isinstance(about, dict) or not (folder / PROBE).exists():
        raise ValueError(f"{folder.name} has no probe that reads its memories; fit one with python -m engine probe")
    if about.get("reads") != known or about.get("floats") != floats:
        raise ValueError(
            f"the probe of {folder.name} reads memories of {about.get('floats')} floats by {about.get('reads')}, these "
            f"are {floats} floats by {known}; fit it again with python -m engine probe"
        )
    config = from_dict(TrainConfig, upgrade(card["config"]))
    try:
        probe = Readout(
            floats, config.dataset.questions(config), width=about["width"], compact=bool(about.get("compact"))
        )
        probe.load_state_dict({k: v.float() for k, v in load_file(folder / PROBE).items()})
    except (SafetensorError, RuntimeError, KeyError, TypeError) as error:
        raise ValueError(f"the probe of {folder.name} cannot be used: {str(error).splitlines()[0][:120]}") from None
    if not all(torch.isfinite(value).all() for value in probe.state_dict().values()):
        raise ValueError(f"the probe of {folder.name} is damaged: a weight is not a finite number")
    return probe.eval().requires_grad_(False)


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
