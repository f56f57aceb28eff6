"""A memory: all that is kept of a sequence, and its file.

A sequence is a row of windows of T leaves; kept at `merges` merges each full window leaves T / 2^merges nodes, a
short tail only as many as its leaves need. The file is a safetensors file with one float32 tensor
`states` [M, S, C] (M nodes, S slots, C channels) and a header that says how many frames come back and from which
weights; at another precision (`precision.py`) the header says that too, under a format of its own. Nothing in it is
executed on loading.
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
from engine.precision import PRECISIONS, SIZES, packed, tensors_of, unpacked

FORMAT = "imfn-memory-1"
LESS_PRECISE = "imfn-memory-2"
"""the format of files that are not float32"""
OF_PRECISION = {"precision", "exact"}
"""what headers of that format say besides"""


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
    precision: str = "float32"
    """of its file, one of PRECISIONS; the states are those that the file gives back"""
    exact: int = 0
    """first floats of a node that 8 bits must keep exactly, as the compressor says"""

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
        precision, exact = self.facts["precision"], self.facts["exact"]
        with safe_open(self.path, framework="pt") as file:
            parts = {name: file.get_slice(name)[first:last] for name in tensors_of(self.shape, precision, exact)}
        states = unpacked(parts, self.shape, precision, exact)
        if not torch.isfinite(states).all():
            raise ValueError(f"{self.path.name} is damaged: a stored value is not a finite number")
        return states

    def read(self) -> Memory:
        """All of it."""
        return Memory(states_MSC=self.nodes(0, self.shape[0]), **self.facts)


def read_header(path: Path) -> tuple[dict, tuple[int, ...]]:
    """Facts and shape [M, S, C] of a memory file, checked."""
    if path.is_dir():
        raise ValueError(f"{path.resolve().name or path} is a folder; give a memory file (.imfn)")
    if not path.is_file():
        raise ValueError(f"there is no memory file {path.name}; check the name")
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            views = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118 - no mapping
            stored = {name: (view.get_dtype(), tuple(view.get_shape())) for name, view in views.items()}
    except (SafetensorError, OSError) as error:
        raise ValueError(f"{path.name} is no readable memory file ({str(error)[:80]}); save it again") from None
    try:
        facts = json.loads(metadata["memory"]) if metadata.get("format") in (FORMAT, LESS_PRECISE) else None
        if facts is not None:
            return checked_facts(facts, stored, precise=metadata["format"] == FORMAT)
    except (KeyError, TypeError, json.JSONDecodeError):
        pass
    raise ValueError(f"{path.name} is a safetensors file but no memory of this program ({FORMAT})")


def checked_facts(facts: dict, stored: dict[str, tuple[str, tuple]], *, precise: bool) -> tuple[dict, tuple[int, ...]]:
    """(the header's facts, the shape [M, S, C]); ValueError unless they fit what is stored."""
    whole = ("leaves", "merges", "frames", "height", "width", "colours")
    if any(type(facts[key]) is not int or not 0 <= facts[key] < 2**31 for key in whole):
        raise ValueError("the memory file is damaged: its header holds an impossible size")
    if not all(facts[key] for key in ("leaves", "frames", "height", "width", "colours")) or facts["merges"] > 30:
        raise ValueError("the memory file is damaged: its header holds an impossible size")
    shape = stored["states"][1] if precise else tuple(facts.pop("shape"))
    facts = {"precision": "float32", "exact": 0, **facts} if precise else facts
    nodes = node_count(facts["frames"], facts["leaves"], facts["merges"])
    whole_shape = len(shape) == 3 and all(type(side) is int and 0 <= side < 2**31 for side in shape)
    if not whole_shape or shape[0] != nodes or not fits(facts, stored, shape):
        kind, found = stored.get("states", ("nothing", ()))
        raise ValueError(f"the memory file is damaged: {list(found)} {kind} stored, {nodes} nodes expected")
    known = {f.name for f in fields(Memory)} - {"states_MSC"}
    if set(facts) != known or precise != (facts["precision"] == "float32"):
        raise KeyError("header")
    if not all(isinstance(facts[key], str) and len(facts[key]) <= MAX_NAME for key in ("model", "fingerprint", "name")):
        raise ValueError("the memory file is damaged: its header holds a name that is none")
    if not is_rate(facts["fps"]):
        raise ValueError("the memory file is damaged: its frame rate is not between 0 and 1000")
    return facts, shape


def fits(facts: dict, stored: dict[str, tuple[str, tuple]], shape: tuple[int, ...]) -> bool:
    """Whether exactly those tensors are there that hold nodes of this shape at the header's precision."""
    precision, exact = facts["precision"], facts["exact"]
    if precision not in PRECISIONS or type(exact) is not int or not 0 <= exact < max(1, shape[1] * shape[2]):
        return False
    return stored == tensors_of(shape, precision, exact)


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
    precision, exact = facts.get("precision", "float32"), facts.get("exact", 0)
    with atomic_file(path) as part, part.open("wb") as file:
        header, offsets = file_header(facts, shape, tensors_of(shape, precision, exact))
        file.write(header)
        for block in blocks:
            for name, tensor in packed(block, precision, exact).items():
                data = tensor.contiguous().numpy().tobytes()
                file.seek(len(header) + offsets[name])
                file.write(data)
                offsets[name] += len(data)


def file_header(facts: dict, shape: tuple[int, ...], tensors: dict) -> tuple[bytes, dict[str, int]]:
    """(a safetensors header for the tensors, padded to 8 bytes; where each of them begins behind it)."""
    precise = facts.get("precision", "float32") == "float32"
    said = {k: v for k, v in facts.items() if k not in OF_PRECISION} if precise else {**facts, "shape": list(shape)}
    header = {"__metadata__": {"format": FORMAT if precise else LESS_PRECISE, "memory": json_text(said)}}
    offsets, end = {}, 0
    for name, (kind, part) in tensors.items():
        offsets[name], end = end, end + SIZES[kind] * math.prod(part)
        header[name] = {"dtype": kind, "shape": list(part), "data_offsets": [offsets[name], end]}
    text = json_text(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text, offsets


__all__ = ["FORMAT", "Memory", "MemoryFile", "node_count", "write_memory_file"]
