"""Source, recovered frame and error side by side. Drawn by `assets/js/player.js`; follows the selection."""

from .skeleton import PLAYER
from .view import View


class ExplorePlayer(View):
    """Needs no value."""

    module = "player.js"
    default_id = "explore-player"
    skeleton = PLAYER
