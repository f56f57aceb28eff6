"""Source, recovered frame and error side by side. Drawn by `assets/js/player.js`; follows the selection."""


from .view import View

class ExplorePlayer(View):
    """Needs no value."""

    module = "player.js"
    default_id = "explore-player"
    from collections.abc import Callable, Sequence
    from typing import TYPE_CHECKING, Any, Literal

    from gradio.blocks import Block

    if TYPE_CHECKING:
        from gradio.components import Timer
        from gradio.components.base import Component
