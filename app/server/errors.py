"""What went wrong, as the one sentence that a visitor sees: never a path of this machine, never a traceback."""

from __future__ import annotations

import logging
import secrets

LONGEST = 400
"""characters; names inside are cut before that where they are known"""


def in_words(error: Exception) -> str:
    """A ValueError says it itself; the system's errors would name folders of this machine."""
    if isinstance(error, OSError):
        return f"The file could not be read or written ({error.strerror or 'unknown reason'}); try another one."
    return " ".join(str(error).split())[:LONGEST]


def message_of(error: Exception, where: str) -> str:
    """The sentence for any exception: what is not expected goes to the log, under a reference that both name."""
    if isinstance(error, ValueError | OSError):
        return in_words(error)
    reference = secrets.token_hex(4)
    logging.getLogger("imfn").error("%s failed, reference %s", where, reference, exc_info=error)
    return f"Something went wrong on the server (reference {reference}); try again, or reload the page."
