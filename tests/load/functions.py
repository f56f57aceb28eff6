"""Which function of the page stands behind an event, found in the page's config: numbers change."""

from __future__ import annotations

import httpx


class Functions:
    """(element id, event) → number. `run` is what follows upon an event, as exploring follows upon an upload."""

    def __init__(self, url: str) -> None:
        config = httpx.get(f"{url}config", timeout=60).json()
        names = {c["id"]: c["props"].get("elem_id") for c in config["components"]}
        self.ids = {name: number for number, name in names.items() if name}
        self.numbers: dict[tuple[str, str], int] = {}
        for each in config["dependencies"]:
            for target, event in each["targets"]:
                self.numbers.setdefault((names.get(target), event), each["id"])
        for each in config["dependencies"]:
            for (target, _), number in list(self.numbers.items()):
                if number == each["trigger_after"]:
                    self.numbers.setdefault((target, "run"), each["id"])

    def of(self, target: str, event: str) -> int:
        """The number; KeyError when the page has no such thing."""
        return self.numbers[target, event]

    def component(self, target: str) -> int:
        """A component's number, by its id on the page."""
        return self.ids[target]
