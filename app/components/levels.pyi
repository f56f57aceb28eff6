"""The table over all levels. Drawn by `assets/js/levels_table.js`; follows and sets the selection."""

from .view import View

from gradio.events import Dependency

class ExploreLevels(View):
    """Needs no value."""

    module = "levels_table.js"
    default_id = "explore-levels"
    from typing import Callable, Literal, Sequence, Any, TYPE_CHECKING
    from gradio.blocks import Block
    if TYPE_CHECKING:
        from gradio.components import Timer
        from gradio.components.base import Component