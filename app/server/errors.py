"""What went wrong, as the one sentence that a visitor sees: never a path of this machine, never a traceback."""

from __future__ import annotations

LONGEST = 400
"""characters; names inside are cut before that where they are known"""


def in_words(error: Exception) -> str:
    """A ValueError says it itself; the system's errors would name folders of this machine."""
    if isinstance(error, OSError):
        return f"The file could not be read or written ({error.strerror or 'unknown reason'}); try another one."
    return " ".join(str(error).split())[:LONGEST]
