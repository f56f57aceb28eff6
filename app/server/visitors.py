"""Who asks: a browser's key, an open page's session, and the address that the request came from.

`asking` holds it while a request is answered, in the threads and tasks that it starts as well, so that what is made on
the way (`app/server/quota.py`) knows for whom. Keys and sessions are free, whoever wants a hundred makes them up; so
what is scarce is shared out by address, too.

An address is that of whoever connects. Behind proxies that is the proxy, the same for everybody, so how many there are
has to be said: IMFN_PROXIES=1 takes the last entry of X-Forwarded-For, 2 the one before it; what a visitor writes there
stands further left. IMFN_PROXIES=0 says that there is none. Where nothing is said, a connection from a private address
may be a proxy's and has no address at all: no limit counts it. A Space (SPACE_ID) sends a private address and the
visitor's in X-Forwarded-For: there the last public entry is taken.
"""

from __future__ import annotations

import hashlib
import ipaddress
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who asks."""

    key: str
    """the browser's key, or the session where a caller sends none: whose runs and explorations these are"""
    session: str
    """one open page: what belongs to it ends with it"""
    address: str = field(default="", compare=False)
    """where the request came from; empty where that is not known"""


asking: ContextVar[Visitor | None] = ContextVar("asking", default=None)
"""whose request is being answered; None for what the page does by itself"""
open_pages: Counter[str] = Counter()
"""sessions of pages that are open now, by the connection that each keeps; one that was made up has none"""


@contextmanager
def page_open(session: str) -> Iterator[None]:
    """While a page's connection lasts."""
    open_pages[session] += 1
    try:
        yield
    finally:
        open_pages[session] -= 1
        if open_pages[session] <= 0:
            del open_pages[session]


def proxies() -> int | None:
    """How many proxies stand before the page; None where nothing is said. ValueError for what is no such number."""
    said = os.environ.get("IMFN_PROXIES", "").strip()
    if said and not (said.isdecimal() and len(said) < 3):
        raise ValueError(f"IMFN_PROXIES is {said[:20]!r}; set it to how many proxies stand before the page, 0 for none")
    return int(said) if said else None


def address_of(peer: str, headers: Mapping[str, str]) -> str:
    """Where a request came from, as far as it can be told: a network that one visitor may have; else empty."""
    hops, forwarded = proxies(), headers.get("x-forwarded-for", "")
    chain = [*(part.strip() for part in forwarded.split(",") if part.strip()), peer]
    if hops is not None:
        return network_of(chain[max(0, len(chain) - 1 - hops)])
    if not os.environ.get("SPACE_ID"):
        chain = [peer]
    return next((network_of(each) for each in reversed(chain) if is_public(each)), "")


def is_public(text: str) -> bool:
    """Whether an address is one of the internet's."""
    try:
        return ipaddress.ip_address(text).is_global
    except ValueError:
        return False


def network_of(text: str) -> str:
    """An IPv4 address, or the 64 bits of an IPv6 one that a household has; empty for what is no address."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
    return str(found)


def hashed(text: str) -> str:
    """SHA-256 in hexadecimal: all that is kept of a key."""
    return hashlib.sha256(text.encode()).hexdigest()


def count_from(address: str, others: Iterator[Visitor] | list[Visitor]) -> int:
    """How many of some visitors came from the same address; 0 where it is not known."""
    return sum(bool(address) and other.address == address for other in others)


__all__ = [
    "Visitor",
    "address_of",
    "asking",
    "count_from",
    "hashed",
    "network_of",
    "open_pages",
    "page_open",
    "proxies",
]
