"""The selected node: its memory as a heatmap and its numbers. Drawn by `assets/js/inspector.js`."""


from .view import View

class ExploreInspector(View):
    """Needs no value. Put a download button under it by nesting both in a column of class `imfn-card`."""

    module = "inspector.js"
    default_id = "explore-inspector"
    from collections.abc import Callable, Sequence
    from typing import TYPE_CHECKING, Any, Literal

    from gradio.blocks import Block

    if TYPE_CHECKING:
        from gradio.components import Timer
        from gradio.components.base import Component
