"""A stream without end in a memory that does not grow: finished windows merge on, the older the coarser in time.

    memory = BoundedMemory(model, height=128, width=128, roots=16)
    memory.push(frame)                       as often as one likes
    frame = memory.recover(age)              what is left of the frame that came `age` pushes before the newest
    memory.save("stream.imfn-stream"); BoundedMemory.open("stream.imfn-stream", model)

Every finished window is a root. Two neighbouring roots of one stride become one: of both, what they remember of their T
leaves each, two neighbouring leaves at a time are averaged, and the T means are the leaves of the new root, each of
which stands for twice as many frames. At most `roots` are kept. Which pair is merged: the one that will be shortest
beside its age, so that spans stay in proportion to age, as in an exponential histogram (Datar, Gionis, Indyk and
Motwani, SIAM J. Computing 31(6), 2002).
States are never written in place: a fork and what it was forked from go on apart, and going back is keeping a fork.
Shapes: T leaves of a window, R roots, S slots, C channels, H W K frame.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from engine.files import atomic_file, json_text
from engine.model import Model
from engine.streaming.stream import StreamingTree

FORMAT = "imfn-stream-1"
FEWEST, MOST = 4, 40
"""roots that may be kept; R roots reach back T · 2^(R - 1) frames at least"""


@dataclass(frozen=True, kw_only=True, eq=False)
class Root:
    """One node of the forest: T leaves, each the mean of `stride` frames."""

    state_SC: Tensor
    first: int
    """number of its first frame, from 0"""
    stride: int


class BoundedMemory:
    """At most `roots` roots and the open window of a teacher's tree."""

    def __init__(self, model: Model, *, height: int, width: int, roots: int = 16, padding: str = "skip") -> None:
        if not FEWEST <= roots <= MOST:
            raise ValueError(f"roots is {roots}, a bounded memory keeps {FEWEST} to {MOST}")
        if not model.compressor.keeps_levels or model.tree is not model.compressor:
            raise ValueError(f"{model.name} keeps no levels; choose a teacher's tree for a stream without end")
        self.model, self.shape, self.most = model, (height, width, model.colours), roots
        self.fresh = StreamingTree(model, height=height, width=width, padding=padding)
        self.window, self.roots, self.count = self.fresh.fork(), (), 0

    @property
    def state_floats(self) -> int:
        """Floats of one state."""
        return self.fresh.root.numel()

    @property
    def floats(self) -> int:
        """Floats that are kept now: roots, and the open window's path."""
        lefts = sum(left is not None for left in self.window.lefts)
        return (len(self.roots) + lefts + bool(self.window.count)) * self.state_floats

    @property
    def most_floats(self) -> int:
        """Floats that are kept at most, however long the stream."""
        return (self.most + self.model.merges + 1) * self.state_floats

    def push(self, frame_HWK: np.ndarray) -> None:
        """Take one frame (uint8 or float in [0, 1]); ValueError for one of another size, and at the stream's end."""
        self.window.push(frame_HWK)
        self.count += 1
        if self.window.count == self.model.leaves:
            first = self.count - self.model.leaves
            self.roots = (*self.roots, Root(state_SC=self.window.root, first=first, stride=1))
            self.window = self.fresh.fork()
            while len(self.roots) > self.most:
                self.merge_pair()

    def merge_pair(self) -> None:
        """Two neighbours of one stride become one root."""
        at = pair_of([(root.first, root.stride) for root in self.roots], self.count)
        self.roots = (*self.roots[:at], self.merged(*self.roots[at : at + 2]), *self.roots[at + 2 :])

    @torch.inference_mode()
    def merged(self, older: Root, newer: Root) -> Root:
        """The root of two."""
        leaves = [self.leaves_of(root) for root in (older, newer)]
        means = torch.cat([(leaves_TSC[0::2] + leaves_TSC[1::2]) / 2 for leaves_TSC in leaves])
        state_SC = self.model.tree.rise(means[None], self.model.merges)[-1][0, 0]
        return Root(state_SC=state_SC.clone(), first=older.first, stride=2 * older.stride)

    def leaves_of(self, root: Root) -> Tensor:
        """The leaf states [T, S, C] that a root remembers."""
        return self.model.tree.descend(root.state_SC[None, None], self.model.merges)[0]

    def recover(self, age: int) -> np.ndarray:
        """What is left [H, W, K] of the frame that came `age` pushes before the newest; ValueError before the first."""
        if not 0 <= age < self.count:
            raise ValueError(f"age is {age}; the stream has had {self.count} frames, the newest has age 0")
        number, open_from = self.count - 1 - age, self.count - self.window.count
        if number >= open_from:
            return self.window.recall()[number - open_from]
        root = next(root for root in reversed(self.roots) if root.first <= number)
        return self.frames_of(root)[(number - root.first) // root.stride]

    def frames_of(self, root: Root) -> np.ndarray:
        """The T frames [T, H, W, K] that a root gives back, each for `stride` of the stream's."""
        return self.model.recover(root.state_SC[None], self.model.merges, *self.shape[:2])

    @torch.inference_mode()
    def middle_of(self, root: Root) -> np.ndarray:
        """Its frame number T / 2 [H, W, K] alone."""
        leaf_SC = self.leaves_of(root)[self.model.leaves >> 1]
        return self.model.recover(leaf_SC[None], 0, *self.shape[:2])[0]

    def fork(self) -> BoundedMemory:
        """A memory of its own that goes on from here: no push to one changes the other."""
        twin = copy(self)
        twin.window = self.window.fork()
        return twin

    def save(self, path: str | Path) -> None:
        """Write everything to a safetensors file, all or nothing; the open window as padding `skip` holds it."""
        window = self.window.repadded("skip")
        lefts = {f"left.{level}": left for level, left in enumerate(window.lefts) if left is not None}
        states = {f"root.{i}": root.state_SC for i, root in enumerate(self.roots)} | lefts
        states |= {"open": window.root} if window.count else {}
        facts = {
            "model": self.model.name,
            "fingerprint": self.model.fingerprint,
            "shape": list(self.shape),
            "most": self.most,
            "count": self.count,
            "roots": [[root.first, root.stride] for root in self.roots],
        }
        with atomic_file(Path(path)) as part:
            tensors = {name: state.cpu().contiguous().clone() for name, state in states.items()}
            save_file(tensors, part, {"format": FORMAT, "stream": json_text(facts)})

    @classmethod
    def open(cls, path: str | Path, model: Model, padding: str = "skip") -> BoundedMemory:
        """The memory of a file; ValueError when the file is none, damaged, or another model's."""
        facts = read_facts(path)
        with readable(Path(path)):
            with safe_open(path, framework="pt", device=str(model.device)) as file:
                states = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
            return cls.restored(facts, states, model, padding)

    @classmethod
    def restored(cls, facts: StreamFile, states: dict[str, Tensor], model: Model, padding: str) -> BoundedMemory:
        """The memory of a file's facts and states, checked."""
        if facts.fingerprint != model.fingerprint:
            raise ValueError(
                f"this stream was kept by {facts.model[:60]} ({facts.fingerprint[:16]}), it cannot be read with "
                f"{model.name} ({model.fingerprint}); open it with the model that kept it"
            )
        memory = cls(model, height=facts.height, width=facts.width, roots=facts.most, padding=padding)
        if not all(x.shape == memory.fresh.root.shape and x.isfinite().all() for x in states.values()):
            raise ValueError("the stream's memory is damaged: a state has another shape or a float that is none")
        check_spans(facts.spans, facts.count, model.leaves, memory.most)
        made = (Root(state_SC=states.pop(f"root.{i}"), first=a, stride=b) for i, (a, b) in enumerate(facts.spans))
        memory.roots = tuple(made)
        for root in memory.roots:
            model.tree.check_states(root.state_SC[None], model.merges)
        memory.count = facts.count
        opened = open_window(facts, states, model)
        memory.window = opened if padding == "skip" else opened.repadded(padding)
        return memory


def pair_of(spans: list[tuple[int, int]], count: int) -> int:
    """Index of the older of the two roots that are merged next, of (first frame, stride) each; ValueError without two
    neighbours of one stride.
    """
    pairs = [i for i, (a, b) in enumerate(pairwise(spans)) if a[1] == b[1]]
    if not pairs:
        raise ValueError(f"the stream ends after {count} frames: {len(spans) - 1} roots reach no further")
    return min(pairs, key=lambda i: (spans[i][1] / (count - spans[i][0]), i))


def strides_after(windows: int, roots: int) -> list[int]:
    """Strides of the roots that are kept after so many windows, oldest first."""
    spans = []
    for window in range(windows):
        spans.append((window, 1))
        if len(spans) > roots:
            at = pair_of(spans, window + 1)
            spans[at : at + 2] = [(spans[at][0], 2 * spans[at][1])]
    return [stride for _, stride in spans]


def open_window(facts: StreamFile, states: dict[str, Tensor], model: Model) -> StreamingTree:
    """The window that was being filled, with padding `skip`; ValueError where states are missing or too many."""
    window = StreamingTree(model, height=facts.height, width=facts.width, padding="skip")
    window.count = facts.count - sum(stride for _, stride in facts.spans) * model.leaves
    if window.count:
        window.root = states.pop("open")
        model.tree.check_states(window.root[None], window.merges)
    if set(states) - {f"left.{level}" for level in range(model.merges)}:
        raise ValueError("the stream's memory is damaged: it holds states that belong nowhere")
    for level in range(model.merges):
        window.lefts[level] = states.get(f"left.{level}")
        if window.lefts[level] is not None:
            model.tree.check_states(window.lefts[level][None], level)
        elif window.count >> level & 1:
            raise ValueError("the stream's memory is damaged: a state of its open window is missing")
    return window


@dataclass(frozen=True, kw_only=True)
class StreamFile:
    """What a stream's file says of itself."""

    model: str
    fingerprint: str
    height: int
    width: int
    most: int
    """roots that are kept at most"""
    count: int
    """frames so far"""
    spans: list[tuple[int, int]]
    """of every root: number of its first frame, and frames that a leaf stands for"""


def read_facts(path: str | Path) -> StreamFile:
    """The facts of a file, no state being read; ValueError when the file is none."""
    path = Path(path)
    with readable(path):
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
        if metadata.get("format") != FORMAT:
            raise ValueError(
                f"{path.name} is no stream's memory of this program ({FORMAT}); choose a .imfn-stream file"
            )
        facts = json.loads(metadata["stream"])
        height, width, most, count = (whole(n) for n in (*facts["shape"][:2], facts["most"], facts["count"]))
        return StreamFile(
            model=str(facts["model"]),
            fingerprint=str(facts["fingerprint"]),
            height=height,
            width=width,
            most=most,
            count=count,
            spans=[(whole(first), whole(stride)) for first, stride in facts["roots"]],
        )


def whole(value: object) -> int:
    """A whole number; TypeError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{str(value)[:20]!r} is no whole number")
    return value


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Whatever breaks while a file is read becomes one ValueError."""
    try:
        yield
    except (SafetensorError, OSError, LookupError, TypeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(
            f"{path.name} is no readable stream ({str(error)[:80]}); choose a .imfn-stream file, or save it again"
        ) from None


def check_spans(spans: list[tuple[int, int]], count: int, leaves: int, most: int) -> None:
    """ValueError unless roots lie one behind the other from the first frame on, and less than a window is open."""
    end = 0
    for first, stride in spans:
        if first != end or stride < 1 or stride & (stride - 1):
            raise ValueError("the stream's memory is damaged: its roots do not follow one another")
        end += stride * leaves
    if len(spans) > most or not end <= count < end + leaves:
        raise ValueError("the stream's memory is damaged: its roots do not add up to its frames")


__all__ = ["BoundedMemory", "Root", "StreamFile", "read_facts", "strides_after"]
