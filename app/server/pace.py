"""How many requests a second one address has answered: a burst at once, the others one after the other.

The generic cell rate algorithm (ITU-T I.371), which keeps one number for each address. Whoever asks more often than
anybody clicks is not refused but waits, and so leaves the page's one thread to the others; how many may wait is bounded
elsewhere (`max_address_requests` in `limits.py`).
"""

from __future__ import annotations

MANY = 1000
"""addresses from which on those who owe nothing are forgotten"""


class Pace:
    """When the next request of each address is due."""

    def __init__(self) -> None:
        self.due: dict[str, float] = {}

    def delay(self, address: str, now: float, *, rate: float, burst: float) -> float:
        """Seconds until a request that comes `now` is answered, at `rate` a second after the first `burst`."""
        behind = burst / rate
        if len(self.due) > MANY:
            self.due = {each: due for each, due in self.due.items() if due > now - behind}
        due = max(self.due.get(address, 0.0), now - behind) + 1 / rate
        self.due[address] = due
        return max(0.0, due - now)
