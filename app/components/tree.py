"""The memory tree with its transport: the one component that receives an exploration.

Event: `window` {window} when another window is asked for. The selection itself stays in the browser: nothing is sent
while somebody walks the tree. Drawn by `assets/js/tree_view.js`.
"""

from .skeleton import TREE
from .view import View


class ExploreTree(View):
    """Takes the exploration payload (dict or JSON text) as its value; None shows the empty state."""

    module = "tree_view.js"
    events_sent = ("window",)
    default_id = "explore-tree"
    skeleton = TREE
