"""The message of a failed run, one sentence: what went wrong and what to do about it."""

from __future__ import annotations

import errno

FULL = "the disk is full; free some space and resume, the run goes on from its last save"
MEMORY = "it ran out of memory; resume when more is free, or start it again with a smaller batch or a smaller tree"
KILLED = "its process ended without a word; resume goes on from the last save"
LATE = "it did not stop in time and was ended; resume goes on from the last save"
MEMORY_SIGNS = ("out of memory", "can't allocate memory", "not enough memory", "cannot allocate memory")
DISK_SIGNS = ("no space left on device", "database or disk is full", "disk quota exceeded")


def message_for(error: BaseException) -> str:
    """One sentence for an error that ended a training."""
    text = " ".join(str(error).split())
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FULL
    if isinstance(error, MemoryError) or any(sign in text.lower() for sign in MEMORY_SIGNS):
        return MEMORY
    if any(sign in text.lower() for sign in DISK_SIGNS):
        return FULL
    if isinstance(error, KeyboardInterrupt):
        return "it was interrupted twice and did not save; resume goes on from the last save"
    if isinstance(error, ValueError):
        return text[:300]
    return f"{type(error).__name__}: {text[:300]}"
