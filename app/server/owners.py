"""Who started which run on a shared page: nobody sees, stops or downloads another visitor's.

A browser keeps a key of 128 random bits (`assets/js/core/rpc.js`) and sends it with every question, so that a reload
finds its runs again; a caller without one, such as `gradio_client`, is its Gradio session. Only hashes of keys are
stored, beside the runs, so ownership outlives a restart. On one's own machine everything is everybody's.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from app.server.limits import limits


class Owners:
    """Owners of runs and of whatever else has a name that is unique in a home. Names may hold any text."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "owners"

    def claim(self, visitor: str, name: str) -> None:
        """Record that a visitor started a run."""
        if limits().public:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.path(name).write_text(hashed(visitor))

    def owns(self, visitor: str, name: str) -> bool:
        """Whether a visitor may see a run; always true on a page that is not shared."""
        return not limits().public or self.owner(name) == hashed(visitor)

    def check(self, visitor: str, run: str) -> str:
        """The run; ValueError when it is another visitor's, with the sentence for one that does not exist."""
        if not self.owns(visitor, run):
            raise ValueError(f"there is no run {run[:60]!r}")
        return run

    def owner(self, name: str) -> str | None:
        """The hash of the visitor who started a run; None where nobody is known."""
        try:
            return self.path(name).read_text()
        except OSError:
            return None

    def path(self, name: str) -> Path:
        """The file that names a run's owner."""
        return self.folder / hashed(name)


def hashed(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
