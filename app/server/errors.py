"""What went wrong, as the one sentence that a visitor sees: never a path of this machine, never a traceback."""

from __future__ import annotations

import logging
import secrets
import sqlite3
import time

LONGEST = 400
"""characters; names inside are cut before that where they are known"""
STORE = "The list of trainings cannot be {} just now ({}); nothing is lost, try again in a minute."
SPOILT = (
    "The list of trainings is damaged ({}); move jobs.sqlite away and start the page again, the runs' folders stay."
)
DEEP = "What was sent has too many lists and objects within each other; send something simpler."
MISSING = "This needs the package {}, which is not installed where this page runs."
QUIET = 60.0
"""seconds in which the log has one traceback of a kind; further ones are a line each"""
told: dict[tuple[str, str], float] = {}
"""when the log last had a traceback, by place and kind of error"""


def in_words(error: Exception) -> str | None:
    """The sentence for what can be expected to go wrong; None for anything else. A ValueError says it itself, the
    system's errors would name folders of this machine.
    """
    if isinstance(error, RecursionError):
        return DEEP
    if isinstance(error, ModuleNotFoundError):
        return MISSING.format(error.name)
    if isinstance(error, sqlite3.Error):
        reason = str(error).splitlines()[0][:60] if str(error) else "unknown reason"
        if any(words in reason for words in ("malformed", "not a database")):
            return SPOILT.format(reason)
        return STORE.format("written" if "readonly" in reason or "full" in reason else "read", reason)
    if isinstance(error, OSError):
        return f"The file could not be read or written ({error.strerror or 'unknown reason'}); try another one."
    return " ".join(str(error).split())[:LONGEST] if isinstance(error, ValueError) else None


def message_of(error: Exception, where: str) -> str:
    """The sentence for any exception: what is not expected goes to the log, under a reference that both name."""
    if (sentence := in_words(error)) is not None:
        return sentence
    reference = secrets.token_hex(4)
    log_once(error, where, reference)
    return f"Something went wrong on the server (reference {reference}); try again, or reload the page."


def log_once(error: Exception, where: str, reference: str) -> None:
    """A line in the log, with the traceback unless the same place has just had one of that kind."""
    kind, now = (where, type(error).__name__), time.monotonic()
    recent = now - told.get(kind, -QUIET) < QUIET
    if not recent:
        told[kind] = now
    trace = None if recent else error
    logging.getLogger("imfn").error("%s failed with %s, reference %s", *kind, reference, exc_info=trace)
