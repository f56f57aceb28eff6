"""What a visitor chose to explore, checked and opened: files, a sample or a memory, with size and range."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.server.limits import limits, open_within
from app.server.models import model, model_names, model_of
from app.server.parsing import parse_int
from app.sessions.exploration import Exploration
from engine.data.samples import Sample, samples
from engine.data.sources.opening import Source
from engine.memory import Memory

SIZES = {"128": 128, "256": 256, "512": 512, "native": None}
SMALL = 32  # pixels a side up to which a picture goes to a model of one small leaf size
MEMORY_START = b'{"__metadata__"'


@dataclass(frozen=True, kw_only=True)
class Choice:
    """An input: files of this machine, and what a sample says about them."""

    paths: tuple[str, ...]
    names: tuple[str, ...] = ()
    """what the visitor calls the files, where an upload has changed that"""
    tile: int | None = None
    name: str | None = None
    sample: str | None = None


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How an input is explored, as typed."""

    model: str
    size: str = "128"
    first: str = "1"
    count: str = "160"


def sample_choice(sample: Sample) -> Choice:
    """A sample as a chosen input."""
    return Choice(paths=(str(sample.path),), tile=sample.tile, name=sample.file, sample=sample.name)


def run_choice(paths: Sequence[str]) -> Choice:
    """The files that a run was trained on; a single one by the name that it had before it was copied into the run."""
    names = (re.sub(r"^\d{5}-", "", Path(paths[0]).name),) if len(paths) == 1 else ()
    return Choice(paths=tuple(paths), names=names, name=names[0].removesuffix(".npy") if names else None)


def named_sample(name: str) -> Sample:
    """The sample of a name; ValueError where there is none."""
    found = next((sample for sample in samples() if sample.name == name), None)
    if found is None:
        raise ValueError(f"There is no sample {name[:40]!r}; choose one of those above.")
    return found


def begin_exploration(choice: Choice, settings: Settings) -> tuple[Exploration, Iterator[int]]:
    """An exploration, and the steps that fill it; ValueError in one sentence."""
    if len(choice.paths) == 1 and is_memory(choice.paths[0]):
        return open_memory(choice.paths[0])
    session, source = open_choice(choice, settings)
    return session, session.explore(source)


def is_memory(path: str) -> bool:
    """Whether a file is one of our memories, by its first bytes or its name."""
    with Path(path).open("rb") as file:
        start = file.read(24)
    return Path(path).suffix == ".imfn" or start[8:].startswith(MEMORY_START[:16])


def open_memory(path: str) -> tuple[Exploration, Iterator[int]]:
    """An exploration that shows a memory file, and the one step that fills it."""
    memory = Memory.load(path)
    loaded = model_of(memory)
    limits().check_memory(memory)
    loaded.check_memory(memory.facts, tuple(memory.states_MSC.shape))
    session = Exploration(loaded, memory.name, memory.fps, file_bytes=bytes_of((path,)))
    if memory.precision != "float32":
        kind = {"float16": "float16", "8bit": "8 bit"}[memory.precision]
        session.notes.append(f"This memory was stored as {kind}; what is shown is what it gives back.")
    return session, session.open_memory(memory)


def open_choice(choice: Choice, settings: Settings) -> tuple[Exploration, Source]:
    """A new exploration and its source; ValueError in one sentence."""
    loaded = model(settings.model)
    if not isinstance(settings.size, str) or settings.size not in SIZES:
        raise ValueError(f"The short side is {str(settings.size)[:20]!r}; choose one of {', '.join(SIZES)}.")
    first, count = parse_int(settings.first, "from frame") - 1, parse_int(settings.count, "frames")
    if first < 0 or count < 1:
        raise ValueError(
            f"The clip starts at frame {first + 1} and has {count} frames; start at 1 or later, take at least 1."
        )
    source = open_within(
        choice.paths[0] if len(choice.paths) == 1 else choice.paths,
        short_side=SIZES[settings.size],
        first=first,
        last=first + count,
        frame_shape=loaded.frame_shape,
        tile=choice.tile,
        names=choice.names or None,
    )
    known = source.info.frames
    total = min(count, known - first) if known else count
    session = Exploration(
        loaded,
        choice.name or source.info.name,
        source.info.fps,
        sample=choice.sample,
        first=first,
        size=settings.size,
        file_bytes=bytes_of(choice.paths),
        file_frames=known,
        most=None if source.last is None else source.last - first,
        file_size=(source.info.height, source.info.width),
        stated_windows=max(1, -(-total // loaded.leaves)) if known else 1,
    )
    if known and (first or known > first + count):
        last = min(known, first + count)
        source.notes.append(f"Frames {first + 1} to {last} of {known}; change the clip range for others.")
    return session, source


def bytes_of(paths: Sequence[str]) -> int:
    """What all files of an input take together."""
    files = [path for each in map(Path, paths) for path in (each.rglob("*") if each.is_dir() else [each])]
    return sum(path.stat().st_size for path in files if path.is_file())


def suitable_model(paths: Sequence[str], name: str) -> str:
    """The model that suits uploaded files, the named one where it does: flat models are for small pictures only."""
    try:
        info = open_within(list(paths) if len(paths) > 1 else paths[0]).info
    except (ValueError, OSError):
        return name
    small = max(info.height, info.width) <= SMALL
    suitable = [n for n in (name, *model_names()) if (model(n).frame_shape is not None) == small]
    return suitable[0] if suitable else name
