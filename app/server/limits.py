"""What a shared page allows: one object with every limit, and the one place where sources are opened within them.

    from app.server.limits import limits
    limits().max_frames; limits().own_paths; limits().check_steps(5000); limits().check_queue(waiting)

Shared is a Hugging Face Space (SPACE_ID is set) or a page with IMFN_PUBLIC=1; IMFN_PUBLIC=0 says that a Space is one's
own. On one's own machine every limit is infinite and the page listens on this machine only. Any limit is changed by the
variable IMFN_ and its name, IMFN_MAX_FRAMES=1000. IMFN_LOGIN=user:password asks for both.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from engine.data.sources.base import BOUNDS
from engine.data.sources.opening import Source, open_source
from engine.memory import Memory

MORE = "Run the program on your own machine for more."
SHARE = 3
"""visitors whose share of what is scarce one address may have, whatever keys it sends"""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Infinite and open unless the page is shared; see `SHARED` for what holds then."""

    public: bool = False
    """strangers use this page: what one of them does must not be seen, stopped or downloaded by another"""
    own_paths: bool = True
    """folders and checkpoints of this machine may be named: training from a path, models by folder or finished run"""
    max_upload_mb: float = math.inf
    """of all files of one upload together"""
    max_frames: float = math.inf
    """of a clip that are taken at once"""
    max_pixels: float = math.inf
    """of one frame at its working size; larger ones are scaled down"""
    max_source_pixels: float = math.inf
    """of one frame as it comes; larger ones are refused"""
    max_train_steps: float = math.inf
    """of one training, all stages together"""
    max_train_seconds: float = math.inf
    """that one training may take; it is stopped and keeps what it has then"""
    max_train_gb: float = math.inf
    """of memory that one training may take, by its forecast and in fact"""
    max_queued_runs: float = math.inf
    """trainings that wait at once, everybody's together"""
    max_own_runs: float = math.inf
    """trainings of one visitor that wait or run at once; a comparison counts as one for each of its models"""
    max_waiting: float = math.inf
    """visitors that stand in the line at once, and calls of other kinds that wait"""
    max_visitor_mb: float = math.inf
    """of the disk, for everything that was made for one visitor: explorations, trainings, downloads"""
    max_visitor_folders: float = math.inf
    """that are kept for one visitor"""
    max_disk_mb: float = math.inf
    """of the disk, for all visitors together, with what they have uploaded"""
    max_address_waiting: float = math.inf
    """requests from one address that stand in the line at once"""
    max_address_runs: float = math.inf
    """trainings from one address that wait or run at once"""
    max_address_pages: float = math.inf
    """pages of one address whose trajectories are kept at once"""
    max_address_streams: float = math.inf
    """streams of one address that run at once"""
    max_address_requests: float = math.inf
    """of one address that are being answered at once, with the connection that every open page keeps"""
    max_address_rate: float = math.inf
    """requests of one address that are answered in a second, when others ask as well; more of them wait (`pace.py`)"""
    kept_seconds: float = 2 * 3600
    """that a visitor's files outlive their last change, on one's own machine too"""

    @property
    def sentence(self) -> str:
        """What bites on the Explore tab, for the page; empty on one's own machine."""
        if not self.public:
            return ""
        return (
            f"This page is shared: files up to {self.max_upload_mb:g} MB, {self.max_frames:g} frames at a time, "
            f"{self.max_pixels / 1000:g} thousand pixels a frame; what you upload is deleted within two hours. {MORE}"
        )

    @property
    def training_sentence(self) -> str:
        """What bites where a training is started; empty on one's own machine."""
        if not self.public:
            return ""
        return (
            f"This page is shared: a training takes at most {self.max_train_steps:g} steps and "
            f"{self.max_train_seconds / 60:g} minutes. {MORE}"
        )

    def check_steps(self, steps: int) -> None:
        """ValueError for a training that is too long."""
        if steps > self.max_train_steps:
            raise ValueError(
                f"This training has {steps:,} steps; this shared page takes {self.max_train_steps:,.0f}. {MORE}"
            )

    def check_train_memory(self, forecast: float) -> None:
        """ValueError for a training that would take too many bytes."""
        if forecast > self.max_train_gb * 2**30:
            raise ValueError(
                f"This training would take about {forecast / 2**30:,.1f} GB of memory; this shared page gives "
                f"{self.max_train_gb:g}. Choose a smaller batch or a smaller tree. {MORE}"
            )

    def check_queue(self, waiting: int, own: int = 0, coming: int = 1) -> None:
        """ValueError when so many more do not fit into the queue, or into a visitor's share of it."""
        if own + coming > self.max_own_runs:
            more = f"{coming} more are too many: " if coming > 1 else ""
            raise ValueError(
                f"{more}{own} trainings of yours wait or run, and this shared page gives one visitor "
                f"{self.max_own_runs:g}; wait for one to end, or stop it. {MORE}"
            )
        if waiting + coming > self.max_queued_runs:
            raise ValueError(
                f"{waiting} trainings are waiting, and this shared page lets {self.max_queued_runs:g} wait; try again "
                "later."
            )

    def check_address(self, near: int, coming: int = 1) -> None:
        """ValueError when so many more trainings are too many for one address, of which `near` wait or run."""
        if near + coming > self.max_address_runs:
            raise ValueError(
                f"{near} trainings from your address wait or run, and this shared page gives one address "
                f"{self.max_address_runs:g}; wait for one to end, or stop it. {MORE}"
            )

    def check_memory(self, memory: Memory) -> None:
        """ValueError for a memory that unfolds to more than a clip may have here."""
        pixels = memory.height * memory.width
        if memory.frames > self.max_frames or pixels > self.max_pixels:
            raise ValueError(
                f"This memory holds {memory.frames:,} frames of {memory.width:,}×{memory.height:,}; this shared page "
                f"opens {self.max_frames:g} frames of {self.max_pixels:,.0f} pixels. {MORE}"
            )

    def check_source(self, source: Source) -> None:
        """ValueError for frames that are too large to be decoded for a stranger."""
        height, width = source.info.height, source.info.width
        if height * width > self.max_source_pixels:
            raise ValueError(
                f"{source.info.name} has frames of {width:,}×{height:,}; this shared page takes "
                f"{self.max_source_pixels / 1e6:g} million pixels a frame, scale it down."
            )


