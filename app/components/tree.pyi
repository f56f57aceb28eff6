"""The memory tree with its transport: the one component that receives an exploration.

Events: `window` {window} when another window is asked for, `choose` {window, merges, node, frame} a quarter of a
second after the selection came to rest. Drawn by `assets/js/tree_view.js`.
"""


from .view import View

class ExploreTree(View):
    """Takes the exploration payload (dict or JSON text) as its value; None shows the empty state."""

    module = "tree_view.js"
    events_sent = ("window", "choose")
    default_id = "explore-tree"
    from collections.abc import Callable, Sequence
    from typing import TYPE_CHECKING, Any, Literal

    from gradio.blocks import Block

    if TYPE_CHECKING:
        from gradio.components import Timer
        from gradio.components.base import Component
