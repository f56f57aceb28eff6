"""Buttons that save the tree as PNG or SVG. Drawn by `assets/js/takeaway.js`, all in the browser."""

from .view import View

from gradio.events import Dependency

class ExploreTakeaway(View):
    """Needs no value. Nest it with the download buttons in a column of class `imfn-takeaway`."""

    module = "takeaway.js"
    default_id = "explore-takeaway"
    card = False
    from typing import Callable, Literal, Sequence, Any, TYPE_CHECKING
    from gradio.blocks import Block
    if TYPE_CHECKING:
        from gradio.components import Timer
        from gradio.components.base import Component