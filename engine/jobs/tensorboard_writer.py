"""TensorBoard's event file, written by hand: records framed as TFRecord, each an Event message of scalars.

A record is: length (8 bytes), masked CRC-32C of the length, data, masked CRC-32C of the data. The fields that are used:
Event {1: wall_time double, 2: step int64, 3: file_version string, 5: Summary}, Summary {1: Value},
Value {1: tag string, 2: simple_value float}. No package of TensorBoard's is needed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path


def crc_table() -> list[int]:
    """CRC-32C (Castagnoli) of every byte."""
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


TABLE = crc_table()


def crc32c(data: bytes) -> int:
    """The checksum that TFRecord uses."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def masked(data: bytes) -> bytes:
    """The masked checksum that TFRecord stores: rotated by 15 bits, plus a constant."""
    crc = crc32c(data)
    return struct.pack("<I", (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF)


def varint(value: int) -> bytes:
    """Protocol buffers' whole number."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number: int, data: bytes) -> bytes:
    """A field of bytes, text or a message."""
    return varint(number << 3 | 2) + varint(len(data)) + data


def event(wall_time: float, step: int, rest: bytes) -> bytes:
    """An Event message."""
    return b"\x09" + struct.pack("<d", wall_time) + b"\x10" + varint(step) + rest


def record(data: bytes) -> bytes:
    """One framed record."""
    length = struct.pack("<Q", len(data))
    return length + masked(length) + data + masked(data)


def scalar(tag: str, value: float) -> bytes:
    """A Summary's Value."""
    return field(1, field(1, tag.encode()) + b"\x15" + struct.pack("<f", value))


def write_events(path: Path, start: float, points: Iterable[tuple[float, int, dict[str, float]]]) -> None:
    """An event file of (wall time, step, {tag: value})."""
    with path.open("wb") as file:
        file.write(record(event(start, 0, field(3, b"brain.Event:2"))))
        for wall_time, step, values in points:
            summary = b"".join(scalar(tag, value) for tag, value in values.items())
            file.write(record(event(wall_time, step, field(5, summary))))
