"""Questions of Train and Compare through a component's value, one at a time, until both use `app/server/rpc.py`."""

from __future__ import annotations

from typing import ClassVar

from app.server.errors import in_words
from app.server.owners import Owners
from app.server.rpc import KEY

REMEMBERED = 2000
"""sessions whose key is known; a page tells it with every question"""


class Answers:
    """Subclasses name their questions; each is a method of (visitor, wish) that gives the answer's values."""

    questions: ClassVar[tuple[str, ...]] = ()
    owners: Owners
    keys: ClassVar[dict[str, str]] = {}

    def visitor(self, session: str, wish: object = None) -> str:
        """Who asks: by the key that his browser keeps, which is remembered for the session, else by the session."""
        keys = self.keys
        said = wish.get("visitor") if isinstance(wish, dict) else None
        if isinstance(said, str) and KEY.fullmatch(said):
            keys[session] = said
            if len(keys) > REMEMBERED:
                keys.pop(next(iter(keys)))
        return keys.get(session, session)

    def forget(self, session: str) -> None:
        """A page was closed."""
        self.keys.pop(session, None)

    def answer(self, session: str, wish: dict) -> dict:
        """The answer to one question."""
        visitor = self.visitor(session, wish)
        what = str(wish.get("what"))
        if what not in self.questions:
            return refusal(wish, f"There is no question {what[:30]!r}.")
        try:
            found = getattr(self, what)(visitor, wish)
        except (ValueError, OSError) as error:
            return refusal(wish, in_words(error))
        except (KeyError, TypeError) as error:
            return refusal(wish, f"The question {what} came without what it needs ({str(error)[:60]}).")
        return {"id": wish.get("id"), "ok": True, **found}


def refusal(wish: dict, sentence: str) -> dict:
    """An answer that says what is wrong."""
    return {"id": wish.get("id"), "ok": False, "sentence": sentence}
