"""The Live card: controls, newest frame, film strips and finished memories. Drawn by `assets/js/live_view.js`.

Events: `live_begin` {ticket, source, model, padding, speed}, `live_next` {ticket, speed, picture} for every frame, and
`live_end` {ticket}. The browser asks for one frame at a time, so a slow machine or line is asked less often.
"""

from typing import Any

from .skeleton import LIVE
from .view import View


class LiveView(View):
    """Takes what `app/live.py` answers; `setup` says which sources and models there are."""

    module = "live_view.js"
    events_sent = ("live_begin", "live_next", "live_end")
    default_id = "live"
    skeleton = LIVE

    def __init__(self, value: Any = None, *, setup: dict, **options: Any):
        super().__init__(value, setup=setup, **options)
