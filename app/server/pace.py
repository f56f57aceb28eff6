"""How many requests a second one address has answered: a burst at once, the others one after the other.

What the page answers in a second is shared among the addresses that ask just now: a class behind one address has all
of it while nobody else is there. Whoever asks for more than a share, and more often than anybody clicks, is not refused
but waits, and so leaves the page's one thread to the others; how many may wait is bounded elsewhere
(`max_address_requests` in `limits.py`). The generic cell rate algorithm (ITU-T I.371), which keeps one number for each
address.
"""

from __future__ import annotations

RECENT = 10.0
"""seconds since its last request for which an address counts as one that asks"""


class Pace:
    """When the next request of each address is due: `most` a second are shared among all that ask, the first `burst` of
    an address are answered at once.
    """

    def __init__(self, most: float, burst: int) -> None:
        self.most, self.burst = most, burst
        self.due: dict[str, float] = {}
        self.asked: dict[str, float] = {}
        """when each address that asks came last"""
        self.cleared = 0.0

    def delay(self, address: str, now: float, least: float) -> float:
        """Seconds until a request that comes `now` is answered; an address has at least `least` of them a second."""
        self.asked[address] = now
        if now - self.cleared > 1:
            self.clear(now, least)
        rate = max(least, self.most / len(self.asked))
        due = max(self.due.get(address, 0.0), now - self.burst / rate) + 1 / rate
        self.due[address] = due
        return max(0.0, due - now)

    def clear(self, now: float, least: float) -> None:
        """Forget who has not asked for a while, and who owes nothing."""
        self.cleared = now
        self.asked = {each: last for each, last in self.asked.items() if now - last <= RECENT}
        self.due = {each: due for each, due in self.due.items() if due > now - self.burst / least}
