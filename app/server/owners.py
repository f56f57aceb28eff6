"""Who started which run on a shared page: nobody sees, stops or downloads another visitor's.

A browser keeps a key of 128 random bits (`assets/js/core/rpc.js`) and sends it with every question, so that a reload
finds its runs again; a caller without one, such as `gradio_client`, is its Gradio session. The store holds only hashes
of keys, in the row of the run or comparison, so ownership comes with it and outlives a restart.
"""

from __future__ import annotations

from app.server.limits import limits
from app.server.visitors import hashed
from engine.jobs import Jobs


class Owners:
    """Owners of the runs and comparisons of a home."""

    def __init__(self, jobs: Jobs) -> None:
        self.store = jobs.store

    def owns(self, visitor: str, run: str) -> bool:
        """Whether a visitor may see a run; always true on a page that is not shared."""
        return not limits().public or self.store.owner(run) == hashed(visitor)

    def check(self, visitor: str, run: str) -> str:
        """The run; ValueError when it is another visitor's, with the sentence for one that does not exist."""
        if not self.owns(visitor, run):
            raise ValueError(f"there is no run {run[:60]!r}")
        return run

    def comparisons(self, visitor: str) -> list[int]:
        """The comparisons that a visitor may see, newest first."""
        return self.store.comparisons.numbers(hashed(visitor) if limits().public else None)

    def check_comparison(self, visitor: str, number: int) -> int:
        """The comparison; ValueError when it is another visitor's, or does not exist."""
        if number not in self.comparisons(visitor):
            raise ValueError(f"there is no comparison {number}")
        return number


def owner_name(visitor: str) -> str:
    """What a visitor is called in the store; nobody on a page that is not shared, where everything is everybody's."""
    return hashed(visitor) if limits().public else ""


__all__ = ["Owners", "hashed", "owner_name"]
