"""Buttons that save the tree as PNG or SVG. Drawn by `assets/js/takeaway.js`, all in the browser."""


from .view import View

class ExploreTakeaway(View):
    """Needs no value. Nest it with the download buttons in a column of class `imfn-takeaway`."""

    module = "takeaway.js"
    default_id = "explore-takeaway"
    card = False
    from collections.abc import Callable, Sequence
    from typing import TYPE_CHECKING, Any, Literal

    from gradio.blocks import Block

    if TYPE_CHECKING:
        from gradio.components import Timer
        from gradio.components.base import Component
