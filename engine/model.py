"""A loaded checkpoint: compress frames to a memory, reconstruct frames from one. The engine's public face.

One class for teachers, students and baselines; what differs is asked of the compressor (`engine/compressors/base.py`).
Long sequences become a row of windows; frames in = frames out, always.
Shapes: T frames of a sequence, N nodes, S slots, C channels, H W K frame.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import chain, islice
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.checkpoints import find_checkpoint, load_checkpoint, load_probe, maker_of
from engine.compressors.base import Compressor
from engine.compressors.readout import Readout
from engine.compressors.refine import refine
from engine.data.datasets.asking import asking
from engine.data.sources.base import MAX_NAME, check_fps
from engine.memory import Memory, node_count, write_memory_file
from engine.overlap import ahead, side_by_side
from engine.precision import checked_precision, rounded


def load_model(name: str, device: str | None = None) -> Model:
    """A bundled checkpoint by name, a finished run, or one by folder; GPU when there is one unless `device` says
    otherwise. ValueError names what is wrong.
    """
    folder = find_checkpoint(name)
    compressor, card, fingerprint = load_checkpoint(folder)
    return Model(compressor, card=card, name=folder.name, fingerprint=fingerprint, device=device, folder=folder)


class Model:
    """A compressor ready for use. `leaves` T, `merges` log2 T, `frame_shape` (H, W, K) or None for any H, W."""

    def __init__(
        self,
        compressor: Compressor,
        *,
        card: dict,
        name: str,
        fingerprint: str,
        device: str | None = None,
        folder: Path | None = None,
    ) -> None:
        self.folder = folder
        self.device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self.compressor, self.card, self.name, self.fingerprint = compressor.to(self.device), card, name, fingerprint
        self.tree = compressor.teacher.to(self.device) if compressor.teacher else self.compressor
        """what decodes: a student's teacher, else the compressor itself"""
        self.kind, config = card.get("kind", compressor.kind), compressor.config
        self.leaves, self.merges, self.colours = config.leaves, config.merges, config.colours
        self.frame_shape = config.frame_shape

    @property
    def single_threaded(self) -> bool:
        """Whether most of its work is done by one thread, so that windows are best taken side by side."""
        return self.compressor.single_threaded and self.device.type == "cpu"

    @property
    def parameters(self) -> int:
        """Number of learned values it takes, the learned choices of a zonal tree and a student's teacher counted in."""
        own = self.compressor.learned()
        return own if self.tree is self.compressor else own + self.tree.learned()

    def compress(
        self,
        frames: np.ndarray,
        merges: int | None = None,
        *,
        fps: float = 10.0,
        name: str = "sequence",
        precision: str = "float32",
    ) -> Memory:
        """A memory of frames [T, H, W, K], uint8 or float in [0, 1]; merges=None goes to the root. `precision` is that
        of the file it is saved as (`engine/precision.py`).

        ValueError for other shapes, for values outside [0, 1] or not finite, for no frames.
        """
        frames_THWK = checked_frames(frames)
        merges = self.checked_merges(merges)
        self.compressor.check_frames(*frames_THWK.shape[1:])
        blocks = [
            self.states(frames_THWK[i : i + self.leaves], merges) for i in range(0, len(frames_THWK), self.leaves)
        ]
        facts = self.facts(frames_THWK.shape, merges, fps, name)
        return self.at_precision(Memory(states_MSC=torch.cat(blocks), **facts), precision)

    def at_precision(self, memory: Memory, precision: str) -> Memory:
        """The memory as a file of this precision gives it back; ValueError for an unknown precision."""
        exact = self.exact_floats(memory.merges, memory.states_MSC.shape[1])
        states = rounded(memory.states_MSC, checked_precision(precision), exact)
        return replace(memory, states_MSC=states, precision=precision, exact=0 if precision == "float32" else exact)

    def exact_floats(self, merges: int, slots: int) -> int:
        """First floats of a node that a memory in 8 bits keeps exactly."""
        return self.compressor.exact_floats(merges, slots)

    def compress_stream(
        self, windows: Iterable[np.ndarray], path: str | Path, merges: int | None = None, **about: object
    ) -> dict:
        """Compress windows as they come straight into a memory file; returns its facts.

        Memory use is bounded by a few windows: states go to disk at once.
        """
        merges, path = self.checked_merges(merges), Path(path)
        precision = checked_precision(about.get("precision", "float32"))
        spool = path.with_name(path.name + ".spool")
        count, shape, state_shape = 0, (), ()

        def kept(window: np.ndarray) -> tuple[tuple[int, ...], Tensor]:
            """A window's shape, and the states that it needs."""
            return window.shape, self.states(checked_frames(window), merges)

        try:
            coming = ahead(windows)
            first = list(islice(coming, 2))
            with spool.open("wb") as file:
                several = self.single_threaded and len(first) > 1
                for shape, states in side_by_side(kept, chain(first, coming), lambda: several):
                    file.write(states.numpy().tobytes())
                    count, state_shape = count + shape[0], states.shape[1:]
            if not count:
                raise ValueError("there are no frames to compress")
            facts = self.facts((count, *shape[1:]), merges, about.get("fps", 10.0), about.get("name", "sequence"))
            if precision != "float32":
                facts |= {"precision": precision, "exact": self.exact_floats(merges, state_shape[0])}
            nodes = node_count(count, self.leaves, merges)
            write_memory_file(path, facts, (nodes, *state_shape), spooled(spool, nodes, state_shape))
        finally:
            spool.unlink(missing_ok=True)
        return facts

    @torch.inference_mode()
    def kept_states(self, frames_THWK: np.ndarray) -> Iterator[tuple[int, Tensor]]:
        """(merges, refined states [N, S, C]) of every level that one window can be kept at, from 2:1 to the root."""
        if not self.compressor.keeps_levels:
            yield self.merges, self.states(frames_THWK, self.merges)
            return
        levels = self.compressor.kept_levels(self.window(frames_THWK, self.merges), self.merges, self.at_once)
        for merges, states in enumerate(levels, 1):
            yield merges, self.refined(states[0][: -(-len(frames_THWK) // 2**merges)], frames_THWK, merges)

    @torch.inference_mode()
    def states(self, frames_THWK: np.ndarray, merges: int) -> Tensor:
        """States [N, S, C] of the nodes that one window (at most T frames) needs, refined, on the CPU."""
        self.compressor.check_frames(*frames_THWK.shape[1:])
        window = self.window(frames_THWK, merges)
        states = self.compressor.last_level(window, merges, self.at_once)[0]
        return self.refined(states, frames_THWK, merges).cpu()

    def refined(self, states_NSC: Tensor, frames_THWK: np.ndarray, merges: int) -> Tensor:
        """The states that are kept of those that rose from these frames; see `engine/compressors/refine.py`."""
        steps = self.compressor.config.settle if merges else 0
        if not steps:
            return states_NSC
        padded = to_tensor(pad_leaves(frames_THWK, 2**merges)[: len(states_NSC) << merges], self.device)
        return refine(self.compressor, states_NSC, padded, merges, steps)

    @torch.inference_mode()
    def rise(self, frames_THWK: np.ndarray, merges: int) -> list[Tensor]:
        """States of every level up to `merges` for one window, leaves first, each [N, S, C]; where no levels are kept,
        those of the whole window alone, a short one filled up.
        """
        return [level[0] for level in self.compressor.levels(self.window(frames_THWK, merges), merges, self.at_once)]

    def window(self, frames_THWK: np.ndarray, merges: int) -> Tensor:
        """Frames [1, T, H, W, K] filled up, with the last one or with black ones, as far as nodes of `merges` merges
        need.
        """
        multiple = 2**merges if self.compressor.keeps_levels else self.leaves
        return self.tensor(pad_leaves(frames_THWK, multiple, black=self.compressor.pads_black))[None]

    @torch.inference_mode()
    def recover(self, states_NSC: Tensor, merges: int, height: int, width: int, count: int | None = None) -> np.ndarray:
        """Frames [N·2^merges, H, W, K] in [0, 1] from nodes of one level, or the first `count` of them."""
        states = states_NSC.to(self.device)[None]
        return pixels(self.compressor.recover(states, merges, height, width, count, self.at_once))

    @torch.inference_mode()
    def recall(self, memory_SC: Tensor, t: int, height: int, width: int) -> np.ndarray:
        """The first t frames [t, H, W, K] in [0, 1] as the memory of a stream after t frames holds them."""
        return pixels(self.compressor.recall(memory_SC[None], t, height, width, self.at_once))

    @property
    def at_once(self) -> int | None:
        """Frames that the codec takes in one call: on a CPU one large one after the other, to stay in the cache."""
        return 1 if self.device.type == "cpu" and self.frame_shape is None else None

    def tensor(self, frames: np.ndarray) -> Tensor:
        """Frames in [0, 1] on the model's device."""
        return to_tensor(frames, self.device)

    def reconstruct(self, memory: Memory) -> np.ndarray:
        """Frames [T, H, W, K] float32 in [0, 1], as many as went in; ValueError for a foreign memory."""
        return np.concatenate(list(self.reconstruct_windows(memory)))

    def reconstruct_windows(self, memory: Memory) -> Iterator[np.ndarray]:
        """The same, window by window; ValueError before the first one when any node of the memory is damaged."""
        self.check_memory(memory.facts, tuple(memory.states_MSC.shape))
        self.tree.check_states(memory.states_MSC.to(self.device), memory.merges)
        per_window = self.leaves >> memory.merges
        left = memory.frames
        for first in range(0, len(memory.states_MSC), per_window):
            states = memory.states_MSC[first : first + per_window]
            yield self.recover(states, memory.merges, memory.height, memory.width, min(left, self.leaves))
            left -= self.leaves

    @cached_property
    def probe(self) -> Readout:
        """What reads this model's memories; ValueError where none was fitted, or one for other memories."""
        config = self.compressor.config
        floats = math.prod(self.compressor.state_shape(self.merges, config.height, config.width))
        if self.folder is None:
            raise ValueError(f"{self.name} has no probe that reads its memories; load it from a checkpoint's folder")
        return load_probe(self.folder, self.card, self.fingerprint, floats).to(self.device)

    def predict(self, memory: Memory | Tensor, query: Mapping[str, object]) -> np.ndarray | float:
        """What a memory of one window answers to a query, from its floats alone.

        `memory`: a root, as `compress` or a stream gives it ([S, C]). `query`: `engine/data/datasets/asking.py` has the
        questions and the shapes of their answers. ValueError for another model's memory, one of several windows or of
        another level, and for what cannot be asked.
        """
        wanted = asking(query, self.probe.questions)
        with torch.inference_mode():
            hidden = self.probe.hidden(self.checked_root(memory).to(self.device).reshape(1, -1))
            query_1Q = None if wanted.query_1Q is None else wanted.query_1Q.to(self.device)
            return wanted.read(self.probe.answer(wanted.question, hidden, query_1Q).cpu())

    def checked_root(self, memory: Memory | Tensor) -> Tensor:
        """The one root [S, C] of a memory; ValueError for anything else."""
        if isinstance(memory, Tensor):
            expected = self.compressor.state_shape(self.merges, *(self.frame_shape or (0, 0, 0))[:2])
            if tuple(memory.shape) != expected:
                raise ValueError(f"the state is {list(memory.shape)}, {self.name} has memories of {list(expected)}")
            return memory
        self.check_memory(memory.facts, tuple(memory.states_MSC.shape))
        if memory.merges != self.merges or len(memory.states_MSC) != 1:
            raise ValueError(
                f"this memory has {len(memory.states_MSC)} nodes with {memory.merges} merges; predictions are made of "
                f"one root with {self.merges} merges, over at most {self.leaves} frames"
            )
        return memory.states_MSC[0]

    def check_memory(self, facts: dict, shape: tuple[int, ...]) -> None:
        """ValueError unless this very checkpoint made the memory and its shape fits."""
        if facts["fingerprint"] != self.fingerprint:
            maker = maker_of(facts["model"], facts["fingerprint"])
            raise ValueError(
                f"this memory was made by {maker[:60]} ({facts['fingerprint'][:16]}), "
                f"it cannot be read with {self.name} ({self.fingerprint})"
            )
        expected = self.compressor.state_shape(facts["merges"], facts["height"], facts["width"])
        if shape[1:] != expected:
            raise ValueError(f"the memory is damaged: nodes of {list(shape[1:])}, expected {list(expected)}")
        if facts["precision"] != "float32" and facts["exact"] != self.exact_floats(facts["merges"], shape[1]):
            raise ValueError("the memory is damaged: its header states other index floats than the model has")

    def checked_merges(self, merges: int | None) -> int:
        """`merges`, or the root's; ValueError for a level that is not kept."""
        if merges is None:
            return self.merges
        if not self.compressor.keeps_levels and merges != self.merges:
            raise ValueError(
                f"merges is {merges}; {self.name} is a {self.kind} and keeps roots only, {self.merges} merges"
            )
        if not 0 <= merges <= self.merges:
            raise ValueError(f"merges is {merges}, {self.name} has 0 to {self.merges}")
        return merges

    def facts(self, shape: tuple[int, ...], merges: int, fps: float, name: str) -> dict:
        """The header of a memory of frames of this shape."""
        count, height, width, colours = shape
        return dict(
            model=self.name,
            fingerprint=self.fingerprint,
            leaves=self.leaves,
            merges=merges,
            frames=count,
            height=height,
            width=width,
            colours=colours,
            fps=check_fps(fps),
            name=name[:MAX_NAME],
            precision="float32",
            exact=0,
        )


def checked_frames(frames: np.ndarray) -> np.ndarray:
    """Frames as uint8 or float32 [T, H, W, K]; ValueError with the offending numbers."""
    frames = np.asarray(frames)
    if frames.ndim != 4 or not len(frames):
        raise ValueError(f"frames have shape {list(frames.shape)}, expected [T, H, W, K] with at least one frame")
    if frames.dtype == np.uint8:
        return frames
    if not np.issubdtype(frames.dtype, np.floating):
        raise ValueError(f"frames are {frames.dtype}, expected uint8, or float in [0, 1]")
    if not np.isfinite(frames).all():
        raise ValueError("frames hold a value that is not a finite number (NaN or infinite)")
    low, high = float(frames.min()), float(frames.max())
    if low < 0 or high > 1:
        raise ValueError(f"float frames range from {low:.3g} to {high:.3g}, expected values in [0, 1]")
    return frames.astype(np.float32)


def pad_leaves(frames_THWK: np.ndarray, multiple: int, *, black: bool = False) -> np.ndarray:
    """Repeat the last frame, or add black ones, until the count is a multiple."""
    missing = -len(frames_THWK) % multiple
    if black:
        return np.concatenate((frames_THWK, np.zeros_like(frames_THWK[:1]).repeat(missing, 0)))
    if not missing:
        return frames_THWK
    return np.concatenate((frames_THWK, np.repeat(frames_THWK[-1:], missing, 0)))


def to_tensor(frames: np.ndarray, device: torch.device) -> Tensor:
    """Frames in [0, 1] on a device."""
    tensor = torch.from_numpy(np.ascontiguousarray(frames)).to(device)
    return tensor.float().div_(255) if tensor.dtype == torch.uint8 else tensor


def pixels(frames_1THWK: Tensor) -> np.ndarray:
    """A window's frames, clipped to [0, 1]."""
    return frames_1THWK[0].clamp(0, 1).cpu().numpy()


def spooled(path: Path, nodes: int, state_shape: tuple[int, ...]) -> Iterator[Tensor]:
    """States [1, S, C] from a spool file, node by node."""
    size = 4 * state_shape[0] * state_shape[1]
    with path.open("rb") as file:
        for _ in range(nodes):
            yield torch.frombuffer(bytearray(file.read(size)), dtype=torch.float32).view(1, *state_shape)