SHARED = Limits(
    public=True,
    own_paths=False,
    max_upload_mb=64,
    max_frames=320,
    max_pixels=250_000,
    max_source_pixels=9_000_000,
    max_train_steps=2_000,
    max_train_seconds=600,
    max_train_gb=4,
    max_queued_runs=16,
    max_own_runs=8,
    max_waiting=100,
    max_visitor_mb=2048,
    max_visitor_folders=200,
    max_disk_mb=16_384,
    max_address_waiting=25,
    max_address_runs=12,
    max_address_pages=30,
    max_address_streams=12,
    max_address_requests=200,
    max_address_rate=10,
)


NUMBERS = tuple(field.name for field in fields(Limits) if field.type == "float")
VARIABLES = ("IMFN_PUBLIC", "SPACE_ID", *(f"IMFN_{name.upper()}" for name in NUMBERS))


def limits() -> Limits:
    """What holds now: SHARED or nothing, with the overrides of the environment."""
    return limits_of(*(os.environ.get(name, "") for name in VARIABLES))


@lru_cache(maxsize=8)
def limits_of(public: str, space: str, *numbers: str) -> Limits:
    """The limits of an environment; every request asks for them several times."""
    said = public.strip().lower()
    shared = said in ("1", "true", "yes") or (not said and bool(space))
    base = SHARED if shared else Limits()
    found = {name: override(name, text, getattr(base, name)) for name, text in zip(NUMBERS, numbers, strict=True)}
    return Limits(public=shared, own_paths=base.own_paths, **found)


def bound_readers() -> None:
    """Have every reader, here and in workers, refuse pictures that are too large for strangers before they are decoded,
    and decode a video with one thread: each keeps frames of its own.
    """
    bounds = limits()
    if bounds.public:
        BOUNDS.lower(bounds.max_source_pixels, threads=1)


def override(name: str, text: str, value: float) -> float:
    """The environment's number for a limit; ValueError unless it is one above 0."""
    variable, text = f"IMFN_{name.upper()}", text.strip()
    if not text:
        return value
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not number > 0:
        raise ValueError(f"{variable} is {text[:20]!r}; set it to a number above 0, or to inf")
    return number


def login() -> tuple[str, str] | None:
    """(user, password) of IMFN_LOGIN; ValueError when it is not of the form user:password."""
    text = os.environ.get("IMFN_LOGIN", "")
    if not text:
        return None
    user, _, password = text.partition(":")
    if not user or not password:
        raise ValueError("IMFN_LOGIN is not of the form user:password; set both, or leave it out")
    return user, password


def open_within(
    path: str | Path | Sequence[str | Path],
    *,
    short_side: int | None = None,
    first: int = 0,
    last: int | None = None,
    **options: object,
) -> Source:
    """`open_source` within the limits: less frames and smaller ones, with a note that says so."""
    bounds = limits()
    asked, last = last, within(first, last, bounds.max_frames)
    source = open_source(path, short_side=short_side, first=first, last=last, **options)
    bounds.check_source(source)
    height, width = source.fitting.size
    if height * width > bounds.max_pixels:
        small = max(1, int(min(height, width) * math.sqrt(bounds.max_pixels / (height * width))))
        source = open_source(path, short_side=small, first=first, last=last, **options)
        source.notes.append(f"Frames are scaled to a short side of {small} on this shared page. {MORE}")
    known = source.info.frames
    if last != asked and (known is None or known > last):
        source.notes.append(f"This shared page takes {bounds.max_frames:g} frames at a time; the rest is left out.")
    return source


def within(first: int, last: int | None, most: float) -> int | None:
    """The end of a range that has at most so many frames."""
    if math.isinf(most):
        return last
    return int(first + most) if last is None else int(min(last, first + most))


__all__ = ["Limits", "limits", "login", "open_within"]
