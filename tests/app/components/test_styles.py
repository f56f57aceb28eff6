"""Style sheets: none rules a class by itself that another sheet rules, since every tab's sheets are on one page."""

from __future__ import annotations

import re
from collections import defaultdict

from app.server.shelf import ASSETS

ALONE = re.compile(r"(?:\.imfn-root )?\.(imfn-[\w-]+)")
SHARED = {"imfn-primary", "imfn-status", "imfn-root"}
"""what tabs dress differently, on purpose"""


def ruled(text: str) -> set[str]:
    """Classes with a rule of their own, at any width of the page but the narrow ones."""
    plain = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    wide = re.sub(r"@[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}", "", plain)
    selectors = (one.strip() for many in re.findall(r"([^{}]+)\{", wide) for one in many.split(","))
    return {found[1] for one in selectors if (found := ALONE.fullmatch(one))}


def test_no_class_is_ruled_in_two_sheets() -> None:
    sheets: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ASSETS / "css").glob("*.css")):
        for name in ruled(path.read_text()):
            sheets[name].append(path.name)
    assert len(sheets) > 100
    assert {name: found for name, found in sheets.items() if len(found) > 1 and name not in SHARED} == {}
