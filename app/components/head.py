"""What the page needs in its head, its header bar, and the files that may be served.

`app/page.py` passes `head_html()` to `launch(head=…)`, with the route of `app/server/shelf.py`; the tabs'
page starts with `PageShell()`. Styles come as links, not through `css=`, because Gradio rewrites the
selectors of the latter.
"""

import html
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from app.server.folders import file_url
from app.server.shelf import ASSETS, shelf_url

FIRST_STYLES = (
    "tokens.css",
    "page.css",
    "controls.css",
    "clip.css",
    "clip_sheet.css",
    "rows.css",
    "views.css",
    "tree.css",
    "player.css",
    "ab.css",
    "ab_side.css",
    "menu.css",
    "inspector.css",
    "tables.css",
    "sub_views.css",
)
LAST_STYLES = ("tour.css", "skeleton.css", "term.css", "keys.css")
"""what every tab builds on, and what stands above them all; the tabs' own styles are linked in between"""
VIEWS = (
    "explore/controls.js",
    "explore/tree_view.js",
    "explore/player.js",
    "explore/inspector.js",
    "explore/levels_table.js",
    "explore/level_chart.js",
    "shell/shell.js",
)
"""scripts of the views that stand on the page at first"""
IMPORTS = re.compile(r'^(?:import|export|\}) .*?from "(\.[^"]+)";|^import "(\.[^"]+)";', re.MULTILINE)

TITLE = "IMFN Explorer"
ABOUT = (
    "Drop in a video and see it folded into one fixed-size memory by a binary tree of learned merges, "
    "every one with a learned inverse: walk the tree and look at what each memory still knows."
)
CARD, FAVICON = ASSETS / "card.png", ASSETS / "favicon.svg"

LOGO = (
    '<svg class="imfn-logo" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">'
    '<g fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round">'
    '<path d="M16 8 10 17M16 8l6 9M10 17l-3 8M10 17l3 8M22 17l-3 8M22 17l3 8"/></g>'
    '<g fill="currentColor"><circle cx="10" cy="17" r="2.6"/><circle cx="22" cy="17" r="2.6"/></g>'
    '<circle class="imfn-logo-root" cx="16" cy="8" r="3.6"/></svg>'
)


def static_paths(styles: Iterable[str | Path] = ()) -> list[Path]:
    """Style sheets of tabs from elsewhere, which are fetched by their paths; pass to `gr.set_static_paths`."""
    return [style for style in styles if isinstance(style, Path)]


def head_html(tabs: Sequence[tuple[str, Sequence[str | Path]]] = ()) -> str:
    """What the page is called elsewhere, links to its styles, early fetches of scripts that the first paint needs.

    `tabs` are names and style sheets: an address may name one of them, and those after the first start out of sight.
    """
    own = [style for _, styles in tabs for style in styles]
    styles = [f'<link rel="stylesheet" href="{style_url(style)}">' for style in (*FIRST_STYLES, *own, *LAST_STYLES)]
    scripts = [f'<link rel="modulepreload" href="{shelf_url(path)}">' for path in with_imports(VIEWS)]
    later = html.escape(" ".join(name for name, _ in tabs[1:]))
    elsewhere = f'<script src="{shelf_url(ASSETS / "js" / "shell" / "elsewhere.js")}" data-tabs="{later}"></script>'
    return "\n".join([*social_tags(), elsewhere, *styles, *scripts])


def with_imports(modules: Iterable[str]) -> list[Path]:
    """Scripts and all that they import: a browser that is told of them at once need not find one by reading another."""
    found: dict[Path, None] = {}
    waiting = [ASSETS / "js" / name for name in modules]
    while waiting:
        script = waiting.pop()
        if script in found:
            continue
        found[script] = None
        names = (first or second for first, second in IMPORTS.findall(script.read_text(encoding="utf-8")))
        waiting += [Path(os.path.normpath(script.parent / name)) for name in names]
    return list(found)


def style_url(style: str | Path) -> str:
    """The address of a style sheet: a name in assets/css, or a whole path."""
    return file_url(style) if isinstance(style, Path) else shelf_url(ASSETS / "css" / style)


def social_tags() -> list[str]:
    """Description and card for search engines and for those to whom a link is sent.

    A card's address must be whole; a Space knows its own from SPACE_HOST.
    """
    host = os.environ.get("SPACE_HOST")
    card = (f"https://{host}/" if host else "") + shelf_url(CARD)
    named = {"description": ABOUT, "twitter:card": "summary_large_image", "theme-color": "#0b7a75"}
    told = {"og:type": "website", "og:title": TITLE, "og:description": ABOUT, "og:image": card}
    told |= {"og:image:width": "1200", "og:image:height": "630", "og:image:alt": "A film strip folded by a tree"}
    rows = [f'<meta name="{name}" content="{html.escape(value)}">' for name, value in named.items()]
    return rows + [f'<meta property="{name}" content="{html.escape(value)}">' for name, value in told.items()]


def header_html() -> str:
    """The bar on top: logo, name, one line of what this is, and the tour (`assets/js/shell/tour.js`).

    The tabs' own row is laid over its right end.
    """
    tour = '<button type="button" class="imfn-tour-button" id="tour-start">Tour</button>'
    words = f"<h1>{TITLE}</h1><p>a sequence, folded into one memory</p>{tour}"
    return f'<header class="imfn-header">{LOGO}{words}</header>'
