"""The page's head names all scripts that its first views need, so that none is found only when another was read."""

from __future__ import annotations

import os
import re
from pathlib import Path

from app.components import head_html
from app.components.head import ASSETS, VIEWS, with_imports


def imported(script: Path) -> set[Path]:
    """What a script imports, read statement by statement."""
    code = re.sub(r"/\*.*?\*/|^\s*//[^\n]*", "", script.read_text(), flags=re.DOTALL | re.MULTILINE)
    return {Path(os.path.normpath(script.parent / name)) for name in re.findall(r'\bfrom\s+"([^"]+)"', code)}


def test_every_import_of_a_named_script_is_named_too() -> None:
    named = with_imports(VIEWS)
    assert len(named) == len(set(named)) > len(VIEWS)
    for script in named:
        assert imported(script) <= set(named), script


def test_a_named_script_is_linked_once() -> None:
    text = head_html()
    for script in with_imports(VIEWS):
        assert text.count(f'{script.relative_to(ASSETS).as_posix()}">') == 1
