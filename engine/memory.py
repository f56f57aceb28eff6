"""A memory: all that is kept of a sequence, and its file.

A sequence is a row of windows of T leaves; kept at `merges` merges each full window leaves T / 2^merges nodes, a
short tail only as many as its leaves need. The file is a safetensors file with one float32 tensor
`states` [M, S, C] (M nodes, S slots, C channels) and a header that says how many frames come back and from which
weights. Nothing in it is executed on loading.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from engine.data.sources.base import MAX_NAME, is_rate
from engine.files import atomic_file, json_text

FORMAT = "imfn-memory-1"


@dataclass(frozen=True, kw_only=True)
class Memory:
    """States of the kept nodes and the facts that reconstruction needs."""

    states_MSC: Tensor
    model: str
    """checkpoint's name"""
    fingerprint: str
    """of the checkpoint's weights: another checkpoint cannot read this memory"""
    leaves: int
    merges: int
    frames: int
    height: int
    width: int
    colours: int
    fps: float = 10.0
    name: str = "sequence"

    @property
    def floats(self) -> int:
        """How many floats are kept."""
        return self.states_MSC.numel()

    @property
    def ratio(self) -> float:
        """Pixels' floats in for one float kept; infinite where none is kept."""
        return math.inf if not self.floats else self.frames * self.height * self.width * self.colours / self.floats

    @property
    def facts(self) -> dict:
        """The header, as plain values."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "states_MSC"}

    def fork(self) -> Memory:
        """A memory of its own with the same states: what becomes of one does not touch the other."""
        return replace(self, states_MSC=self.states_MSC.clone())

    def save(self, path: str | Path) -> None:
        """Write the memory file, all or nothing."""
        write_memory_file(Path(path), self.facts, tuple(self.states_MSC.shape), [self.states_MSC])

    @classmethod
    def load(cls, path: str | Path) -> Memory:
        """Read a memory file; ValueError says what is wrong with it."""
        return MemoryFile(path).read()


class MemoryFile:
    """A memory file that is read node by node, so that long sequences stay on disk."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.facts, self.shape = read_header(self.path)

    def nodes(self, first: int, last: int) -> Tensor:
        """States of the nodes [first, last), finite or ValueError."""
        with safe_open(self.path, framework="pt") as file:
            states = file.get_slice("states")[first:last]
        if not torch.isfinite(states).all():
            raise ValueError(f"{self.path.name} is damaged: a stored value is not a finite number")
        return states

    def read(self) -> Memory:
        """All of it."""
        return Memory(states_MSC=self.nodes(0, self.shape[0]), **self.facts)


def read_header(path: Path) -> tuple[dict, tuple[int, ...]]:
    """Facts and shape of a memory file, checked."""
    if path.is_dir():
        raise ValueError(f"{path.resolve().name or path} is a folder; give a memory file (.imfn)")
    if not path.is_file():
        raise ValueError(f"there is no memory file {path.name}; check the name")
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            view = file.get_slice("states")
            shape, kind = tuple(view.get_shape()), view.get_dtype()
    except (SafetensorError, OSError) as error:
        raise ValueError(f"{path.name} is no readable memory file ({str(error)[:80]}); save it again") from None
    try:
        facts = json.loads(metadata["memory"]) if metadata.get("format") == FORMAT else None
        if facts is not None:
            check_facts(facts, shape, kind)
            return facts, shape
    except (KeyError, TypeError, json.JSONDecodeError):
        pass
    raise ValueError(f"{path.name} is a safetensors file but no memory of this program ({FORMAT})")


def check_facts(facts: dict, shape: tuple[int, ...], kind: str) -> None:
    """ValueError unless the header fits the tensor."""
    whole = ("leaves", "merges", "frames", "height", "width", "colours")
    if any(type(facts[key]) is not int or not 0 <= facts[key] < 2**31 for key in whole):
        raise ValueError("the memory file is damaged: its header holds an impossible size")
    if not all(facts[key] for key in ("leaves", "frames", "height", "width", "colours")) or facts["merges"] > 30:
        raise ValueError("the memory file is damaged: its header holds an impossible size")
    nodes = node_count(facts["frames"], facts["leaves"], facts["merges"])
    if len(shape) != 3 or kind != "F32" or shape[0] != nodes:
        raise ValueError(f"the memory file is damaged: {list(shape)} {kind} stored, {nodes} nodes of F32 expected")
    known = {f.name for f in fields(Memory)} - {"states_MSC"}
    if set(facts) != known:
        raise KeyError("header")
    if not all(isinstance(facts[key], str) and len(facts[key]) <= MAX_NAME for key in ("model", "fingerprint", "name")):
        raise ValueError("the memory file is damaged: its header holds a name that is none")
    if not is_rate(facts["fps"]):
        raise ValueError("the memory file is damaged: its frame rate is not between 0 and 1000")


def node_count(frames: int, leaves: int, merges: int) -> int:
    """Nodes kept of a sequence: T / 2^merges a full window, ceil(rest / 2^merges) of a short tail."""
    if 2**merges > leaves:
        raise ValueError(f"{merges} merges need windows of {2**merges} leaves, this model has {leaves}")
    full, rest = divmod(frames, leaves)
    return full * (leaves >> merges) + -(-rest // 2**merges)


def write_memory_file(path: Path, facts: dict, shape: tuple[int, ...], blocks: Iterable[Tensor]) -> None:
    """Write blocks of states one after the other under a safetensors header, all or nothing.

    The safetensors library wants the whole tensor at once; a long video's states come in blocks, from disk.
    """
    with atomic_file(path) as part, part.open("wb") as file:
        file.write(file_header(facts, shape))
        for block in blocks:
            file.write(block.detach().to("cpu", torch.float32).contiguous().numpy().tobytes())


def file_header(facts: dict, shape: tuple[int, ...]) -> bytes:
    """A safetensors header for one float32 tensor called `states`, padded to 8 bytes."""
    size = 4 * shape[0] * shape[1] * shape[2]
    header = {
        "__metadata__": {"format": FORMAT, "memory": json_text(facts)},
        "states": {"dtype": "F32", "shape": list(shape), "data_offsets": [0, size]},
    }
    text = json_text(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text


__all__ = ["FORMAT", "Memory", "MemoryFile", "node_count", "write_memory_file"]
