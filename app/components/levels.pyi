"""The table over all levels. Drawn by `assets/js/levels_table.js`; follows and sets the selection."""


from .view import View

class ExploreLevels(View):
    """Needs no value."""

    module = "levels_table.js"
    default_id = "explore-levels"
    from collections.abc import Callable, Sequence
    from typing import TYPE_CHECKING, Any, Literal

    from gradio.blocks import Block

    if TYPE_CHECKING:
        from gradio.components import Timer
        from gradio.components.base import Component
