"""What the JSON of a request may name: no address and no file but those that were uploaded here.

Gradio fetches or copies whatever looks like a file in the data of *any* input, a text box's included, before the input
itself looks at it (gradio/processing_utils.py, async_move_files_to_cache). So every body is read through first.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

DEEPEST = 64
"""lists and objects within each other that a request may have"""
DEEP = f"The request has more than {DEEPEST} lists and objects within each other."
FETCHED = "Addresses are not fetched here; upload the file itself."
FOREIGN = "This file was not uploaded here; upload it again."


def refused_body(body: bytes) -> str | None:
    """The sentence for a body that is not let through; None for one that is, or that is no JSON at all."""
    try:
        sent = json.loads(body)
    except RecursionError:
        return DEEP
    except ValueError:  # Gradio itself refuses what it cannot read
        return None
    try:
        return next((sentence for found in files_in(sent) if (sentence := refused_file(found))), None)
    except RecursionError:
        return DEEP


def files_in(sent: object, depth: int = 0) -> Iterator[dict]:
    """Every object in it that Gradio may take for a file; RecursionError where it is too deep."""
    if depth > DEEPEST:
        raise RecursionError
    if isinstance(sent, dict):
        if isinstance(sent.get("path"), str) and "meta" in sent:
            yield sent
        sent = list(sent.values())
    for each in sent if isinstance(sent, list) else ():
        if isinstance(each, dict | list):
            yield from files_in(each, depth + 1)


def refused_file(found: dict) -> str | None:
    """The sentence for a file that was not uploaded here."""
    path = found["path"]
    if "://" in path or path.lower().startswith(("http:", "https:")):
        return FETCHED
    try:
        inside = Path(path).resolve(strict=True).is_relative_to(uploads())
    except (OSError, ValueError, RuntimeError):  # not there, a zero byte, a loop of links
        inside = False
    return None if inside else FOREIGN


def uploads() -> Path:
    """Where Gradio keeps what was uploaded; `app/page.py` names it."""
    return Path(os.environ["GRADIO_TEMP_DIR"]).resolve()
