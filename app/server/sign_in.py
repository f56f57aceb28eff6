"""The login of a page that has one: what is open before it, and a delay that grows with wrong passwords.

Gradio asks for the login at most of its addresses and leaves some open that say what the page is made of, or hold a
connection; so the guard asks again, of everything.
"""

from __future__ import annotations

import secrets
import time
from asyncio import Lock, sleep
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie

OPEN = ("", "/login", "/logout", "/theme.css", "/favicon.ico", "/robots.txt", "/manifest.json", "/pwa_icon")
OPEN_BELOW = ("/static/", "/assets/", "/svelte/", "/login/")
"""addresses that the login page itself needs"""
STARTING = "/gradio_api/startup-events"
"""what Gradio asks of itself when it is launched"""
FIRST_DELAY, LONGEST_DELAY = 0.5, 8.0
"""seconds after a wrong password, doubled with each further one"""
FORGIVEN = 300.0
"""seconds without a wrong password after which the delay begins anew"""

Check = Callable[[str, str], Awaitable[bool]]


def checked_login(user: str, password: str) -> Check:
    """An async check of (user, password) for `launch(auth=…)`; one at a time, so that trying many at once is no
    faster.
    """
    turn, wrong, last = Lock(), 0, 0.0

    async def check(said_user: str, said_password: str) -> bool:
        nonlocal wrong, last
        async with turn:
            same = [
                secrets.compare_digest(a.encode(), b.encode())
                for a, b in ((user, said_user), (password, said_password))
            ]
            if all(same):
                wrong = 0
                return True
            wrong = 0 if time.monotonic() - last > FORGIVEN else wrong
            await sleep(min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(wrong, 10)))
            wrong, last = wrong + 1, time.monotonic()
            return False

    return check


def may_enter(scope: dict) -> bool:
    """Whether a request needs no login, or has one. `scope["app"]` is Gradio's app, which knows who is signed in."""
    app, path = scope.get("app"), scope["path"].rstrip("/")
    if getattr(app, "auth", None) is None:
        return True
    if path in (*OPEN, STARTING) or any(scope["path"].startswith(below) for below in OPEN_BELOW):
        return True
    said = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    try:
        cookies = SimpleCookie(said)
    except CookieError:
        return False
    names = (f"access-token-{app.cookie_id}", f"access-token-unsecure-{app.cookie_id}")
    return any(name in cookies and cookies[name].value in app.tokens for name in names)
