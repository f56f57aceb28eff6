"""Ways to break an input: bytes moved, cut, repeated and overwritten, and values of JSON replaced by odd ones."""

from __future__ import annotations

import json
import random
import struct
from typing import Any

EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
ODD = (
    None,
    True,
    False,
    0,
    -1,
    1,
    3,
    2**31,
    2**63,
    10**30,
    0.5,
    -0.0,
    1e308,
    float("nan"),
    float("inf"),
    "",
    "a",
    "../../etc/passwd",
    "/etc",
    "\0",
    "=1+1",
    "<img src=x onerror=alert(1)>",
    "é" * 300,
    "9" * 400,
    [],
    [None],
    [[]],
    [1, 2],
    {},
    {"a": 1},
    {"path": "/etc/passwd"},
)


def broken(data: bytes, others: list[bytes], dice: random.Random) -> bytes:
    """A few mutations in a row."""
    for _ in range(dice.choice((1, 1, 1, 2, 4, 12))):
        data = dice.choice(WAYS)(data, others, dice)
    return data


def place(data: bytes, dice: random.Random) -> int:
    """Somewhere, more often near the start, where headers are."""
    most = len(data) if dice.random() < 0.5 else min(len(data), 128)
    return dice.randrange(most) if most else 0


def flip(data: bytes, others: list[bytes], dice: random.Random) -> bytes:
    """One bit."""
    at = place(data, dice)
    return data[:at] + bytes([data[at] ^ (1 << dice.randrange(8))]) + data[at + 1 :] if data else data


def overwrite(data: bytes, others: list[bytes], dice: random.Random) -> bytes:
    """A number at the edge of what its width holds."""
    at, width = place(data, dice), dice.choice("BHIQ")
    most = 256 ** struct.calcsize(width) - 1
    number = struct.pack(dice.choice("<>") + width, min(dice.choice(EXTREMES), most))
    return data[:at] + number + data[at + len(number) :]


def cut(data: bytes, others: list[bytes], dice: random.Random) -> bytes:
    """The end is missing."""
    return data[: place(data, dice)]


def lose(data: bytes, others: list[bytes], dice: random.Random) -> bytes:
    """A piece is missing."""
    at = place(data, dice)
    return data[:at] + data[at + dice.randrange(1, 64) :]


def repeat(data: bytes, others: list[bytes], dice: random.Random) -> bytes:
    """A piece stands twice."""
    at = place(data, dice)
    piece = data[at : at + dice.randrange(1, 256)]
    return data[:at] + piece * dice.choice((2, 2, 9)) + data[at + len(piece) :]


def noise(data: bytes, others: list[bytes], dice: random.Random) -> bytes:
    """A piece is noise."""
    at, count = place(data, dice), dice.randrange(1, 32)
    return data[:at] + dice.randbytes(count) + data[at + count :]


def graft(data: bytes, others: list[bytes], dice: random.Random) -> bytes:
    """The end of another input."""
    other = dice.choice(others)
    return data[: place(data, dice)] + other[place(other, dice) :]


WAYS = (flip, overwrite, overwrite, cut, lose, repeat, noise, graft)


def odd(dice: random.Random) -> Any:
    """A value that nobody expects."""
    return dice.choice(ODD)


def bent(value: Any, dice: random.Random) -> Any:
    """JSON with one value replaced, removed or added somewhere inside."""
    if isinstance(value, dict) and value and dice.random() < 0.9:
        key = dice.choice(sorted(value))
        if dice.random() < 0.1:
            return {k: v for k, v in value.items() if k != key}
        if dice.random() < 0.1:
            return {**value, str(odd(dice))[:20]: odd(dice)}
        return {**value, key: bent(value[key], dice)}
    if isinstance(value, list) and value and dice.random() < 0.7:
        at = dice.randrange(len(value))
        return [*value[:at], bent(value[at], dice), *value[at + 1 :]]
    if isinstance(value, int) and not isinstance(value, bool) and dice.random() < 0.5:
        return value + dice.choice((-1, 1, 2**20))
    return odd(dice)


def bent_tensors(data: bytes, dice: random.Random) -> bytes:
    """A safetensors file whose header is bent, the one inside its metadata as well."""
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    about = header.get("__metadata__", {})
    if "memory" in about and dice.random() < 0.8:
        header["__metadata__"] = {**about, "memory": json.dumps(bent(json.loads(about["memory"]), dice))}
    else:
        header = bent(header, dice)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data[8 + length :]
