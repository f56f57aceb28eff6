"""Buttons that save the tree as PNG or SVG. Drawn by `assets/js/takeaway.js`, all in the browser."""

from .skeleton import TAKE_AWAY
from .view import View


class ExploreTakeaway(View):
    """Needs no value. Nest it with the download buttons in a column of class `imfn-takeaway`."""

    module = "takeaway.js"
    default_id = "explore-takeaway"
    skeleton = TAKE_AWAY
    card = False
