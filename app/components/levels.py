"""The table over all levels. Drawn by `assets/js/levels_table.js`; follows and sets the selection."""

from .skeleton import LEVELS
from .view import View


class ExploreLevels(View):
    """Needs no value."""

    module = "levels_table.js"
    default_id = "explore-levels"
    skeleton = LEVELS
