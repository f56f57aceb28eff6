"""Samples of any depth as bytes, by one rule for images and arrays.

Whole numbers: the smallest of 8, 10, 12, 14, 16, 24 or 32 bits that holds all values of the sequence is white, so that
12 bits stored in 16 are not black. With values below 0 the same number of bits reaches from -2^(b-1) to 2^(b-1) - 1.
Floats: 0 to 1; or, where the largest value is above 32, 0 to 255 or a depth of whole numbers. Everything else is
refused with its numbers. One scale holds for a whole sequence: nothing flickers.
Shapes: H W pixels, K colours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

BITS = (8, 10, 12, 14, 16, 24, 32)
UNCLEAR = 32
"""a float picture whose largest value lies above 1 and up to this could be anything"""
ROUNDING = 1e-3
"""floats may miss 0 and 1 by so much"""


@dataclass(frozen=True, kw_only=True)
class Extent:
    """The smallest and the largest sample of a sequence, and its type."""

    dtype: np.dtype
    low: float
    high: float

    @classmethod
    def of(cls, samples: np.ndarray) -> Extent:
        """Of one picture."""
        return cls(dtype=samples.dtype, low=float(samples.min()), high=float(samples.max()))

    def with_(self, other: Extent) -> Extent:
        """Of both together."""
        wider = np.promote_types(self.dtype, other.dtype)
        return replace(self, dtype=wider, low=min(self.low, other.low), high=max(self.high, other.high))


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Turns samples into bytes: `low` is 0, `high` is 255."""

    low: float
    high: float

    def to_bytes(self, samples: np.ndarray) -> np.ndarray:
        """uint8 of the same shape; what lies outside is clipped."""
        if samples.dtype == np.uint8 and (self.low, self.high) == (0, 255):
            return samples
        precise = np.float32 if samples.dtype.itemsize <= 2 or samples.dtype == np.float32 else np.float64
        scaled = (samples.astype(precise) - precise(self.low)) * precise(255 / (self.high - self.low))
        return np.rint(np.clip(scaled, 0, 255)).astype(np.uint8)


BYTES = Scale(low=0, high=255)


def extent_of(pictures: Iterable[tuple[str, np.ndarray]]) -> Extent | None:
    """The extent of (name, samples) pairs. Raises ValueError for numbers that are not finite, or of no usable type."""
    found = None
    for name, samples in pictures:
        check_type(samples.dtype, name)
        this = Extent.of(samples)
        if not np.isfinite(this.low) or not np.isfinite(this.high):
            what = "NaN" if np.isnan(this.low) else "an infinite value"
            raise ValueError(f"{what} in {name}; replace it by a number between 0 and 1")
        found = found.with_(this) if found else this
    return found


def check_type(dtype: np.dtype, name: str) -> None:
    """Raises ValueError unless samples of a type can be scaled."""
    whole = dtype.kind in "iu" and dtype.itemsize <= 4
    if not whole and dtype.kind not in "fb":
        raise ValueError(f"{name} holds {dtype} numbers; save whole numbers of at most 32 bits, or floats from 0 to 1")


def scale_of(extent: Extent, name: str) -> tuple[Scale, str | None]:
    """The scale for a sequence and the note that is due. Raises ValueError where the numbers say no brightness."""
    if extent.dtype == np.uint8:
        return BYTES, None
    if extent.dtype.kind == "b":
        return Scale(low=0, high=1), None
    if extent.dtype.kind == "f":
        return float_scale(extent, name)
    return whole_scale(extent)


def whole_scale(extent: Extent) -> tuple[Scale, str | None]:
    """Of whole numbers with more than 8 bits, or with a sign."""
    limits = np.iinfo(extent.dtype)
    if extent.low < 0:
        bits = next(b for b in BITS if -(2 ** (b - 1)) <= extent.low and extent.high < 2 ** (b - 1))
        low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
        numbers = f"from {extent.low:,.0f} to {extent.high:,.0f}"
        return Scale(low=low, high=high), f"Values reach {numbers}: {low:,} is shown black and {high:,} white."
    bits = next(b for b in BITS if extent.high < 2**b)
    high = min(2**bits - 1, limits.max)
    if high == limits.max:
        return Scale(low=0, high=high), None
    stored = f"{limits.bits} bits are stored and the largest value is {extent.high:,.0f}"
    return Scale(low=0, high=high), f"{stored}: {high:,} ({bits} bits) is shown white."


def float_scale(extent: Extent, name: str) -> tuple[Scale, str | None]:
    """Of floats."""
    if extent.low >= -ROUNDING and extent.high <= 1 + ROUNDING:
        return Scale(low=0, high=1), None
    if extent.low >= 0 and UNCLEAR < extent.high < 2**16:
        bits = next(b for b in BITS if extent.high <= 2**b - 1 or b == 16)
        white = 2**bits - 1
        return Scale(low=0, high=white), f"The largest value is {extent.high:,.6g}: {white:,} is shown white."
    raise ValueError(f"{name} has values from {extent.low:.4g} to {extent.high:.4g}; scale them to 0 to 1")


def over_black(samples: np.ndarray) -> np.ndarray:
    """uint8 [H, W, 1 or 3] of [H, W, 1 to 4]: an alpha in the last of 2 or 4 channels is laid over black."""
    if samples.shape[2] in (1, 3):
        return samples
    colour, alpha = samples[..., :-1].astype(np.uint16), samples[..., -1:].astype(np.uint16)
    return ((colour * alpha + 127) // 255).astype(np.uint8)
