"""How a video asks to be shown: turned or mirrored by its display matrix, with pixels that are not square.

Shapes: H W pixels, K colours.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

NARROWEST, WIDEST = Fraction(1, 8), Fraction(8)
"""pixel aspects outside of this are taken for damage"""


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Mirrored first, then turned clockwise in quarters."""

    mirrored: bool = False
    turns: int = 0
    aspect: Fraction = Fraction(1)
    """width of a stored pixel over its height"""

    def shown(self, height: int, width: int) -> tuple[int, int]:
        """(height, width) as shown, of a stored picture."""
        width = max(1, round(width * self.aspect))
        return (width, height) if self.turns % 2 else (height, width)

    def stored(self, height: int, width: int) -> tuple[int, int]:
        """(height, width) before turning, of a picture as shown; with square pixels."""
        return (width, height) if self.turns % 2 else (height, width)

    def apply(self, pixels_HWK: np.ndarray) -> np.ndarray:
        """Pixels mirrored and turned."""
        if not self.mirrored and not self.turns:
            return pixels_HWK
        pixels_HWK = pixels_HWK[:, ::-1] if self.mirrored else pixels_HWK
        return np.ascontiguousarray(np.rot90(pixels_HWK, -self.turns))

    def notes(self, height: int, width: int) -> list[str]:
        """What was done to a stored picture of a size."""
        said = []
        if self.mirrored:
            turn = f" and turned by {90 * self.turns}° clockwise" if self.turns else ""
            said.append(f"The file asks to be mirrored{turn}; it was.")
        elif self.turns:
            said.append(f"The file asks to be turned by {90 * self.turns}° clockwise; it was.")
        if self.aspect != 1:
            wide = round(width * self.aspect)
            said.append(f"Pixels are not square ({self.aspect}): {width}×{height} was widened to {wide}×{height}.")
        return said


def placement(frame: Any, stream: Any) -> Placement:
    """What a stream and its first frame ask for."""
    mirrored, turns = orientation(display_matrix(frame))
    aspect = stream.sample_aspect_ratio or Fraction(1)
    sane = NARROWEST <= aspect <= WIDEST
    return Placement(mirrored=mirrored, turns=turns, aspect=Fraction(aspect) if sane else Fraction(1))


def display_matrix(frame: Any) -> tuple[int, int, int, int] | None:
    """(a, b, c, d) of the matrix that takes a stored pixel (x, y) to (a x + c y, b x + d y); None without one."""
    for data in frame.side_data:
        if data.type.name == "DISPLAYMATRIX" and len(raw := bytes(data)) >= 36:
            a, b, _, c, d, *_ = struct.unpack("=9i", raw[:36])
            return a, b, c, d
    return None


def orientation(matrix: tuple[int, int, int, int] | None) -> tuple[bool, int]:
    """(mirrored, clockwise quarter turns) nearest to a matrix."""
    if matrix is None or not any(matrix):
        return False, 0
    a, b, c, d = matrix
    mirrored = a * d - b * c < 0
    # where the x axis of the stored picture, mirrored or not, points to
    x, y = (-a, -b) if mirrored else (a, b)
    if abs(x) >= abs(y):
        return mirrored, 0 if x > 0 else 2
    return mirrored, 1 if y > 0 else 3
