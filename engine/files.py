"""Files of the program: the directory it writes to, and writing so that a file is there whole or not at all.

    with atomic_file(path) as part:       # a path beside the file; it takes the file's place when the block ends
        part.write_bytes(...)
    write_json(path, value)
    json_text(value), parse_json(text)    # the one place that writes JSON: never a NaN, whatever a training measured

What is read by another process, or may be cut off by a full disk or a kill, is written this way. A reader sees the old
file or the new one, never half of one. When the block fails, the part is removed and the old file stays.
"""

from __future__ import annotations

import json
import math
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DATA = Path("/data")
"""the disk that a Hugging Face Space keeps between restarts, where it has one"""
PART = ".part"
LONGEST = 255
"""bytes of a file's name on the usual file systems"""


def home_folder() -> Path:
    """$IMFN_HOME, else /data where that is a disk one may write to, else ~/.cache/imfn-explorer."""
    if named := os.environ.get("IMFN_HOME"):
        return Path(named)
    if DATA.is_dir() and os.access(DATA, os.W_OK | os.X_OK):
        return DATA / "imfn-explorer"
    return Path.home() / ".cache" / "imfn-explorer"


@contextmanager
def atomic_file(path: Path, *, shared: bool = False) -> Iterator[Path]:
    """A path in the same folder to write to; it replaces `path` when the block ends and is removed when it fails.

    Its name is always the same, so that what a killed process left is overwritten the next time. `shared` gives every
    caller a name of its own, for files that several processes may write at once.
    """
    part = path.with_name(f".{secrets.token_hex(8)}{PART}" if shared else part_name(path.name))
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)  # what a full disk has cut off must not keep it full


@contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """An empty folder to fill; it becomes `path` when the block ends and is removed when it fails.

    Where `path` is a folder with files already, the new ones are moved into it one after the other; those of the same
    name are replaced, others stay.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{secrets.token_hex(8)}{PART}")
    part.mkdir()
    try:
        yield part
        if path.is_dir() and any(path.iterdir()):
            for each in sorted(part.iterdir()):
                os.replace(each, path / each.name)
        else:
            os.replace(part, path)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def part_name(name: str) -> str:
    """The name of a file's unfinished part, no longer than a name may be."""
    if len(os.fsencode(name + PART)) <= LONGEST:
        return name + PART
    return os.fsdecode(os.fsencode(name)[: LONGEST - len(PART)]) + PART


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8, all or nothing."""
    with atomic_file(path) as part:
        part.write_text(text, encoding="utf-8")


def write_json(path: Path, value: object) -> None:
    """Write JSON, all or nothing; NaN and infinities are null."""
    write_text(path, json_text(value, indent=1) + "\n")


def json_text(value: object, *, indent: int | None = None, default: Callable[[Any], object] | None = None) -> str:
    """JSON text in which NaN and infinities, which JSON does not have, are null.

    `default` gives a form that JSON has to what `json` does not know; without it that is a TypeError.
    """
    try:
        return json.dumps(value, allow_nan=False, indent=indent, default=default)
    except ValueError:  # the slow way round
        return json.dumps(finite(value, default), allow_nan=False, indent=indent, default=default)


def finite(value: Any, default: Callable[[Any], object] | None = None) -> object:
    """The same value with None for every float that is not finite."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(each, default) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [finite(each, default) for each in value]
    known = value is None or isinstance(value, str | int) or default is None
    return value if known else finite(default(value), default)


def parse_json(text: str | bytes) -> Any:
    """A value of JSON text, None for the NaN and infinities that earlier versions wrote. Raises ValueError."""
    try:
        return json.loads(text, parse_constant=lambda name: None)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
