"""What open pages hold on the server, by session: bounded in all, and by the address that they came from.

A session costs nothing to make up, so one that holds nothing is kept nowhere, and one address may hold no more than its
share. Room is made by what nobody uses: its page is closed, and it was not asked for in a while. What is in use is
never taken; the newcomer is told instead.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from app.server.limits import MORE, limits
from app.server.visitors import Visitor, count_from, open_pages

Thing = TypeVar("Thing")
UNUSED = 60.0
"""seconds after which what was not asked for, and has no open page, makes room for others"""


@dataclass(kw_only=True)
class Entry(Generic[Thing]):
    """What one page holds."""

    visitor: Visitor
    thing: Thing
    used: float
    """when it was last asked for, by `time.monotonic`"""


@dataclass(kw_only=True)
class Held(Generic[Thing]):
    """What each page holds, one thing a page. `what` names such things in a sentence."""

    what: str
    most: int
    entries: dict[str, Entry[Thing]] = field(default_factory=dict)

    def make_room(self, visitor: Visitor) -> list[Thing]:
        """What is taken from pages that are not used, so that a visitor's page may hold one more; ValueError where all
        are in use, or too many of this address.
        """
        others = {page: entry for page, entry in list(self.entries.items()) if page != visitor.session}
        near = count_from(visitor.address, [entry.visitor for entry in others.values()])
        unused = sorted((page for page in others if not self.in_use(page)), key=lambda page: others[page].used)
        full, crowded = len(others) >= self.most, near >= limits().max_address_pages
        if crowded:
            unused = [page for page in unused if others[page].visitor.address == visitor.address]
        if (full or crowded) and not unused:
            whose = " from your address" if crowded else ""
            count = near if crowded else len(others)
            raise ValueError(
                f"{count} {self.what} are open{whose}, which is all that fit; try again in a minute. {MORE}"
            )
        return [self.entries.pop(page).thing for page in unused[: int(full or crowded)] if page in self.entries]

    def in_use(self, page: str) -> bool:
        """Whether a page is open, or has asked for what it holds within the last minute."""
        return page in open_pages or time.monotonic() - self.entries[page].used < UNUSED

    def put(self, visitor: Visitor, thing: Thing) -> Thing | None:
        """Have a visitor's page hold something; what it held before."""
        before = self.entries.get(visitor.session)
        self.entries[visitor.session] = Entry(visitor=visitor, thing=thing, used=time.monotonic())
        return before.thing if before else None

    def get(self, page: str) -> Thing | None:
        """What a page holds; None for nothing."""
        return entry.thing if (entry := self.entries.get(page)) else None

    def pop(self, page: str) -> Thing | None:
        """The same, and it is not held any more."""
        return entry.thing if (entry := self.entries.pop(page, None)) else None

    def things(self) -> list[Thing]:
        """Everything that is held."""
        return [entry.thing for entry in list(self.entries.values())]


__all__ = ["Held"]
