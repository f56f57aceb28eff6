"""The bundled samples, listed in assets/samples/samples.json with their licences."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "samples"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A file anyone can try without an upload."""

    name: str
    title: str
    file: str
    model: str
    licence: str
    source: str
    tile: int | None = None

    @property
    def path(self) -> Path:
        """Where it lies."""
        return FOLDER / self.file


def samples() -> list[Sample]:
    """All of them, in the order they are offered."""
    return [Sample(**row) for row in json.loads((FOLDER / "samples.json").read_text())]
