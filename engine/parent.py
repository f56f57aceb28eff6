"""Processes that end with the one that started them, however that happens: also when it is killed."""

from __future__ import annotations

import os
import threading
import time

EVERY = 1.0
"""seconds between two looks"""


def end_with(parent: int) -> None:
    """From now on, end this process soon after its parent of that number has ended."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(EVERY)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
