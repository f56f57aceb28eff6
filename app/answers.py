"""Questions of a view and their answers: `assets/js/train_wire.js` asks one at a time, the answer carries its number.

A ValueError becomes the sentence that the view shows; nothing else of a failure reaches the browser.
"""

from __future__ import annotations

import base64
from typing import ClassVar

from PIL import Image

from engine.jobs import Jobs


class Answers:
    """Subclasses name their questions; each is a method of (visitor, wish) that gives the answer's values."""

    questions: ClassVar[tuple[str, ...]] = ()

    def answer(self, visitor: str, wish: dict) -> dict:
        """The answer to one question."""
        what = str(wish.get("what"))
        if what not in self.questions:
            return refusal(wish, f"There is no question {what[:30]!r}.")
        try:
            found = getattr(self, what)(visitor, wish)
        except (ValueError, OSError) as error:
            return refusal(wish, str(error))
        except (KeyError, TypeError) as error:
            return refusal(wish, f"The question {what} came without what it needs ({str(error)[:60]}).")
        return {"id": wish.get("id"), "ok": True, **found}


def refusal(wish: dict, sentence: str) -> dict:
    """An answer that says what is wrong."""
    return {"id": wish.get("id"), "ok": False, "sentence": sentence}


def look(jobs: Jobs, run: str, total: int) -> dict:
    """One look at a run's probe as a data URL, and how many strips it has; ValueError when it is not kept."""
    path = jobs.sheet(run, total)
    if not path.is_file():
        raise ValueError(f"There is no picture of step {total} any more.")
    with Image.open(path) as picture:
        rows = strips(picture.size, jobs.status(run, limit=40)["rows"])
    return {"url": "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode(), "rows": rows}


def strips(size: tuple[int, int], rows: list[dict]) -> int:
    """Strips of a sheet: the window itself and one a level, as the first look at the probe counted them."""
    levels = next((row["values"]["levels"] for row in rows if "levels" in row["values"]), None)
    return 1 + len(levels) if levels else max(1, size[1] * 12 // max(1, size[0]))
