"""Who may talk to a page on one's own machine: pages that it serves itself, under names that are this machine's.

A site that is open in the same browser can send requests to 127.0.0.1, and one whose name is re-pointed there (DNS
rebinding) could read the answers as well. A shared page is reached under whatever name its host gives it, and what it
does for a visitor depends on keys that no other site knows.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from functools import lru_cache
from urllib.parse import urlsplit

from app.server.limits import limits

FOREIGN_NAME = (
    "This page runs on somebody's own machine and answers under that machine's names alone; open it as "
    "http://localhost, or name the host in IMFN_HOSTS."
)
FOREIGN_ORIGIN = "This request comes from another site; only the page's own requests are answered."
SAFE = ("GET", "HEAD", "OPTIONS")
"""methods that change nothing"""


def refused_origin(method: str, headers: dict[bytes, bytes]) -> str | None:
    """The sentence for a request that another site, or another name of this machine, is behind; None for all others."""
    said = {name: headers.get(name.encode(), b"").decode("latin-1").strip() for name in ("host", "origin")}
    if limits().public:
        return None
    if not own_name(host_name(said["host"])):
        return FOREIGN_NAME
    if method not in SAFE and said["origin"] and not same_site(said["origin"], headers):
        return FOREIGN_ORIGIN
    return None


def same_site(origin: str, headers: dict[bytes, bytes]) -> bool:
    """Whether an Origin header names the page itself: the host that was asked, or that a proxy was asked for."""
    known = {headers.get(name, b"").decode("latin-1").strip().lower() for name in (b"host", b"x-forwarded-host")} - {""}
    try:
        return urlsplit(origin).netloc.lower() in known
    except ValueError:
        return False


def own_name(name: str) -> bool:
    """Whether a host name is this machine's: localhost, a loopback address, what the page was told to listen on. Where
    it listens on every address of the machine, its other addresses and its name as well; an address cannot be
    re-pointed.
    """
    if not name:
        return False
    if name == "localhost" or name.endswith(".localhost") or name in own_hosts():
        return True
    configured = listened_on()
    everywhere = configured in ("0.0.0.0", "::", "[::]")
    try:
        return ipaddress.ip_address(name).is_loopback or everywhere or name == configured
    except ValueError:
        return name == configured or (everywhere and name == own_host_name())


def host_name(text: str) -> str:
    """The name in a Host header, in lower case, without the port and the brackets of an IPv6 address."""
    name = text if text.endswith("]") else text.rpartition(":")[0] or text
    return name.strip("[]").rstrip(".").lower()


def listened_on() -> str:
    """The host that the page was told to listen on; empty where nothing was said. `app.py` keeps --host there."""
    return os.environ.get("GRADIO_SERVER_NAME", "").strip().lower()


def own_hosts() -> list[str]:
    """More names of the page, such as a proxy's in front of it: IMFN_HOSTS, with commas between them."""
    return [name.strip().lower() for name in os.environ.get("IMFN_HOSTS", "").split(",") if name.strip()]


@lru_cache(maxsize=1)
def own_host_name() -> str:
    """The machine's name in its network."""
    return socket.gethostname().lower()
