"""The selected node: its memory as a heatmap and its numbers. Drawn by `assets/js/inspector.js`."""

from .skeleton import INSPECTOR
from .view import View


class ExploreInspector(View):
    """Needs no value. Put a download button under it by nesting both in a column of class `imfn-card`."""

    module = "inspector.js"
    default_id = "explore-inspector"
    skeleton = INSPECTOR
