"""The Lantern room once more, frame by frame and pixel by pixel, from its description alone; nothing is shared with the
fast generator. It takes the drawn numbers (digits, poses' starts, actions, events) and says what must be seen.
"""

from __future__ import annotations

import numpy as np

SIDES = {"stay": (0, 0), "left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}
NAMES = ["stay", "left", "right", "up", "down"]


def slow_poses(start: tuple[int, int], actions: list[int]) -> list[tuple[int, int]]:
    """Row and column of every pose; the first action is to stay."""
    row, column = start
    poses = []
    for action in actions:
        down, right = SIDES[NAMES[action]]
        if 0 <= row + down < 6:
            row += down
        if 0 <= column + right < 6:
            column += right
        poses.append((row, column))
    return poses


def slow_frame(
    room: np.ndarray, pose: tuple[int, int], screen: np.ndarray, lamps: tuple[bool, bool, bool], strength: float
) -> np.ndarray:
    """One frame [24, 36]."""
    frame = np.zeros((24, 36), np.float32)
    for y in range(9):
        for x in range(9):
            row, column = 3 * pose[0] + y, 3 * pose[1] + x
            frame[row, column] = 0.2 + 0.8 * room[row, column]
    for y in range(12):
        for x in range(12):
            frame[y, 24 + x] = strength * screen[y, x]
            frame[12 + y, 24 + x] = float(lamps[y // 4])
    return frame


def slow_lags(poses: list[tuple[int, int]]) -> np.ndarray:
    """Frames since each pixel was lit, -1 for never [24, 24]."""
    lags = np.full((24, 24), -1)
    for row in range(24):
        for column in range(24):
            for back, (down, right) in enumerate(reversed(poses)):
                if 3 * down <= row < 3 * down + 9 and 3 * right <= column < 3 * right + 9:
                    lags[row, column] = back
                    break
    return lags


def slow_key_lit(key: int, pose: tuple[int, int]) -> bool:
    """Whether the key's cell of 3×3 pixels lies in the window."""
    row, column = 3 * (key // 8), 3 * (key % 8)
    top, left = 3 * pose[0], 3 * pose[1]
    return top <= row and row + 3 <= top + 9 and left <= column and column + 3 <= left + 9
