"""Where a command writes: checked before anything is read or computed."""

from __future__ import annotations

from pathlib import Path


def check_place(out: Path) -> None:
    """Check an output's place before anything is computed.

    Raises:
        ValueError: without a name, with one that the disk refuses, or in a folder that is not there.
    """
    if not out.name:
        raise ValueError("--out names nothing; give a file's name")
    try:
        out.lstat()
    except FileNotFoundError:
        pass  # a new file
    except OSError as error:
        raise ValueError(f"--out cannot be used ({error.strerror}); give a shorter or another name") from None
    if not out.parent.is_dir():
        raise ValueError(f"--out is in {out.parent.name}, a folder that is not there; make it first")
